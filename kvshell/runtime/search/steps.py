"""Steps: the possible next steps of a search, their footprints, and what each knows.

A footprint maps objects to modes. Two operations of different processes are independent when no
object is in both, or only with modes that agree: READ with READ, and PART with PART or READ_PART
(two rows of one table). Objects are small tuples named by value, so that they are the same in all
runs of a search: a process or a reference stands for its number. They are `("mail", process)`,
`("life", process)`, `("doom", process)` (whether a fatal signal has arrived), `("slot", ref)`,
`("name", atom)`, `("names",)`, `("named", process)`, `("row", table, key)`, `("rows", table)`,
`("table", ref)`, `("tables",)`, `("tablename", atom)`, `("watch", process, ref)`,
`("link", process, process)`, `("relations", process)` (its links and monitors as others see them),
`("trap", process)`, `("timer", ref)`, `("alias", ref)`, `("inside", process)`, `("lives",)`,
`("crashes",)`, `("clients",)`, `("store", name)`, `("shared", store, name)`,
`("order", process, process, process)` (in which order the first one notifies the others of its
death). `("all",)` is for a settle and for an observation of everything: it conflicts with
everything.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple, Protocol

from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.record import Process
from kvshell.runtime.processes.signals import Flight
from kvshell.runtime.processes.timers import Timer
from kvshell.terms import Ref

Object = tuple[Any, ...]
Footprint = dict[Object, str]

WRITE: Final = "w"
READ: Final = "r"
PART: Final = "p"  # writes one part of the object
READ_PART: Final = "q"  # reads one part of it

ALL: Final[Object] = ("all",)


class Marks(NamedTuple):
    """A footprint as four sets of objects, each an int with one bit per object of the search."""

    touches: int  # every object it touches
    writes: int
    reads: int  # objects read as a whole
    parts: int  # objects written in part

    def meets(self, other: "Marks") -> bool:
        """Whether the order of two operations can make a difference; if not, they commute."""
        return bool(
            self.writes & other.touches
            or self.touches & other.writes
            or self.reads & other.parts
            or self.parts & other.reads
        )

    def without(self, bit: int) -> "Marks":
        """Return the marks without one object."""
        rest = ~bit
        return Marks(self.touches & rest, self.writes & rest, self.reads & rest, self.parts & rest)


EVERYTHING: Final = Marks(-1, -1, 0, 0)
NO_MARKS: Final = Marks(0, 0, 0, 0)


class Numbers:
    """Numbers of processes, references and objects that are the same in all runs of a search.

    `pids` are by position in the spawn tree, `refs` by creator and count; `objects` has one bit for
    each object that operations read or write.
    """

    def __init__(self) -> None:
        self.pids: dict[tuple[int, ...], int] = {}
        self.refs: dict[tuple[Any, int], int] = {}
        self.objects: dict[Object, int] = {}
        # Of three processes: the order in which two of them watch the third is observable.
        self.orders: set[tuple[int, int, int]] = set()


def marks(found: Footprint, bits: dict[Object, int]) -> Marks:
    """Return a footprint as marks; `bits` maps objects to bits and is extended as needed."""
    if ALL in found:
        return EVERYTHING
    touches = writes = reads = parts = 0
    for what, mode in found.items():
        bit = bits.get(what)
        if bit is None:
            bit = bits[what] = 1 << len(bits)
        touches |= bit
        if mode is READ:
            reads |= bit
        elif mode is WRITE:
            writes |= bit
        elif mode is PART:
            parts |= bit
    return Marks(touches, writes, reads, parts)


PATIENCE_S: Final = 5.0  # real time between two operations, while no other process can run

# A process and its path, a channel with two, a timer with its creator's path and a number, a crash.
Who = tuple[Any, ...]
PROCESS: Final = "p"
CHANNEL: Final = "c"
TIMER: Final = "t"
CRASH: Final = "k"
END: Final = "end"


class Crash(NamedTuple):
    """An injected crash."""

    target: Process


class End(NamedTuple):
    """The choice that nothing more happens; it exists only while a process could still crash."""


What = Op | Flight | Timer | Crash | End


class Step:
    """A possible next step: `who` does `what`, knowing about the steps in `past`.

    A `free` step need not be taken: a timer that may fire at any moment, or a crash. Its marks are
    computed on first use, before the next step is taken.
    """

    __slots__ = ("_marks", "_read", "free", "past", "taken", "what", "who")

    def __init__(
        self,
        who: Who,
        what: What,
        read: Callable[[Any], Marks],
        past: int,
        free: bool = False,
    ) -> None:
        self.who = who
        self.what = what
        self.past = past
        self.free = free
        self.taken: Taken | None = None  # the same step of an earlier run
        self._read = read
        self._marks: Marks | None = None

    @classmethod
    def again(cls, taken: "Taken", what: What) -> "Step":
        """Return a step with the marks of `taken`, which is from an earlier run, for example."""
        step = cls(taken.who, what, _known_already, taken.past)
        step._marks = taken.marks
        step.taken = taken
        return step

    def marks(self) -> Marks:
        """Return what the step reads and writes."""
        found = self._marks
        if found is None:
            found = self._marks = self._read(self.what)
        return found


def _known_already(what: Any) -> Marks:
    raise AssertionError(what)


class Taken(NamedTuple):
    """A step of a run as plain data: who took it, what it touched, and which steps it knew.

    `unread` is the bit of a mailbox if the step's message was never taken and the process died: two
    such messages to one process are not ordered. `kind` is the kind of its Op, followed by the
    number of the receiver if the Op is a signal of a death; it is empty for any other step.
    """

    who: Who
    marks: Marks
    past: int
    unread: int = 0
    kind: str = ""


class Lost(NamedTuple):
    """A step that was possible before the step at `place` and never after it.

    For example an operation of a killed process, a disarmed timer, or a crash whose target dies.
    For a timer that the end of a client blocks, `until` is the step that blocks it in any case, or
    -1.
    """

    place: int
    step: Taken
    until: int = -1


class FaultModel(NamedTuple):
    """What may go wrong in a schedule: late delivery, early time-outs, crashes.

    Attributes:
        spec: order is guaranteed per sender and receiver only (`spec`); else signals arrive at
            once (`beam`).
        timeouts: whether a timer may fire at any moment, not only when nothing else can happen.
        crashes: how many processes may be killed.
        looks: whether each receive is a step. A search sets it if a process looks at another:
            only then is it visible whether a message has been taken yet.
    """

    spec: bool = True
    timeouts: bool = False
    crashes: int = 0
    looks: bool = False


class Patience(NamedTuple):
    """How long code may run between two operations, in real time: None is forever.

    `stopped` is polled meanwhile to find out whether to stop waiting.
    """

    seconds: float | None = PATIENCE_S
    stopped: Callable[[], bool] = lambda: False


PATIENT: Final = Patience()


class Chooser(Protocol):
    """Chooses the next step of a run."""

    def choose(self, enabled: list[Step]) -> Step | None:
        """Return one of `enabled`, which is in default order; None gives up the run."""


class Knowledge:
    """Tracks which steps happen before which.

    A process "knows" the steps that happen before its next one. A set of steps is an int in which
    bit i stands for the step with index i. The scheduler reports what happens; mailboxes report
    through `Ledger`.
    """

    def __init__(self, living: Sequence["Process"] = ()) -> None:
        self.now = 0  # the knowledge of the current step, including itself
        self._known: dict[Process, int] = {}
        self.born: dict[Process, int] = {}  # what was known when a process was spawned
        self._buried: dict[Process, frozenset[Ref]] = {}  # the monitors of dead processes
        self._answers: dict[Process, int] = {}  # for a wait whose end its process has not seen yet
        self._mail: dict[Process, deque[int]] = {
            process: deque([0] * len(process.mailbox)) for process in living if process.mailbox
        }
        self._monitored: dict[Process, dict[Process, None]] = {}
        for process in living:
            for target in (process.monitors or {}).values():
                self.monitors(process, target)
        self._flights: dict[int, int] = {}
        self._arrived: dict[tuple[Process, Process], int] = {}
        self._struck: dict[tuple[Process, Process], int] = {}
        self.read = 0  # the steps whose messages were taken out of a mailbox

    def of(self, process: "Process") -> int:
        """Return the steps that `process` knows."""
        return self._known.get(process, 0)

    def before(self, process: "Process", op: Op | None) -> int:
        """Return the steps that happen before `op`, the next step of `process`.

        A server can only take a message after it has been sent.
        """
        known = self._known.get(process, 0)
        if op is None or op.kind != "handle" or (place := process.next_index()) is None:
            return known
        return known | self._mail[process][place]

    def knows_of(self, process: "Process", other: "Process | None") -> bool:
        """Whether `other` was spawned before the next step of `process`, in whatever order."""
        known = self._known.get(process, 0)
        return other is not None and not self.born.get(other, 0) & ~known

    def takes(self, process: "Process") -> None:
        """Record that `process` takes the current step."""
        self._known[process] = self.now

    def observe(self, process: "Process") -> None:
        """Record that `process` learns of the current step at once."""
        self._known[process] = self._known.get(process, 0) | self.now

    def spawned(self, process: "Process") -> None:
        """Record that `process` is spawned, or runs for the first time, in the current step."""
        self.born.setdefault(process, self.now)
        self.observe(process)

    def answers(self, process: "Process") -> None:
        """Record that the current step ends a wait of `process`, which learns of it on checking."""
        self._answers[process] = self._answers.get(process, 0) | self.now

    def goes_on(self, process: "Process") -> None:
        """Record that `process` continues after a wait and learns of the step that ended it."""
        came = self._answers.pop(process, 0)
        if came:
            self._known[process] = self._known.get(process, 0) | came

    def buried(self, process: "Process", monitors: "dict[Ref, Process | None] | None") -> None:
        """Record that `process` has died, and the `monitors` it had until then."""
        if monitors:
            self._buried[process] = frozenset(monitors)

    def monitors(self, process: "Process", target: "Process | None") -> None:
        """Record that `process` starts to monitor `target`."""
        if target is not None:
            self._monitored.setdefault(process, {})[target] = None

    def monitored(self, process: "Process") -> Iterable["Process"]:
        """Return all processes that `process` has ever monitored, including former ones.

        The footprint of a process's end must not depend on what others did, such as dying.
        """
        return self._monitored.get(process, ())

    def watches(self, process: "Process", ref: Ref) -> bool:
        """Whether `process` has the monitor `ref`, or had it when it died."""
        return ref in (
            self._buried.get(process, ()) if process.monitors is None else process.monitors
        )

    # -- mailboxes and channels ------------------------------------------------------------------

    def appended(self, target: "Process") -> None:
        """Record that the current step appended a message to the mailbox of `target`."""
        self._mail.setdefault(target, deque()).append(self.now)

    def taken(self, process: "Process", index: int) -> None:
        """Record that `process` took the message at `index`: it learns of the step that sent it."""
        mail = self._mail[process]
        brought = mail[index]
        if brought:
            self._known[process] = self._known.get(process, 0) | brought
            self.read |= 1 << brought.bit_length() - 1
        del mail[index]

    def leaves(self, number: int) -> None:
        """Record that the current step sends the signal `number`."""
        self._flights[number] = self.now

    def of_flight(self, number: int) -> int:
        """Return the steps that the sender of the signal `number` knew when it sent it."""
        return self._flights[number]

    def arrives(self, source: "Process", target: "Process", strikes: bool) -> None:
        """Record that the current step delivers a signal; `strikes` is set for an exit signal."""
        self._arrived[source, target] = self.now
        if strikes:
            self._struck[source, target] = self.now

    def of_arrivals(self, source: "Process", target: "Process") -> int:
        """Return the steps known once all signals from `source` to `target` have arrived."""
        return self._arrived.get((source, target), 0)

    def of_strikes(self, source: "Process", target: "Process") -> int:
        """Return the steps known once the exit signals from `source` to `target` have arrived."""
        return self._struck.get((source, target), 0)
