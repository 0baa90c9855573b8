"""Controlled: one step at a time, in virtual time; the same bytes in every run.

Threads are only stacks here. Exactly one holds the token and runs; it passes the token on when its
process waits or ends, by releasing the other's lock and sleeping on its own. The run queue is first
in, first out; a process joins it at the back when it becomes able to move, once; whoever runs goes
on until it waits or ends. An idle server has no stack, so the thread that just ended one visit
makes the next one itself, without a hand-over. (Greenlets would switch in less time, but cannot be
told apart in a traceback, and a server that really blocks would take the only thread with it.)

Time moves only while a client waits inside a line and nobody else can move. While the driver
settles it stands.
"""

from collections import deque
from collections.abc import Callable
from heapq import heappop
from typing import TYPE_CHECKING

from kvshell.runtime.carrier import Carrier, here, place
from kvshell.runtime.exits import Exit, Interrupted, Killed, NotAtRest
from kvshell.runtime.record import NOTHING
from kvshell.runtime.threads import Threads
from kvshell.runtime.timers import Agenda, Timer
from kvshell.runtime.visit import visit, visit_here
from kvshell.terms import A

if TYPE_CHECKING:
    from kvshell.runtime.record import Process
    from kvshell.runtime.runtime import Runtime

STEPS = 10_000  # of one settle, besides what was queued when it began
STEPS_PER_MESSAGE = 20
_NO_THREAD = "the machine has no thread left: each process that waits in its code needs one"
WAIT_STEPS = 5_000_000  # of one wait: a timer that re-arms itself for ever ends here


