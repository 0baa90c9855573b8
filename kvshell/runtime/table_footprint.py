"""The footprints of operations on tables: rows, whole tables, and the names that mean them."""

from collections.abc import Callable

from kvshell.runtime.access import form_in
from kvshell.runtime.marks import READ, WRITE, Footprint
from kvshell.runtime.op import Op
from kvshell.runtime.table import Table
from kvshell.terms import Ref

Access = Callable[[Op, bool, Footprint], None]


def _table(op: Op, found: Footprint) -> Table | None:
    called = op.target if op.called is None else op.called
    if isinstance(called, Table):  # one that is just being made
        return called
    table = op.actor.runtime.tables.find(called)
    if type(called) is Ref:
        found["table", called] = READ
    else:
        found["tablename", called] = READ
    if table is not None:
        found["table", table.ref] = READ
    return table


def one_key(row: str, part: str) -> Access:
    """A row is read or written."""

    def access(op: Op, spec: bool, found: Footprint) -> None:
        table = _table(op, found)
        if table is None:
            return
        form = form_in(table, op)
        if form is None:
            found["rows", table] = WRITE if row is WRITE else READ
        else:
            found["rows", table] = part
            found["row", table, form] = row

    return access


def whole_table(mode: str) -> Access:
    """Any row may be read or written."""

    def access(op: Op, spec: bool, found: Footprint) -> None:
        table = _table(op, found)
        if table is not None:
            found["rows", table] = mode

    return access


def named_table(op: Op, spec: bool, found: Footprint) -> None:
    """New, drop, rename, give_away: the table and its name."""
    table = _table(op, found)
    name = op.term[1] if type(op.term) is tuple and len(op.term) > 1 else None
    if op.kind == "ets_rename":
        found["tablename", name] = WRITE
    if table is not None:
        found["rows", table] = WRITE
        found["table", table.ref] = WRITE
        if table.named:
            found["tablename", table.name] = WRITE
        if op.kind == "ets_delete_table":
            found["life", table.owner.pid] = READ
    if op.kind == "ets_give_away":
        target = Op("", op.actor, name).process()
        if target is not None:
            found["life", target.pid] = READ
            found["doom", target.pid] = READ
            if not spec:
                found["mail", target.pid] = WRITE


def table_dies(op: Op, spec: bool, found: Footprint) -> None:
    """The table goes with its owner, or to its heir."""
    table: Table = op.target
    found["rows", table] = WRITE
    found["table", table.ref] = WRITE
    if table.named:
        found["tablename", table.name] = WRITE
    if table.heir is not None:
        heir = table.heir[0]
        found["life", heir.pid] = READ
        found["doom", heir.pid] = READ
        if not spec:
            found["mail", heir.pid] = WRITE
