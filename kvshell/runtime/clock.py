"""Clock: a thread that fires timers when they are due; it starts with the first one."""

import threading
from _thread import allocate_lock
from collections.abc import Callable
from heapq import heappop
from time import monotonic
from typing import Final

from kvshell.runtime.carrier import Carrier, here
from kvshell.runtime.threads import started
from kvshell.runtime.timers import Agenda, Timer
from kvshell.runtime.turns import be_on_time

FAR_MS: Final = 3_600_000  # further than any lock can wait is further than this: it looks again


def now() -> int:
    """Return milliseconds of the monotonic clock."""
    return int(monotonic() * 1000)


class Clock:
    """Fires timers. `raised` is told what one of them raised, `fired` that one has fired."""

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
        """Fire `timer` when it is due; False when the machine has no thread for the clock."""
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
        """End the thread; what is due later fires no more."""
        with self._lock:  # or a thread that is just being made could not be joined
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
                        self._firing = True  # until it has fired the system is not at rest
                    else:
                        timeout = min(left, FAR_MS) / 1000
            if timer is None:
                self._alarm.lock.acquire(timeout=timeout)
                continue
            try:
                if timer.live:
                    timer.live = False
                    timer.fire()
            except Exception as error:  # noqa: BLE001  # who watches it raised: the others fire
                self._raised(error)
            finally:
                self._firing = False
            self._fired()
