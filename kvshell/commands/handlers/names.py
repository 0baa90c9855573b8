"""The commands `registry` and `cache`: the state of all names, and the history of one name."""

from typing import Final

from kvshell.commands.cells import called, lines, many, name_cell, pid_cell
from kvshell.commands.context import Context
from kvshell.commands.handlers.tables import facts
from kvshell.commands.types.simple_types import as_name
from kvshell.commands.view import Cell, Column, Panel, Role, TableView, Text, View
from kvshell.otp.gen.calls import unwrapped
from kvshell.runtime import Observation
from kvshell.runtime.processes.record import lives
from kvshell.systems.designs.design import RegistryRow
from kvshell.systems.designs.inbox import creates, downs
from kvshell.terms import A, Atom, Pid, Term, inspect, key

Line = tuple[Cell, ...]
PROPOSAL: Final = Cell("next: ", Role.hint)  # begins the line that says what to type


def history(context: Context, name: str) -> Panel:
    """Return the history of `name`: who registered it, and the fate of its process.

    The last line suggests what to type next.
    """
    row = _row_of(context, name)
    owner = _manager(context)
    if not context.design.readable(context.runtime):
        return Panel(name, (Text(_unreadable(context)),))
    if row is None:
        return Panel(name, (Text(tuple(_unknown(context, name))),))
    story = [*_written(context, row, owner), *_process(context, row, owner)]
    story += _waiting(context, row, owner)
    typed = _next(context, row, owner)
    story.append((PROPOSAL, Cell(typed, Role.command)))
    return Panel(name, (Text(tuple(story)),))


def _row_of(context: Context, name: str) -> RegistryRow | None:
    """Return the registry row of a name, or None if it is neither registered nor being created."""
    runtime, design = context.runtime, context.design
    known = design.pid(runtime, name) is not None or design.knows(runtime, name)
    return design.row(runtime, name) if known or name in design.pending(runtime) else None


def _manager(context: Context) -> Observation | None:
    """Return an observation of the manager or registry, or None if it does not run."""
    pid = context.runtime.whereis(context.design.manager)
    return None if pid is None else context.runtime.observe(pid)


def _unknown(context: Context, name: str) -> list[Line]:
    if not context.running:
        idle = str(context.snapshot().idle)
        return [
            _line(f"{idle[0].upper()}{idle[1:]}, so this name is unknown."),
            _type("start manager"),
        ]
    return [
        _line("This name is unknown, and no create of it is waiting."),
        _type(f"create store {as_name(name)}"),
    ]


def _unreadable(context: Context) -> tuple[Line, ...]:
    """Say that the names cannot be shown, because only the design's author knows their layout."""
    who = inspect(context.design.manager)
    return (
        _line(f"? {who} stores its names in a way that cannot be read from outside."),
        _type("state manager"),
    )


def _written(context: Context, row: RegistryRow, owner: Observation | None) -> list[Line]:
    """Return the line that says who registered the name and when, or that its create is waiting."""
    who = _owner(context)
    if row.pid is None:
        place = (
            inspect(context.design.table_name) if context.design.table_name else f"the map of {who}"
        )
        at = owner is not None and key(row.name) in creates(owner.handling)
        how = "is being handled" if at else "has not been handled"
        return [_line(f"Not in {place} yet: its create {how}.")]
    when = _when(context, row, row.pid)
    if context.design.cleaner is not None:
        return [_line(_pid(row.pid), f" registered itself: it wrote the row {_row(row)}{when}.")]
    if row.table == "yes":
        return [_line(f"{who} started ", _pid(row.pid), f" and wrote the row {_row(row)}{when}.")]
    where = "its map" if row.owner == "yes" or owner is None else "its state"
    return [_line(f"{who} started ", _pid(row.pid), f" and put it into {where}{when}.")]


