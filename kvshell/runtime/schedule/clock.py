"""Clock: a thread that fires timers when they are due; it starts with the first timer."""

import threading
from _thread import allocate_lock
from collections.abc import Callable
from heapq import heappop
from time import monotonic
from typing import TYPE_CHECKING, Final

from kvshell.runtime.processes.thread_context import Carrier, here
from kvshell.runtime.processes.timers import Agenda, Timer
from kvshell.runtime.schedule.threads import be_on_time, started

FAR_MS: Final = 3_600_000  # a lock cannot wait longer; the thread wakes up and checks again


def now() -> int:
    """Return the time of the monotonic clock in milliseconds."""
    return int(monotonic() * 1000)


class Clock:
    """A thread that fires timers.

    It calls `raised` with an exception that a timer raises, and `fired` after each timer.
    """

    def __init__(
        self, name: str, raised: Callable[[Exception], None], fired: Callable[[], None]
    ) -> None:
        self._name = name
        self._raised = raised
        self._fired = fired
        self._lock = allocate_lock()
        self._alarm = Carrier()
        self._agenda = Agenda()
        self._heap = self._agenda.heap
        self._firing = False
        self._thread: threading.Thread | None = None
        self._stopping = False

    def add(self, timer: Timer) -> bool:
        """Fire `timer` when it is due; False if the machine has no thread left for the clock."""
        with self._lock:
            if self._thread is None and not self._stopping:
                self._thread = started(self._run, self._name)
                if self._thread is None:
                    return False
            self._agenda.add(timer)
            first = self._heap[0][2] is timer
        if first:
            self._alarm.wake()
        return True

    def due(self) -> bool:
        """Whether a timer should have fired by now."""
        with self._lock:
            while self._heap and not self._heap[0][2].live:
                heappop(self._heap)
            due = bool(self._heap) and self._heap[0][0] <= now()
            return due or self._firing

    def stop(self) -> None:
        """End the thread; timers due later do not fire."""
        with self._lock:  # otherwise a thread that is just starting could not be joined
            self._stopping = True
            thread = self._thread
        self._alarm.wake()
        if thread is not None:
            thread.join(timeout=2.0)

    def _run(self) -> None:
        be_on_time()
        here.carrier = None
        while not self._stopping:
            timer, timeout = None, -1.0
            with self._lock:
                if self._heap:
                    left = self._heap[0][0] - now()
                    if left <= 0:
                        timer = heappop(self._heap)[2]
                        self._firing = True  # the system is not at rest until it has fired
                    else:
                        timeout = min(left, FAR_MS) / 1000
            if timer is None:
                self._alarm.lock.acquire(timeout=timeout)
                continue
            try:
                if timer.live:
                    timer.live = False
                    timer.fire()
            except Exception as error:  # noqa: BLE001  # its observer raised: the others still fire
                self._raised(error)
            finally:
                self._firing = False
            self._fired()


if TYPE_CHECKING:
    from kvshell.runtime.processes.record import Process


class Alarms:
    """The alarms that end long waits in one scheduler, at most one for each thread.

    `wake` is called with the waiting process, which then checks the time.
    """

    def __init__(self, clock: "Clock", wake: "Callable[[Process], None]") -> None:
        self._clock = clock
        self._wake = wake
        self._lock = allocate_lock()

    def set(self, carrier: Carrier, deadline: int) -> bool:
        """Wake the calling thread at `deadline` if it is waiting then; `carrier` is its carrier.

        Returns False if the machine has no thread left for the clock.
        """
        carrier.deadline = deadline
        alarm = carrier.alarm  # read once: the alarm may be going off concurrently
        if alarm is None or alarm.due > deadline:
            with self._lock:
                alarm = carrier.alarm
                if alarm is None or alarm.due > deadline:
                    return self._replace(carrier, deadline)
        return True

    def silence(self, carrier: Carrier) -> None:
        """Cancel the thread's alarm because the thread ends."""
        with self._lock:
            alarm, carrier.alarm = carrier.alarm, None
            if alarm is not None:
                alarm.live = False

    def _replace(self, carrier: Carrier, due: int) -> bool:
        """Replace the thread's alarm; False if the clock has no thread. Runs under the lock."""
        if carrier.alarm is not None:
            carrier.alarm.live = False
        carrier.alarm = alarm = Timer(due, lambda: self._ring(carrier, due))
        if not self._clock.add(alarm):
            carrier.alarm = None
        return carrier.alarm is not None

    def _ring(self, carrier: Carrier, at: int) -> None:
        with self._lock:
            alarm = carrier.alarm
            if alarm is None or alarm.due != at:
                return  # an earlier one was set in the meantime
            carrier.alarm = None
            process, deadline = carrier.process, carrier.deadline
            if process is not None and deadline > at:
                self._replace(carrier, deadline)
                return
        if process is not None:
            self._wake(process)
