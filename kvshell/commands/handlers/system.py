"""Commands on the whole system: start, stop, restart, reset, designs and load."""

from kvshell.commands.context import Context
from kvshell.commands.result import CommandError, Value
from kvshell.commands.view import Cell, Column, Role, TableView
from kvshell.otp import code_loading as loading
from kvshell.systems import Design
from kvshell.systems.designs.own_lines import MANAGER, OWN, REGISTRY
from kvshell.terms import A, List

NO_OWN = f"own runs your own modules: define {REGISTRY} or {MANAGER} first, or load a file"


def start_manager(context: Context, design: str | None) -> Value:
    """Start a system; if one runs, answer its start function's `already_started` error."""
    if not design and context.misses_own:
        raise CommandError(NO_OWN)
    if not context.running:
        context.use(_design(context, design) if design else context.default)
    return Value(context.design.start())


def _design(context: Context, name: str) -> Design:
    found = context.designs.get(name)
    if found is None and name == OWN:
        raise CommandError(NO_OWN)
    if found is None:
        raise CommandError(f"no design {name} here: type one of {', '.join(context.designs)}")
    return found


def stop_manager(context: Context) -> Value:
    """Stop the system; in `plain`, which has no supervisor, only the manager stops."""
    return Value(context.design.stop())


def restart_manager(context: Context, design: str | None) -> Value:
    """Stop the system if one runs, and start it again, optionally with another design."""
    if context.running:
        context.design.stop()
    if design:
        context.use(_design(context, design))
    return Value(context.design.start())


def reset(context: Context) -> Value:
    """Start over: no system runs and nothing is bound."""
    context.reset()
    return Value(A.ok)


def _of_a_cluster(*, runs: bool) -> str:
    """Return the message that the design of a cluster cannot be changed, running or not."""
    now = "it runs now" if runs else "start manager starts it"
    return f"a cluster has its own design, ets with a table on each node: {now}"


def designs(context: Context) -> TableView:
    """Show a table that compares the designs, which are stages of the tutorials."""
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
            Cell(each.text.processes),
            Cell(each.text.names_in),
            Cell(each.text.lookup_asks),
            Cell(each.text.create_is),
            Cell(each.text.dead_are),
        )
        for each in context.designs.values()
    )
    if context.snapshot().nodes:
        return TableView(
            "", columns, rows, _of_a_cluster(runs=context.snapshot().design is not None)
        )
    caption = (
        f"{context.design.name} runs now: restart manager DESIGN changes it"
        if context.running
        else f"{context.snapshot().idle}: start manager DESIGN, by default {context.default.name}"
    )
    return TableView("", columns, rows, caption)


def load(context: Context, path: str) -> Value:
    """Load a program: reload its servers that are running, and start the others.

    An Elixir file or folder is compiled instead; the answer lists the modules it defines.
    """
    found = context.program(path)
    try:
        if found.suffix in {".ex", ".exs"} or found.is_dir():
            found.stat()
            return Value(List(context.compile(found)))
        program = loading.load(found, path)
        loading.renew(program, context.runtime)
        return Value(loading.start(program))
    except loading.LoadError as error:
        raise CommandError(str(error)) from None
    except OSError as error:  # the current folder may no longer exist
        raise CommandError(loading.unreadable(path, error)) from None
