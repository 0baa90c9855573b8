"""Timers: delayed signals. Each timer counts as a separate sender."""

from collections.abc import Callable
from heapq import heapify, heappush
from typing import TYPE_CHECKING, Final

from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.record import NOTHING
from kvshell.runtime.processes.signals import arrive_message
from kvshell.terms import Atom, Pid, Ref, Term

if TYPE_CHECKING:
    from kvshell.runtime.processes.record import Process
    from kvshell.runtime.runtime import Runtime

SWEEP: Final = 64  # fewer entries are not worth a sweep


class Timer:
    """An armed timer: at `due` (ms of the scheduler's clock) `fire` is called, once.

    A message timer has a `ref` and its `dest`; the timer of a wait has only the waiting process,
    `dest`.
    """

    __slots__ = ("dest", "due", "fire", "live", "ref")

    def __init__(
        self,
        due: int,
        fire: Callable[[], None],
        ref: Ref | None = None,
        dest: "Process | Pid | Atom | None" = None,
    ) -> None:
        self.due = due
        self.fire = fire
        self.live = True
        self.ref = ref
        self.dest = dest


class Agenda:
    """The timers of a scheduler by due time; disarmed ones are swept when there are many."""

    def __init__(self) -> None:
        self.heap: list[tuple[int, int, Timer]] = []
        self._armed = 0
        self._sweep_at = SWEEP

    def add(self, timer: Timer) -> None:
        """Add an armed timer; timers due together fire in the order they were added."""
        if len(self.heap) >= self._sweep_at:
            self.heap[:] = [entry for entry in self.heap if entry[2].live]
            heapify(self.heap)
            self._sweep_at = max(SWEEP, 2 * len(self.heap))
        self._armed += 1
        heappush(self.heap, (timer.due, self._armed, timer))


class Timers:
    """The pending message timers, by reference."""

    def __init__(self, runtime: "Runtime") -> None:
        self._runtime = runtime
        self._armed: dict[Ref, tuple[Timer, Pid | Atom]] = {}

    def __len__(self) -> int:
        return len(self._armed)

    def send_after(self, starter: "Process", dest: Pid | Atom, message: Term, delay_ms: int) -> Ref:
        """Arm a timer that sends `message` to `dest`, and return its reference.

        Nothing is armed for a dead pid. Mirrors Process.send_after/3.
        """
        runtime = self._runtime
        ref = runtime.make_ref()
        due = runtime.scheduler.now() + delay_ms
        timer = Timer(due, lambda: self._fire(ref, starter, message), ref, dest)
        if isinstance(dest, Atom):
            self._armed[ref] = (timer, dest)
        elif not self._arm(dest.record, ref, timer):
            return ref
        runtime.scheduler.at(timer)
        return ref

    def _arm(self, target: "Process | None", ref: Ref, timer: Timer) -> bool:
        """Add the timer to those of `target`; False if `target` is dead or dying."""
        if target is None:
            return False
        with target.lock:
            if target.reason is not NOTHING:
                return False
            if target.timers is None:
                target.timers = set()
            target.timers.add(ref)
            self._armed[ref] = (timer, target.pid)
        return True

    def cancel(self, ref: Ref) -> int | None:
        """Disarm a timer; return the milliseconds left, or None if it fired or never existed."""
        armed = self._armed.pop(ref, None)
        if armed is None:
            return None
        timer, dest = armed
        timer.live = False
        if isinstance(dest, Pid):
            _discard(dest.record, ref)
        return max(0, timer.due - self._runtime.scheduler.now())

    def left(self, ref: Ref) -> int | None:
        """Return the milliseconds until a timer fires, or None. Mirrors Process.read_timer/1."""
        armed = self._armed.get(ref)
        return None if armed is None else max(0, armed[0].due - self._runtime.scheduler.now())

    def drop(self, process: "Process") -> None:
        """Disarm the timers whose messages go to `process`; timers it armed for others stay."""
        for ref in list(process.timers or ()):
            self.cancel(ref)
        process.timers = None

    def _fire(self, ref: Ref, starter: "Process", message: Term) -> None:
        armed = self._armed.pop(ref, None)
        if armed is None:
            return
        dest = armed[1]
        target = dest.record if isinstance(dest, Pid) else self._runtime.names.get(dest)
        if target is None:
            return
        _discard(target, ref)
        watch = self._runtime.watch
        if watch is not None:
            watch(Op("timer", starter, target, message))
        arrive_message(target, message)


def _discard(target: "Process | None", ref: Ref) -> None:
    timers = None if target is None else target.timers  # read once: the process may be dying
    if timers is not None:
        timers.discard(ref)
