"""Free: real threads. A few of them run whatever can move; an idle process is bytes.

`_lock` guards the queue, the idle threads and the count of what can move; it is a leaf and is held
for a few instructions. `_active` counts the queued and running processes and the threads that are
processes themselves (drivers); who waits is not counted, and whoever wakes him counts him again in
his name, so that the count never touches zero while anything is on its way. That one counter is
what `settle` waits for; nothing polls.

A process that is about to wait says so, and another thread starts if work is queued and too few are
left (managed blocking, as in fork-join pools). The watchdog finds those that block unannounced.
"""

import threading
from _thread import allocate_lock
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from kvshell.runtime.alarms import Alarms
from kvshell.runtime.carrier import Carrier, here, place
from kvshell.runtime.clock import FAR_MS, Clock, now
from kvshell.runtime.exits import Exit, Interrupted, Killed
from kvshell.runtime.record import NOTHING
from kvshell.runtime.report import reason_of
from kvshell.runtime.strays import AGE_MS, Strays
from kvshell.runtime.threads import started
from kvshell.runtime.timers import Timer
from kvshell.runtime.turns import take_turns
from kvshell.runtime.visit import visit
from kvshell.runtime.watchdog import Watchdog
from kvshell.terms import A, ElixirError, exception, format_banner

if TYPE_CHECKING:
    from kvshell.runtime.record import Process
    from kvshell.runtime.runtime import Runtime

BASE = 2  # threads that run when nothing blocks
CAP = 4_000
RETIRE_S = 5.0
STOP_S = 2.0  # how long a runtime that stops waits for its threads,
GRACE_S = 0.1  # and for those that are in the code of a user
LONG_MS = 1_000  # from here on an alarm wakes who waits


