"""Footprints of table operations: rows, whole tables, and their names."""

from collections.abc import Callable
from typing import Any

from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.record import NOTHING
from kvshell.runtime.search.steps import PART, READ, WRITE, Footprint
from kvshell.runtime.tables.access import is_atom, key_in
from kvshell.runtime.tables.table import Table
from kvshell.terms import A, Atom, Ref, Term, sort_key

Access = Callable[[Op, bool, Footprint], None]


def _table(op: Op, found: Footprint) -> Table | None:
    called = op.target if op.called is None else op.called
    if isinstance(called, Table):  # a table that is being created
        return called
    table = op.actor.runtime.tables.find(called)
    if type(called) is Ref:
        found["table", called.number] = READ
    elif is_atom(called):
        found["tablename", called] = READ
    if table is not None:
        found["table", table.ref.number] = READ
    return table


def one_key(row: str, part: str) -> Access:
    """Return a function that adds what an operation on one row touches.

    `row` is the mode for the row, `part` that for the rows of the table.
    """

    def access(op: Op, spec: bool, found: Footprint) -> None:
        table = _table(op, found)
        if table is None:
            return
        name = key_in(table, op)
        number = table.ref.number
        if name is NOTHING:
            found["rows", number] = WRITE if row is WRITE else READ
        else:
            found["rows", number] = part
            found["row", number, by_value(name, table)] = row

    return access


def by_value(name: Term, table: Table) -> Any:
    """Return what identifies a key in all runs of a search; equal keys give equal results."""
    kind = type(name)
    if kind is str or kind is Atom:
        return name
    return sort_key(name, exact=table.kind is not A.ordered_set)


def whole_table(mode: str) -> Access:
    """Return a function that adds what an operation on any row touches; `mode` is READ or WRITE."""

    def access(op: Op, spec: bool, found: Footprint) -> None:
        table = _table(op, found)
        if table is not None:
            found["rows", table.ref.number] = mode

    return access


def named_table(op: Op, spec: bool, found: Footprint) -> None:
    """Add what new, delete, rename and give_away touch: the table and its name."""
    table = _table(op, found)
    name = op.term[1] if type(op.term) is tuple and len(op.term) > 1 else None
    if op.kind == "ets_rename":
        found["tablename", name] = WRITE
    found["tables",] = PART  # visible to a list of all tables
    if table is not None:
        found["rows", table.ref.number] = WRITE
        found["table", table.ref.number] = WRITE
        if table.named:
            found["tablename", table.name] = WRITE
        if op.kind == "ets_delete_table":
            found["life", table.owner.pid.number] = READ
    if op.kind == "ets_give_away":
        target = Op("", op.actor, name).process()
        if target is not None:
            found["life", target.pid.number] = READ
            found["doom", target.pid.number] = READ
            if not spec:
                found["mail", target.pid.number] = WRITE


def table_dies(op: Op, spec: bool, found: Footprint) -> None:
    """Add what the death of a table's owner touches: the table is deleted, or goes to its heir."""
    table: Table = op.target
    found["tables",] = PART
    found["rows", table.ref.number] = WRITE
    found["table", table.ref.number] = WRITE
    if table.named:
        found["tablename", table.name] = WRITE
    if table.heir is not None:
        heir = table.heir[0]
        found["life", heir.pid.number] = READ
        found["doom", heir.pid.number] = READ
        if not spec:
            found["mail", heir.pid.number] = WRITE
