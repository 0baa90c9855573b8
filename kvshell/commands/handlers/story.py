"""The story of one name: who wrote its row, what became of the process, what will happen next."""

from kvshell.commands.context import Context
from kvshell.commands.handlers.cells import called, lives, unwrapped
from kvshell.commands.handlers.rows import Row, creates, downs, manager, names
from kvshell.commands.kinds import as_name
from kvshell.commands.view import Cell, Panel, Role, Text
from kvshell.runtime import Observation
from kvshell.terms import A, Atom, Pid, Term, inspect, key

Line = tuple[Cell, ...]


def tell(context: Context, name: str) -> Panel:
    """Return the story of `name`; the last line is what to type."""
    row = next((r for r in names(context.runtime, context.design) if r.name == name), None)
    owner = manager(context.runtime, context.design)
    if row is None:
        return Panel(name, (Text(tuple(_unknown(context, name))),))
    story = [*_written(context, row, owner), *_process(context, row, owner)]
    story += _waiting(context, row, owner)
    typed = _next(context, row, owner)
    story.append((Cell("next: ", Role.hint), Cell(typed, Role.command)))
    return Panel(name, (Text(tuple(story)),))


def _unknown(context: Context, name: str) -> list[Line]:
    if not context.running:
        return [_line("Nothing runs, so nobody knows this name."), _type("start manager")]
    return [
        _line("Nobody knows this name, and no create of it waits."),
        _type(f"create store {as_name(name)}"),
    ]


def _written(context: Context, row: Row, owner: Observation | None) -> list[Line]:
    """Who wrote the row, and when."""
    who = _owner(context)
    if row.pid is None:
        place = inspect(context.design.table) if context.design.table else f"the map of {who}"
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


def _when(context: Context, row: Row, pid: Pid) -> str:
    """The line at which the row was written, or else its process was started."""
    table = context.design.names_table(context.runtime)
    line = table.line_of(row.name) if table is not None else None
    if line is None:
        seen = context.runtime.observe(pid)
        line = seen.born if seen is not None else None
    return f" at line {line}" if line is not None else ""


def _process(context: Context, row: Row, owner: Observation | None) -> list[Line]:
    """Whether the process lives; when and why it died."""
    if row.pid is None:
        return []
    if lives(row.pid):
        cleaner = context.design.cleaner
        if cleaner is not None:
            return [_line(_pid(row.pid), f" is alive; {inspect(cleaner)} is linked to it.")]
        watched = owner is not None and context.design.supervisor is not None
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


def _waiting(context: Context, row: Row, owner: Observation | None) -> list[Line]:
    """Where the message is that will change the row."""
    if row.state == "dead, kept":
        return [_line(f"{_owner(context)} asked for no :DOWN and keeps the pid for ever.")]
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


def _handles(context: Context, row: Row, owner: Observation) -> list[Line]:
    """That the row is just being made, and what its maker waits for."""
    for message in owner.handling:
        match unwrapped(message):
            case (A.create | A.create_store, name) if name == row.name:
                by = _caller(context, message)
                whom = owner.waiting_for.partition(" (")[0]
                waits = f" and waits for {whom}" if whom else ""
                return [_line(f"{_owner(context)} is at the create{by}{waits}.")]
    return []


def _exit_waits(context: Context, row: Row, cleaner: Atom) -> list[Line]:
    """The same, where the library's partition is linked to whom it cleans up after."""
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


def _next(context: Context, row: Row, owner: Observation | None) -> str:
    typed = as_name(str(row.name), resolved=True)
    if row.state == "dead, kept":
        return f"restart manager {context.design.name}"
    if row.state == "fresh":
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


def _row(row: Row) -> str:
    return inspect((row.name, row.pid), width=None)


def _pid(pid: Pid) -> Cell:
    return Cell(inspect(pid), Role.pid)


def _line(*parts: Cell | str) -> Line:
    return tuple(part if isinstance(part, Cell) else Cell(part) for part in parts)


def _type(line: str) -> Line:
    return (Cell("next: ", Role.hint), Cell(line, Role.command))
