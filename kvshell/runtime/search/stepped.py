"""Stepped: the controlled scheduler for a search, where every visible operation is chosen.

A process announces each operation (`Runtime.watch`) and parks before it takes effect; under the law
`spec`, every channel's first signal waits as well. When no process can continue by itself - code
between two operations is local and runs at once - a Chooser picks one of the waiting steps. The
default order, taken by the first schedule, is that of the controlled scheduler: signals in sending
order, then the running process, then the others in order of arrival.

Time advances only when nothing else can happen and a client lives; timers due together may fire in
any order. With `timeouts`, an armed timer may fire at any moment. With `crashes`, processes may be
killed at any moment, up to that many times.
"""

import sys
from typing import TYPE_CHECKING, Any, Final

from kvshell.runtime.processes.exits import Killed
from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.record import NOTHING, Process
from kvshell.runtime.processes.signals import Flight, arrive_exit
from kvshell.runtime.processes.thread_context import running
from kvshell.runtime.processes.timers import Timer
from kvshell.runtime.schedule.threads import Threads
from kvshell.runtime.search.footprints import is_local
from kvshell.runtime.search.known_steps import possible_crashes, taken_again
from kvshell.runtime.search.marks_reader import MarksReader
from kvshell.runtime.search.run_record import Record, RunRecord
from kvshell.runtime.search.steps import (
    CHANNEL,
    CRASH,
    END,
    EVERYTHING,
    PATIENT,
    PROCESS,
    Chooser,
    Crash,
    End,
    FaultModel,
    Knowledge,
    Numbers,
    Patience,
    Step,
    Taken,
    Who,
)
from kvshell.runtime.search.waits import Armed, Patient, SearchTimers, WatchedChannels
from kvshell.terms import A, Ref

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kvshell.runtime.runtime import Runtime

_AFTER_ALL: Final = frozenset({"alive", "look"})  # they wait for all earlier signals to the target
_AFTER_EXITS: Final = frozenset({"call", "link", "monitor", "system"})
_WAITING: Final = _AFTER_ALL | _AFTER_EXITS | {"settle"}


