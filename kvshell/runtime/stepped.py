"""Stepped: the controlled scheduler for a search - every visible operation waits to be chosen.

A process announces each operation (`Runtime.watch`) and parks before it takes effect; under the law
`spec` every channel's first signal waits as well. When nobody can move on his own any more - what
lies between two operations is local and runs at once - a Chooser picks one of what waits: a step.
The default order, which the first schedule takes, is the controlled scheduler's own: signals as
they were sent, then who runs, then the others in the order in which they came.

Time moves only when nothing else can, while a client lives; what is due then may fire in any order.
With `timeouts` an armed timer may fire at any moment. With `crashes` some process may be killed at
any moment, so many times.
"""

import sys
from heapq import heappop
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from kvshell.runtime.carrier import Carrier, here
from kvshell.runtime.channels import Channels, Flight
from kvshell.runtime.controlled import Controlled
from kvshell.runtime.exits import Killed, NotAtRest
from kvshell.runtime.footprint import (
    EVERYTHING,
    LOCAL,
    PART,
    READ,
    Marks,
    Object,
    arrival,
    firing,
    footprint,
    kill,
    marks,
)
from kvshell.runtime.knowledge import Knowledge
from kvshell.runtime.op import Op
from kvshell.runtime.record import Process
from kvshell.runtime.signals import arrive_exit
from kvshell.runtime.threads import Threads
from kvshell.runtime.timers import Timer
from kvshell.terms import A, inspect

if TYPE_CHECKING:
    from collections.abc import Callable

    from kvshell.runtime.runtime import Runtime

# ("p", path) a process, ("c", path, path) a channel, ("t", path, n) a timer, ("k", path) a kill.
Who = tuple[Any, ...]

_AFTER_ALL: Final = frozenset({"alive", "look"})  # wait for all that was sent to the target before
_AFTER_EXITS: Final = frozenset({"call", "link", "monitor", "system"})
_WAITING: Final = _AFTER_ALL | _AFTER_EXITS | {"settle"}
PATIENCE_S: Final = 5.0  # of real time between two operations, while nobody else can run
_LOOK_S: Final = 0.25  # how often it is looked whether something has happened meanwhile
_CLIENTS: Final = ("clients",)  # whether one lives: with `timeouts`, timers fire only then


class Crash(NamedTuple):
    """A kill that nobody sent."""

    target: Process


class End(NamedTuple):
    """Nothing happens any more: a choice only where somebody could still be killed."""


What = Op | Flight | Timer | Crash | End


class Step:
    """One thing that can happen next: `who` does `what`, knowing of the steps in `past`.

    `free` steps are choices of the search itself, which no other step asks for. Its marks are those
    of the moment in which they are first asked for: before the next step is taken.
    """

    __slots__ = ("_marks", "_read", "free", "past", "what", "who")

    def __init__(
        self,
        who: Who,
        what: What,
        read: "Callable[[Any], Marks]",
        past: int,
        free: bool = False,
    ) -> None:
        self.who = who
        self.what = what
        self.past = past
        self.free = free
        self._read = read
        self._marks: Marks | None = None

    def marks(self) -> Marks:
        """Return what it reads and writes."""
        found = self._marks
        if found is None:
            found = self._marks = self._read(self.what)
        return found


class Manner(NamedTuple):
    """What may happen: the delivery law, timers at any moment, so many kills."""

    spec: bool = True
    timeouts: bool = False
    crashes: int = 0


class Patience(NamedTuple):
    """How long code may run between two operations, in real time: None is for ever.

    `stopped` is asked meanwhile whether it is waited for at all.
    """

    seconds: float | None = PATIENCE_S
    stopped: "Callable[[], bool]" = lambda: False


PATIENT: Final = Patience()


class Chooser(Protocol):
    """Decides which step comes next, and hears which one was taken."""

    def choose(self, enabled: list[Step]) -> Step | None:
        """Return one of `enabled`, which are in default order; None gives the run up."""


