"""Find and delete rows by pattern or match specification. Each call is one operation.

A pattern with a known key reads only that key; otherwise the table is read atomically.
"""

from typing import Any, Final

from kvshell.runtime.processes.record import NOTHING, Process, Unset
from kvshell.runtime.processes.thread_context import current
from kvshell.runtime.tables.access import (
    END,
    WRONG_TYPE,
    Effect,
    readable,
    reading,
    refusal,
    table_of,
    writable,
)
from kvshell.runtime.tables.match_spec import (
    BadSpec,
    Clause,
    bound_key,
    compile_spec,
    in_order,
    is_ground,
    matching,
    run,
    variable,
)
from kvshell.runtime.tables.table import Table
from kvshell.terms import A, ArgumentError, Atom, List, Opaque, Ref, Term, equal
from kvshell.terms import term as as_term
from kvshell.terms.values import Foreign

_NO_SPEC: Final = "not a valid match specification"
_ROW: Final = Atom("$_")


def match(tab: Atom | Term, pattern: Term) -> List:
    """Return a list of the values of `:"$1"` ... for each matching row.

    Mirrors :ets.match/2.
    """
    wanted = as_term(pattern, "pattern")
    me = _announced("ets_read", "ets_scan", tab, A.match, wanted)
    table = readable(me, tab)
    bindings = map(_matching(wanted), _rows(table, wanted))
    return List([in_order(found) for found in bindings if found is not None])


def match_object(tab: Atom | Term, pattern: Term) -> List:
    """Return the matching rows. Mirrors :ets.match_object/2."""
    wanted = as_term(pattern, "pattern")
    me = _announced("ets_read", "ets_scan", tab, A.match_object, wanted)
    table = readable(me, tab)
    matches = _matching(wanted)
    return List([row for row in _rows(table, wanted) if matches(row) is not None])


def match_delete(tab: Atom | Term, pattern: Term) -> bool:
    """Delete the matching rows; always returns True. Mirrors :ets.match_delete/2."""
    wanted = as_term(pattern, "pattern")
    with _effect(tab, A.match_delete, wanted) as me:
        table = writable(me, tab)
        matches = _matching(wanted)
        with table.lock:
            rows = _rows_now(table, wanted)
            table.drop_all([row for row in rows if matches(row) is not None])
    return True


def select(tab: Atom | Term, spec: Term | Unset = NOTHING, limit: Term | Unset = NOTHING) -> Term:
    """Return the match specification's result for each matching row.

    With a `limit`, return `{results, continuation}` or `:"$end_of_table"`; `select(continuation)`
    returns the next results. All of them are computed by the first call. Mirrors :ets.select.
    """
    if isinstance(spec, Unset):
        return _go_on(as_term(tab, "continuation"))
    wanted = as_term(spec, "match specification")
    clauses = _compiled(wanted)
    few = None if isinstance(limit, Unset) else _limit_problem(limit)
    others = {} if limit is NOTHING else {2: None if clauses else _NO_SPEC, 3: few}
    me = _announced("ets_read", "ets_scan", tab, A.select, wanted)
    table = readable(me, tab, others)
    if clauses is None or few is not None:
        raise refusal(others or {2: _NO_SPEC})
    found = [
        (table.key_of(row), made)
        for row in _rows(table, _pattern(wanted))
        if (made := run(clauses, row, me.pid, NOTHING)) is not NOTHING
    ]
    if isinstance(limit, Unset):
        return List([made for _, made in found])
    return _chunk(table, found, limit)


def select_count(tab: Atom | Term, spec: Term) -> int:
    """Count the rows for which the specification returns `true`. Mirrors :ets.select_count/2."""
    wanted = as_term(spec, "match specification")
    me = _announced("ets_read", "ets_scan", tab, A.select_count, wanted)
    table = readable(me, tab)
    return len(_true(_rows(table, _pattern(wanted)), _valid(wanted), me))


def select_delete(tab: Atom | Term, spec: Term) -> int:
    """Delete the rows for which the specification returns `true`; return their number.

    Mirrors :ets.select_delete/2.
    """
    wanted = as_term(spec, "match specification")
    with _effect(tab, A.select_delete, wanted) as me:
        table = writable(me, tab)
        clauses = _valid(wanted)
        with table.lock:
            doomed = _true(_rows_now(table, _pattern(wanted)), clauses, me)
            table.drop_all(doomed)
    return len(doomed)


def select_replace(tab: Atom | Term, spec: Term) -> int:
    """Replace the rows for which the specification returns a row; return their number.

    The new row must visibly have the key of the old one. Mirrors :ets.select_replace/2.
    """
    wanted = as_term(spec, "match specification")
    with _effect(tab, A.select_replace, wanted) as me:
        table = writable(me, tab)
        if table.kind is A.bag:
            raise ArgumentError.at(1, WRONG_TYPE)
        clauses = _valid(wanted)
        if not all(_keeps_the_key(each, table.keypos) for each in wanted):
            raise ArgumentError.at(2, _NO_SPEC)
        with table.lock:
            return _replaced(table, _pattern(wanted), clauses, me)