class Stepped(Patient):
    """One run of a search. Before and after `explore` it acts as the controlled scheduler."""

    def __init__(
        self,
        runtime: "Runtime",
        threads: Threads,
        model: FaultModel,
        numbers: Numbers,
        patience: Patience = PATIENT,
    ) -> None:
        super().__init__(runtime, threads, patience)
        self.model = model
        self.clients: tuple[Process, ...] = ()  # time advances only while a client lives
        self.drained = False  # whether the run was completed
        self.record = Record()  # set after the run
        self.strange = ""  # how the run differs from that of `prefix`
        self.running = RunRecord(numbers)
        self._marks = MarksReader(runtime, model, numbers)
        self._numbers = numbers
        self._chooser: Chooser
        self._prefix: Sequence[Taken] = ()
        self._exploring = False
        self._lanes: WatchedChannels | None = None  # the channels of the search
        self._knowledge = Knowledge()
        self._parked_at: dict[Process, Op] = {}  # in order of arrival
        self._timers = SearchTimers(self._heap)
        self._current: Process | None = None
        self._could_fire = True  # when the last step was chosen
        self._crashes = model.crashes
        self._made: dict[Any, int] = {}  # references created so far, by creator

    def follow(self, chooser: Chooser, prefix: "Sequence[Taken]" = ()) -> None:
        """Set the steps of the next run: those in `prefix`, from another run, then `chooser`'s."""
        self._chooser, self._prefix = chooser, prefix

    def make_ref(self) -> Ref:
        """Return a new reference whose number is the same in all runs of the search."""
        maker = running()
        path = None if maker is None else maker.pid.path
        count = self._made[path] = self._made.get(path, 0) + 1
        refs = self._numbers.refs
        return Ref(refs.setdefault((path, count), len(refs) + 1))

    def explore(self, driver: Process, clients: tuple[Process, ...]) -> None:
        """Let the other processes take steps until nothing more can happen. Runs in the driver.

        Raises:
            NotAtRest: a process does not reach its next operation.
        """
        carrier = driver.carrier
        assert carrier is not None
        runtime = self._runtime
        self.clients = self._marks.clients = clients
        self._exploring = True
        self.nests = False
        records = [pid.record for pid in runtime.processes()]
        self._knowledge = runtime.ledger = Knowledge(records)
        self.running.begin(records, self._knowledge.born)
        runtime.watch = self.step
        before = runtime.channels
        self._lanes = WatchedChannels(self._knowledge, before) if self.model.spec else None
        runtime.channels = self._lanes
        driver.ready = _never
        try:
            self._park(carrier)
        finally:
            driver.ready = None
            self._exploring = False
            self.nests = True
            self._finish()
            runtime.watch = runtime.ledger = runtime.channels = self._lanes = None
            self._parked_at.clear()
        self._check(driver, carrier)

    def _finish(self) -> None:
        """Record the timers that could still have fired, then complete the record of the run."""
        if self.model.timeouts and self.drained:
            for armed in self._timers.armed():
                self._outlives_clients(armed)
        self.record = self.running.finish(self._runtime.living, self._knowledge.read)

    # -- what processes do -----------------------------------------------------------------------

    def step(self, op: Op) -> None:
        """Wait until `op` is chosen. Runs in its actor, just before it takes effect."""
        if not self._exploring or is_local(op, self.model):
            return
        actor = op.actor
        carrier = actor.carrier
        if carrier is None or carrier.process is not actor:
            return  # the arrival of a signal, carried out by the delivering process
        if not self._stopping:  # else the thread was stuck and has been abandoned
            self._parked_at[actor] = op
            self._park(carrier)
        if op.kind.startswith("die_"):
            return  # dying steps are always completed, even if the run is given up
        if self._stopping or actor.epoch != carrier.epoch:
            raise Killed
        taken = self._runtime.open_aliases.pop(actor, None)
        if taken is not None:  # the answer it took: another one is now too late
            self._runtime.untaken.pop(taken, None)

    def wait(
        self, process: Process, ready: "Callable[[], bool]", deadline: int | None = None
    ) -> bool:
        came = super().wait(process, ready, deadline)
        self._knowledge.goes_on(process)
        return came

    def settle(self, process: Process, timeout_s: float | None) -> bool:
        """Like Controlled; inside a search, it is a step that is taken once nothing else can be."""
        return True if self._exploring else super().settle(process, timeout_s)

    def at(self, timer: Timer) -> None:
        super().at(timer)
        armer = running()
        self._timers.arm(timer, armer, 0 if armer is None else self._knowledge.of(armer))
        if self._exploring:
            self._marks.armed(timer)

    def _taken(self) -> int:
        return len(self.running) + self._steps

    def _patience(self) -> int:
        """Like Controlled; a search limits the steps itself."""
        return sys.maxsize if self._exploring else super()._patience()

    def arrived(self, process: Process) -> None:
        """Like Controlled; a new process knows what its parent knew."""
        if self._exploring and process.entry is not None:
            self._knowledge.spawned(process)
        super().arrived(process)

    def wake(self, process: Process) -> None:
        """Let `process` check its condition; it now depends on the step that made it true."""
        if self._exploring:
            self._knowledge.answers(process)
        super().arrived(process)

    def doomed(self, process: Process) -> None:
        """Cancel the operation of a process that got a fatal signal; its dying steps come next."""
        if self._exploring:
            if process is self._driver:
                return  # the process learns this when the search returns the token
            op = self._parked_at.get(process)
            if op is not None and op.kind.startswith("die_"):
                return  # its dying steps continue in any case
            self._lose_crash(process)
            known = self._knowledge.before(process, op)
            self._knowledge.observe(process)
            if op is not None and not process.queued:
                del self._parked_at[process]
                who = PROCESS, process.pid.path
                self.running.lose(who, self._marks.of_op(op), known, self.running.last)
                process.queued = True
                self._queue.append(process)
                return
        super().arrived(process)

    def _lose_crash(self, process: Process) -> None:
        """Record that a process, which dies for another reason, can no longer be crashed."""
        what = self.running.steps[-1].what if len(self.running) else None
        crashes = isinstance(what, Crash) and what.target is process
        if self._crashes and not crashes and self._may_crash(process):
            who = (CRASH, process.pid.path)
            born = self._knowledge.born.get(process, 0)
            self.running.lose(who, self._marks.of_crash(Crash(process)), born, self.running.last)

    def _outlives_clients(self, armed: Armed, until: int = -1) -> None:
        """Record a timer as lost at each client end before which another run may fire it."""
        for end in self.running.ends():
            if not armed.past >> end & 1:
                self._lose_timer(armed, end, until)

    def _lose_timer(self, armed: Armed, place: int, until: int = -1) -> None:
        """Record that a timer cannot fire after the step at `place`. See Lost for `until`."""
        self.running.lose(armed.who, self._marks.of_timer(armed.timer), armed.past, place, until)

    # -- choosing --------------------------------------------------------------------------------

    def _choose(self) -> Process:
        if not self._exploring:
            return super()._choose()
        assert self._driver is not None
        carrier = self._driver.carrier
        while carrier is None or not carrier.interrupted:
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
                case Op(kind=kind, actor=process):
                    del self._parked_at[process]
                    self._knowledge.takes(process)
                    self._current = process
                    if kind == "monitor":
                        self._knowledge.monitors(process, step.what.process())
                    elif kind == "die_life" and process.doom is NOTHING:
                        self._lose_crash(process)
                    return process
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
        """Return the chosen step after adding it to the run; None if the run is over."""
        if self.model.timeouts or self._timers.due_now:
            for armed in self._timers.disarmed(due=not self.model.timeouts):
                if self._could_fire:
                    self._lose_timer(armed, self.running.last)
                else:
                    self._outlives_clients(armed, self.running.last)
            self._could_fire = not self.model.timeouts or self._someone_waits()  # due: always
        place = len(self.running.steps)
        step = self._known(self._prefix[place]) if place < len(self._prefix) else self._choice()
        if step is None:
            return None
        step.marks()
        self._knowledge.now = step.past | 1 << place
        op = step.what
        client = isinstance(op, Op) and op.actor in self.clients
        self.running.add(step, self._marks.mailbox(op), client=client)
        return step

    def _choice(self) -> Step | None:
        """Return the chooser's step; None if the run is over, or given up."""
        possible = self._possible()
        step = self._chooser.choose(possible) if possible else None
        if not possible or (step is not None and isinstance(step.what, End)):
            self.drained = True
            return None
        return step

    def _known(self, taken: Taken) -> Step | None:
        """Return the step that an earlier run took here; None if it is no longer possible."""
        step = taken_again(taken, self._parked_at, self._lanes, self._possible)
        if step is None:
            self.strange = f"step {len(self.running) + 1}: {taken.who} could move before, not now"
        return step

    def _possible(self) -> list[Step]:
        """Return the possible next steps, in default order; none at the end of the run."""
        enabled = self._enabled()
        if not enabled and self._tick():
            enabled = self._enabled()
        if not self._crashes:
            return enabled
        targets = filter(self._may_crash, [pid.record for pid in self._runtime.processes()])
        crashes = possible_crashes(targets, self._knowledge, self._marks)
        if not enabled and crashes:
            end = Taken((END,), EVERYTHING, (1 << len(self.running)) - 1)
            enabled = [Step.again(end, End())]
        return enabled + crashes

    def _enabled(self) -> list[Step]:
        """Return the possible next steps in default order."""
        found = []
        knowledge = self._knowledge
        if self._lanes is not None:
            for flight in self._lanes.heads():
                who: Who = (CHANNEL, flight.source.pid.path, flight.target.pid.path)
                known = knowledge.of_flight(flight.number)
                found.append(Step(who, flight, self._marks.of_flight, known))
        others: list[Step] = []
        current, read = self._current, self._marks.of_op
        for process, op in self._parked_at.items():
            past = knowledge.before(process, op)
            if op.kind in _WAITING:
                more = self._allowed(process, op)
                if more is None:
                    continue
                past |= more
            step = Step((PROCESS, process.pid.path), op, read, past)
            (found if process is current else others).append(step)
        found += others
        return found + self._firing() if self.model.timeouts or self._timers.due_now else found

    def _allowed(self, process: Process, op: Op) -> int | None:
        """Return the steps that `op` had to wait for, as bits; None if it cannot be taken now."""
        kind, lanes = op.kind, self._lanes
        if kind == "settle":  # at rest: no other process can move, nothing is in flight
            others = any(other.kind != "settle" for other in self._parked_at.values())
            resting = not others and not lanes
            return (1 << len(self.running)) - 1 if resting else None
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

    def _may_crash(self, process: Process) -> bool:
        """Whether `process` may be crashed: it is neither the driver nor a client."""
        return process is not self._driver and process not in self.clients

    # -- time ------------------------------------------------------------------------------------

    def _firing(self) -> list[Step]:
        """Return the timers that may fire now, as steps."""
        read = self._marks.of_timer
        if not self.model.timeouts:
            return self._timers.due(read)
        return self._timers.at_any_moment(read) if self._someone_waits() else []

    def _tick(self) -> bool:
        """Advance the clock to the next timers; False if there are none, or no client waits."""
        if self.model.timeouts or not self._someone_waits():
            return False
        time = self._timers.tick(self._time, len(self.running))
        if time is None:
            return False
        self._time = time
        return True

    def _fire(self, timer: Timer) -> None:
        self._timers.fired(timer)
        timer.live = False
        timer.fire()

    def _someone_waits(self) -> bool:
        return any(client.reason is NOTHING for client in self.clients)


def _never() -> bool:
    return False
