"""Runtime: one small node - its processes, names, tables, timers and scheduler."""

import itertools
import sys
from _thread import allocate_lock
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal
from weakref import WeakValueDictionary

from kvshell.runtime.carrier import Carrier, here, where_is
from kvshell.runtime.controlled import Controlled
from kvshell.runtime.death import die
from kvshell.runtime.event import Event
from kvshell.runtime.exits import Killed
from kvshell.runtime.free import Free
from kvshell.runtime.names import Names
from kvshell.runtime.observation import Observation, observe_record
from kvshell.runtime.only import only
from kvshell.runtime.op import Op
from kvshell.runtime.record import NOTHING, Process
from kvshell.runtime.report import exit_reason, reason_of
from kvshell.runtime.signals import Channels, Ledger
from kvshell.runtime.slot import Slot
from kvshell.runtime.tables import Tables
from kvshell.runtime.timers import Timers
from kvshell.runtime.visit import visit_here
from kvshell.terms import A, ElixirError, Pid, Ref, Term, exception, format_banner, inspect

if TYPE_CHECKING:
    from kvshell.runtime.scheduler import Scheduler

FIRST_PID = 100
LIMIT = 250_000  # processes
EVENTS = 10_000  # kept until somebody asks
LATE = 1_000  # calls that timed out whose replies are still awaited