def _when(context: Context, row: RegistryRow, pid: Pid) -> str:
    """Return the line that registered the name or, if unknown, the line that started its process.

    The result is a phrase such as ` at line 3`, or "".
    """
    table = context.design.table(context.runtime)
    line = table.line_of(row.name) if table is not None else None
    if line is None:
        seen = context.runtime.observe(pid)
        line = seen.born if seen is not None else None
    return f" at line {line}" if line is not None else ""


def _process(context: Context, row: RegistryRow, owner: Observation | None) -> list[Line]:
    """Return the line that says whether the process is alive and, if not, when and why it died."""
    if row.pid is None:
        return []
    if lives(row.pid):
        cleaner = context.design.cleaner
        if cleaner is not None:
            return [_line(_pid(row.pid), f" is alive; {inspect(cleaner)} is linked to it.")]
        watched = owner is not None and context.design.monitors(context.runtime, row.pid)
        after = f"; {_owner(context)} monitors it" if watched else "; nobody monitors it"
        return [_line(_pid(row.pid), f" is alive{after}.")]
    seen = context.runtime.observe(row.pid)
    when = f" at line {seen.died}" if seen is not None and seen.died is not None else ""
    reason = inspect(seen.reason, width=None) if seen is not None else "unknown"
    return [_line(_pid(row.pid), " died", f"{when}: {reason}", f"{_cause(seen)}.")]


def _cause(seen: Observation | None) -> str:
    match seen.reason if seen is not None else None:
        case A.normal | A.shutdown | (A.shutdown, _):
            return " (it was stopped)"
        case A.killed:
            return " (it was killed)"
        case (_, (Atom(), Atom(), _)) | (_, _):
            return " (it crashed)"
        case _:
            return ""


def _waiting(context: Context, row: RegistryRow, owner: Observation | None) -> list[Line]:
    """Return the lines that say where the message is that will change the row."""
    if row.state == "dead, kept":
        return [_line(f"{_owner(context)} does not monitor it and keeps the pid forever.")]
    if context.design.cleaner is not None:
        return _exit_waits(context, row, context.design.cleaner)
    if owner is None:
        return []
    lines = []
    if row.state == "stale" and row.pid is not None:
        place = downs(owner.mailbox).get(row.pid)
        if place is not None:
            where = f"waits in the mailbox of {_owner(context)}, {_place(place, owner)}"
        elif row.pid in downs(owner.handling):
            where = f"has arrived: {_owner(context)} is handling it"
        else:
            where = f"is on its way to {_owner(context)}"
        lines.append(_line(f"Its :DOWN {where}."))
    lines += _handles(context, row, owner)
    for place, message in enumerate(owner.mailbox, 1):
        match unwrapped(message):
            case (A.create | A.create_store, name) if name == row.name:
                by = _caller(context, message)
                where = _place(place, owner)
                lines.append(
                    _line(f"A create{by} waits in the mailbox of {_owner(context)}, {where}.")
                )
    if lines and owner.suspended:
        lines.append(_line(f"{_owner(context)} is suspended and handles nothing."))
    return lines


def _handles(context: Context, row: RegistryRow, owner: Observation) -> list[Line]:
    """Return the line that says the row is being created, by whom and what that waits for."""
    for message in owner.handling:
        match unwrapped(message):
            case (A.create | A.create_store, name) if name == row.name:
                by = _caller(context, message)
                whom = owner.waiting_for.partition(" (")[0]
                waits = f" and waits for {whom}" if whom else ""
                return [_line(f"{_owner(context)} is at the create{by}{waits}.")]
    return []


def _exit_waits(context: Context, row: RegistryRow, cleaner: Atom) -> list[Line]:
    """Return the same as `_waiting` for Elixir's Registry.

    Its partition process is linked to the registered processes and waits for their exit signals.
    """
    pid = context.runtime.whereis(cleaner)
    seen = context.runtime.observe(pid) if pid is not None else None
    if row.state != "stale" or seen is None:
        return []
    for place, message in enumerate(seen.mailbox, 1):
        if message[:2] == (A.EXIT, row.pid):
            held = ", which is suspended" if seen.suspended else ""
            where = _place(place, seen)
            return [_line(f"Its :EXIT waits in the mailbox of {inspect(cleaner)}{held}, {where}.")]
    return [_line(f"Its :EXIT is on its way to {inspect(cleaner)}.")]


