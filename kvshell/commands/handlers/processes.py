"""Commands on processes: the process tree, info, state, mailbox, stop, kill and crash."""

from kvshell import systems
from kvshell.commands.arguments import TypedTerm, Word
from kvshell.commands.cells import NONE, cell, lines, many, number, pid_cell
from kvshell.commands.context import Context
from kvshell.commands.result import Value
from kvshell.commands.view import Cell, Column, Role, TableView, Tree, View
from kvshell.otp import gen_server
from kvshell.otp.gen.calls import unwrapped
from kvshell.runtime import Exit, Observation
from kvshell.runtime import process as runtime_process
from kvshell.runtime.processes.record import lives
from kvshell.systems.designs.supervision import Supervision, supervision
from kvshell.terms import A, ArgumentError, Atom, List, Pid, Term, inspect


def family(context: Context) -> Tree:
    """Return the processes of the shell's runtime as a tree.

    A linked child appears below its parent; a process without links, such as a store of `plain`, is
    a root of its own. When a process dies, everything below it dies too. A supervisor is shown with
    its strategy and the restarts it has left.
    """
    snapshot = context.snapshot()
    now_ms = context.runtime.now_ms()
    names = {row.pid: (row.name, row.module) for row in snapshot.processes}
    seen = [context.runtime.observe(pid) for pid in context.processes()]
    living = {each.pid: each for each in seen if each is not None and lives(each.pid)}
    below: dict[Pid | None, list[Pid]] = {}
    for each in living.values():
        parent = each.parent if each.parent in living and each.parent in each.links else None
        below.setdefault(parent, []).append(each.pid)

    def grow(pid: Pid) -> Tree:
        children = tuple(grow(child) for child in below.get(pid, ()))
        return Tree(_label(living[pid], now_ms, *names.get(str(pid), ("", ""))), children)

    roots = tuple(grow(pid) for pid in below.get(None, ()))
    if context.running:
        return Tree((Cell(context.design.name, Role.title),), roots)
    why = f" (restarts used up, {snapshot.blame})" if snapshot.blame else ""
    gave_up = (Cell(why, Role.stale),) if why else ()
    return Tree((Cell(f"{snapshot.idle}: start manager", Role.title), *gave_up), roots)


def _label(seen: Observation, now_ms: int, name: str, module: str) -> tuple[Cell, ...]:
    cells = [Cell(str(seen.pid), Role.pid)]
    if name:
        cells += [Cell(" "), Cell(name, Role.name)]
    supervised = supervision(seen, now_ms)
    if supervised is not None:
        # Replaces `Supervisor`: a line with both would be wider than 80 columns.
        cells += [Cell(" "), *_supervised(supervised)]
    elif module != name:
        cells += [Cell(" "), Cell(module)]
    if seen.suspended:
        cells.append(Cell(" suspended", Role.stale))
    if seen.mailbox:
        cells.append(Cell(f" {len(seen.mailbox)} waiting", Role.pending))
    return tuple(cells)


def _supervised(found: Supervision) -> tuple[Cell, ...]:
    """Return the cells of a supervisor: its strategy and its restarts within the period.

    The restarts are highlighted if the next one is one too many.
    """
    role = Role.stale if found.used >= found.limit else Role.pending
    budget = f"{found.used} of {many(found.limit, 'restart')} in {found.seconds} s"
    return (
        Cell(found.strategy, Role.atom),
        Cell(", "),
        Cell(budget, role if found.used else Role.hint),
    )


def stop(context: Context, process: Word, reason: TypedTerm | None) -> Value:
    """Ask a server to stop, with `:normal` if no reason is given, and wait until it has ended."""
    why = A.normal if reason is None else context.term(reason)
    return Value(gen_server.stop(context.server(process), why))


def kill(context: Context, process: Word) -> Value:
    """Send the untrappable exit signal `:kill` to a process."""
    pid = _whereis(context.server(process))
    if pid is None:
        raise ArgumentError.at(1, "not a pid")
    return Value(runtime_process.exit(pid, A.kill))


def crash(context: Context, process: Word) -> Value:
    """Make a process raise.

    An agent runs a failing function; a server gets a request for which it has no clause.
    """
    server = context.server(process)
    pid = _whereis(server)
    seen = context.runtime.observe(pid) if pid is not None else None
    if seen is not None and seen.behaviour == "Agent":
        return Value(systems.crash(context.runtime, seen.pid))
    return Value(gen_server.call(server, A.boom))


def state(context: Context, process: Word) -> Value:
    """Show the state of a process after the last message it handled; nothing is sent to it."""
    server = context.server(process)
    pid = _whereis(server)
    seen = context.runtime.observe(pid) if pid is not None else None
    if seen is None or seen.status == "dead":
        raise Exit((A.noproc, (A.sys, A.get_state, List([server]))))
    return Value(seen.state)


def alive(context: Context, process: Word) -> Value:
    """Answer whether a process is alive, once it has handled every signal sent from here."""
    server = context.server(process)
    pid = _whereis(server)
    return Value(pid is not None and runtime_process.alive(pid))


