"""The names: the registry as a table, the story of one row, the ETS table as a cache."""

from kvshell.commands.context import Context
from kvshell.commands.handlers.cells import lines, many, name_cell, pid_cell
from kvshell.commands.handlers.rows import Row, names
from kvshell.commands.handlers.story import tell
from kvshell.commands.handlers.tables import facts
from kvshell.commands.view import Cell, Column, Panel, Role, Table, View
from kvshell.terms import inspect

STATES = {
    "fresh": Role.fresh,
    "pending": Role.pending,
    "stale": Role.stale,
    "dead, kept": Role.dead,
}
NOBODY = "nothing runs, so nobody keeps names: start manager"


def registry(context: Context, name: str | None) -> View:
    """Show every name and what has become of it, or the story of one."""
    if name is not None:
        return tell(context, name)
    rows = names(context.runtime, context.design)
    if not rows:
        return lines("no names yet: create store s1" if context.running else NOBODY)
    columns = (
        Column("name", 0),
        Column("pid", 0),
        Column("process", 1),
        Column("owner", 3),
        Column("table", 2),
        Column("state", 0),
    )
    return Table("", columns, tuple(map(_cells, rows)))


def cache(context: Context) -> View:
    """Show the table that holds the names, and how often it was read."""
    design = context.design
    if not design.tabled:
        return lines("no table: the names are in the manager's map")
    table = design.names_table(context.runtime)
    if table is None:
        return lines(f"no table {inspect(design.table)}: start manager")
    rows = names(context.runtime, design)
    held = tuple((name_cell(row.name), pid_cell(row.pid)) for row in rows if row.table == "yes")
    columns = (Column("name", 0), Column("pid", 0))
    shown = Table("", columns, held, many(len(held), "row")) if held else lines("no rows")
    return Panel(inspect(design.table), (facts(table), shown))


def _cells(row: Row) -> tuple[Cell, ...]:
    dead = row.process.startswith("dead")
    return (
        name_cell(row.name),
        pid_cell(row.pid),
        Cell(row.process, Role.dead if dead else Role.plain),
        Cell(row.owner),
        Cell(row.table),
        Cell(row.state, STATES[row.state]),
    )