class Controlled:
    """The scheduler of batches, transcripts, lessons and searches."""

    inlines = False
    nests = True  # whether what never waits runs on the stack of who waits
    holding = False

    def __init__(self, runtime: "Runtime", threads: Threads | None = None) -> None:
        self._runtime = runtime
        self._queue: deque[Process] = deque()
        self._agenda = Agenda()
        self._heap = self._agenda.heap
        self._time = 0
        self._steps = 0
        self._limit = 0
        self._settlers: deque[Process] = deque()
        self._own_threads = threads is None
        self._threads = threads or Threads()
        self._unwound = Carrier()  # released by each stack that has unwound
        self._parked: dict[Carrier, None] = {}
        self._token: Carrier | None = None
        self._driver: Process | None = None
        self._failure: BaseException | None = None  # what the driver raises when it goes on
        self._stopping = False
        self.patience_s: float | None = None  # real time a step may take before the driver says so

    # -- what others tell the scheduler -------------------------------------------------------

    def arrived(self, process: "Process") -> None:
        if process.queued:
            return
        if process.ready is not None:
            if process.doom is NOTHING and not process.ready():
                return
        elif process.carrier is not None or not process.alive or not process.has_work():
            return  # it runs, and will see for itself; or it cannot move
        process.queued = True
        self._queue.append(process)

    wake = arrived
    doomed = arrived

    def now(self) -> int:
        return self._time

    def at(self, timer: Timer) -> None:
        self._agenda.add(timer)

    def hold(self) -> None:
        """Begin a line: here nobody runs before it waits or ends, anyway."""
        if self._token is not None:
            self._token.interrupted = False

    def let_go(self) -> None:
        """Do nothing, as `hold`."""

    def interrupt(self, carrier: Carrier) -> None:
        carrier.interrupted = True

    # -- waiting -------------------------------------------------------------------------------

    def wait(
        self, process: "Process", ready: Callable[[], bool], deadline: int | None = None
    ) -> bool:
        carrier = process.carrier
        assert carrier is not None
        if carrier.depth:
            raise Exit((A.declared_never_waits, place()))
        if ready():
            return True
        if self._stopping:
            raise Killed
        timer = None
        if deadline is not None:
            timer = armed = Timer(deadline, lambda: self.wake(process), dest=process)
            self.at(timer)
            process.ready = lambda: ready() or not armed.live
        else:
            process.ready = ready
        if process is self._driver:
            self._steps, self._limit = 0, WAIT_STEPS
        try:
            self._park(carrier)
        finally:
            process.ready = None
            if timer is not None:
                timer.live = False
        came = ready()
        self._check(process, carrier, came)
        return came

    def settle(self, process: "Process", timeout_s: float | None) -> bool:
        carrier = process.carrier
        assert carrier is not None
        channels = self._runtime.channels
        flying = channels is not None and len(channels) and not self._runtime.keeping
        if not self._queue and not self._due_now() and not flying:
            return True
        waiting = sum(len(queued.mailbox or ()) for queued in self._queue)
        self._steps, self._limit = 0, STEPS + STEPS_PER_MESSAGE * waiting
        patience, self.patience_s = self.patience_s, timeout_s or self.patience_s
        self._settlers.append(process)
        process.ready = _never
        try:
            self._park(carrier)
        finally:
            process.ready = None
            self.patience_s = patience
            if process in self._settlers:
                self._settlers.remove(process)
        try:
            self._check(process, carrier)
        except Interrupted:
            return False
        return True

    def _check(self, process: "Process", carrier: Carrier, came: bool = False) -> None:
        if self._stopping or process.epoch != carrier.epoch:
            raise Killed
        if process is self._driver and self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        if carrier.interrupted and not came:
            carrier.interrupted = False
            raise Interrupted

    # -- the token -----------------------------------------------------------------------------

    def _choose(self) -> "Process":
        """Return who runs next; the driver, when nobody can and nothing will, or on Ctrl-C."""
        while not self._given_up():
            if self._queue and self._steps <= self._limit:
                self._steps += 1
                process = self._queue.popleft()
                process.queued = False
                if process.alive:
                    return process
                continue
            if self._queue:
                self._failure = NotAtRest(
                    f"did not come to rest in {self._limit:,} steps", self._runtime.who_waits()
                )
                break
            if self._settlers:
                if self._due_now():
                    self._advance()
                    continue
                if not self._runtime.keeping and self._delivered(None):
                    continue
                return self._settlers.popleft()
            if not self._delivered(self._driver) and not self._advance():
                self._failure = NotAtRest(
                    "nobody can move and no timer is set", self._runtime.who_waits()
                )
                break
        return self._driver_first()

    def _driver_first(self) -> "Process":
        driver = self._driver
        assert driver is not None
        if driver.queued:  # it goes before its turn, and only once
            self._queue.remove(driver)
            driver.queued = False
        return driver

    def _patience(self) -> int:
        """Return how many messages one process may handle before the others are looked at."""
        return max(1, self._limit - self._steps)

    def _delivered(self, waiter: "Process | None") -> bool:
        """Let a signal on its way arrive; False when there is none, or enough was done."""
        channels = self._runtime.channels
        if channels is None or not len(channels) or self._steps > self._limit:
            return False
        self._steps += 1
        sender = channels.deliver_oldest() if waiter is None else channels.deliver_for(waiter)
        self.arrived(sender)  # it may have waited for just that
        return True

    def _given_up(self) -> bool:
        """Whether the wait of the driver was given up from outside, by Ctrl-C."""
        driver = self._driver
        return driver is not None and driver.carrier is not None and driver.carrier.interrupted

    def _due_now(self) -> bool:
        """Whether a timer is due without the clock moving."""
        while self._heap and not self._heap[0][2].live:
            heappop(self._heap)
        return bool(self._heap) and self._heap[0][0] <= self._time

    def _advance(self) -> bool:
        """Move the clock to the next timer and fire it; False when there is none."""
        while self._heap:
            due, _, timer = heappop(self._heap)
            if timer.live:
                timer.live = False
                self._time = max(self._time, due)
                timer.fire()
                return True
        return False

    def _carrier_for(self, process: "Process") -> Carrier:
        if process.carrier is not None:
            return process.carrier
        try:
            return self._threads.start(self, process)
        except Exit:
            process.queued = True  # it runs when a thread is free, if ever
            self._queue.appendleft(process)
            if self._settlers:
                raise NotAtRest(_NO_THREAD, self._runtime.who_waits()) from None
            raise

    def _park(self, carrier: Carrier) -> None:
        """Pass the token on and sleep until it comes back."""
        try:
            carrier_next = self._carrier_for(self._next_above(carrier))
        except BaseException as error:  # noqa: BLE001  # a fault of ours: the driver raises it
            self._failure = error
            carrier_next = self._carrier_for(self._driver_first())
        if carrier_next is carrier:
            return
        self._parked[carrier] = None
        self._token = carrier_next
        carrier_next.lock.release()
        try:
            if self.patience_s is not None and carrier.process is self._driver:
                self._sleep(carrier, self.patience_s)
            else:
                carrier.lock.acquire()
        finally:
            self._parked.pop(carrier, None)

    def _sleep(self, carrier: Carrier, patience_s: float) -> None:
        """Wait until the driver gets the token, so long at most. Runs in the driver."""
        if not carrier.lock.acquire(timeout=patience_s):
            self._wait_in_vain()

    def _next_above(self, carrier: Carrier) -> "Process":
        """Return who gets the token next.

        What never waits needs no stack of its own: it runs here, on top of the one that waits.
        """
        process = self._choose()
        while self.nests and process.carrier is None and process.is_brief():
            process.claim.acquire(blocking=False)
            visit_here(process, carrier)
            if process.queued and self._steps < self._limit and not self._given_up():
                # Whoever runs goes on: it is next, not last.
                self._steps += 1
                self._queue.remove(process)
                process.queued = False
            else:
                process = self._choose()
        return process

    def _wait_in_vain(self) -> None:
        """Say who keeps the token. The runtime is unusable afterwards, and says so when stopped."""
        self._stopping = True
        raise NotAtRest(
            f"no settlement within {self.patience_s:g} s", self._runtime.who_waits(real=True)
        )

    def run(self, carrier: Carrier, process: "Process") -> "Process | None":
        """Run `process` on a thread of the pool; return who comes next on it. Called by Threads."""
        process.claim.acquire(blocking=False)
        try:
            handled = process.handled
            visit(process, carrier, fair=False, most=self._patience())
            self._steps += max(0, process.handled - handled - 1)  # choosing it was the first step
        except BaseException as error:  # noqa: BLE001  # a fault of ours: the driver raises it
            self._failure = error
        if self._stopping:
            self._threads.idle(carrier)
            self._unwound.wake()
            return None
        following = self._next()
        if following.carrier is None:
            return following
        self._threads.idle(carrier)
        self._token = following.carrier
        following.carrier.lock.release()
        return None

    def _next(self) -> "Process":
        """Return who runs next: the driver, when there is a fault to be told, or one is met now."""
        if self._failure is None:
            try:
                return self._choose()
            except BaseException as error:  # noqa: BLE001  # as above
                self._failure = error
        return self._driver_first()

    # -- threads that come and go --------------------------------------------------------------

    def enter(self, carrier: Carrier, process: "Process") -> None:
        if self._driver is not None and self._driver.alive:
            raise RuntimeError("a controlled runtime has one driver: spawn the others")
        process.claim.acquire()
        process.carrier = carrier
        self._driver = process
        self._token = carrier

    def leave(self, carrier: Carrier) -> None:
        self._driver = None

    def stop(self) -> None:
        """Unwind every stack and end every thread. Runs in the driver's thread."""
        self._stopping = True
        for carrier in list(self._parked):
            if carrier is not here.carrier and carrier.process is not None:
                carrier.wake()
                self._unwound.lock.acquire(timeout=2.0)
        self._parked.clear()
        if self._own_threads:
            self._threads.close()


def _never() -> bool:
    return False
