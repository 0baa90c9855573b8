"""The whole system: start, stop, restart, reset, designs."""

from kvshell.commands.context import Context
from kvshell.commands.result import Value
from kvshell.commands.view import Cell, Column, Role, Table
from kvshell.systems import DESIGNS
from kvshell.terms import A


def start_manager(context: Context, design: str | None) -> Value:
    """Start a system; while one runs, answer with what start/3 says of the name it holds."""
    if not context.running:
        context.use(DESIGNS[design] if design else context.default)
    return Value(context.design.start())


def stop_manager(context: Context) -> Value:
    """End the system. In `plain` that is the manager alone."""
    return Value(context.design.stop())


def restart_manager(context: Context, design: str | None) -> Value:
    """End the system, if one runs, and start it again, perhaps as another design."""
    if context.running:
        context.design.stop()
    if design:
        context.use(DESIGNS[design])
    return Value(context.design.start())


def reset(context: Context) -> Value:
    """Begin again: nothing runs, nothing is bound."""
    context.reset()
    return Value(A.ok)


def designs(context: Context) -> Table:
    """Compare the stages of the tutorials."""
    columns = (
        Column("design", 0),
        Column("processes", 5),
        Column("names kept in", 1),
        Column("lookup asks", 2),
        Column("create is", 3),
        Column("the dead are", 4),
    )
    rows = tuple(
        (
            Cell(each.name, Role.name),
            Cell(each.processes),
            Cell(each.names_in),
            Cell(each.lookup_asks),
            Cell(each.create_is),
            Cell(each.dead_are),
        )
        for each in DESIGNS.values()
    )
    says = (
        f"{context.design.name} runs now: restart manager DESIGN changes it"
        if context.running
        else f"nothing runs: start manager DESIGN, {context.default.name} when left out"
    )
    return Table("", columns, rows, says)
