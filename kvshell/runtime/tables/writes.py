"""Writing to tables, including update_counter and update_element on one object.

Both updates are all or nothing: an object is a tuple, and the new one is stored only on success.
"""

from typing import Final, NamedTuple

from kvshell.runtime.processes.record import NOTHING, Process, Unset
from kvshell.runtime.tables.access import (
    MISSING,
    NO_KEY,
    WRONG_TYPE,
    Effect,
    Problems,
    checked,
    refusal,
    writable,
)
from kvshell.runtime.tables.table import EMPTY, Row, Table
from kvshell.terms import A, ArgumentError, Atom, List, Term
from kvshell.terms import term as as_term

SAME_AS_KEY: Final = "the position is the same as the key position"
OUT_OF_RANGE: Final = "the position in the update operation is out of range"
NO_INTEGER: Final = "the value in the given position, in the object, is not an integer"
NO_OPERATION: Final = "not a valid update operation"
NO_ELEMENT: Final = "is not a valid element specification"


class Increment(NamedTuple):
    """An update of a counter: add `by` to the element at `position`.

    If the sum is beyond `limit`, the element is set to `reset`.
    """

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
    """Describe what is wrong with the third argument of update_counter, for any object."""
    each = update.items if type(update) is List else (update,)
    return None if all(type(one) is int or _is_operation(one) for one in each) else NO_OPERATION


def _is_operation(update: Term) -> bool:
    shaped = type(update) is tuple and len(update) in {2, 4}
    return shaped and all(type(part) is int for part in update)


def increments(update: Term, keypos: int) -> list[Increment]:
    """Parse the third argument of update_counter."""
    if type(update) is int:
        return [Increment(keypos + 1, update)]
    if operation_problem(update):
        raise ArgumentError.at(3, NO_OPERATION)
    if type(update) is not List:
        return [Increment(*update)]
    if not update.proper:
        raise ArgumentError
    if any(type(each) is int for each in update.items):
        raise ArgumentError.at(3, NO_INTEGER)  # OTP 25's message for a number in the list
    return [Increment(*each) for each in update.items]


def counted(row: Row, wanted: list[Increment], keypos: int) -> tuple[Row, list[int]]:
    """Return the object after the increments, and the new value of each."""
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
    """Parse the third argument of update_element; None if it is malformed."""
    wanted = list(update.items) if type(update) is List and update.proper else [update]
    for each in wanted:
        if type(each) is not tuple or len(each) != 2 or type(each[0]) is not int or each[0] < 1:
            return None
    return wanted


def updated(row: Row, wanted: list[tuple[int, Term]], keypos: int) -> Row:
    """Return the object with its elements replaced."""
    new = list(row)
    for position, value in wanted:
        if position == keypos:
            raise ArgumentError.at(3, SAME_AS_KEY)
        if position > len(row):
            raise ArgumentError.at(3, "out of range")
        new[position - 1] = value
    return tuple(new)


_NO_ROWS = "not a non-empty tuple or a list of non-empty tuples"


def insert(tab: Atom | Term, rows: Term) -> bool:
    """Insert a row, or a list of rows at once; always returns True. Mirrors :ets.insert/2."""
    given = as_term(rows, "row")
    with Effect(_kind(given), tab, A.insert, given) as me:
        table = _writable(me, tab, given)
        with table.lock:
            _put(table, given, me.runtime.line)
    return True


def insert_new(tab: Atom | Term, rows: Term) -> bool:
    """Insert like `insert`, but only if none of the keys exists; otherwise return False.

    Mirrors :ets.insert_new/2.
    """
    given = as_term(rows, "row")
    with Effect(_kind(given), tab, A.insert_new, given) as me:
        table = _writable(me, tab, given)
        with table.lock:
            wanted = given.items if type(given) is List else (given,)
            if any(table.form(table.key_of(row)) in table.objects for row in wanted):
                return False
            _put(table, given, me.runtime.line)
    return True


def _kind(given: Term) -> str:
    return "ets_write" if type(given) is tuple else "ets_write_all"


def _row_problem(given: Term) -> str | None:
    if type(given) is not List:
        return _one_row_problem(given)
    good = given.proper and all(type(row) is tuple and row for row in given.items)
    return None if good else _NO_ROWS


def _one_row_problem(given: Term) -> str | None:
    if type(given) is not tuple:
        return "not a tuple"
    return None if given else "is an empty tuple"


