"""Controlled: one step at a time, in virtual time, and byte-identical in every run.

Threads only serve as stacks here. Exactly one holds the token and runs; when its process waits or
ends, it passes the token on by releasing the other thread's lock and sleeping on its own. The run
queue is first in, first out; a process is appended once when it becomes runnable, and then runs
until it waits or ends. An idle server has no stack, so the thread that just finished one slice runs
the next one itself, without a hand-over. (Greenlets would switch faster, but cannot be told apart
in a traceback, and a server that really blocks would block the only thread.)

Time advances only while a client waits inside a line and no other process can move. While the
driver settles, it stands still.
"""

from collections import deque
from collections.abc import Callable, Iterator
from heapq import heappop
from typing import TYPE_CHECKING

from kvshell.runtime.processes.exits import Exit, Interrupted, Killed, NotAtRest, WaitsForever
from kvshell.runtime.processes.observation import waiting_text
from kvshell.runtime.processes.record import NOTHING
from kvshell.runtime.processes.run_slice import run_here, run_slice
from kvshell.runtime.processes.thread_context import Carrier, here, place
from kvshell.runtime.processes.timers import Agenda, Timer
from kvshell.runtime.schedule.threads import Threads
from kvshell.terms import A

if TYPE_CHECKING:
    from kvshell.runtime.processes.record import Process
    from kvshell.runtime.runtime import Runtime

STEPS = 10_000  # steps per settle, besides what was queued when it began
STEPS_PER_MESSAGE = 20
MESSAGES = 1_000  # in one turn: a process that is always busy must not starve the others
LOOKS = 20_000  # checks without a wait, after which a poller lets others run
_NO_THREAD = "the machine has no thread left: each process that waits in its code needs one"
WAIT_STEPS = 5_000_000  # steps per wait: bounds a timer that re-arms itself forever


