"""Thread policy: a woken thread waits until the waking one releases the interpreter.

Linux tends to run a woken thread in place of the one that woke it. But the waker still holds the
interpreter's lock, so the woken thread just goes back to sleep: two useless switches, a quarter of
the cost of a call to another thread. A thread with policy SCHED_BATCH does not preempt; on a busy
machine it starts at worst a slice (3 ms) later. Threads inherit the policy: those that keep time
set their own; a program started by a handler gets its usual share of the processor, but starts that
slice later when woken.

Only threads with the default policy are changed: with a real-time or idle policy, the user has
chosen how threads run.
"""

import os
import sys
import threading
from _thread import allocate_lock
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import random
from time import monotonic, process_time, sleep
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Protocol

from kvshell.runtime.processes.exits import Exit
from kvshell.runtime.processes.thread_context import Carrier, here
from kvshell.terms import A

LATE_SHARE: Final = 0.1
LATE_S: Final = 0.000_1  # longer than another thread needs to run a short command


def take_turns() -> None:
    """Set a policy with which the calling thread does not preempt others when it is woken."""
    if sys.platform == "linux":
        _change(os.SCHED_OTHER, os.SCHED_BATCH)


def be_on_time() -> None:
    """Set the default policy, with which the calling thread runs as soon as it is woken."""
    if sys.platform == "linux":
        _change(os.SCHED_BATCH, os.SCHED_OTHER)


@contextmanager
def late_starts() -> Iterator[None]:
    """During the block, one process in ten starts a little later than it could.

    Otherwise the process woken first nearly always runs first, and more so the busier the machine.
    A BEAM's schedulers run in parallel, so there the order varies: the registry has not yet handled
    a `:DOWN` in 111 of 1,000 look-ups; with late starts it is about as many here.
    """
    late_blocks.append(None)
    try:
        yield
    finally:
        late_blocks.pop()


def maybe_start_late() -> None:
    """Sometimes wait a little, if a block of `late_starts` is running. Called by pool threads."""
    if late_blocks and random() < LATE_SHARE:  # noqa: S311  # not used for secrets
        sleep(LATE_S)


def _change(before: int, after: int) -> None:
    # A sandbox may forbid it, or the C library may lack it: then hand-overs are slower.
    with suppress(OSError, AttributeError):
        if os.sched_getscheduler(0) == before:
            os.sched_setscheduler(0, after, os.sched_param(0))


if TYPE_CHECKING:
    from kvshell.runtime.processes.record import Process


stuck: list[threading.Thread] = []  # threads abandoned in user code
late_blocks: list[None] = []  # one item for each running block of `late_starts`, in any thread


def started(
    run: Callable[..., None], name: str, args: tuple[Any, ...] = ()
) -> threading.Thread | None:
    """Start a thread and return it; None if the machine has none left, as in some containers."""
    thread = threading.Thread(target=run, args=args, name=name, daemon=True)
    try:
        thread.start()
    except RuntimeError:
        return None
    return thread


class ProcessRunner(Protocol):
    """A scheduler whose processes these threads run."""

    def run(self, carrier: Carrier, process: "Process") -> "Process | Callable[[], None]":
        """Run `process` and return the process to run next on this thread.

        If the thread is idle now, return a function that wakes the next one: it is called when this
        thread references no process any more.
        """


class Threads:
    """The threads of controlled runtimes, idle and working. `close` ends the idle ones."""

    def __init__(self) -> None:
        self._idle: list[Carrier] = []
        self._all: list[threading.Thread] = []
        self._closed = False

    def start(self, runner: ProcessRunner, process: "Process") -> Carrier:
        """Return a thread that will run `process` for `runner` once its lock is released.

        Raises:
            Exit: `:system_limit`, the machine has no threads left.
        """
        carrier = self._idle.pop() if self._idle else self._new()
        carrier.job = (runner, process)
        return carrier

    def idle(self, carrier: Carrier) -> None:
        """Return a thread without work to the pool."""
        carrier.job = None
        self._idle.append(carrier)
        if self._closed:  # it was stuck earlier, but no longer is
            carrier.wake()

    def abandon(self, carrier: Carrier) -> None:
        """Stop waiting for a thread stuck in user code; it ends when it gets out."""
        stuck.extend(thread for thread in self._all if thread.ident == carrier.thread)
        self._all = [thread for thread in self._all if thread not in stuck]

    def close(self) -> None:
        """End the idle threads; one stuck in user code ends when it gets out."""
        self._closed = True
        for carrier in self._idle:
            carrier.wake()
        self._idle.clear()
        for thread in self._all:
            if thread is not threading.current_thread():
                thread.join(timeout=2.0)
        self._all.clear()

    def _new(self) -> Carrier:
        carrier = Carrier()
        thread = started(self._work, "kvshell-controlled", (carrier,))
        if thread is None:
            raise Exit(A.system_limit)
        self._all.append(thread)
        return carrier

    def _work(self, carrier: Carrier) -> None:
        take_turns()
        here.carrier = carrier
        carrier.thread = threading.get_ident()
        while True:
            carrier.lock.acquire()
            job: tuple[ProcessRunner, Process] | None = carrier.job
            if job is None:
                return
            wake_next = self._run(carrier, *job)
            job = None  # while idle it references no runtime and no process
            wake_next()

    def _run(
        self, carrier: Carrier, runner: ProcessRunner, process: "Process"
    ) -> Callable[[], None]:
        while True:
            following = runner.run(carrier, process)
            if callable(following):
                return following
            process = following


