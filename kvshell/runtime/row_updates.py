"""What update_counter and update_element do to one object.

Both are all or nothing: an object is a tuple, and the new one is stored when all has gone well.
"""

from typing import Final, NamedTuple

from kvshell.terms import ArgumentError, List, Term

SAME_AS_KEY: Final = "the position is the same as the key position"
OUT_OF_RANGE: Final = "the position in the update operation is out of range"
NO_INTEGER: Final = "the value in the given position, in the object, is not an integer"
NO_OPERATION: Final = "not a valid update operation"
NO_ELEMENT: Final = "is not a valid element specification"

Row = tuple[Term, ...]


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


def increments(update: Term, keypos: int) -> list[Increment] | None:
    """Read the third argument of update_counter; None when it is no such thing."""
    if type(update) is int:
        return [Increment(keypos + 1, update)]
    if type(update) is List:
        if not update.proper:
            raise ArgumentError
        wanted = [_increment(each, keypos) for each in update.items]
        return None if None in wanted else [each for each in wanted if each is not None]
    one = _increment(update, keypos)
    return None if one is None else [one]


def _increment(update: Term, keypos: int) -> Increment | None:
    if type(update) is int:
        return Increment(keypos + 1, update)
    shaped = type(update) is tuple and len(update) in {2, 4}
    return Increment(*update) if shaped and all(type(part) is int for part in update) else None


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
    if any(position == keypos for position, _ in wanted):
        raise ArgumentError.at(3, SAME_AS_KEY)
    if any(position > len(row) for position, _ in wanted):
        raise ArgumentError.at(3, "out of range")
    new = list(row)
    for position, value in wanted:
        new[position - 1] = value
    return tuple(new)
