"""ThreadPool: the threads of the free scheduler, and the number of processes that can move.

`_lock` guards the queue, the idle threads and the counts; it is a leaf, held for a few
instructions. `_active` counts the queued and running processes and the threads that are processes
themselves; it reaches zero exactly when the system is at rest, which `settle` waits for.
"""

import threading
from _thread import allocate_lock
from collections import deque
from typing import TYPE_CHECKING

from kvshell.runtime.processes.run_slice import run_slice
from kvshell.runtime.processes.thread_context import Carrier, here
from kvshell.runtime.schedule.clock import Alarms
from kvshell.runtime.schedule.threads import late_blocks, maybe_start_late, started, take_turns

if TYPE_CHECKING:
    from kvshell.runtime.processes.record import Process

BASE = 2  # threads running when nothing blocks
CAP = 4_000
RETIRE_S = 5.0


class ThreadPool:
    """Threads that take processes from a queue, one slice each, and retire when there are many."""

    _alarms: Alarms

    def __init__(self) -> None:
        self._lock = allocate_lock()
        self._queue: deque[Process] = deque()
        self._idle: list[Carrier] = []
        self._threads: dict[threading.Thread, Carrier] = {}
        self._blocked = 0
        self._active = 0
        self._taken = 0
        self._settlers: list[Process] = []
        self._stopping = False

    def stuck(self, taken: int) -> bool:
        """Whether work is queued and none has been taken since `taken` was read."""
        return bool(self._queue) and self._taken == taken

    def taken(self) -> int:
        """Return the number of processes taken from the queue so far."""
        return self._taken

    def rescue(self, most: int) -> None:
        """Add up to `most` threads, one per queued process, because the existing ones are stuck."""
        with self._lock:
            if self._idle:
                return
            for _ in range(min(len(self._queue), most)):
                if not self._start_thread():
                    return

    def queued(self) -> bool:
        """Whether a process waits for a thread."""
        return bool(self._queue)

    def _wakes(self, carrier: Carrier) -> None:
        """Count a thread that was waiting as active again. Runs under the lock."""
        carrier.waiting = False
        self._active += 1
        if carrier.claim is None:
            self._blocked -= 1

    def _leaves(self, carrier: Carrier) -> None:
        """Stop counting a thread as active: it waits or is lost. Runs under the lock.

        A driver is not one of the pool's threads.
        """
        self._active -= 1
        if carrier.claim is None:
            self._blocked += 1

    def _take_settlers(self) -> list[Carrier]:
        """Mark the threads that wait in `settle` as awake; return those that sleep.

        Runs under the lock; the caller releases it and wakes the threads returned.
        """
        woken = []
        for process in self._settlers:
            carrier = process.carrier
            if carrier is None:
                continue
            if carrier.waiting:
                self._wakes(carrier)
                woken.append(carrier)
            else:
                carrier.woken = True
        return woken

    def _start_thread(self) -> bool:
        """Start a thread; False at the maximum, or if the machine cannot provide one.

        Runs under the lock.
        """
        if len(self._threads) >= CAP or self._stopping:
            return False
        carrier = Carrier()
        thread = started(self._work, "kvshell-scheduler", (carrier,))
        if thread is not None:
            self._threads[thread] = carrier
        return thread is not None

    def _work(self, carrier: Carrier) -> None:
        take_turns()
        here.carrier = carrier
        carrier.thread = threading.get_ident()
        me = threading.current_thread()
        while True:
            with self._lock:
                if self._stopping:
                    self._threads.pop(me, None)
                    return
                process = self._queue.popleft() if self._queue else None
                if process is not None:
                    self._taken += 1
                elif carrier not in self._idle:  # possible after a spurious wake-up
                    self._idle.append(carrier)
            if process is not None:
                if late_blocks:
                    maybe_start_late()
                try:
                    run_slice(process, carrier, fair=True)
                except (
                    BaseException
                ):  # an internal error: this thread ends, and the error is handled
                    with self._lock:
                        self._threads.pop(me, None)
                    raise
                finally:
                    self._ended(carrier)
            elif not carrier.lock.acquire(timeout=RETIRE_S) and self._retire(me, carrier):
                self._alarms.silence(carrier)
                return

    def _ended(self, carrier: Carrier) -> None:
        """End a slice: stop counting the thread as active; end `settle` if it was the last one."""
        with self._lock:
            self._active -= 1
            if carrier.lost:  # it was counted out as abandoned
                carrier.lost = False
                self._wakes(carrier)
            woken = self._take_settlers() if self._active <= 0 else ()
        for other in woken:
            other.wake()

    def _retire(self, me: threading.Thread, carrier: Carrier) -> bool:
        with self._lock:
            surplus = len(self._threads) - self._blocked > BASE
            if carrier in self._idle and surplus and not self._queue:
                self._idle.remove(carrier)
                self._threads.pop(me, None)
                return True
            if carrier in self._idle:
                self._idle.remove(carrier)
        return False

    def _look_again(self) -> None:
        """Let the threads in `settle` check again, because a timer has fired."""
        with self._lock:
            woken = self._take_settlers() if self._active <= 0 else ()
        for carrier in woken:
            carrier.wake()