class Runtime:
    """A node. `Runtime("free")` runs on real threads, `Runtime("controlled")` in fixed steps.

    Use it from a thread that is a process: `with runtime.attach() as pid: ...`. `stop` ends every
    thread; a runtime that is a context manager stops at the end of its block.
    """

    def __init__(
        self,
        scheduler: "Literal['free', 'controlled'] | Callable[[Runtime], Scheduler]" = "free",
        numbers: dict[tuple[int, ...], int] | None = None,
    ) -> None:
        self.names = Names()
        self.tables = Tables()
        only.began(self.tables)
        self.timers = Timers(self)
        self.slots: dict[Ref, Slot] = {}
        self.watch: Callable[[Op], None] | None = None
        self.channels: Channels | None = None
        self.keeping = False  # whether signals stay on their way while the driver settles
        self.ledger: Ledger | None = None  # of a search: which delivery put which message there
        self.line: int | None = None  # of the host, for stories: who wrote this row, at which line
        self.on_event: Callable[[Event], None] | None = None
        self.counts = {"dead_letters": 0, "late_replies": 0}
        self._late: dict[Ref, int] = {}  # when calls timed out, while somebody watches
        self._events: deque[Event] = deque(maxlen=EVENTS)
        self._event_numbers = itertools.count(1)
        self._event_lock = allocate_lock()
        self._lock = allocate_lock()
        self.linking = allocate_lock()  # link and unlink change two records in one step
        self._numbers = itertools.count(FIRST_PID)
        self._last_number = FIRST_PID - 1
        # Of a search: the number of each place in the tree of spawns, the same in all its runs.
        self._by_place = numbers
        # make_ref(), a new reference: without a frame of Python's, for every call needs one.
        self.make_ref: Callable[[], Ref] = map(Ref, itertools.count(1)).__next__
        self._living: dict[int, Process] = {}
        self._known: WeakValueDictionary[int, Pid] = WeakValueDictionary()
        self._zombies: list[tuple[Process, Carrier]] = []
        self._roots = 0
        if scheduler == "free":
            self.scheduler: Scheduler = Free(self)
        elif scheduler == "controlled":
            self.scheduler = Controlled(self)
        else:
            self.scheduler = scheduler(self)

    # -- threads that are processes ------------------------------------------------------------

    @contextmanager
    def attach(self) -> Iterator[Pid]:
        """Make the calling thread a process for the length of the block; yields its pid."""
        pid = self.enter()
        try:
            yield pid
        finally:
            self.leave()

    def enter(self) -> Pid:
        """Make the calling thread a process until `leave`; return its pid.

        A thread that is a process of another runtime is that one again afterwards.
        """
        process = self._new(None)
        process.label = "shell"
        carrier = Carrier(outer=here.carrier)
        carrier.process = process
        carrier.claim = process.claim  # before anybody can see the carrier
        self.scheduler.enter(carrier, process)
        here.carrier = carrier
        return process.pid

    def leave(self, reason: Term = A.normal) -> None:
        """End the process that the calling thread is. A second call does nothing."""
        carrier = here.carrier
        if carrier is None or carrier.process is None:
            return
        process = carrier.process
        if process.runtime is not self:
            return
        self.scheduler.let_go()  # a line that kills its own driver holds the dying steps
        here.carrier = carrier.outer
        if process.claim is carrier.claim:
            die(process, exit_reason(reason) if process.doom is NOTHING else process.doom)
        else:  # killed: another thread takes the dying steps, or has not come to it
            with process.claim:
                die(process, process.doom)
        self.scheduler.leave(carrier)

    def __enter__(self) -> "Runtime":
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End every thread of the runtime; what the processes did last is lost. Idempotent."""
        self.leave()
        for process in list(self._living.values()):
            process.epoch += 1  # code of a user that still runs ends at its next effect
        self.scheduler.stop()
        only.ended(self.tables)
        with self._lock:
            self._living.clear()
        self._zombies.clear()

    # -- processes -----------------------------------------------------------------------------

    def _new(self, parent: Process | None) -> Process:
        with self._lock:
            if len(self._living) >= LIMIT:
                raise ElixirError(
                    exception(
                        "SystemLimitError",
                        message=f"a system limit has been reached: {LIMIT:,} processes",
                    )
                )
            if parent is None:
                path: tuple[int, ...] = (self._roots,)
                self._roots += 1
            else:
                path = (*parent.pid.path, parent.children)
                parent.children += 1
            if self._by_place is None:
                number = self._last_number = next(self._numbers)
            else:
                number = self._by_place.setdefault(path, FIRST_PID + len(self._by_place))
                self._last_number = max(number, self._last_number)
            pid = Pid(number, path)
            process = Process(self, pid, parent)
            pid.record = process
            self._living[number] = process
        process.born = self.line
        return process

    def spawn(
        self,
        parent: Process,
        entry: Callable[[Process], None],
        prepare: Callable[[Process], None] | None = None,
        link: bool = False,
        inline: bool = False,
    ) -> Process:
        """Make a process that runs `entry`; `prepare` fills its record before it can run.

        With `inline` the calling thread runs `entry`, which must not wait. Runs in `parent`.

        Raises:
            ElixirError: `SystemLimitError` at 250,000 processes.
        """
        carrier = here.carrier
        if self.watch is not None:
            self.watch(Op("spawn", parent))
        if inline and carrier is not None:
            carrier.depth += 1  # first: who kills the parent now counts this thread as running
            try:
                process = self._made(carrier, parent, entry, prepare, link, inline)
                visit_here(process, carrier)
            finally:
                carrier.depth -= 1
            return process
        return self._made(carrier, parent, entry, prepare, link, False)

    def _made(
        self,
        carrier: Carrier | None,
        parent: Process,
        entry: Callable[[Process], None],
        prepare: Callable[[Process], None] | None,
        link: bool,
        inline: bool,
    ) -> Process:
        """Make a process and let it run, or, with `inline`, take its claim: one effect."""
        with parent.effect:
            if carrier is not None and parent.epoch != carrier.epoch:
                raise Killed
            process = self._new(parent)
            process.entry = lambda: entry(process)
            if prepare is not None:
                prepare(process)
            if link:
                process.links = {parent.pid: None}
                with parent.lock:
                    if parent.links is None:
                        parent.links = {}
                    parent.links[process.pid] = None
            if inline:
                process.claim.acquire()
            else:  # before anybody can count the parent out, or there is rest while it begins
                self.scheduler.arrived(process)
        return process

    def forget(self, process: Process) -> None:
        """Take a dead process from the list of the living; its pid stays known while it is held."""
        with self._lock:
            self._living.pop(process.pid.number, None)
            self._known[process.pid.number] = process.pid

    def processes(self) -> list[Pid]:
        """Return the pids of the living, in the order they were spawned."""
        return [process.pid for process in list(self._living.values())]

    def pid(self, number: int) -> Pid | None:
        """Return the pid printed as `#PID<0.number.0>`, if there ever was one."""
        living = self._living.get(number)
        if living is not None:
            return living.pid
        with self._lock:
            living = self._living.get(number)  # again: it may have been made just now
            known = self._known.get(number) if living is None else living.pid
            if known is None and FIRST_PID <= number <= self._last_number:
                known = self._known[number] = Pid(number)
        return known

    # -- looking, without disturbing -----------------------------------------------------------

    def observe(self, pid: Pid) -> Observation | None:
        """Return what is to be seen of a process, also of a dead one; None when nothing is known.

        Never waits, sends or counts: one attribute read each.
        """
        process = pid.record
        return None if process is None else observe_record(process)

    def whereis(self, name: Term) -> Pid | None:
        """Return the pid registered under `name`, without being an operation of anybody."""
        process = self.names.get(name)
        return None if process is None else process.pid

    def now_ms(self) -> int:
        """Return the scheduler's clock in milliseconds: virtual when controlled."""
        return self.scheduler.now()

    def who_waits(self, real: bool = False) -> tuple[str, ...]:
        """Return one line for each process that is busy, waits or has mail: for a dump.

        With `real` the place in the Python code where a busy thread is now.
        """
        lines = []
        frames = sys._current_frames() if real else {}  # noqa: SLF001  # the documented way
        for process in list(self._living.values()):
            seen = observe_record(process)
            if seen.status == "idle" and not seen.mailbox:
                continue
            carrier = process.carrier
            frame = frames.get(carrier.thread) if carrier is not None else None
            place = f" at {where_is(frame)}" if frame else ""
            lines.append(
                f"{inspect(process.shown())}  {seen.status}{place}"
                f"{'  for ' + seen.waiting_for if seen.waiting_for else ''}"
                f"  mailbox {len(seen.mailbox)}"
            )
        return tuple(lines)

    def add_zombie(self, process: Process, carrier: Carrier) -> None:
        """Remember a thread that may still be in the code of a process that was killed."""
        with self._lock:
            self._zombies = [(p, c) for p, c in self._zombies if c.process is p]
            self._zombies.append((process, carrier))

    def zombies(self) -> list[tuple[Pid, str]]:
        """Return the killed whose thread is still in user code, each with where it is stuck."""
        frames = sys._current_frames()  # noqa: SLF001  # the documented way
        found = []
        for process, carrier in list(self._zombies):
            frame = frames.get(carrier.thread)
            if carrier.process is process and frame is not None:
                found.append((process.pid, where_is(frame)))
        return found

    # -- lines of a host -----------------------------------------------------------------------

    @contextmanager
    def one_line(self, number: int | None = None) -> Iterator[None]:
        """Hold what a prompt line wakes until the line waits or ends. Runs in a driver."""
        self.line = number
        if self.channels is not None:
            self.channels.begin_line()
        self.scheduler.hold()
        try:
            yield
        finally:
            self.scheduler.let_go()

    def settle(self, timeout_s: float | None = None, *, deliver: bool = True) -> bool:
        """Wait until nobody can move; False when `timeout_s` of real time ran out, or on Ctrl-C.

        Signals on their way are handed over, oldest first, or with `deliver` false stay there.
        Runs in a driver. Receive point.

        Raises:
            NotAtRest: controlled, and 10,000 steps did not end it, or a step blocks for real.
        """
        carrier = here.carrier
        if carrier is None or carrier.process is None:
            raise RuntimeError("settle is called by a thread that is a process")
        if self.watch is not None:
            self.watch(Op("settle", carrier.process))
        self.keeping = not deliver
        try:
            return self.scheduler.settle(carrier.process, timeout_s)
        finally:
            self.keeping = False

    def interrupt(self, pid: Pid) -> None:
        """Make the present wait of `pid` end with the reason `:interrupted`. Signal safe."""
        process = pid.record
        if process is not None and process.carrier is not None:
            self.scheduler.interrupt(process.carrier)

    def interrupted(self, pid: Pid) -> bool:
        """Say whether `interrupt` came while `pid` did not wait, and forget it."""
        process = pid.record
        carrier = None if process is None else process.carrier
        if carrier is None or not carrier.interrupted:
            return False
        carrier.interrupted = False
        return True

    # -- events --------------------------------------------------------------------------------

    def emit(self, kind: str, pid: Pid | None, text: str, level: str = "error") -> None:
        """Tell whoever watches that something happened which no command asked for."""
        event = self._keep_event(kind, pid, text, level)
        on_event = self.on_event
        if on_event is not None:
            try:
                on_event(event)
            except Killed:  # who emits is, which is nobody's fault: his next effect says so again
                return
            except BaseException as error:  # noqa: BLE001  # the host's fault, not of who crashed
                said = format_banner(A.error, reason_of(error)[0])
                self._keep_event("notice", None, f"on_event raised\n{said}", "error")

    def _keep_event(self, kind: str, pid: Pid | None, text: str, level: str) -> Event:
        with self._event_lock:  # the number and the place in the queue are one step
            event = Event(next(self._event_numbers), kind, pid, text, self.line, level)
            self._events.append(event)
        return event

    def expect_late(self, ref: Ref) -> None:
        """Remember that a call has timed out, so that its reply can be explained."""
        with self._lock:
            self._late[ref] = self.scheduler.now()
            if len(self._late) > LATE:
                del self._late[next(iter(self._late))]

    def explain_late(self, ref: Ref, value: Term, source: Process, target: Process) -> None:
        """Tell that a reply came after its call had timed out, if it did."""
        since = self._late.pop(ref, None)
        if since is None:
            return
        ms = self.scheduler.now() - since
        after = f"{ms} ms" if ms < 1000 else f"{ms / 1000:.1f} s"
        self.emit(
            "late_reply",
            source.pid,
            f"the reply {inspect(value, width=None)} of {inspect(source.shown())} to "
            f"{inspect(target.shown())} came {after} after the call had timed out; it was dropped",
            "info",
        )

    def drain_events(self) -> list[Event]:
        """Return the events since the last call, oldest first."""
        drained = []
        while self._events:
            drained.append(self._events.popleft())
        return drained

    def count(self, what: str, by: int = 1) -> None:
        """Add to one of `counts`."""
        with self._lock:
            self.counts[what] += by
