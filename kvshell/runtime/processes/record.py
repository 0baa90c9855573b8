"""Process: the record of one process. It costs memory; it needs a thread only while it runs.

Ownership. `claim` is held by the one thread that runs the process; it is only tried, never waited
for. `effect` guards `epoch`: code acting for the process holds it to compare and act, and the
arrival of a fatal signal holds it to advance the epoch. `lock` is a leaf: it guards the mailbox,
`alive`, `links`, `watchers` and the hand-over of the claim. No user code runs under `effect` or
`lock`. Rejected: one lock for all three (A sending to B and B to A would deadlock), and a lock-free
mailbox (a message could be neither delivered nor counted as lost).
"""

from _thread import allocate_lock
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Protocol

from kvshell.terms import A, Atom, Pid, Ref, Term

if TYPE_CHECKING:
    from kvshell.runtime.processes.thread_context import Carrier
    from kvshell.runtime.runtime import Runtime
    from kvshell.runtime.tables.table import Table

SYSTEM: Final = A.system
EXIT: Final = A.EXIT


Watcher = tuple["Process", Term]  # the watcher, and the name it used for the process


class Unset:
    """The type of NOTHING, which means "no term": None cannot, since it is the term nil."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING: Final = Unset()


class Behaviour(Protocol):
    """What a server process runs: one object per callback module, shared by its processes."""

    kind: str  # "GenServer", "Agent", "Supervisor": the kind shown to users
    module: Atom  # the callback module, as Elixir prints it

    def handle(self, process: "Process", message: Term) -> None:
        """Handle one message. Runs in the process; an uncaught Exit ends it."""

    def never_waits(self, message: Term) -> bool:
        """Whether the clause that handles `message` is declared never to wait."""


class Process:
    """A process: identity, mailbox, relations, and the thread running it."""

    __slots__ = (
        "aliases", "alive", "ancestors", "behaviour", "born", "brief", "carrier",
        "claim", "dictionary", "died", "doom", "effect", "entry", "epoch", "extra",
        "group_leader", "handed_on", "handled", "handling", "initial_call", "label", "late",
        "links", "lock", "mailbox", "monitors", "name", "parent", "pid", "priority",
        "queued", "ready", "reason", "receiving", "runtime", "state", "suspended", "tables",
        "timers", "trap_exit", "urgent", "waiting_for", "watchers",
    )  # fmt: skip

    def __init__(self, runtime: "Runtime", pid: Pid, parent: "Process | None") -> None:
        self.runtime = runtime
        self.pid = pid
        self.parent = parent.pid if parent is not None else None
        self.claim = allocate_lock()
        self.effect = allocate_lock()
        self.lock = allocate_lock()
        self.epoch = 0
        self.alive = True
        self.doom: Term | Unset = NOTHING  # reason of a fatal signal that has arrived
        self.reason: Term | Unset = NOTHING  # exit reason
        self.mailbox: deque[Term] | None = None  # created with the first queued message
        self.entry: Callable[[], None] | None = None  # runs first, once
        self.brief = False  # whether the entry is declared never to wait
        self.behaviour: Behaviour | None = None
        self.state: Term = None
        self.extra: Any = None  # behaviour data that is rarely needed: idle timer, statistics
        self.links: dict[Pid, None] | None = None
        self.monitors: dict[Ref, Process | None] | None = None
        self.watchers: dict[Ref, CallSlot | Watcher] | None = None
        self.late: set[Ref | Pid] | None = None  # watchers and links added while it was dying
        self.aliases: set[Ref] | None = None
        self.group_leader: Pid | None = parent.group_leader if parent is not None else None
        self.tables: dict[Table, None] | None = None
        self.timers: set[Ref] | None = None
        self.dictionary: dict[Any, tuple[Term, Term]] | None = None  # the process dictionary
        self.name: Atom | None = None
        self.label = "function"  # the name shown for a process without a behaviour
        self.initial_call: tuple[Atom, Atom, int] | None = None  # as known to proc_lib
        self.priority: Atom = A.normal
        self.ancestors: tuple[Term, ...] = ()
        self.handed_on: tuple[Term, ...] | None = None  # what `lineage` last returned
        self.trap_exit = False
        self.suspended = False
        self.urgent = 0  # messages in the mailbox that a suspended process handles
        self.queued = False
        self.receiving = False
        self.ready: Callable[[], bool] | None = None  # while it waits with a stack
        self.carrier: Carrier | None = None
        self.waiting_for: tuple[Any, ...] | None = None  # while it waits, for display
        self.handled = 0
        self.handling: Term | Unset = NOTHING  # the current message, for display
        self.born: int | None = None  # the host's line that spawned it
        self.died: int | None = None

    def has_work(self) -> bool:
        """Whether an idle process could run now."""
        if self.doom is not NOTHING or self.entry is not None:
            return True
        if self.suspended:
            return self.urgent > 0
        return bool(self.mailbox)

    def is_urgent(self, message: Term) -> bool:
        """Whether a suspended process handles `message`: a system message, or its parent's exit."""
        if type(message) is not tuple or len(message) != 3:
            return False
        head = message[0]
        return head is SYSTEM or (head is EXIT and message[1] is self.parent)

    def is_brief(self) -> bool:
        """Whether the idle process's next action is declared never to wait."""
        if self.doom is not NOTHING:
            return True  # dying steps never wait
        if self.entry is not None:
            return self.brief
        box = self.mailbox
        behaviour = self.behaviour
        if not box or self.suspended or behaviour is None:
            return False
        return behaviour.never_waits(box[0])

    def is_calling(self) -> bool:
        """Whether the process waits for another one, not just for a message or a timeout."""
        return self.waiting_for is not None and self.waiting_for[0] is not None

    def next_index(self) -> int | None:
        """Return the index in the mailbox of the message to handle next; None if there is none."""
        if not self.suspended:
            return 0 if self.mailbox else None
        with self.lock:
            queued = enumerate(self.mailbox or ())
            return next((place for place, each in queued if self.is_urgent(each)), None)

    def next_message(self) -> Term | Unset:
        """Take the next message the process may handle now, or return NOTHING.

        Runs in the process.
        """
        box = self.mailbox
        if not box:
            return NOTHING
        ledger = self.runtime.ledger
        if not self.suspended:
            if ledger is not None:
                ledger.taken(self, 0)
            return box.popleft()
        if self.urgent == 0:
            return NOTHING
        with self.lock:
            for index, message in enumerate(box):
                if self.is_urgent(message):
                    del box[index]
                    self.urgent -= 1
                    if ledger is not None:
                        ledger.taken(self, index)
                    return message
        return NOTHING

    def suspend(self) -> None:
        """Handle only urgent messages from now on. Runs in the process."""
        with self.lock:
            if not self.suspended:
                self.suspended = True
                self.runtime.suspended[self] = None
                self.urgent = sum(map(self.is_urgent, self.mailbox or ()))

    def resume(self) -> None:
        """Handle all messages again. Runs in the process."""
        with self.lock:
            self.suspended = False
            self.runtime.suspended.pop(self, None)
            self.urgent = 0

    @property
    def dying(self) -> bool:
        """Whether a fatal signal has arrived, or the process has begun its dying steps."""
        return self.doom is not NOTHING or self.reason is not NOTHING

    def watch(self, ref: Ref, watcher: "CallSlot | Watcher") -> bool:
        """Register `watcher` to get `:DOWN`; False if the process is dead. Takes only `lock`.

        A watcher added while the process is dying gets `:noproc` after its end: the request arrived
        after the fatal signal.
        """
        with self.lock:
            if not self.alive:
                return False
            if self.watchers is None:
                self.watchers = {}
            self.watchers[ref] = watcher
            if self.doom is not NOTHING or self.reason is not NOTHING:
                self.note_late(ref)
        return True

    def note_late(self, who: "Ref | Pid") -> None:
        """Remember that `who` monitored or linked the process while it was dying.

        Runs under `lock`.
        """
        if self.dying:
            if self.late is None:
                self.late = set()
            self.late.add(who)

    def unwatch(self, ref: Ref) -> None:
        """Stop notifying the watcher with the monitor `ref`.

        A search keeps the watcher, and drops the signal on arrival: the signals sent at the end of
        this process must not depend on actions that are not operations, or on the order of
        independent operations.
        """
        if self.runtime.ledger is None:
            self.remove_watcher(ref)

    def remove_watcher(self, ref: Ref) -> None:
        """Remove the watcher with the monitor `ref`. Runs in this process, or outside a search."""
        with self.lock:
            if self.watchers is not None:
                self.watchers.pop(ref, None)
                if not self.watchers:
                    self.watchers = None  # or each of 100,000 processes keeps its first dict

    def lineage(self) -> tuple[Term, ...]:
        """Return the ancestors of a child started now: one tuple, shared by all such children."""
        shown: Term = self.name if self.name is not None else self.pid
        known = self.handed_on
        if known is None or known[0] is not shown:
            known = self.handed_on = (shown, *self.ancestors)
        return known

    def shown(self) -> Term:
        """Return what iex prints for the process: its registered name, or its pid."""
        return self.name if self.name is not None else self.pid


def lives(pid: Pid) -> bool:
    """Return whether the process is alive: a single attribute read, cheap for many processes."""
    record = pid.record
    return record is not None and record.alive is True


class CallSlot:
    """The answer that `owner` waits for: a reply, or the reason why none will come."""

    __slots__ = ("down", "owner", "ref", "reply")

    def __init__(self, owner: "Process", ref: Ref) -> None:
        self.owner = owner
        self.ref = ref
        self.reply: Term | Unset = NOTHING
        self.down: Term | Unset = NOTHING

    def done(self) -> bool:
        """Whether the answer has arrived."""
        return self.reply is not NOTHING or self.down is not NOTHING
