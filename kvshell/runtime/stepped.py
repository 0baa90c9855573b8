"""Stepped: the controlled scheduler for a search - every visible operation waits to be chosen.

A process announces each operation (`Runtime.watch`) and parks before it takes effect; under the law
`spec` every channel's first signal waits as well. When nobody can move on his own any more - what
lies between two operations is local and runs at once - a Chooser picks one of what waits: a step.

The scheduler also keeps the causes a search needs. `past[process]` is the set of steps, as bits of
an int, that `process` can know of: its own, those that woke it, and those that put the messages
there which it has taken. What a step causes beyond that is found from the footprints.
"""

from collections import deque
import sys
from heapq import heappop
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from kvshell.runtime.channels import Channels, Flight
from kvshell.runtime.controlled import Controlled
from kvshell.runtime.exits import Killed
from kvshell.runtime.footprint import LOCAL, Footprint, arrival, footprint
from kvshell.runtime.op import Op
from kvshell.runtime.record import NOTHING, Process
from kvshell.runtime.threads import Threads
from kvshell.runtime.timers import Timer

if TYPE_CHECKING:
    from kvshell.runtime.runtime import Runtime

Who = tuple[Any, ...]  # ("p", path), ("c", path, path) of a channel, ("t", number) of a timer


class Step(NamedTuple):
    """One thing that can happen next: `who` does it, `what` is an Op, a Flight or a Timer."""

    who: Who
    what: "Op | Flight | Timer"
    footprint: Footprint
    past: int


class Chooser(Protocol):
    """Decides which step comes next, and hears which one was taken."""

    def choose(self, enabled: list[Step]) -> Step | None:
        """Return one of `enabled`, which are in default order; None gives the run up."""