class Free:
    """The scheduler of the prompt, of benchmarks and of programs that embed the runtime."""

    inlines = True

    def __init__(self, runtime: "Runtime") -> None:
        self._runtime = runtime
        self._lock = allocate_lock()
        self._queue: deque[Process] = deque()
        self._idle: list[Carrier] = []
        self._threads: dict[threading.Thread, Carrier] = {}
        self._drivers: set[Carrier] = set()  # the threads that are processes themselves
        self._blocked = 0
        self._active = 0
        self._taken = 0
        self._settlers: list[Process] = []
        self._held: list[Process] | None = None
        self._held_waits: list[Process] = []  # which have a stack, and may go on
        self.holding = False
        self._holder: Carrier | None = None
        self._stopping = False
        self._strays = Strays()
        self._clock = Clock("kvshell-clock", self._complain, self._look_again)
        # Long waits are no timers: one that is over does not keep the system from rest.
        self._ringer = Clock("kvshell-alarms", self._complain, self._look_again)
        self._alarms = Alarms(self._ringer, self.wake)
        self._watchdog = Watchdog(self)

    # -- what others tell the scheduler -------------------------------------------------------

    def arrived(self, process: "Process") -> None:
        if process.receiving:
            self.wake(process)
        elif process.behaviour is None and process.entry is None:
            return  # a bare process or a driver: it has a thread, and looks when it receives
        elif process.has_work() and process.claim.acquire(False):
            self._carry(process)

    def wake(self, process: "Process") -> None:
        carrier = process.carrier
        if carrier is None:
            return
        if self.holding and here.carrier is self._holder and carrier is not self._holder:
            self._held_waits.append(process)  # it looks when the line waits or ends
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
            # Whoever takes the dying steps already goes on; he must be counted while he does.
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

    def _take_from_caller(self, process: "Process") -> bool:
        """Take the claim from the thread that runs a clause of `process` for its caller, if any.

        That thread first ceases to be `process`, then releases the claim with which it came,
        whatever the claim is now: so either it is found here afterwards, or the old claim counts.
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

    def _wakes(self, carrier: Carrier) -> None:
        """Count in a thread that waited. Runs under the lock, as the next."""
        carrier.waiting = False
        self._active += 1
        if carrier.claim is None:
            self._blocked -= 1

    def _leaves(self, carrier: Carrier) -> None:
        """Count out a thread that waits or is lost. A driver is none of the pool's threads."""
        self._active -= 1
        if carrier.claim is None:
            self._blocked += 1

    def _carry(self, process: "Process") -> None:
        """Queue `process`, whose claim the caller took for it."""
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
        """Sleep until woken, or about `timeout` seconds; accounts for the thread meanwhile."""
        with self._lock:
            if carrier.woken:
                carrier.woken = False
                return
            if self._queue and not self._idle and len(self._threads) - self._blocked <= BASE:
                calls = carrier.process is not None and carrier.process.is_calling()
                if not self._start_thread() and calls and not self._stopping:
                    raise Exit(A.system_limit)  # who holds the threads is what `processes` shows
            carrier.waiting = True
            self._leaves(carrier)
            woken = self._take_settlers() if self._active <= 0 else ()
        for other in woken:
            other.wake()
        carrier.lock.acquire(True, timeout)
        with self._lock:
            if carrier.waiting:  # time is up, or the wait was interrupted
                self._wakes(carrier)

    def _take_settlers(self) -> list[Carrier]:
        """Wake those that wait for rest. Runs under the lock; the caller wakes what it returns."""
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
        """Whether nobody but the thread that asks can move."""
        return self._active <= 1 and not self._queue and not self._clock.due()

    # -- threads -------------------------------------------------------------------------------

    def _start_thread(self) -> bool:
        """Start one, if it may be had: fewer than the cap, and the machine gives it.

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
                elif carrier not in self._idle:  # it may be, after a wake-up without a cause
                    self._idle.append(carrier)
            if process is not None:
                try:
                    visit(process, carrier, fair=True)
                except BaseException:  # a fault of ours: this thread ends, and is seen to
                    with self._lock:
                        self._threads.pop(me, None)
                    raise
                finally:
                    self._ended(carrier)
            elif not carrier.lock.acquire(timeout=RETIRE_S) and self._retire(me, carrier):
                self._alarms.silence(carrier)
                return

    def _ended(self, carrier: Carrier) -> None:
        """One visit is over: count it out, and tell those that wait for rest."""
        with self._lock:
            self._active -= 1
            if carrier.lost:  # it was counted out while it was a stray
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
            said = "a system limit has been reached: no thread for the clock"
            raise ElixirError(exception("SystemLimitError", message=said))

    def interrupt(self, carrier: Carrier) -> None:
        carrier.interrupted = True
        carrier.wake()  # takes no lock: a signal handler may run in the middle of anything

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
        """Wait for the threads to end; not for those that stay in the code of a user."""
        began = monotonic()
        for thread, carrier in threads.items():
            while thread.is_alive() and thread is not threading.current_thread():
                passed = monotonic() - began
                if passed > STOP_S or (passed > GRACE_S and carrier.is_in_user_code()):
                    break
                thread.join(timeout=GRACE_S / 4)

    # -- for the clocks and the watchdog --------------------------------------------------------

    def _complain(self, error: Exception) -> None:
        """Tell that a timer raised while it fired."""
        said = format_banner(A.error, reason_of(error)[0])
        self._runtime.emit("notice", None, f"a timer raised\n{said}")

    def _look_again(self) -> None:
        """A timer has fired: those that wait for rest look once more."""
        with self._lock:
            woken = self._take_settlers() if self._active <= 0 else ()
        for carrier in woken:
            carrier.wake()

    def stuck(self, taken: int) -> bool:
        """Whether work is queued and none was taken since `taken` was read."""
        return bool(self._queue) and self._taken == taken

    def taken(self) -> int:
        """Return how many processes were taken from the queue so far."""
        return self._taken

    def rescue(self, most: int) -> None:
        """Add up to `most` threads, one for each queued process: those there are stuck."""
        with self._lock:
            if self._idle:
                return
            for _ in range(min(len(self._queue), most)):
                if not self._start_thread():
                    return

    def queued(self) -> bool:
        """Whether anything waits for a thread."""
        return bool(self._queue)
