"""Writing the rows of a table. Each function is one effect of the caller: all of it or nothing."""

from kvshell.runtime.access import MISSING, NO_KEY, Effect, Problems, checked, refusal, writable
from kvshell.runtime.record import NOTHING, Nothing
from kvshell.runtime.row_updates import (
    NO_ELEMENT,
    counted,
    elements,
    increments,
    operation_problem,
    updated,
)
from kvshell.runtime.table import EMPTY, Row, Table
from kvshell.terms import A, ArgumentError, Atom, List, Term
from kvshell.terms import term as as_term

_WRONG_TYPE = (
    "the table identifier refers to an ETS table of a type not supported by this operation"
)
_NO_ROWS = "not a non-empty tuple or a list of non-empty tuples"


def insert(tab: Atom | Term, rows: Term) -> bool:
    """Insert a row, or all of a list at once; always True. Mirrors :ets.insert/2."""
    given = as_term(rows, "row")
    with Effect(_kind(given), tab, A.insert, given) as me:
        table = _for_rows(writable(me, tab, {2: _row_problem(given)}), given)
        with table.lock:
            _put(table, given, me.runtime.line)
    return True


def insert_new(tab: Atom | Term, rows: Term) -> bool:
    """Insert like `insert`, unless one of the keys is there: then nothing, and False.

    Mirrors :ets.insert_new/2.
    """
    given = as_term(rows, "row")
    with Effect(_kind(given), tab, A.insert_new, given) as me:
        table = _for_rows(writable(me, tab, {2: _row_problem(given)}), given)
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


def _for_rows(table: Table, given: Term) -> Table:
    """Return `table`, which can hold the rows given, or refuse."""
    checked({2: _row_problem(given)})
    for row in given.items if type(given) is List else (given,):
        if len(row) < table.keypos:
            raise ArgumentError
    return table


def _put(table: Table, given: Term, line: int | None) -> None:
    table.put_all(given.items if type(given) is List else (given,), line)


def delete(tab: Atom | Term, key: Term | Nothing = NOTHING) -> bool:
    """Delete the objects under `key`, or the whole table; always True. Mirrors :ets.delete."""
    if key is NOTHING:
        with Effect("ets_delete_table", tab, A.delete) as me:
            if not me.runtime.tables.remove(writable(me, tab)):
                raise ArgumentError.at(1, MISSING)  # another process was faster
        return True
    wanted = as_term(key, "key")
    with Effect("ets_write", tab, A.delete, wanted) as me:
        table = writable(me, tab)
        with table.lock:
            table.drop(table.form(wanted))
    return True


def delete_object(tab: Atom | Term, row: Term) -> bool:
    """Delete exactly this object; always True. Mirrors :ets.delete_object/2."""
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
    """Delete every object; always True. Mirrors :ets.delete_all_objects/1."""
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
    tab: Atom | Term, key: Term, update: Term, default: Term | Nothing = NOTHING
) -> int | List:
    """Add to integers of the object under `key`; return the new values.

    `update` is a number to add to the element after the key, `{pos, incr}`,
    `{pos, incr, threshold, set}`, or a list of them. `default` is the object to start from when
    there is none. Mirrors :ets.update_counter.
    """
    wanted, given = as_term(key, "key"), as_term(update, "update")
    start = NOTHING if default is NOTHING else as_term(default, "default")
    problem = operation_problem(given)
    with Effect("ets_write", tab, A.update_counter, wanted) as me:
        table = writable(me, tab, {3: problem})
        if table.many:
            raise ArgumentError.at(1, _WRONG_TYPE)
        if start is not NOTHING:
            checked({4: _one_row_problem(start)})
        with table.lock:
            row = _counter_row(table, wanted, start)
            if row is None:
                raise refusal({2: NO_KEY, 3: problem})
            new, values = counted(row, increments(given, table.keypos), table.keypos)
            table.put_all((new,), me.runtime.line)
    return List(values) if type(given) is List else values[0]


def _counter_row(table: Table, key: Term, default: Row | Nothing) -> Row | None:
    """Return the object to count in: what is there, or the default under the key asked for."""
    found = table.peek(key)
    if found is not EMPTY:
        row: Row = found.items[0]
        return row
    if isinstance(default, Nothing):
        return None
    if len(default) < table.keypos:
        raise ArgumentError
    return (*default[: table.keypos - 1], key, *default[table.keypos :])


def update_element(tab: Atom | Term, key: Term, update: Term) -> bool:
    """Replace elements of the object under `key`: `{pos, value}` or a list; False without one.

    Mirrors :ets.update_element/3.
    """
    wanted, given = as_term(key, "key"), as_term(update, "update")
    changes = elements(given)
    with Effect("ets_write", tab, A.update_element, wanted) as me:
        table = writable(me, tab, {3: NO_ELEMENT if changes is None else None})
        with table.lock:
            found = table.peek(wanted)
            if found is EMPTY:
                return False
            if changes is None:
                raise ArgumentError.at(3, NO_ELEMENT)
            if table.many:
                raise ArgumentError.at(3, "out of range")  # what OTP 25 says of a bag
            row = updated(found.items[0], changes, table.keypos)
            table.put_all((row,), me.runtime.line)
    return True
