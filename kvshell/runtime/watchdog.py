"""Watchdog: finds queued work that nobody takes, and has threads added."""

import threading
from time import monotonic, process_time
from typing import TYPE_CHECKING, Final

from kvshell.runtime.carrier import Carrier
from kvshell.runtime.threads import started
from kvshell.runtime.turns import be_on_time

if TYPE_CHECKING:
    from kvshell.runtime.free import Free

TICK_S: Final = 0.008  # what is queued waits one and a half at most, and may wait 20 ms
MOST_AT_ONCE: Final = 64
LATE: Final = 1.6  # times: who sleeps so much longer than he wanted waited for a processor


class Watchdog:
    """Adds threads when queued work is not taken; sleeps while nothing is queued.

    Threads that are blocked leave the processor idle: then one is added for each queued process, at
    every tick. Threads that compute keep it busy, and more of them would not help: then one is
    added, and the tick doubles. It looks twice in a tick, for one look may be mistaken.
    """

    def __init__(self, scheduler: "Free") -> None:
        self._scheduler = scheduler
        self._alarm = Carrier()  # it sleeps here while nothing is queued
        self._pause = Carrier()  # and here between two looks, until it is stopped
        self._thread: threading.Thread | None = None
        self._stopping = False

    def look(self) -> None:
        """Work is queued and nobody is idle: watch. Called under the scheduler's lock."""
        if self._thread is None:
            self._thread = started(self._run, "kvshell-watchdog")  # or at the next look
        else:
            self._alarm.wake()

    def stop(self) -> None:
        """End the thread."""
        self._stopping = True
        self._alarm.wake()
        self._pause.wake()
        if self._thread is not None:
            self._thread.join(timeout=2.0)

    def _run(self) -> None:
        be_on_time()
        tick, looks, idle = TICK_S, 0, True
        while not self._stopping:
            if not self._scheduler.queued():
                tick, looks, idle = TICK_S, 0, True
                self._alarm.lock.acquire()
                continue
            taken, began, used = self._scheduler.taken(), monotonic(), process_time()
            self._pause.lock.acquire(timeout=tick / 2)
            used, passed = process_time() - used, monotonic() - began
            if not self._scheduler.stuck(taken):
                tick, looks, idle = TICK_S, 0, True
                continue
            # Late: other programs have the processor, and perhaps hold up one that computes.
            computing, late = used > passed / 2, passed > LATE * tick / 2
            idle = idle and not computing and not late
            looks += 1
            if looks == 2:
                self._scheduler.rescue(MOST_AT_ONCE if idle else 1)
                tick = tick * 2 if computing else TICK_S
                looks, idle = 0, True