_STAT = Path("/proc/thread-self/stat")
_LAST_RAN_ON = 36  # field index after the name, from 0: `processor` in proc(5)


class OneProcessor:
    """Pins the creating thread, and threads it starts meanwhile, to its processor until `leave`.

    Does nothing on systems without support, or for a thread that has only one processor anyway.
    Programs started meanwhile are pinned, too.
    """

    def __init__(self) -> None:
        self._before: set[int] = set()
        self._moved = False
        # A sandbox may forbid it; macOS has neither the call nor the file.
        with suppress(OSError, AttributeError, LookupError, ValueError):
            before = os.sched_getaffinity(0)
            here = int(_STAT.read_text().rpartition(")")[2].split()[_LAST_RAN_ON])
            if here in before and len(before) > 1:
                os.sched_setaffinity(0, {here})
                self._before = before

    def move(self, place: int) -> None:
        """Pin the thread to another processor instead, once: that of the forked process `place`."""
        if self._before and not self._moved:
            self._moved = True
            with suppress(OSError):
                others = sorted(self._before - os.sched_getaffinity(0))
                os.sched_setaffinity(0, {others[place % len(others)]})

    def leave(self) -> None:
        """Restore the thread's previous affinity. Runs in the thread that created this object."""
        if self._before:
            with suppress(OSError):
                os.sched_setaffinity(0, self._before)
            self._before = set()


def is_single_threaded() -> bool:
    """Whether this process has no other thread than the calling one."""
    return threading.active_count() == 1 and threading.current_thread() is threading.main_thread()


class HandOff:
    """Two threads that take turns: `with HandOff() as pair: pair.there_and_back()`."""

    def __init__(self) -> None:
        self._there = allocate_lock()
        self._back = allocate_lock()
        self._over = False
        self._thread = threading.Thread(target=self._answer, name="kvshell-hand-off", daemon=True)

    def __enter__(self) -> "HandOff":
        self._there.acquire()
        self._back.acquire()
        self._thread.start()
        return self

    def there_and_back(self) -> None:
        """Switch to the other thread, and wait until it switches back."""
        self._there.release()
        self._back.acquire()

    def _answer(self) -> None:
        while True:
            self._there.acquire()
            if self._over:
                return
            self._back.release()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._over = True
        self._there.release()
        self._thread.join()


if TYPE_CHECKING:
    from kvshell.runtime.processes.record import Process

AGE_MS = 20


class AbandonedThreads:
    """The abandoned threads of one scheduler that are still counted as running."""

    def __init__(self) -> None:
        self._lock = allocate_lock()
        self._strays: list[tuple[int, Process, Carrier]] = []  # since when

    def __bool__(self) -> bool:
        return bool(self._strays)

    def add(self, now_ms: int, process: "Process", carrier: Carrier) -> None:
        """Add the thread `carrier`: its process was killed while it ran."""
        with self._lock:
            self._strays.append((now_ms, process, carrier))

    def take(self, now_ms: int) -> list[Carrier]:
        """Return the threads to be counted as lost now, and forget those that have returned.

        Runs under the scheduler's lock, so that none ends its slice meanwhile.
        """
        with self._lock:
            strays, self._strays = self._strays, []
            lost = []
            for since, process, carrier in strays:
                if carrier.process is not process and not carrier.depth:
                    continue  # its slice has ended
                stuck = now_ms - since >= AGE_MS and not carrier.depth
                if stuck and carrier.is_in_user_code():
                    lost.append(carrier)
                else:
                    self._strays.append((since, process, carrier))
        return lost


if TYPE_CHECKING:
    from kvshell.runtime.schedule.free import Free

TICK_S: Final = 0.008  # queued work waits at most one and a half ticks, and may wait 20 ms
MOST_AT_ONCE: Final = 64
LATE: Final = 1.6  # factor: oversleeping by this much means waiting for a processor


class StarvationWatchdog:
    """Adds threads when queued work is not taken; sleeps while nothing is queued.

    Blocked threads leave the processor idle: then one thread is added for each queued process, at
    every tick. Computing threads keep it busy, and more of them would not help: then one is added,
    and the tick doubles. It checks twice per tick, because a single check may be wrong.
    """

    def __init__(self, scheduler: "Free") -> None:
        self._scheduler = scheduler
        self._alarm = Carrier()  # it sleeps here while nothing is queued
        self._pause = Carrier()  # and here between two checks, until it is stopped
        self._thread: threading.Thread | None = None
        self._stopping = False

    def look(self) -> None:
        """Start watching: work is queued and no thread is idle. Runs under the scheduler's lock."""
        if self._thread is None:
            self._thread = started(self._run, "kvshell-watchdog")  # None: tried again next time
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
            # Late: other programs use the processor, and may delay a computing thread.
            computing, late = used > passed / 2, passed > LATE * tick / 2
            idle = idle and not computing and not late
            looks += 1
            if looks == 2:
                self._scheduler.rescue(MOST_AT_ONCE if idle else 1)
                tick = tick * 2 if computing else TICK_S
                looks, idle = 0, True