def _next(context: Context, row: RegistryRow, owner: Observation | None) -> str:
    typed = as_name(str(row.name), resolved=True)
    if row.state == "dead, kept":
        return f"restart manager {context.design.name}"
    if row.state == "fresh":
        seen = context.runtime.observe(row.pid) if row.pid is not None else None
        if seen is not None and seen.suspended:
            return f"resume {typed}"
        return f"get {typed} milk" if context.running else "start manager"
    if owner is not None and owner.suspended:
        return "step manager"
    if context.snapshot().flying:
        return "inflight"
    return f"lookup {as_name(str(row.name))}"


def _caller(context: Context, message: Term) -> str:
    match message:
        case (Atom(name="$gen_call"), (Pid() as pid, _), _):
            names_ = {client: name for name, client in context.clients.items()}
            who = "the shell" if pid is context.shell else names_.get(pid, inspect(pid))
            return f" by {who}"
        case _:
            return ""


def _owner(context: Context) -> str:
    pid = context.runtime.whereis(context.design.manager)
    return called(context.runtime, pid) if pid is not None else inspect(context.design.manager)


def _place(place: int, owner: Observation) -> str:
    return f"{place} of {len(owner.mailbox)}"


def _row(row: RegistryRow) -> str:
    return inspect((row.name, row.pid), width=None)


def _pid(pid: Pid) -> Cell:
    return Cell(inspect(pid), Role.pid)


def _line(*parts: Cell | str) -> Line:
    return tuple(part if isinstance(part, Cell) else Cell(part) for part in parts)


def _type(line: str) -> Line:
    return (PROPOSAL, Cell(line, Role.command))


STATES = {
    "fresh": Role.fresh,
    "pending": Role.pending,
    "stale": Role.stale,
    "dead, kept": Role.dead,
    "dead": Role.dead,
    "?": Role.hint,
}


def nobody(context: Context) -> str:
    """Return the message that no system is running, and how to start one."""
    return f"{context.snapshot().idle}: start manager"


def registry(context: Context, name: str | None) -> View:
    """Show every name and its state or, if `name` is given, the history of that name."""
    if name is not None:
        return history(context, name)
    if not context.design.readable(context.runtime):
        return Text(_unreadable(context))
    rows = context.design.rows(context.runtime)
    if not rows:
        return lines("no names yet: create store s1" if context.running else nobody(context))
    columns = (
        Column("name", 0),
        Column("pid", 0),
        Column("process", 1),
        Column("owner", 3),
        Column("table", 2),
        Column("state", 0),
    )
    return TableView("", columns, tuple(map(_cells, rows)))


def cache(context: Context) -> View:
    """Show the ETS table that holds the names, and how often it was read."""
    design = context.design
    if not design.readable(context.runtime):
        return Text(_unreadable(context))
    if not context.running:
        return lines(nobody(context))
    if design.table_name is None:
        return lines("no table: the names are in the manager's map")
    table = design.table(context.runtime)
    if table is None:
        return lines(nobody(context))
    rows = design.rows(context.runtime)
    held = tuple((name_cell(row.name), pid_cell(row.pid)) for row in rows if row.table == "yes")
    columns = (Column("name", 0), Column("pid", 0))
    shown = TableView("", columns, held, many(len(held), "row")) if held else lines("no rows")
    return Panel(inspect(design.table_name), (facts(table), shown))


def _cells(row: RegistryRow) -> tuple[Cell, ...]:
    dead = row.process.startswith("dead")
    return (
        name_cell(row.name),
        pid_cell(row.pid),
        Cell(row.process, Role.dead if dead else Role.plain),
        Cell(row.owner),
        Cell(row.table),
        Cell(row.state, STATES[row.state]),
    )