class Stepped(Controlled):
    """One run of a search. Until `explore` begins, and after it, it is the controlled scheduler."""

    def __init__(
        self,
        runtime: "Runtime",
        threads: Threads,
        chooser: Chooser,
        manner: Manner,
        patience: Patience = PATIENT,
    ) -> None:
        super().__init__(runtime, threads)
        self.patience_s = patience.seconds
        self._stopped = patience.stopped
        self.manner = manner
        self.steps: list[Step] = []
        self.clients: tuple[Process, ...] = ()  # time moves only while one of them lives
        self.drained = False  # whether the run came to its end
        self.cut: list[tuple[int, Step]] = []  # which step kept whom from what, for good
        self._chooser = chooser
        self._exploring = False
        self._lanes: _Watched | None = None  # the channels of the search
        self._knowledge = Knowledge()
        self._parked_at: dict[Process, Op] = {}  # in the order they came to it
        self._timers: dict[Timer, tuple[Who, int]] = {}
        self._armers: dict[Process | None, int] = {}
        self._due: list[Timer] = []
        self._due_since = 0
        self._current: Process | None = None
        self._crashes = manner.crashes
        self._bits: dict[Object, int] = {}  # of the objects that operations read or write

    def explore(self, driver: Process) -> None:
        """Let the others run, step by step, until nothing can happen any more. Runs in the driver.

        Raises:
            NotAtRest: a step blocks for real.
        """
        carrier = driver.carrier
        assert carrier is not None
        runtime = self._runtime
        self._exploring = True
        self.nests = False
        records = (pid.record for pid in runtime.processes())
        self._knowledge = runtime.ledger = Knowledge(records)
        runtime.watch = self.step
        self._lanes = _Watched(self._knowledge) if self.manner.spec else None
        runtime.channels = self._lanes
        driver.ready = _never
        try:
            self._park(carrier)
        finally:
            driver.ready = None
            self._exploring = False
            self.nests = True
            runtime.watch = runtime.ledger = runtime.channels = self._lanes = None
            self._parked_at.clear()
        self._check(driver, carrier)

    # -- what processes do -----------------------------------------------------------------------

    def step(self, op: Op) -> None:
        """Wait until `op` is chosen. Runs in its actor, just before it takes effect."""
        if not self._exploring or op.kind in LOCAL:
            return
        actor = op.actor
        carrier = actor.carrier
        if carrier is None or carrier.process is not actor:
            return  # the arrival of a signal, carried out by whoever delivers it
        if self._stopping:
            raise Killed  # it was stuck, and left alone
        self._parked_at[actor] = op
        self._park(carrier)
        if op.kind.startswith("die_"):
            return  # dying steps are taken to their end, also when the run is given up
        if self._stopping or actor.epoch != carrier.epoch:
            raise Killed

    def wait(
        self, process: Process, ready: "Callable[[], bool]", deadline: int | None = None
    ) -> bool:
        came = super().wait(process, ready, deadline)
        self._knowledge.goes_on(process)
        return came

    def settle(self, process: Process, timeout_s: float | None) -> bool:
        """As controlled; inside a search it is a step, which was chosen when all was at rest."""
        return True if self._exploring else super().settle(process, timeout_s)

    def at(self, timer: Timer) -> None:
        super().at(timer)
        carrier = here.carrier
        armer = None if carrier is None else carrier.process
        number = self._armers[armer] = self._armers.get(armer, 0) + 1
        path = None if armer is None else armer.pid.path
        known = 0 if armer is None else self._knowledge.of(armer)
        self._timers[timer] = (("t", path, number), known)

    def _patience(self) -> int:
        """As controlled; a search bounds the steps itself."""
        return sys.maxsize if self._exploring else super()._patience()

    def arrived(self, process: Process) -> None:
        """As controlled; a new process knows what its parent knew."""
        if self._exploring and process.entry is not None:
            self._knowledge.learns(process)
        super().arrived(process)

    def wake(self, process: Process) -> None:
        """What it waits for is there: it will know of the step that brought it."""
        if self._exploring:
            self._knowledge.answers(process)
        super().arrived(process)

    def doomed(self, process: Process) -> None:
        """A fatal signal: what it was about to do is off, its dying steps come next."""
        if self._exploring:
            if process is self._driver:
                return  # it is told when the search hands it back the token
            op = self._parked_at.get(process)
            if op is not None and op.kind.startswith("die_"):
                return  # it goes on dying, and would have without
            self._knowledge.learns(process)
            if op is not None and not process.queued:
                del self._parked_at[process]
                off = Step(("p", process.pid.path), op, self._of_op, self._knowledge.of(process))
                off.marks()
                self.cut.append((len(self.steps) - 1, off))
                process.queued = True
                self._queue.append(process)
                return
        super().arrived(process)

    # -- choosing --------------------------------------------------------------------------------

    def _choose(self) -> Process:
        if not self._exploring:
            return super()._choose()
        assert self._driver is not None
        while not self._given_up():
            if self._queue:
                process = self._queue.popleft()
                process.queued = False
                if process.alive:
                    return process
                continue
            step = self._chosen()
            if step is None:
                return self._driver
            match step.what:
                case Op(actor=actor):
                    del self._parked_at[actor]
                    self._knowledge.takes(actor)
                    self._current = actor
                    return actor
                case Flight(_, source, target, arrive, _):
                    assert self._lanes is not None
                    self._knowledge.arrives(source, target, arrive is arrive_exit)
                    self._lanes.deliver(source, target)
                case Timer() as timer:
                    self._fire(timer)
                case Crash(target):
                    self._crashes -= 1
                    arrive_exit(target, target.pid, A.kill, False)
        return self._driver

    def _chosen(self) -> Step | None:
        """Return the step that was chosen, entered into the run; None when the run is over."""
        enabled = self._enabled()
        if not enabled and self._tick():
            enabled = self._enabled()
        kills = self._kills() if self._crashes else []
        if not enabled and kills:
            everything = (1 << len(self.steps)) - 1
            enabled = [Step(("end",), End(), _of_end, everything)]
        step = self._chooser.choose(enabled + kills if kills else enabled) if enabled else None
        if not enabled or (step is not None and isinstance(step.what, End)):
            self.drained = True
            return None
        if step is None:
            return None
        step.marks()
        self._knowledge.now = step.past | 1 << len(self.steps)
        self.steps.append(step)
        return step

    def _enabled(self) -> list[Step]:
        """Return what can happen next, in the default order."""
        found = []
        knowledge = self._knowledge
        if self._lanes is not None:
            for flight in self._lanes.heads():
                who: Who = ("c", flight.source.pid.path, flight.target.pid.path)
                known = knowledge.of_flight(flight.number)
                found.append(Step(who, flight, self._of_flight, known))
        others: list[Step] = []
        current, read = self._current, self._of_op
        for process, op in self._parked_at.items():
            past = knowledge.of(process)
            if op.kind in _WAITING:
                more = self._allowed(process, op)
                if more is None:
                    continue
                past |= more
            step = Step(("p", process.pid.path), op, read, past)
            (found if process is current else others).append(step)
        found += others
        return found + self._firing() if self.manner.timeouts or self._due else found

    def _allowed(self, process: Process, op: Op) -> int | None:
        """Return what `op` knows of because it waited; None when it cannot be taken now."""
        kind, lanes = op.kind, self._lanes
        if kind == "settle":  # at rest: nobody else can move, nothing is on its way
            others = any(other.kind != "settle" for other in self._parked_at.values())
            resting = not others and not lanes
            return (1 << len(self.steps)) - 1 if resting else None
        target = op.process()
        if target is None or target is process or lanes is None:
            return 0
        if kind in _AFTER_ALL:
            sent = lanes.carries(process, target)
            known = self._knowledge.of_arrivals(process, target)
        else:
            sent = lanes.strikes(process, target)
            known = self._knowledge.of_strikes(process, target)
        return None if sent else known

    def _of_op(self, op: Op) -> Marks:
        """Return the footprint of an operation; with a client that ends, timers may stop."""
        found = footprint(op, self.manner.spec)
        if self.manner.timeouts and op.kind == "die_life" and op.actor in self.clients:
            found[_CLIENTS] = PART
        return marks(found, self._bits)

    def _of_flight(self, flight: Flight) -> Marks:
        """Return the footprint of a signal that arrives."""
        return marks(arrival(flight.target, flight.arrive, flight.args), self._bits)

    def _of_kill(self, crash: Crash) -> Marks:
        """Return the footprint of a kill that nobody sent."""
        return marks(kill(crash.target), self._bits)

    def _of_timer(self, timer: Timer) -> Marks:
        """Return the footprint of a timer that fires; with `timeouts` only while a client lives."""
        found = firing(timer, self._runtime.names)
        if self.manner.timeouts:
            found[_CLIENTS] = READ
        return marks(found, self._bits)

    def _kills(self) -> list[Step]:
        """Return the kills that may come now: of whoever lives, but the driver and the clients."""
        found = []
        for pid in self._runtime.processes():
            process: Process = pid.record
            if process is self._driver or process in self.clients or process.dying:
                continue
            known = self._knowledge.of(process)
            found.append(Step(("k", pid.path), Crash(process), self._of_kill, known, free=True))
        return found

    # -- who comes to no operation ---------------------------------------------------------------

    def _sleep(self, carrier: Carrier, patience_s: float) -> None:
        """As controlled, but so long without anything that happens, not all in all."""
        look_s = min(_LOOK_S, patience_s / 2)
        before, looks = None, 0
        try:
            while not carrier.lock.acquire(timeout=look_s):
                now = self._happened()
                looks = looks + 1 if now == before else 0
                before = now
                # Looks are counted, and no clock is read: a program may have been stopped (Ctrl-Z).
                if looks * look_s >= patience_s or (looks and self._stopped()):
                    self._wait_in_vain()
        except BaseException:
            self._leave_alone()
            raise

    def _happened(self) -> tuple[object, ...]:
        """Return what differs when something has happened."""
        assert self._token is not None
        process = self._token.process
        handled = 0 if process is None else process.handled
        return process, len(self.steps), self._steps, handled

    def _wait_in_vain(self) -> None:
        """Say who keeps the token, and where it is."""
        assert self._token is not None
        process, place = self._token.process, self._token.place()
        who = "somebody" if process is None else inspect(process.pid)
        raise NotAtRest(
            f"{who} runs on and on (or waits for the outside) between two operations: {place}"
        )

    def _leave_alone(self) -> None:
        """Wait no more for the thread that has the token: it ends at its next operation."""
        self._stopping = True
        if self._token is not None:
            self._threads.abandon(self._token)

    # -- time ------------------------------------------------------------------------------------

    def _firing(self) -> list[Step]:
        """Return the timers that may fire now."""
        read = self._of_timer
        if not self.manner.timeouts:
            past = (1 << self._due_since) - 1
            due = [timer for timer in self._due if timer.live]
            several = len(due) > 1  # one that fires may disarm another
            return [Step(self._timers[timer][0], timer, read, past, several) for timer in due]
        if not self._someone_waits():
            return []
        armed = (timer for _due, _number, timer in sorted(self._heap, key=_when) if timer.live)
        return [
            Step(self._timers[timer][0], timer, read, self._timers[timer][1], free=True)
            for timer in armed
        ]

    def _tick(self) -> bool:
        """Move the clock to the next timers, while a client waits; False when there are none."""
        if self.manner.timeouts or not self._someone_waits():
            return False
        while self._heap and not self._heap[0][2].live:
            heappop(self._heap)
        if not self._heap:
            return False
        self._time = max(self._time, self._heap[0][0])
        self._due = []
        self._due_since = len(self.steps)
        while self._heap and self._heap[0][0] <= self._time:
            self._due.append(heappop(self._heap)[2])
        return True

    def _fire(self, timer: Timer) -> None:
        timer.live = False
        timer.fire()

    def _someone_waits(self) -> bool:
        return any(client.alive for client in self.clients)


class _Watched(Channels):
    """Channels that remember what the sender of each signal knew."""

    def __init__(self, knowledge: Knowledge) -> None:
        super().__init__()
        self._knowledge = knowledge

    def push(self, source: Process, target: Process, arrive: Any, args: tuple[Any, ...]) -> None:
        super().push(source, target, arrive, args)
        self._knowledge.leaves(self.last)


def _of_end(_end: End) -> Marks:
    return EVERYTHING


def _when(armed: tuple[int, int, Timer]) -> tuple[int, int]:
    return armed[:2]


def _never() -> bool:
    return False
