"""RunRecord: what a search needs to know about a run after it, as plain data."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from kvshell.runtime.processes.operation import Op
from kvshell.runtime.search.footprints import INSTALLS, looks_inside
from kvshell.runtime.search.steps import Lost, Marks, Numbers, Step, Taken, Who
from kvshell.terms import Atom, Pid

if TYPE_CHECKING:
    from kvshell.runtime.processes.record import Behaviour, Process


class DeathSignal(NamedTuple):
    """A signal that reports a death.

    Attributes:
        place: the index of the step that sends it.
        dead: the number of the process that died.
        notified: the number of the process that gets the signal.
        kind: the kind of the step, `die_down` or `die_exit`.
    """

    place: int
    dead: int
    notified: int
    kind: str


class Record(NamedTuple):
    """A run as plain data.

    Attributes:
        steps: the steps in order.
        lost: steps that were possible for a while, but were not taken.
        ends: the indices at which clients ended.
        deaths: the signals of deaths, in order.
        installed: pairs (target, other) where one linked to, monitored or called the other.
        looks: whether a process looked at the mailbox of another, or at what it was doing.
    """

    steps: tuple[Taken, ...] = ()
    lost: tuple[Lost, ...] = ()
    ends: tuple[int, ...] = ()
    deaths: tuple[DeathSignal, ...] = ()
    installed: frozenset[tuple[int, int]] = frozenset()
    looks: bool = False


class RunRecord:
    """Builds a Record during a run."""

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers
        self.steps: list[Step] = []
        self._mailboxes: dict[int, int] = {}  # by step index: the process that gets a message
        self._lost: list[Lost] = []
        self._ends: list[int] = []
        self._deaths: list[DeathSignal] = []
        self._installed: set[tuple[int, int]] = set()
        self._looks = False
        self._spawned: set[tuple[tuple[int, ...], int]] = set()  # parent, index among its children
        self._there: dict[Process, None] = {}
        self._named: dict[Process, Atom] = {}  # the last registered name, also of the dead
        self._behaved: dict[Process, Behaviour | None] = {}  # of the dead
        self._born: Mapping[Process, int] = {}

    def __len__(self) -> int:
        return len(self.steps)

    def begin(self, living: "Iterable[Process]", born: "Mapping[Process, int]") -> None:
        """Note which processes live before the first step; `born` has those spawned later."""
        self._there = dict.fromkeys(living)
        self._named = {each: each.name for each in self._there if each.name is not None}
        self._born = born

    def processes(self) -> "Iterator[tuple[Process, Atom | None, Behaviour | None]]":
        """Yield each process of the run with its last registered name and its behaviour.

        Processes that have died are included.
        """
        for process in self._there | dict.fromkeys(self._born):
            behaviour = process.behaviour or self._behaved.get(process)
            yield process, process.name or self._named.get(process), behaviour

    @property
    def begun(self) -> bool:
        """Whether the search has taken over the processes."""
        return bool(self._there)

    def actors(self) -> "set[Pid]":
        """Return the processes that have taken a step."""
        return {step.what.actor.pid for step in self.steps if isinstance(step.what, Op)}

    @property
    def last(self) -> int:
        """Return the index of the last step."""
        return len(self.steps) - 1

    def add(self, step: Step, mailbox: int | None, *, client: bool) -> None:
        """Record a step, the process to whose mailbox it appends, and whether a client took it."""
        place = len(self.steps)
        self.steps.append(step)
        if mailbox is not None:
            self._mailboxes[place] = mailbox
        op = step.what
        if not isinstance(op, Op):
            return
        if op.kind == "spawn":
            self._spawned.add((op.actor.pid.path, op.actor.runtime.children.get(op.actor, 0)))
        elif op.kind == "register":
            named = op.term.record if type(op.term) is Pid else None
            if named is not None and named.name is None:
                self._named[named] = op.target
        elif op.kind == "look":
            self._looks = self._looks or looks_inside(op)
        elif op.kind in INSTALLS:
            self._installed.update(installs(op, self._numbers))
        elif op.kind == "die_life":
            self._behaved[op.actor] = op.actor.behaviour
            if client:
                self._ends.append(place)
        elif op.kind in {"die_down", "die_exit"}:
            notified = op.process()
            if notified is not None:
                self._deaths.append(
                    DeathSignal(place, op.actor.pid.number, notified.pid.number, op.kind)
                )

    def lose(self, who: Who, marks: Marks, past: int, place: int, until: int = -1) -> None:
        """Record that the step of `who` is no longer possible after the step at `place`.

        A step lost before the first one was never a choice. See Lost for `until`.
        """
        if place >= 0:
            self._lost.append(Lost(place, Taken(who, marks, past), until))

    def finish(self, living: "dict[int, Process]", read: int) -> Record:
        """Return the record; `read` has the bits of the steps whose messages were taken."""
        bits, pids = self._numbers.objects, self._numbers.pids
        for path, count in self._spawned:
            child, parent = pids.get((*path, count)), pids.get(path)
            if child is not None and parent is not None:  # otherwise it was killed in the middle
                self._installed |= {(child, parent), (parent, child)}
        notified = {each.place: f" {each.notified}" for each in self._deaths}
        steps = []
        for place, step in enumerate(self.steps):
            mailbox = self._mailboxes.get(place)
            unread = mailbox is not None and mailbox not in living and not read >> place & 1
            # Given a number now, if it has none: a run must not depend on which runs came before.
            bit = bits.setdefault(("mail", mailbox), 1 << len(bits)) if unread else 0
            if step.taken is not None and step.taken.unread == bit:
                steps.append(step.taken)
                continue
            what = step.what
            kind = what.kind + notified.get(place, "") if isinstance(what, Op) else ""
            steps.append(Taken(step.who, step.marks(), step.past, bit, kind))
        return Record(
            tuple(steps),
            tuple(self._lost),
            tuple(self._ends),
            tuple(self._deaths),
            frozenset(self._installed),
            self._looks,
        )

    def ends(self) -> list[int]:
        """Return the indices at which clients have ended so far."""
        return self._ends


def installs(op: Op, numbers: Numbers) -> list[tuple[int, int]]:
    """Return the pairs (target, other) that `op` links, monitors or connects by a call."""
    actor = op.actor.pid
    if op.kind == "spawn":
        spawned = op.actor.runtime.children.get(op.actor, 0)
        child = numbers.pids.get((*actor.path, spawned))
        return [] if child is None else [(child, actor.number), (actor.number, child)]
    target = op.process()
    if target is None:
        return []
    there = (target.pid.number, actor.number)
    return [there, (actor.number, target.pid.number)] if op.kind == "link" else [there]
