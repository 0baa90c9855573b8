"""Observation: process information for outsiders, and memory estimates."""

import sys
from collections.abc import Callable, Iterable
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from kvshell.runtime.processes.dictionary import entries, started_as
from kvshell.runtime.processes.record import NOTHING
from kvshell.runtime.processes.thread_context import where_is
from kvshell.terms import A, ArgumentError, Atom, Function, List, Map, Pid, Ref, Term, inspect

HEAP_BINARY_BYTES = 64  # larger binaries are stored off-heap and referenced
LOOKED_AT: Final = 1_000  # processes that a dump looks at
SAMPLE = 1_000  # number of rows measured; the rest are assumed similar


def words(term: Term) -> int:
    """Return the size of `term` in 64-bit machine words, without the word that refers to it.

    Mirrors :erts_debug.flat_size/1; strings count as the binaries that they are on the BEAM.
    """
    match term:
        case tuple():
            return 1 + len(term) + sum(map(words, term))
        case List():
            return 2 * len(term) + sum(map(words, term)) + (0 if term.proper else words(term.last))
        case Map():
            return 4 + 2 * len(term) + sum(words(key) + words(value) for key, value in term)
        case str() | bytes():
            size = len(term.encode() if isinstance(term, str) else term)
            return 2 + (size + 7) // 8 if size <= HEAP_BINARY_BYTES else 6
        case bool():
            return 0
        case int():
            return 0 if -(1 << 59) <= term < 1 << 59 else 1 + (term.bit_length() + 63) // 64
        case float():
            return 2
        case Ref():
            return 3
        case Function():
            return 5 + len(term.args) + sum(map(words, term.args))
        case _:
            return 0


def words_about(term: Term) -> int:
    """Like `words`, but estimated from a sample for a large map or list."""
    if isinstance(term, Map) and len(term) > SAMPLE:
        return 4 + words_of_rows([*islice(term, SAMPLE)], 1) * len(term) // SAMPLE
    if isinstance(term, List) and len(term) > SAMPLE:
        return words_of_rows([(item,) for item in islice(term, SAMPLE)], 0) * len(term) // SAMPLE
    return words(term)


def words_of_rows(rows: list[tuple[Term, ...]], each: int) -> int:
    """Estimate the words that `rows` take, with `each` words of overhead per row."""
    sample = rows[:SAMPLE]
    total = sum(map(words, sample)) + each * len(sample)
    return total * len(rows) // max(1, len(sample))


if TYPE_CHECKING:
    from kvshell.runtime.processes.record import Process

# Measured with tracemalloc; fixed for every Python version, as documents show them.
RECORD_BYTES: Final = 900
RELATION_BYTES: Final = 130


class Glimpse(NamedTuple):
    """Whether a process is alive, and its state: what can be read without copying anything."""

    alive: bool
    state: Term


GONE: Final = Glimpse(alive=False, state=None)


class Observation(NamedTuple):
    """A snapshot of a process's record, one read per attribute.

    `status` is idle, running, waiting, suspended, sleeping, dead or zombie; `reason` is the exit
    reason of a dead process (nil is distinguished by `died`). `waiting_for` describes what a call
    waits for; `handling` is the current message, if any.
    """

    pid: Pid
    status: str
    reason: Term
    name: Atom | None
    mailbox: tuple[Term, ...]
    state: Term
    behaviour: str
    module: Atom | None
    parent: Pid | None
    links: tuple[Pid, ...]
    monitors: tuple[Pid, ...]
    monitored_by: tuple[Pid, ...]
    tables: tuple[Term, ...]
    suspended: bool
    trap_exit: bool
    handled: int
    handling: tuple[Term, ...]
    waiting_for: str
    born: int | None
    died: int | None

    @property
    def memory(self) -> int:
        """Return an estimate in bytes: the record, references to it, and the terms it holds."""
        related = self.links + self.monitors + self.monitored_by + self.tables
        held = words_about(self.state) + sum(map(words_about, self.mailbox))
        return RECORD_BYTES + RELATION_BYTES * len(related) + 8 * (held + 7 * len(self.mailbox))


def observe_record(process: "Process") -> Observation:
    """Read the record of `process`; never waits."""
    behaviour = process.behaviour
    # The data may change concurrently: each attribute is read once, each container copied at once.
    mailbox, watchers, monitors = process.mailbox, process.watchers, process.monitors
    links, tables = process.links, process.tables
    reason, handling = process.reason, process.handling
    return Observation(
        pid=process.pid,
        status=_status(process),
        reason=None if reason is NOTHING else reason,
        name=process.name,
        mailbox=tuple(mailbox.copy()) if mailbox else (),
        state=process.state,
        behaviour=process.label if behaviour is None else behaviour.kind,
        module=None if behaviour is None else behaviour.module,
        parent=process.parent,
        links=tuple(links or ()),
        monitors=tuple(
            target.pid for target in list((monitors or {}).values()) if target is not None
        ),
        monitored_by=tuple(
            watcher[0].pid
            for ref, watcher in list((watchers or {}).items())
            if isinstance(watcher, tuple) and _still_watches(process, ref, watcher[0])
        ),
        tables=tuple(table.shown() for table in list(tables or ())),
        suspended=process.suspended,
        trap_exit=process.trap_exit,
        handled=process.handled,
        handling=() if handling is NOTHING else (handling,),
        waiting_for=waiting_text(process),
        born=process.born,
        died=process.died,
    )


