"""Observation: what is to be seen of one process from outside, without asking it."""

from typing import TYPE_CHECKING, Final, NamedTuple

from kvshell.runtime.record import NOTHING
from kvshell.runtime.words import words_about
from kvshell.terms import Atom, Pid, Term, inspect

if TYPE_CHECKING:
    from kvshell.runtime.record import Process

# As measured with tracemalloc, and the same under every Python: documents show them.
RECORD_BYTES: Final = 900
RELATION_BYTES: Final = 130


class Observation(NamedTuple):
    """One attribute read each of a process's record.

    `status` is idle, running, waiting, suspended, sleeping, dead or zombie; `reason` is set for the
    dead (None otherwise: a dead process's reason nil is printed by `died`). `waiting_for` says in
    words what a call waits for; `handling` is the message it is at, if any.
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
        """Bytes, about: the record, what refers to it, and the terms it holds."""
        related = self.links + self.monitors + self.monitored_by + self.tables
        held = words_about(self.state) + sum(map(words_about, self.mailbox))
        return RECORD_BYTES + RELATION_BYTES * len(related) + 8 * (held + 7 * len(self.mailbox))


def observe_record(process: "Process") -> Observation:
    """Read the record of `process`; never waits."""
    behaviour = process.behaviour
    # Others change what is read here: each attribute is read once, each container copied at once.
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
            for watcher in list((watchers or {}).values())
            if isinstance(watcher, tuple)
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


def waiting_text(process: "Process") -> str:
    """Say what the process waits for, `KV.Registry (call {:create, "s1"})`, or nothing."""
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