def mailbox(context: Context, process: Word) -> View:
    """Show the messages in the mailbox of a process, oldest first."""
    seen = _seen(context, context.pid(process))
    if not seen.mailbox:
        dead = f"{_name(seen)} is dead: what is sent to it is lost"
        return lines(dead if seen.status == "dead" else f"no messages wait for {_name(seen)}")
    return TableView(
        "",
        (Column("nr", 1, "right"), Column("kind", 2), Column("message", 0), Column("from", 1)),
        tuple(
            (number(place), Cell(_kind(message)), cell(unwrapped(message)), _sender(message))
            for place, message in enumerate(seen.mailbox, 1)
        ),
    )


def info(context: Context, process: Word) -> TableView:
    """Show everything that is known about a process, even a dead one."""
    seen = _seen(context, context.pid(process))
    facts = _facts(seen, context.runtime.now_ms())
    return TableView("", (Column("fact", 0), Column("value", 0)), tuple(facts))


def processes(context: Context) -> TableView:
    """List the living processes."""
    snapshot = context.snapshot()
    rows = snapshot.processes
    counted = many(len(rows), "process", "processes")
    return TableView(
        "",
        (
            Column("pid", 0),
            Column("name", 0),
            Column("runs", 2),
            Column("status", 1),
            Column("mailbox", 3, "right"),
        ),
        tuple(
            (
                Cell(row.pid, Role.pid),
                Cell(row.name, Role.name) if row.name else NONE,
                Cell(row.module),
                Cell(row.status, Role.stale if row.status == "suspended" else Role.plain),
                number(row.mailbox),
            )
            for row in rows
        ),
        counted if context.running else f"{counted}; {snapshot.idle}: start manager",
    )


def tree(context: Context) -> Tree:
    """Show the supervision tree."""
    return family(context)


def _whereis(server: Pid | Atom) -> Pid | None:
    return server if isinstance(server, Pid) else runtime_process.whereis(server)


def _seen(context: Context, pid: Pid) -> Observation:
    seen = context.runtime.observe(pid)
    if seen is None:
        raise Exit((A.noproc, (Atom("Elixir.Process"), A.info, List([pid]))))
    return seen


def _name(seen: Observation) -> str:
    return inspect(seen.name) if seen.name is not None else inspect(seen.pid)


def _kind(message: Term) -> str:
    match message:
        case (Atom(name="$gen_call"), _, _):
            return "call"
        case (Atom(name="$gen_cast"), _):
            return "cast"
        case (Atom(name="system"), _, _):
            return "system"
        case (A.DOWN, _, _, _, _) | (A.EXIT, _, _):
            return "signal"
        case _:
            return "info"


def _sender(message: Term) -> Cell:
    match message:
        case (Atom(name="$gen_call") | Atom(name="system"), (Pid() as pid, _), _):
            return pid_cell(pid)
        case (A.DOWN, _, _, Pid() as pid, _) | (A.EXIT, Pid() as pid, _):
            return pid_cell(pid)
        case _:
            return NONE


def _facts(seen: Observation, now_ms: int) -> list[tuple[Cell, Cell]]:
    def some(pids: tuple[Pid, ...]) -> Cell:
        shown = ", ".join(map(inspect, pids[:10])) + (", ..." if len(pids) > 10 else "")
        return Cell(shown, Role.pid) if pids else NONE

    dead = seen.status == "dead"
    facts = [("pid", pid_cell(seen.pid))]
    if seen.name is not None:
        facts.append(("name", Cell(inspect(seen.name), Role.atom)))
    if not dead:
        facts.append(("runs", Cell(inspect(seen.module) if seen.module else seen.behaviour)))
    facts.append(("status", Cell(seen.status, Role.dead if dead else Role.plain)))
    if seen.born is not None:
        facts.append(("started at line", number(seen.born)))
    if dead:
        facts.append(("reason", cell(seen.reason)))
        if seen.died is not None:
            facts.append(("died at line", number(seen.died)))
        return [(Cell(name), value) for name, value in facts]
    supervised = supervision(seen, now_ms)
    if supervised is None:
        facts.append(("state", cell(seen.state)))
    else:
        facts += [
            ("strategy", Cell(supervised.strategy, Role.atom)),
            ("children", number(supervised.children)),
            ("budget", _supervised(supervised)[-1]),
        ]
        if supervised.why:
            facts.append(("last restart", Cell(supervised.why)))
    facts += [
        ("mailbox", number(len(seen.mailbox))),
        ("handled", number(seen.handled)),
        ("memory", Cell(f"about {seen.memory:,} bytes", Role.number)),
        ("started by", pid_cell(seen.parent)),
        ("links", some(seen.links)),
        ("monitors", some(seen.monitors)),
        ("monitored by", some(seen.monitored_by)),
        ("tables", Cell(", ".join(map(inspect, seen.tables))) if seen.tables else NONE),
        ("traps exits", Cell("yes" if seen.trap_exit else "no")),
    ]
    if seen.waiting_for:
        facts.append(("waits for", Cell(seen.waiting_for)))
    return [(Cell(name), value) for name, value in facts]
