"""Commands on ETS tables, named after the functions of Erlang's `ets` module."""

from kvshell.commands.arguments import TypedTerm, Word, table_name
from kvshell.commands.cells import NONE, cell, lines, many, number
from kvshell.commands.context import Context
from kvshell.commands.result import Value
from kvshell.commands.view import Cell, Column, Role, TableView, View
from kvshell.runtime import ets
from kvshell.runtime.tables.table import Table as EtsTable
from kvshell.terms import Atom, List, inspect


def tables(context: Context) -> View:
    """List every ETS table."""
    found = context.runtime.tables.all()
    if not found:
        return lines("no tables: ets new t set protected makes one")
    columns = (
        Column("table", 0),
        Column("name", 4),
        Column("type", 2),
        Column("protection", 3),
        Column("owner", 1),
        Column("size", 1, "right"),
    )
    return TableView("", columns, tuple(map(_row, found)), many(len(found), "table"))


def ets_new(context: Context, name: str, options: tuple[TypedTerm, ...]) -> Value:
    """Create a table that the shell's process owns."""
    return Value(ets.new(table_name(name), List([context.term(option) for option in options])))


def ets_insert(context: Context, table: Word, row: TypedTerm) -> Value:
    """Insert a row, or each row of a list."""
    return Value(ets.insert(context.table(table), context.term(row)))


def ets_lookup(context: Context, table: Word, key: TypedTerm) -> Value:
    """Return the rows with this key."""
    return Value(ets.lookup(context.table(table), context.term(key)))


def ets_delete(context: Context, table: Word, key: TypedTerm | None) -> Value:
    """Delete the rows with this key; without a key, the whole table."""
    if key is None:
        return Value(ets.delete(context.table(table)))
    return Value(ets.delete(context.table(table), context.term(key)))


def ets_list(context: Context, table: Word) -> Value:
    """List all rows of a table."""
    return Value(ets.tab2list(context.table(table)))


def ets_info(context: Context, table: Word) -> View | Value:
    """Show a table's properties; answer `:undefined` if it does not exist, as in iex."""
    found = context.runtime.tables.find(context.table(table))
    return Value(Atom("undefined")) if found is None else facts(found)


def facts(table: EtsTable) -> TableView:
    """Return a view of a table's properties and counters; no rows are read."""
    seen = table.info()
    rows = (
        ("table", cell(table.shown())),
        ("name", cell(seen.name)),
        ("type", cell(seen.kind)),
        ("protection", cell(seen.protection)),
        ("owner", _owner(table)),
        ("heir", cell(seen.heir.pid) if seen.heir is not None else NONE),
        ("keypos", number(seen.keypos)),
        ("read_concurrency", cell(seen.read_concurrency)),
        ("size", number(seen.size)),
        ("memory", Cell(f"{seen.memory} words", Role.number)),
        ("reads", number(seen.reads)),
        ("hits", number(seen.hits)),
        ("misses", number(seen.misses)),
    )
    columns = (Column("fact", 0), Column("value", 0))
    return TableView("", columns, tuple((Cell(name), value) for name, value in rows))


def _row(table: EtsTable) -> tuple[Cell, ...]:
    return (
        cell(table.shown()),
        cell(table.name),
        Cell(table.kind.name, Role.atom),
        Cell(table.protection.name, Role.atom),
        _owner(table),
        number(table.size),
    )


def _owner(table: EtsTable) -> Cell:
    owner = table.owner
    if owner.name is None:
        return Cell(inspect(owner.pid), Role.pid)
    return Cell(f"{inspect(owner.pid)} {inspect(owner.name)}", Role.pid)
