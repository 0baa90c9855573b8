"""What update_counter and update_element do to one object.

Both are all or nothing: an object is a tuple, and the new one is stored when all has gone well.
"""

from typing import Final, NamedTuple

from kvshell.runtime.table import Row
from kvshell.terms import ArgumentError, List, Term

SAME_AS_KEY: Final = "the position is the same as the key position"
OUT_OF_RANGE: Final = "the position in the update operation is out of range"
NO_INTEGER: Final = "the value in the given position, in the object, is not an integer"
NO_OPERATION: Final = "not a valid update operation"
NO_ELEMENT: Final = "is not a valid element specification"


class Increment(NamedTuple):
    """Add `by` to the element at `position`; past `limit`, when there is one, set it to `reset`."""

    position: int
    by: int
    limit: int | None = None
    reset: int = 0

    def value(self, old: int) -> int:
        """Return the new value of a counter."""
        new = old + self.by
        if self.limit is not None:
            beyond = new > self.limit if self.by >= 0 else new < self.limit
            if beyond:
                return self.reset
        return new


def operation_problem(update: Term) -> str | None:
    """Say what is wrong with the third argument of update_counter, whatever the object."""
    each = update.items if type(update) is List else (update,)
    return None if all(type(one) is int or _is_operation(one) for one in each) else NO_OPERATION


def _is_operation(update: Term) -> bool:
    shaped = type(update) is tuple and len(update) in {2, 4}
    return shaped and all(type(part) is int for part in update)


def increments(update: Term, keypos: int) -> list[Increment]:
    """Read the third argument of update_counter."""
    if type(update) is int:
        return [Increment(keypos + 1, update)]
    if operation_problem(update):
        raise ArgumentError.at(3, NO_OPERATION)
    if type(update) is not List:
        return [Increment(*update)]
    if not update.proper:
        raise ArgumentError
    if any(type(each) is int for each in update.items):
        raise ArgumentError.at(3, NO_INTEGER)  # what OTP 25 says of a number in the list
    return [Increment(*each) for each in update.items]


def counted(row: Row, wanted: list[Increment], keypos: int) -> tuple[Row, list[int]]:
    """Return the object after the increments, and the value each of them made."""
    new, values = list(row), []
    for each in wanted:
        if each.position == keypos:
            raise ArgumentError.at(3, SAME_AS_KEY)
        if not 0 < each.position <= len(new):
            raise ArgumentError.at(3, OUT_OF_RANGE)
        old = new[each.position - 1]
        if type(old) is not int:
            raise ArgumentError.at(3, NO_INTEGER)
        value = new[each.position - 1] = each.value(old)
        values.append(value)
    return tuple(new), values


def elements(update: Term) -> list[tuple[int, Term]] | None:
    """Read the third argument of update_element; None when it is no such thing."""
    wanted = list(update.items) if type(update) is List and update.proper else [update]
    for each in wanted:
        if type(each) is not tuple or len(each) != 2 or type(each[0]) is not int or each[0] < 1:
            return None
    return wanted


def updated(row: Row, wanted: list[tuple[int, Term]], keypos: int) -> Row:
    """Return the object with the elements replaced."""
    new = list(row)
    for position, value in wanted:
        if position == keypos:
            raise ArgumentError.at(3, SAME_AS_KEY)
        if position > len(row):
            raise ArgumentError.at(3, "out of range")
        new[position - 1] = value
    return tuple(new)