def _replaced(table: Table, pattern: Term, clauses: list[Clause], me: Process) -> int:
    written: dict[Any, list[Any]] = {}
    count = 0
    for form in {table.form(table.key_of(row)) for row in _rows_now(table, pattern)}:
        rows = list(table.objects[form].items)
        for place, row in enumerate(rows):
            made = run(clauses, row, me.pid, NOTHING)
            if type(made) is tuple:
                rows[place] = made
                written[form] = rows
                count += 1
    table.replace_all(written, me.runtime.line)
    return count


def _keeps_the_key(clause: Any, keypos: int) -> bool:
    """Whether the body visibly keeps the key: it is `$_`, or repeats the key of the pattern."""
    pattern, _guards, body = clause
    last = body.items[-1]
    if type(pattern) is not tuple or len(pattern) < keypos:
        return last is _ROW
    name = pattern[keypos - 1]
    match last:
        case (tuple() as made,) if len(made) >= keypos:
            key = made[keypos - 1]
        case _:
            return last is _ROW
    if variable(name) is not None or not is_ground(name):
        return key is name
    written = (name,) if type(name) is tuple else name
    return equal(key, written) or equal(key, (A.const, name))


# -- selecting rows ------------------------------------------------------------------------------


def _pattern(spec: Term) -> Term:
    """Return the pattern of a specification with a single clause, otherwise one for all rows."""
    if type(spec) is List and len(spec) == 1 and type(spec[0]) is tuple and spec[0]:
        return spec[0][0]
    return A._


def _rows(table: Table, pattern: Term) -> "list[Any] | tuple[Any, ...]":
    """Return the rows that may match, read atomically."""
    known, name = bound_key(pattern, table.keypos)
    return table.peek(name).items if known else table.listed()


def _rows_now(table: Table, pattern: Term) -> "list[Any] | tuple[Any, ...]":
    """Return the rows that may match. Runs under the table's lock."""
    known, name = bound_key(pattern, table.keypos)
    return table.peek(name).items if known else table.all()


def _footprint(tab: Term, one_key: str, whole: str, wanted: Term) -> tuple[str, Term]:
    """Return the operation's kind, and the key or pattern that it concerns."""
    table = table_of(current(), tab)
    pattern = _pattern(wanted) if type(wanted) is List else wanted
    known, name = bound_key(pattern, 1 if table is None else table.keypos)
    return (one_key, name) if known and table is not None else (whole, wanted)


def _announced(one_key: str, whole: str, tab: Term, verb: Atom, wanted: Term) -> Process:
    me = current()
    if me.runtime.watch is not None:
        kind, what = _footprint(tab, one_key, whole, wanted)
        reading(kind, tab, verb, what)
    return me


def _effect(tab: Term, verb: Atom, wanted: Term) -> Effect:
    if current().runtime.watch is None:
        return Effect("ets_write_all", tab, verb)
    kind, what = _footprint(tab, "ets_write", "ets_write_all", wanted)
    return Effect(kind, tab, verb, what)


# -- patterns and specifications -----------------------------------------------------------------


def _matching(pattern: Term) -> Any:
    try:
        return matching(pattern)
    except BadSpec:
        raise ArgumentError from None


def _compiled(spec: Term) -> list[Clause] | None:
    try:
        return compile_spec(spec)
    except BadSpec:
        return None


def _valid(spec: Term) -> list[Clause]:
    clauses = _compiled(spec)
    if clauses is None:
        raise ArgumentError.at(2, _NO_SPEC)
    return clauses


def _true(rows: Any, clauses: list[Clause], me: Process) -> list[Term]:
    return [row for row in rows if run(clauses, row, me.pid, NOTHING) is True]


# -- in chunks -----------------------------------------------------------------------------------


class RestOfRows(Foreign):
    """The rows that a continuation has not returned yet; prints as a reference, like OTP's."""

    def __init__(self, rows: list[tuple[Term, Term]], ref: Ref) -> None:
        super().__init__(ref.text)
        self.rows = rows


def _limit_problem(limit: Term) -> str | None:
    if type(limit) is not int:
        return "not an integer"
    return None if limit > 0 else "out of range"


def _chunk(table: Table, found: list[tuple[Term, Term]], limit: int) -> Term:
    """Return the first results and a continuation shaped like OTP's for an ordered_set."""
    if not found:
        return END
    taken, rest = found[:limit], found[limit:]
    results = List([made for _, made in taken])
    if len(taken) < limit:
        return results, END
    last_key = taken[-1][0]
    more = Opaque(RestOfRows(rest, current().runtime.make_ref()))
    return results, (table.ref, last_key, List(), limit, more, List(), 0, 0)


def _go_on(continuation: Term) -> Term:
    match continuation:
        case Atom() if continuation is END:
            return END
        case (ref, _last, List(), int() as limit, Opaque(value=RestOfRows() as rest), List(), 0, 0):
            me = reading("ets_scan", ref, A.select, continuation)
            return _chunk(readable(me, ref), rest.rows, limit)
    raise ArgumentError.at(1, "not a valid continuation")
