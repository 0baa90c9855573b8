"""Free: real threads. A few of them run whatever is runnable; an idle process is just data.

`_lock` guards the queue, the idle threads and the count of runnable processes; it is a leaf and is
held for a few instructions. `_active` counts queued and running processes and threads that are
processes themselves (drivers). A waiting process is not counted; whoever wakes it counts it again
on its behalf, so that the count never reaches zero while work is pending. `settle` waits for this
counter; nothing polls.

A process announces that it is about to wait, and another thread starts if work is queued and too
few threads are left (managed blocking, as in fork-join pools). The watchdog finds those that block
without announcing it.
"""

import threading
from _thread import allocate_lock
from collections.abc import Callable
from time import monotonic, sleep
from typing import TYPE_CHECKING

from kvshell.runtime.processes.crash_report import reason_of
from kvshell.runtime.processes.exits import Exit, Interrupted, Killed
from kvshell.runtime.processes.record import NOTHING
from kvshell.runtime.processes.thread_context import Carrier, here, place
from kvshell.runtime.processes.timers import Timer
from kvshell.runtime.schedule.clock import FAR_MS, Alarms, Clock, now
from kvshell.runtime.schedule.pool import BASE, ThreadPool
from kvshell.runtime.schedule.threads import (
    AGE_MS,
    AbandonedThreads,
    StarvationWatchdog,
)
from kvshell.terms import A, ElixirError, exception, format_banner

if TYPE_CHECKING:
    from kvshell.runtime.processes.record import Process
    from kvshell.runtime.runtime import Runtime

STOP_S = 2.0  # seconds that a stopping runtime waits for its threads
GRACE_S = 0.1  # the same for threads in user code
LONG_MS = 1_000  # beyond this, an alarm wakes the waiting process


