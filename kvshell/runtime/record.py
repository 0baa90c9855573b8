"""Process: the record of one process. Bytes, not a thread.

Ownership. `claim` is held by the one thread that runs the process; it is tried, never waited for.
`effect` guards `epoch`: whoever acts for the process holds it while it compares and acts, and the
arrival of a fatal signal holds it while it moves the epoch on. `lock` is a leaf: it guards the
mailbox, `alive`, `links`, `watchers` and the hand-over of the claim. No code of a user runs under
`effect` or `lock`. Rejected: one lock for all three (A sending to B and B to A would wait for each
other), and a lock-free mailbox (a message could be neither delivered nor counted as lost).
"""

from _thread import allocate_lock
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Protocol

from kvshell.terms import A, Atom, Pid, Ref, Term

if TYPE_CHECKING:
    from kvshell.runtime.carrier import Carrier
    from kvshell.runtime.runtime import Runtime
    from kvshell.runtime.slot import Slot
    from kvshell.runtime.table import Table

SYSTEM: Final = A.system
EXIT: Final = A.EXIT


Watcher = tuple["Process", Term]  # who monitors, and what he called the process


class Nothing:
    """The type of NOTHING: no term at all, where None is the term nil."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING: Final = Nothing()


class Behaviour(Protocol):
    """What a server process runs: one object per callback module, shared by its processes."""

    kind: str  # "GenServer", "Agent", "Supervisor": what a person calls it
    module: Atom  # the callback module, as Elixir would print it

    def handle(self, process: "Process", message: Term) -> None:
        """Handle one message. Runs in the process; an Exit that escapes ends it."""

    def never_waits(self, message: Term) -> bool:
        """Whether the clause that handles `message` is declared never to wait."""


class Process:
    """One process: identity, mailbox, relations, and who runs it now."""

    __slots__ = (
        "alive", "ancestors", "behaviour", "born", "brief", "carrier", "children", "claim", "died",
        "doom", "effect", "entry", "epoch", "extra", "handed_on", "handled", "handling", "label",
        "late", "links", "lock", "mailbox", "monitors", "name", "parent", "pid", "queued", "ready",
        "reason", "receiving", "runtime", "state", "suspended", "tables", "timers", "trap_exit",
        "urgent", "waiting_for", "watchers",
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
        self.doom: Term | Nothing = NOTHING  # reason of a fatal signal that has arrived
        self.reason: Term | Nothing = NOTHING  # why it died
        self.mailbox: deque[Term] | None = None  # made when the first message is queued
        self.entry: Callable[[], None] | None = None  # runs once, first
        self.brief = False  # whether the entry is declared never to wait
        self.behaviour: Behaviour | None = None
        self.state: Term = None
        self.extra: Any = None  # the behaviour's own, rarely needed: idle timer, statistics
        self.links: dict[Pid, None] | None = None
        self.monitors: dict[Ref, Process | None] | None = None
        self.watchers: dict[Ref, Slot | Watcher] | None = None
        self.late: set[Ref | Pid] | None = None  # watchers and links that came while it was dying
        self.tables: dict[Table, None] | None = None
        self.timers: set[Ref] | None = None
        self.name: Atom | None = None
        self.label = "function"  # what a person calls a process without a behaviour
        self.ancestors: tuple[Term, ...] = ()
        self.handed_on: tuple[Term, ...] | None = None  # the last `lineage`
        self.trap_exit = False
        self.suspended = False
        self.urgent = 0  # messages in the mailbox that a suspended process takes
        self.queued = False
        self.receiving = False
        self.ready: Callable[[], bool] | None = None  # while it waits with a stack
        self.carrier: Carrier | None = None
        self.waiting_for: tuple[Any, ...] | None = None  # while it waits, for people
        self.handled = 0
        self.handling: Term | Nothing = NOTHING  # the message it is at, for people
        self.children = 0
        self.born: int | None = None  # the host's line at which it was spawned
        self.died: int | None = None

    def has_work(self) -> bool:
        """Whether an idle process could move now."""
        if self.doom is not NOTHING or self.entry is not None:
            return True
        if self.suspended:
            return self.urgent > 0
        return bool(self.mailbox)

    def is_urgent(self, message: Term) -> bool:
        """Whether a suspended process takes `message`: a system message, or its parent's exit."""
        if type(message) is not tuple or len(message) != 3:
            return False
        head = message[0]
        return head is SYSTEM or (head is EXIT and message[1] is self.parent)

    def is_brief(self) -> bool:
        """Whether what the idle process does next is declared never to wait."""
        if self.doom is not NOTHING:
            return True  # dying steps wait for nobody
        if self.entry is not None:
            return self.brief
        box = self.mailbox
        behaviour = self.behaviour
        if not box or self.suspended or behaviour is None:
            return False
        return behaviour.never_waits(box[0])

    def is_calling(self) -> bool:
        """Whether it waits for what another process does, not just for mail or time."""
        return self.waiting_for is not None and self.waiting_for[0] is not None

    def next_message(self) -> Term | Nothing:
        """Take the next message the process may handle now, or NOTHING. Runs in the process."""
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
        """Take only urgent messages from now on. Runs in the process."""
        with self.lock:
            if not self.suspended:
                self.suspended = True
                self.urgent = sum(map(self.is_urgent, self.mailbox or ()))

    def resume(self) -> None:
        """Take every message again. Runs in the process."""
        with self.lock:
            self.suspended = False
            self.urgent = 0

    @property
    def dying(self) -> bool:
        """Whether its end is decided: a fatal signal has arrived, or it takes its dying steps."""
        return self.doom is not NOTHING or self.reason is not NOTHING

    def watch(self, ref: Ref, watcher: "Slot | Watcher") -> bool:
        """Let `watcher` be told of the end; False when it is dead. A leaf: takes `lock`.

        Who comes while it is dying is told `:noproc`, and not before it is over: the request came
        behind the fatal signal.
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
        """Remember that `who` began to watch, or was linked, too late. Runs under `lock`."""
        if self.dying:
            if self.late is None:
                self.late = set()
            self.late.add(who)

    def unwatch(self, ref: Ref) -> None:
        """Tell that watcher nothing any more.

        A search leaves it: what the end of this process sends must not depend on what others did
        without an operation, or on the order of operations that do not conflict. The signal is
        dropped where it arrives.
        """
        if self.runtime.ledger is None:
            self.watched_no_more(ref)

    def watched_no_more(self, ref: Ref) -> None:
        """Take that watcher out. Runs in this process, or outside a search."""
        with self.lock:
            if self.watchers is not None:
                self.watchers.pop(ref, None)
                if not self.watchers:
                    self.watchers = None  # or each of 100,000 keeps the dict of its start

    def lineage(self) -> tuple[Term, ...]:
        """Return the ancestors of a child that is started now: one tuple for all of them."""
        shown, known = self.shown(), self.handed_on
        if known is None or known[0] is not shown:
            known = self.handed_on = (shown, *self.ancestors)
        return known

    def shown(self) -> Term:
        """Return the registered name, or the pid: what iex prints for the process."""
        return self.name if self.name is not None else self.pid