def _still_watches(process: "Process", ref: Ref, watcher: "Process") -> bool:
    """Whether `watcher` still has the monitor `ref`: a search keeps removed ones in the record."""
    return process.runtime.ledger is None or ref in (watcher.monitors or ())


def waiting_text(process: "Process") -> str:
    """Describe what the process waits for, such as `KV.Registry (call {:create, "s1"})`, or ""."""
    waiting = process.waiting_for
    if waiting is None:
        return ""
    target, what, request = waiting[:3]
    if target is None:
        return str(what)
    return f"{inspect(target.shown(), width=None)} ({what} {inspect(request, width=None)})"


def _status(process: "Process") -> str:
    if not process.alive:
        return "dead"
    if process.doom is not NOTHING:
        return "zombie"
    waiting = process.waiting_for
    if waiting is not None:
        return "sleeping" if waiting[1] == "sleep" else "waiting"
    if process.receiving:
        return "waiting"
    if process.suspended:
        return "suspended"
    if process.carrier is not None:
        return "running"
    return "idle"


if TYPE_CHECKING:
    from kvshell.runtime.processes.record import Process

_RESTING = frozenset({"idle", "waiting", "suspended", "sleeping"})


def facts(process: "Process", seen: Observation, items: "Atom | List | None") -> Term:
    """Return the value of `Process.info`: `{item, value}` for one item, else a keyword list.

    `seen` is a snapshot of `process`; without `items` the list has the default ones.
    """
    if isinstance(items, Atom):
        return (items, _fact(process, seen, items))
    if items is None:
        wanted = [
            item for item in DEFAULT if item is not A.registered_name or seen.name is not None
        ]
    else:
        wanted = list(items)
    return List([(item, _fact(process, seen, item)) for item in wanted])


def _fact(process: "Process", seen: Observation, item: Atom) -> Term:
    found = _FACTS.get(item) if isinstance(item, Atom) else None
    if found is None:
        raise ArgumentError.at(2, "invalid item or item list")
    return found(process, seen)


def _current_function(process: "Process", seen: Observation) -> Term:
    if process.behaviour is None:
        return (A.erlang, A.apply, 2)
    return (A.sys, A.suspend_loop, 6) if seen.suspended else (A.gen_server, A.loop, 7)


def _initial_call(process: "Process", _seen: Observation) -> Term:
    return (A.proc_lib, A.init_p, 5) if started_as(process) else (A.erlang, A.apply, 2)


def _dictionary(process: "Process", _seen: Observation) -> Term:
    return List(entries(process))


def _group_leader(process: "Process", _seen: Observation) -> Term:
    return process.runtime.group_leader_of(process)


def _monitors(process: "Process", _seen: Observation) -> Term:
    """Return the monitored targets as they were given: a pid, or a name with its node."""
    found = []
    for ref, target in list((process.monitors or {}).items()):
        watcher = None if target is None else (target.watchers or {}).get(ref)
        if isinstance(watcher, tuple):
            found.append((A.process, watcher[1]))
    return List(found)


def _by_number(pids: tuple[Pid, ...]) -> List:
    """Sort pids by number, to hide the order in which independent processes linked or monitored."""
    return List(sorted(pids, key=lambda pid: pid.number))


_FACTS: Final[dict[Atom, Callable[["Process", Observation], Term]]] = {  # in the BEAM's order
    A.registered_name: lambda _p, seen: List() if seen.name is None else seen.name,
    A.current_function: _current_function,
    A.initial_call: _initial_call,
    A.status: lambda _p, seen: A.waiting if seen.status in _RESTING else A.running,
    A.message_queue_len: lambda _p, seen: len(seen.mailbox),
    A.links: lambda _p, seen: _by_number(seen.links),
    A.dictionary: _dictionary,
    A.trap_exit: lambda _p, seen: seen.trap_exit,
    A.error_handler: lambda _p, _seen: A.error_handler,
    A.priority: lambda process, _seen: process.priority,
    A.reductions: lambda _p, seen: seen.handled,
    A.suspending: lambda _p, _seen: List(),
    A.messages: lambda _p, seen: List(seen.mailbox),
    A.monitors: _monitors,
    A.monitored_by: lambda _p, seen: _by_number(seen.monitored_by),
    A.memory: lambda _p, seen: seen.memory,
    A.group_leader: _group_leader,
}
_ASKED_FOR: Final = {A.messages, A.monitors, A.monitored_by, A.memory, A.group_leader}
DEFAULT: Final = tuple(item for item in _FACTS if item not in _ASKED_FOR)


def process_lines(processes: "Iterable[Process]", *, real: bool) -> tuple[str, ...]:
    """Return a line for each process that is busy, waiting or has messages: for a dump.

    Callers pass at most LOOKED_AT processes, since a line may have spawned very many. With `real`,
    a line says where in Python code a busy thread is.
    """
    lines = []
    frames = sys._current_frames() if real else {}  # noqa: SLF001  # documented, despite the underscore
    for process in processes:
        seen = observe_record(process)
        if seen.status == "idle" and not seen.mailbox:
            continue
        carrier = process.carrier
        frame = frames.get(carrier.thread) if carrier is not None else None
        place = f" at {where_is(frame)}" if frame else ""
        lines.append(
            f"{inspect(process.shown())}  {seen.status}{place}"
            f"{'  for ' + seen.waiting_for if seen.waiting_for else ''}"
            f"  mailbox {len(seen.mailbox)}"
        )
    return tuple(lines)