class Controlled:
    """The scheduler of batches, transcripts, lessons and searches."""

    inlines = False
    nests = True  # whether code that never waits runs on the stack of a waiting process
    holding = False

    def __init__(self, runtime: "Runtime", threads: Threads | None = None) -> None:
        self._runtime = runtime
        self._queue: deque[Process] = deque()
        self._agenda = Agenda()
        self._heap = self._agenda.heap
        self._time = 0
        self._steps = 0
        self._limit = 0
        self._looks = 0
        self._settlers: deque[Process] = deque()
        self._own_threads = threads is None
        self._threads = threads or Threads()
        self._unwound = Carrier()  # released by each unwound stack
        self._parked: dict[Carrier, None] = {}
        self._token: Carrier | None = None
        self._driver: Process | None = None
        self._failure: BaseException | None = None  # raised by the driver when it continues
        self._stopping = False
        self.unwound = True  # whether `stop` has unwound every stack
        self.patience_s: float | None = None  # real time a step may take unreported

    # -- notifications to the scheduler -------------------------------------------------------

    def arrived(self, process: "Process") -> None:
        if process.queued:
            return
        if process.ready is not None:
            if process.doom is NOTHING and not process.ready():
                return
        elif process.carrier is not None or not process.alive or not process.has_work():
            return  # it is running and will notice by itself, or it cannot move
        process.queued = True
        self._queue.append(process)

    wake = arrived
    doomed = arrived

    def now(self) -> int:
        return self._time

    def armed(self) -> Iterator[Timer]:
        """Yield the armed timers, in no particular order."""
        return (timer for _, _, timer in self._heap if timer.live)

    def at(self, timer: Timer) -> None:
        self._agenda.add(timer)

    def busy(self) -> "list[Process]":
        carriers = [*self._parked, *([self._token] if self._token is not None else [])]
        return [*self._queue, *(each.process for each in carriers if each.process is not None)]

    def hold(self) -> None:
        """Clear an old interrupt: here no other process runs before the line waits or ends."""
        if self._token is not None:
            self._token.interrupted = False

    def let_go(self) -> None:
        """Do nothing, because `hold` holds nothing."""

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

    def pause(self, process: "Process") -> None:
        carrier = process.carrier
        if carrier is None or carrier.depth:
            return
        if process is self._driver:
            self._steps, self._limit = 0, WAIT_STEPS
        process.ready = _always
        self.arrived(process)
        try:
            self._park(carrier)
        finally:
            process.ready = None
        try:
            self._check(process, carrier)
        except Interrupted:
            raise Exit(A.interrupted) from None

    def looked(self, process: "Process") -> None:
        self._looks += 1
        if self._looks <= LOOKS:
            return
        if not self._queue and not self._settlers:
            self._advance()  # it may be polling for something that takes time
        self.pause(process)

    # -- the token -----------------------------------------------------------------------------

    def _choose(self) -> "Process":
        """Return the process to run next; the driver if none can move any more, or on Ctrl-C."""
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
                driver = self._driver_first()
                self._failure = WaitsForever(waiting_text(driver), self._runtime.who_waits())
                return driver
        return self._driver_first()

    def _driver_first(self) -> "Process":
        driver = self._driver
        assert driver is not None
        if driver.queued:  # it runs before its turn, and only once
            self._queue.remove(driver)
            driver.queued = False
        return driver

    def _patience(self) -> int:
        """Return how many messages a process may handle before the others get a turn."""
        return max(1, min(MESSAGES, self._limit - self._steps))

    def _delivered(self, waiter: "Process | None") -> bool:
        """Deliver a signal in flight; False if there is none or the step limit is reached."""
        channels = self._runtime.channels
        if channels is None or not len(channels) or self._steps > self._limit:
            return False
        self._steps += 1
        sender = channels.deliver_oldest() if waiter is None else channels.deliver_for(waiter)
        self.arrived(sender)  # the process may have waited for exactly this signal
        return True

    def _given_up(self) -> bool:
        """Whether the driver's wait was interrupted from outside, by Ctrl-C."""
        driver = self._driver
        return driver is not None and driver.carrier is not None and driver.carrier.interrupted

    def _due_now(self) -> bool:
        """Whether a timer is due without advancing the clock."""
        while self._heap and not self._heap[0][2].live:
            heappop(self._heap)
        return bool(self._heap) and self._heap[0][0] <= self._time

    def _advance(self) -> bool:
        """Advance the clock to the next timer and fire it; False if there is none."""
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
            process.queued = True  # it runs when a thread becomes free, if ever
            self._queue.appendleft(process)
            if self._settlers:
                raise NotAtRest(_NO_THREAD, self._runtime.who_waits()) from None
            raise

    def _park(self, carrier: Carrier) -> None:
        """Pass the token on and sleep until it returns."""
        self._looks = 0
        try:
            process = self._next_above(carrier) if self.nests else self._choose()
            carrier_next = process.carrier or self._carrier_for(process)
        except BaseException as error:  # noqa: BLE001  # an internal error: the driver raises it
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
        """Wait for the token, at most `patience_s` seconds. Runs in the driver."""
        if not carrier.lock.acquire(timeout=patience_s):
            self._wait_in_vain()

    def _next_above(self, carrier: Carrier) -> "Process":
        """Return the process that gets the token next.

        Code that never waits needs no stack of its own: it runs here first, on the waiting
        process's.
        """
        process = self._choose()
        while process.carrier is None and process.is_brief():
            process.claim.acquire(blocking=False)
            run_here(process, carrier)
            if process.queued and self._steps < self._limit and not self._given_up():
                # The running process continues: it is next, not last.
                self._steps += 1
                self._queue.remove(process)
                process.queued = False
            else:
                process = self._choose()
        return process

    def _wait_in_vain(self) -> None:
        """Raise NotAtRest, which lists all processes; the runtime cannot be used afterwards."""
        self._stopping = True
        raise NotAtRest(
            f"no settlement within {self.patience_s:g} s", self._runtime.who_waits(real=True)
        )

    def run(self, carrier: Carrier, process: "Process") -> "Process | Callable[[], None]":
        """Run `process` on a pool thread. See ProcessRunner."""
        process.claim.acquire(blocking=False)
        try:
            handled = process.handled
            run_slice(process, carrier, fair=False, most=self._patience())
            self._steps += max(0, process.handled - handled - 1)  # choosing it counted as one
        except BaseException as error:  # noqa: BLE001  # an internal error: the driver raises it
            self._failure = error
        if self._stopping:
            self._threads.idle(carrier)
            return self._unwound.wake
        following = self._next()
        if following.carrier is None:
            return following
        self._threads.idle(carrier)
        self._token = following.carrier
        return following.carrier.lock.release

    def _next(self) -> "Process":
        """Return the process to run next: the driver if there is an error to report."""
        if self._failure is None:
            try:
                return self._choose()
            except BaseException as error:  # noqa: BLE001  # as above
                self._failure = error
        return self._driver_first()

    # -- pool threads --------------------------------------------------------------------------

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
                self.unwound = self._unwound.lock.acquire(timeout=2.0) and self.unwound
        self._parked.clear()
        if self._own_threads:
            self._threads.close()


def _never() -> bool:
    return False


def _always() -> bool:
    return True