class Stepped(Controlled):
    """One run of a search."""

    nests = False  # every operation parks its process, which so needs a stack of its own

    def __init__(self, runtime: "Runtime", threads: Threads, chooser: Chooser, spec: bool) -> None:
        super().__init__(runtime, threads)
        self.spec = spec
        self.steps: list[Step] = []
        self.clients: tuple[Process, ...] = ()  # time moves only while one of them lives
        self._chooser = chooser
        self._exploring = False
        self._parked_at: dict[Process, Op] = {}  # in the order they came to it
        self._past: dict[Process, int] = {}
        self._mail: dict[Process, deque[int]] = {}
        self._flights: dict[int, int] = {}  # the past of each signal on its way
        self._due: list[tuple[int, Timer]] = []
        self._current: Process | None = None
        self._now_past = 0  # of the step being taken, itself included

    def explore(self, driver: Process) -> None:
        """Let the others run, step by step, until nothing can happen any more. Runs in the driver.

        Raises:
            NotAtRest: a step blocks for real.
        """
        carrier = driver.carrier
        assert carrier is not None
        runtime = self._runtime
        self._exploring = True
        runtime.watch, runtime.ledger = self.step, self
        runtime.channels = _Watched(self) if self.spec else None
        driver.ready = _never
        try:
            self._park(carrier)
        finally:
            driver.ready = None
            self._exploring = False
            runtime.watch = runtime.ledger = runtime.channels = None
            self._parked_at.clear()
        self._check(driver, carrier)

    # -- what processes do -----------------------------------------------------------------------

    def step(self, op: Op) -> None:
        """Wait until `op` is chosen. Runs in its actor, just before it takes effect."""
        if not self._exploring or op.kind in LOCAL:
            return
        if self._stopping:
            raise Killed
        actor = op.actor
        carrier = actor.carrier
        if carrier is None or carrier.process is not actor:
            return  # the arrival of a signal, carried out by whoever delivers it
        self._parked_at[actor] = op
        self._park(carrier)
        if self._stopping or (actor.epoch != carrier.epoch and not op.kind.startswith("die_")):
            raise Killed

    def _patience(self) -> int:
        """As controlled; a search bounds the steps itself."""
        return sys.maxsize if self._exploring else super()._patience()

    def arrived(self, process: Process) -> None:
        """As controlled; a new process knows what its parent knew."""
        if self._exploring and process.entry is not None:
            self._learn(process)
        super().arrived(process)

    def wake(self, process: Process) -> None:
        """What it waits for is there: it knows of the step that brought it."""
        if self._exploring:
            self._learn(process)
        super().arrived(process)

    def doomed(self, process: Process) -> None:
        """A fatal signal: what it was about to do is off, its dying steps come next."""
        if self._exploring:
            self._learn(process)
            if self._parked_at.pop(process, None) is not None and not process.queued:
                process.queued = True
                self._queue.append(process)
                return
        super().arrived(process)

    def appended(self, target: Process) -> None:
        """Remember which step put the last message there. Mirrors the mailbox."""
        self._mail.setdefault(target, deque()).append(self._now_past)

    def taken(self, process: Process, index: int) -> None:
        """The process knows of the step that put this message there."""
        mail = self._mail.get(process)
        if mail is not None and index < len(mail):
            self._past[process] = self._past.get(process, 0) | mail[index]
            del mail[index]

    def _learn(self, process: Process) -> None:
        self._past[process] = self._past.get(process, 0) | self._now_past

    # -- choosing --------------------------------------------------------------------------------

    def _choose(self) -> Process:
        if not self._exploring:
            return super()._choose()
        while True:
            if self._queue:
                process = self._queue.popleft()
                process.queued = False
                if process.alive:
                    return process
                continue
            step = self._chosen()
            if step is None:
                assert self._driver is not None
                return self._driver
            if isinstance(step.what, Op):
                del self._parked_at[step.what.actor]
                self._current = step.what.actor
                return step.what.actor
            if isinstance(step.what, Flight):
                assert self._runtime.channels is not None
                flight = step.what
                self._runtime.channels.take(flight.source, flight.target)  # type: ignore[attr-defined]
                flight.arrive(flight.target, *flight.args)
            elif step.what.live:
                step.what.live = False
                step.what.fire()

    def _chosen(self) -> Step | None:
        """Return the step that was chosen, entered into the run; None when the run is over."""
        enabled = self._enabled()
        if not enabled and self._tick():
            enabled = self._enabled()
        if not enabled:
            return None
        step = self._chooser.choose(enabled)
        if step is None:
            return None
        number = len(self.steps)
        self.steps.append(step)
        self._now_past = step.past | 1 << number
        if isinstance(step.what, Op):
            self._past[step.what.actor] = self._now_past
        return step

    def _enabled(self) -> list[Step]:
        """Return what can happen next, in the default order: signals as sent, then who runs, then
        the others in the order they came to their operation, then timers that are due.
        """  # noqa: D205
        found = []
        channels = self._runtime.channels
        if channels is not None:
            for flight in channels.heads():  # type: ignore[attr-defined]
                fp = arrival(flight.target, flight.arrive, flight.args)
                who = ("c", flight.source.pid.path, flight.target.pid.path)
                found.append(Step(who, flight, fp, self._flights[flight.number]))
        running: list[Step] = []
        others: list[Step] = []
        for process, op in self._parked_at.items():
            if not self._can(process, op):
                continue
            step = Step(
                ("p", process.pid.path), op, footprint(op, self.spec), self._past.get(process, 0)
            )
            (running if process is self._current else others).append(step)
        found += running + others
        everything = (1 << len(self.steps)) - 1
        for number, timer in self._due:
            if timer.live:
                found.append(Step(("t", number), timer, {("timer", number): "w"}, everything))
        return found

    def _can(self, process: Process, op: Op) -> bool:
        if op.kind not in {"alive", "look"}:
            return op.kind != "settle" or (len(self._parked_at) == 1 and not self._runtime.channels)
        target = op.process()
        if target is None or target is process:
            return True
        channels = self._runtime.channels
        if channels is not None and channels.carries(process, target):  # type: ignore[attr-defined]
            return False
        return not target.alive or target.doom is NOTHING

    def _tick(self) -> bool:
        """Move the clock to the next timers, while a client waits; False when there are none."""
        self._due = [(number, timer) for number, timer in self._due if timer.live]
        if self._due or not self._someone_waits():
            return False
        while self._heap and not self._heap[0][2].live:
            heappop(self._heap)
        if not self._heap:
            return False
        self._time = max(self._time, self._heap[0][0])
        while self._heap and self._heap[0][0] <= self._time:
            _, number, timer = heappop(self._heap)
            if timer.live:
                self._due.append((number, timer))
        return True

    def _someone_waits(self) -> bool:
        return any(client.alive for client in self.clients)


class _Watched(Channels):
    """Channels that remember what the sender of each signal knew."""

    def __init__(self, scheduler: Stepped) -> None:
        super().__init__()
        self._scheduler = scheduler

    def push(self, source: Process, target: Process, arrive: Any, args: tuple[Any, ...]) -> None:
        super().push(source, target, arrive, args)
        number = self.last
        self._scheduler._flights[number] = self._scheduler._now_past  # noqa: SLF001  # its own half


def _never() -> bool:
    return False
