"""ETS tables: the chapter's first screen, and what can be seen of every table."""

from kvshell.commands.context import Context
from kvshell.commands.handlers.cells import NONE, cell, lines, many, number
from kvshell.commands.result import CommandError, Value
from kvshell.commands.values import Typed, Word
from kvshell.commands.view import Cell, Column, Role, Table, View
from kvshell.runtime import ets
from kvshell.runtime.table import Table as EtsTable
from kvshell.terms import Atom, List, inspect


def tables(context: Context) -> View:
    """List every table."""
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
    return Table("", columns, tuple(map(_row, found)), many(len(found), "table"))


def ets_new(context: Context, name: str, options: tuple[Typed, ...]) -> Value:
    """Make a table that belongs to the shell."""
    return Value(ets.new(named(name), List([context.term(option) for option in options])))


def ets_insert(context: Context, table: Word, row: Typed) -> Value:
    """Insert a row, or a list of rows."""
    return Value(ets.insert(context.table(table), context.term(row)))


def ets_lookup(context: Context, table: Word, key: Typed) -> Value:
    """Read the rows of a key."""
    return Value(ets.lookup(context.table(table), context.term(key)))


def ets_delete(context: Context, table: Word, key: Typed | None) -> Value:
    """Delete a key, or the whole table."""
    if key is None:
        return Value(ets.delete(context.table(table)))
    return Value(ets.delete(context.table(table), context.term(key)))


def ets_list(context: Context, table: Word) -> Value:
    """List the rows."""
    return Value(ets.tab2list(context.table(table)))


def ets_info(context: Context, table: Word) -> View | Value:
    """Say what a table is; `:undefined` when there is none, as in iex."""
    found = context.runtime.tables.find(context.table(table))
    return Value(Atom("undefined")) if found is None else facts(found)


def named(text: str) -> Atom:
    """Return the atom that names a table."""
    try:
        return Atom(text)
    except ValueError as error:
        raise CommandError(f"{text[:40]} is no name for a table: {error}") from error


def facts(table: EtsTable) -> Table:
    """Return what can be seen of a table, without reading a row."""
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
    return Table("", columns, tuple((Cell(name), value) for name, value in rows))


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