def _writable(me: Process, tab: Term, given: Term) -> Table:
    """Return the table `tab` if `me` may insert the rows into it; otherwise raise."""
    problem = _row_problem(given)
    table = writable(me, tab, {2: problem})
    if problem is not None:
        raise refusal({2: problem})
    for row in given.items if type(given) is List else (given,):
        if len(row) < table.keypos:
            raise ArgumentError
    return table


def _put(table: Table, given: Term, line: int | None) -> None:
    table.put_all(given.items if type(given) is List else (given,), line)


def delete(tab: Atom | Term, key: Term | Unset = NOTHING) -> bool:
    """Delete the objects under `key`, or the whole table; returns True. Mirrors :ets.delete."""
    if key is NOTHING:
        with Effect("ets_delete_table", tab, A.delete) as me:
            if not me.runtime.tables.remove(writable(me, tab)):
                raise ArgumentError.at(1, MISSING)  # another process deleted it first
        return True
    wanted = as_term(key, "key")
    with Effect("ets_write", tab, A.delete, wanted) as me:
        table = writable(me, tab)
        with table.lock:
            table.drop(table.form(wanted))
    return True


def delete_object(tab: Atom | Term, row: Term) -> bool:
    """Delete exactly this object; always returns True. Mirrors :ets.delete_object/2."""
    given = as_term(row, "row")
    problems: Problems = {2: _one_row_problem(given)}
    with Effect(_kind(given), tab, A.delete_object, given) as me:
        table = writable(me, tab, problems)
        checked(problems)
        if len(given) < table.keypos:
            raise ArgumentError
        with table.lock:
            table.drop_all((given,))
    return True


def delete_all_objects(tab: Atom | Term) -> bool:
    """Delete every object; always returns True. Mirrors :ets.delete_all_objects/1."""
    with Effect("ets_write_all", tab, A.delete_all_objects) as me:
        table = writable(me, tab)
        with table.lock:
            table.clear()
    return True


def take(tab: Atom | Term, key: Term) -> List:
    """Delete the objects under `key` and return them. Mirrors :ets.take/2."""
    wanted = as_term(key, "key")
    with Effect("ets_write", tab, A.take, wanted) as me:
        table = writable(me, tab)
        with table.lock:
            return table.drop(table.form(wanted))


def update_counter(
    tab: Atom | Term, key: Term, update: Term, default: Term | Unset = NOTHING
) -> int | List:
    """Add to integers of the object under `key`; return the new values.

    `update` is a number to add to the element after the key, `{pos, incr}`, `{pos, incr, threshold,
    set}`, or a list of these. `default` is the initial object if there is none. Mirrors
    :ets.update_counter.
    """
    wanted, given = as_term(key, "key"), as_term(update, "update")
    start = NOTHING if default is NOTHING else as_term(default, "default")
    problem = operation_problem(given)
    with Effect("ets_write", tab, A.update_counter, wanted) as me:
        table = writable(me, tab, {3: problem})
        if table.many:
            raise ArgumentError.at(1, WRONG_TYPE)
        if start is not NOTHING:
            checked({4: _one_row_problem(start)})
        with table.lock:
            row = _counter_row(table, wanted, start)
            if row is None:
                raise refusal({2: NO_KEY, 3: problem})
            new, values = counted(row, increments(given, table.keypos), table.keypos)
            table.put_all((new,), me.runtime.line)
    return List(values) if type(given) is List else values[0]


def _counter_row(table: Table, key: Term, default: Row | Unset) -> Row | None:
    """Return the object to count in: the existing one, or the default with the given key."""
    found = table.peek(key)
    if found is not EMPTY:
        row: Row = found.items[0]
        return row
    if isinstance(default, Unset):
        return None
    if len(default) < table.keypos:
        raise ArgumentError
    return (*default[: table.keypos - 1], key, *default[table.keypos :])


def update_element(tab: Atom | Term, key: Term, update: Term) -> bool:
    """Replace elements of the object under `key`; returns False if there is none.

    `update` is `{pos, value}` or a list of these. Mirrors :ets.update_element/3.
    """
    wanted, given = as_term(key, "key"), as_term(update, "update")
    changes = elements(given)
    with Effect("ets_write", tab, A.update_element, wanted) as me:
        table = writable(me, tab, {3: NO_ELEMENT if changes is None else None})
        with table.lock:
            if table.many and changes is not None:
                raise ArgumentError.at(3, "out of range")  # OTP 25's message for a bag
            found = table.peek(wanted)
            if found is EMPTY and not table.many:
                return False
            if changes is None:
                raise ArgumentError.at(3, NO_ELEMENT)
            row = updated(found.items[0], changes, table.keypos)
            table.put_all((row,), me.runtime.line)
    return True
