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
from typing import TYPE_CHECKING, Any, Final

from kvshell.runtime.arrivals import arrival, firing, kill
from kvshell.runtime.carrier import here
from kvshell.runtime.channels import Channels, Flight
from kvshell.runtime.exits import Killed
from kvshell.runtime.footprint import LOCAL, footprint
from kvshell.runtime.fuses import Fuses
from kvshell.runtime.knowledge import Knowledge
from kvshell.runtime.marks import EVERYTHING, PART, READ, Marks, Object, marks
from kvshell.runtime.op import Op
from kvshell.runtime.patient import Patient
from kvshell.runtime.record import Process
from kvshell.runtime.signals import arrive_exit
from kvshell.runtime.step import PATIENT, Chooser, Crash, End, Manner, Patience, Step, Who
from kvshell.runtime.threads import Threads
from kvshell.runtime.timers import Timer
from kvshell.terms import A

if TYPE_CHECKING:
    from collections.abc import Callable

    from kvshell.runtime.runtime import Runtime

_AFTER_ALL: Final = frozenset({"alive", "look"})  # wait for all that was sent to the target before
_AFTER_EXITS: Final = frozenset({"call", "link", "monitor", "system"})
_WAITING: Final = _AFTER_ALL | _AFTER_EXITS | {"settle"}
_CLIENTS: Final = ("clients",)  # whether one lives: with `timeouts`, timers fire only then


class Stepped(Patient):
    """One run of a search. Until `explore` begins, and after it, it is the controlled scheduler."""

    def __init__(
        self,
        runtime: "Runtime",
        threads: Threads,
        chooser: Chooser,
        manner: Manner,
        patience: Patience = PATIENT,
    ) -> None:
        super().__init__(runtime, threads, patience)
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
        self._fuses = Fuses(self._heap)
        self._current: Process | None = None
        self._crashes = manner.crashes
        self._bits: dict[Object, int] = {}  # of the objects that operations read or write

    def explore(self, driver: Process) -> None:
        """Let the others run, step by step, until nothing can happen any more. Runs in the driver.

        Raises:
            NotAtRest: somebody comes to no operation.
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
        if not self._stopping:  # else it was stuck, and left alone
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
        self._fuses.arm(timer, armer, 0 if armer is None else self._knowledge.of(armer))

    def _taken(self) -> int:
        return len(self.steps) + self._steps

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
        return found + self._firing() if self.manner.timeouts or self._fuses.due_now else found

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

    # -- time ------------------------------------------------------------------------------------

    def _firing(self) -> list[Step]:
        """Return the timers that may fire now."""
        if not self.manner.timeouts:
            return self._fuses.due(self._of_timer)
        return self._fuses.armed(self._of_timer) if self._someone_waits() else []

    def _tick(self) -> bool:
        """Move the clock to the next timers, while a client waits; False when there are none."""
        if self.manner.timeouts or not self._someone_waits():
            return False
        time = self._fuses.tick(self._time, len(self.steps))
        if time is None:
            return False
        self._time = time
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


def _never() -> bool:
    return False
