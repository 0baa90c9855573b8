"""Processes: end them, break them, look into them. Looking never sends a message."""

from kvshell import systems
from kvshell.commands.context import Context
from kvshell.commands.handlers.cells import NONE, cell, lines, many, number, pid_cell, unwrapped
from kvshell.commands.handlers.family import family
from kvshell.commands.handlers.supervision import supervision
from kvshell.commands.result import Value
from kvshell.commands.values import Typed, Word
from kvshell.commands.view import Cell, Column, Role, Table, Tree, View
from kvshell.otp import gen_server
from kvshell.runtime import Exit, Observation
from kvshell.runtime import process as own
from kvshell.terms import A, ArgumentError, Atom, List, Pid, Term, inspect


def stop(context: Context, process: Word, reason: Typed | None) -> Value:
    """Ask a server to stop; answers once it is gone."""
    why = A.normal if reason is None else context.term(reason)
    return Value(gen_server.stop(context.server(process), why))


def kill(context: Context, process: Word) -> Value:
    """Send the exit signal that nobody can catch."""
    pid = _whereis(context.server(process))
    if pid is None:
        raise ArgumentError.at(1, "not a pid")
    return Value(own.exit(pid, A.kill))


def crash(context: Context, process: Word) -> Value:
    """Make its handler raise: an agent runs a function that does, a server has no such clause."""
    server = context.server(process)
    pid = _whereis(server)
    seen = context.runtime.observe(pid) if pid is not None else None
    if seen is not None and seen.behaviour == "Agent":
        return Value(systems.crash(context.runtime, seen.pid))
    return Value(gen_server.call(server, A.boom))


def state(context: Context, process: Word) -> Value:
    """Show its state, as of its last message."""
    server = context.server(process)
    pid = _whereis(server)
    seen = context.runtime.observe(pid) if pid is not None else None
    if seen is None or seen.status == "dead":
        raise Exit((A.noproc, (A.sys, A.get_state, List([server]))))
    return Value(seen.state)


def alive(context: Context, process: Word) -> Value:
    """Say whether it lives, after all that was sent to it from here."""
    server = context.server(process)
    pid = _whereis(server)
    return Value(pid is not None and own.alive(pid))


def mailbox(context: Context, process: Word) -> View:
    """Show what waits to be handled, oldest first."""
    seen = _seen(context, context.pid(process))
    if not seen.mailbox:
        dead = f"{_name(seen)} is dead: what is sent to it is lost"
        return lines(dead if seen.status == "dead" else f"no messages wait for {_name(seen)}")
    return Table(
        "",
        (Column("nr", 1, "right"), Column("kind", 2), Column("message", 0), Column("from", 1)),
        tuple(
            (number(place), Cell(_kind(message)), cell(unwrapped(message)), _sender(message))
            for place, message in enumerate(seen.mailbox, 1)
        ),
    )


def info(context: Context, process: Word) -> Table:
    """Show all that can be seen of a process, also of a dead one."""
    seen = _seen(context, context.pid(process))
    facts = _facts(seen, context.runtime.now_ms())
    return Table("", (Column("fact", 0), Column("value", 0)), tuple(facts))


def processes(context: Context) -> Table:
    """List the living processes."""
    rows = context.snapshot().processes
    return Table(
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
        many(len(rows), "process", "processes"),
    )


def tree(context: Context) -> Tree:
    """Show who supervises whom."""
    return family(context)


def _whereis(server: Pid | Atom) -> Pid | None:
    return server if isinstance(server, Pid) else own.whereis(server)


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
            ("budget", supervised.cells[-1]),
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
