"""Timers of a search, and how long real code may run between two operations."""

from collections.abc import Callable
from heapq import heappop
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kvshell.runtime.processes.exits import NotAtRest
from kvshell.runtime.processes.record import Process
from kvshell.runtime.processes.signals import Channels
from kvshell.runtime.processes.thread_context import Carrier
from kvshell.runtime.processes.timers import Timer
from kvshell.runtime.schedule.controlled import Controlled
from kvshell.runtime.schedule.threads import Threads
from kvshell.runtime.search.steps import TIMER, Knowledge, Patience, Step, Who
from kvshell.terms import inspect

Read = Callable[[Any], Any]


class Armed(NamedTuple):
    """An armed timer: what identifies it in all runs, and the steps that its firing knows."""

    timer: Timer
    who: Who
    past: int


class SearchTimers:
    """The timers of one run, each identified by its process and a running number."""

    def __init__(self, heap: list[tuple[int, int, Timer]]) -> None:
        self._heap = heap  # the scheduler's timers
        self._armed: dict[Timer, Armed] = {}  # timers not known to be disarmed
        self._counts: dict[Process | None, int] = {}
        self._since = 0  # the step before which the clock reached this time
        self.due_now: list[Timer] = []

    def arm(self, timer: Timer, armer: Process | None, known: int) -> None:
        """Record that `armer`, which knows the steps in `known`, has armed a timer."""
        number = self._counts[armer] = self._counts.get(armer, 0) + 1
        path = None if armer is None else armer.pid.path
        self._armed[timer] = Armed(timer, (TIMER, path, number), known)

    def tick(self, time: int, step: int) -> int | None:
        """Make the next timers due; return the time at which they are, or None without timers.

        `time` is the current time; `step` is the index of the next step.
        """
        heap = self._heap
        while heap and not heap[0][2].live:
            heappop(heap)
        if not heap:
            return None
        time = max(time, heap[0][0])
        self.due_now = []
        self._since = step
        while heap and heap[0][0] <= time:
            self.due_now.append(heappop(heap)[2])
        return time

    def fired(self, timer: Timer) -> None:
        """Remove a timer that fires."""
        self._armed.pop(timer, None)

    def disarmed(self, *, due: bool) -> list[Armed]:
        """Return and remove the timers that the last step disarmed; with `due`, only due ones."""
        gone = [armed for armed in self._armed.values() if not armed.timer.live]
        for armed in gone:
            del self._armed[armed.timer]
        if not due:
            return gone
        return [self._since_due(armed) for armed in gone if armed.timer in self.due_now]

    def due(self, read: Read) -> list[Step]:
        """Return the due timers as steps that know all steps before the clock reached this time."""
        live = [timer for timer in self.due_now if timer.live]
        found = [self._since_due(self._armed[timer]) for timer in live]
        return [Step(armed.who, armed.timer, read, armed.past) for armed in found]

    def at_any_moment(self, read: Read) -> list[Step]:
        """Return all armed timers as steps that may be taken now."""
        return [Step(each.who, each.timer, read, each.past, free=True) for each in self.armed()]

    def _since_due(self, armed: Armed) -> Armed:
        return armed._replace(past=(1 << self._since) - 1)

    def armed(self) -> list[Armed]:
        """Return all armed timers, those due first at the front."""
        live = [timer for _due, _number, timer in sorted(self._heap, key=_when) if timer.live]
        return [self._armed[timer] for timer in live]


def _when(armed: tuple[int, int, Timer]) -> tuple[int, int]:
    return armed[:2]


if TYPE_CHECKING:
    from kvshell.runtime.runtime import Runtime

_LOOK_S: Final = 0.25  # seconds between two checks for progress, at most


class Patient(Controlled):
    """A controlled scheduler that checks for progress while the driver sleeps."""

    def __init__(self, runtime: "Runtime", threads: Threads, patience: Patience) -> None:
        super().__init__(runtime, threads)
        self.patience_s = patience.seconds
        self._stopped = patience.stopped

    def _taken(self) -> int:
        """Return the number of steps taken."""
        return self._steps

    def _sleep(self, carrier: Carrier, patience_s: float) -> None:
        """Like `Controlled`, but times out only after a period without progress."""
        look_s = min(_LOOK_S, patience_s / 2)
        before, looks = None, 0
        try:
            while not carrier.lock.acquire(timeout=look_s):
                now = self._happened()
                looks = looks + 1 if now == before else 0
                before = now
                # Counts checks instead of reading a clock: the program may have been stopped
                # (Ctrl-Z).
                if looks * look_s >= patience_s or (looks and self._stopped()):
                    self._wait_in_vain()
        except BaseException:
            self._leave_alone()
            raise

    def _happened(self) -> tuple[object, ...]:
        """Return a value that changes with progress."""
        assert self._token is not None
        process = self._token.process
        handled = 0 if process is None else process.handled
        return process, self._taken(), handled

    def _wait_in_vain(self) -> None:
        """Raise NotAtRest, which says which process keeps the token, and where it is."""
        assert self._token is not None
        process, place = self._token.process, self._token.place()
        who = "somebody" if process is None else inspect(process.pid)
        raise NotAtRest(
            f"{who} keeps running (or waits for something outside) between two operations: {place}"
        )

    def _leave_alone(self) -> None:
        """Abandon the thread that has the token: it ends at its next operation."""
        self._stopping = True
        if self._token is not None:
            self._threads.abandon(self._token)


class WatchedChannels(Channels):
    """Channels that record what the sender of each signal knew."""

    def __init__(self, knowledge: Knowledge, before: object = None) -> None:
        """Take over the signals in flight in the channels `before`."""
        super().__init__()
        self._knowledge = knowledge
        for flight in before.all() if isinstance(before, Channels) else ():
            self.push(*flight[1:])

    def push(self, source: Process, target: Process, arrive: Any, args: tuple[Any, ...]) -> None:
        """Append a signal to its channel, and record what its sender knows."""
        super().push(source, target, arrive, args)
        self._knowledge.leaves(self.last)