class Free(ThreadPool):
    """The scheduler of the prompt, of benchmarks and of programs that embed the runtime."""

    inlines = True

    def __init__(self, runtime: "Runtime") -> None:
        super().__init__()
        self._runtime = runtime
        self._drivers: set[Carrier] = set()  # the threads that are processes themselves
        self._held: list[Process] | None = None
        self._held_waits: list[Process] = []  # processes with a stack that may continue
        self.holding = False
        self._holder: Carrier | None = None
        self._strays = AbandonedThreads()
        self._clock = Clock("kvshell-clock", self._complain, self._look_again)
        # Long waits are not timers: an elapsed one does not keep the system from being at rest.
        self._ringer = Clock("kvshell-alarms", self._complain, self._look_again)
        self._alarms = Alarms(self._ringer, self.wake)
        self._watchdog = StarvationWatchdog(self)

    # -- notifications to the scheduler -------------------------------------------------------

    def arrived(self, process: "Process") -> None:
        if process.receiving:
            self.wake(process)
        elif process.behaviour is None and process.entry is None:
            return  # a bare process or a driver: it has a thread, and checks when it receives
        elif process.has_work() and process.claim.acquire(False):
            self._carry(process)

    def wake(self, process: "Process") -> None:
        carrier = process.carrier
        if carrier is None:
            return
        if self.holding and here.carrier is self._holder and carrier is not self._holder:
            self._held_waits.append(process)  # it checks when the line waits or ends
            return
        with self._lock:
            asleep = carrier.waiting
            if asleep:
                self._wakes(carrier)
            else:
                carrier.woken = True
        if asleep:
            carrier.wake()

    def doomed(self, process: "Process") -> None:
        with process.lock:
            # A thread that takes the dying steps is already running, and must be counted meanwhile.
            carrier = process.carrier if process.reason is NOTHING else None
            if carrier is not None:
                # The thread may be anywhere in user code: take the claim away from it.
                process.carrier = None
                process.claim = allocate_lock()
        asleep = False
        if carrier is not None:
            self._runtime.add_zombie(process, carrier)
            self._strays.add(self.now(), process, carrier)
            with self._lock:
                asleep = carrier.waiting
                if asleep:
                    self._wakes(carrier)
                else:
                    carrier.woken = True
        if process.claim.acquire(False) or (carrier is None and self._take_from_caller(process)):
            self._carry(process)
        if asleep and carrier is not None:
            carrier.wake()

    def pause(self, process: "Process") -> None:  # the protocol's
        sleep(0)

    def looked(self, process: "Process") -> None:
        """Do nothing: other processes run in parallel anyway."""

    def busy(self) -> "list[Process]":
        with self._lock:
            carriers = [*self._threads.values(), *self._drivers]
            queued = [*self._queue, *(self._held or ())]
        return queued + [each.process for each in carriers if each.process is not None]

    def _take_from_caller(self, process: "Process") -> bool:
        """Take the claim from a thread that runs a clause of `process` for a caller, if one does.

        Such a thread first stops being `process`, then releases the claim it came with, whatever
        the current claim is: so either it is found here afterwards, or the old claim counts.
        """
        with self._lock:
            carriers = [*self._threads.values(), *self._drivers]
        for carrier in carriers:
            if carrier.process is process:
                taken = allocate_lock()
                taken.acquire()
                with process.lock:
                    if process.carrier is not None or process.reason is not NOTHING:
                        return False
                    claim, process.claim = process.claim, taken
                    if carrier.process is not process:
                        process.claim = claim
                        return process.claim.acquire(False)
                self._runtime.add_zombie(process, carrier)
                return True
        return False

    def _carry(self, process: "Process") -> None:
        """Queue `process`, whose claim the caller has taken for it."""
        idle = None
        with self._lock:
            self._active += 1
            if self._held is not None and here.carrier is self._holder:
                self._held.append(process)
                return
            self._queue.append(process)
            if self._idle:
                idle = self._idle.pop()
            elif len(self._threads) - self._blocked >= BASE or not self._start_thread():
                self._watchdog.look()
        if idle is not None:
            idle.wake()

    # -- waiting -------------------------------------------------------------------------------

    def wait(
        self, process: "Process", ready: Callable[[], bool], deadline: int | None = None
    ) -> bool:
        carrier = here.carrier
        assert carrier is not None
        if carrier.depth:
            raise Exit((A.declared_never_waits, place()))
        if self.holding and carrier is self._holder:
            self.let_go()
        while not ready():
            if process.epoch != carrier.epoch or self._stopping:
                raise Killed
            if carrier.interrupted:
                carrier.interrupted = False
                raise Interrupted
            timeout = -1.0
            if deadline is not None:
                left = deadline - self.now()
                if left <= 0:
                    return False
                if left < LONG_MS or not self._alarms.set(carrier, deadline):
                    timeout = min(left, FAR_MS) / 1000
            self._sleep(carrier, timeout)
        if process.epoch != carrier.epoch:
            raise Killed
        return True

    def _sleep(self, carrier: Carrier, timeout: float) -> None:
        """Sleep until woken, or about `timeout` seconds, and account for the thread meanwhile."""
        with self._lock:
            if carrier.woken:
                carrier.woken = False
                return
            if self._queue and not self._idle and len(self._threads) - self._blocked <= BASE:
                calls = carrier.process is not None and carrier.process.is_calling()
                if not self._start_thread() and calls and not self._stopping:
                    raise Exit(A.system_limit)  # `processes` shows what occupies the threads
            carrier.waiting = True
            self._leaves(carrier)
            woken = self._take_settlers() if self._active <= 0 else ()
        for other in woken:
            other.wake()
        carrier.lock.acquire(True, timeout)
        with self._lock:
            if carrier.waiting:  # time is up, or the wait was interrupted
                self._wakes(carrier)

    def settle(self, process: "Process", timeout_s: float | None) -> bool:
        deadline = None if timeout_s is None else self.now() + int(timeout_s * 1000)
        self._settlers.append(process)
        try:
            while True:
                self._count_out_strays()
                look = self.now() + AGE_MS if self._strays else deadline
                limit = look if deadline is None or look is None else min(look, deadline)
                if self.wait(process, self._at_rest_but_me, limit):
                    return True
                if limit == deadline:
                    return False
        except Interrupted:
            return False
        finally:
            self._settlers.remove(process)

    def _count_out_strays(self) -> None:
        with self._lock:
            for carrier in self._strays.take(self.now()):
                carrier.lost = True
                self._leaves(carrier)

    def _at_rest_but_me(self) -> bool:
        """Whether no process can move except the caller's."""
        return self._active <= 1 and not self._queue and not self._clock.due()

    # -- threads -------------------------------------------------------------------------------

    def enter(self, carrier: Carrier, process: "Process") -> None:
        process.claim.acquire()
        process.carrier = carrier
        with self._lock:
            self._drivers.add(carrier)
            self._active += 1

    def leave(self, carrier: Carrier) -> None:
        self._alarms.silence(carrier)
        with self._lock:
            self._drivers.discard(carrier)
        self._ended(carrier)

    # -- lines, clock, interruption ------------------------------------------------------------

    def hold(self) -> None:
        carrier = here.carrier
        if carrier is not None:
            carrier.interrupted = False
        with self._lock:
            self._held = self._held or []
            self._holder = here.carrier
            self.holding = True

    def let_go(self) -> None:
        if here.carrier is not self._holder:
            return
        with self._lock:
            held, self._held, self._holder = self._held or [], None, None
            self.holding = False
            waits, self._held_waits = self._held_waits, []
            self._queue.extend(held)
            woken = [self._idle.pop() for _ in range(min(len(self._idle), len(held)))]
            missing = min(len(held), BASE - (len(self._threads) - self._blocked))
            for _ in range(missing if not woken else 0):
                self._start_thread()
            if self._queue:
                self._watchdog.look()
        for carrier in woken:
            carrier.wake()
        for process in waits:
            self.wake(process)

    def now(self) -> int:
        return now()

    def at(self, timer: Timer) -> None:
        if not self._clock.add(timer):
            text = "a system limit has been reached: no thread for the clock"
            raise ElixirError(exception("SystemLimitError", message=text))

    def interrupt(self, carrier: Carrier) -> None:
        carrier.interrupted = True
        carrier.wake()  # takes no lock: a signal handler may run at any point

    def stop(self) -> None:
        self._stopping = True
        self._clock.stop()
        self._ringer.stop()
        self._watchdog.stop()
        with self._lock:
            threads = dict(self._threads)
            carriers = [*threads.values(), *self._drivers]
        for carrier in carriers:
            carrier.wake()
        self._join(threads)

    def _join(self, threads: dict[threading.Thread, Carrier]) -> None:
        """Wait for the threads to end, except those that stay in user code."""
        began = monotonic()
        for thread, carrier in threads.items():
            while thread.is_alive() and thread is not threading.current_thread():
                passed = monotonic() - began
                if passed > STOP_S or (passed > GRACE_S and carrier.is_in_user_code()):
                    break
                thread.join(timeout=GRACE_S / 4)

    # -- for the clock and the watchdog ---------------------------------------------------------

    def _complain(self, error: Exception) -> None:
        """Report that a timer raised while firing."""
        message = format_banner(A.error, reason_of(error)[0])
        self._runtime.emit("notice", None, f"a timer raised\n{message}")
