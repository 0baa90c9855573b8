"""Runtime: one small node - its processes, names, tables, timers and scheduler."""

import itertools
import sys
from _thread import allocate_lock
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal
from weakref import WeakValueDictionary

from kvshell.runtime.defined_modules import CodeServer, DefinedModules
from kvshell.runtime.environment import REAL
from kvshell.runtime.events import EventLog
from kvshell.runtime.group_leader import group_leader_of
from kvshell.runtime.processes.aliases import Alias
from kvshell.runtime.processes.crash_report import exit_reason
from kvshell.runtime.processes.exits import Killed
from kvshell.runtime.processes.naming import Names
from kvshell.runtime.processes.observation import (
    GONE,
    LOOKED_AT,
    Glimpse,
    Observation,
    observe_record,
    process_lines,
)
from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.record import NOTHING, CallSlot, Process
from kvshell.runtime.processes.run_slice import die, run_here
from kvshell.runtime.processes.signals import InFlight, Ledger
from kvshell.runtime.processes.thread_context import Carrier, here, where_is
from kvshell.runtime.processes.timers import Timers
from kvshell.runtime.schedule.controlled import Controlled
from kvshell.runtime.schedule.free import Free
from kvshell.runtime.shared import SharedValues
from kvshell.runtime.tables.all_tables import Tables, default_tables
from kvshell.terms import A, ElixirError, Pid, Ref, Term, exception

if TYPE_CHECKING:
    from kvshell.runtime.schedule.protocol import Scheduler

FIRST_PID = 100
LIMIT = 250_000  # processes


class Runtime(EventLog):
    """A node: `Runtime("free")` uses real threads, `Runtime("controlled")` runs single steps.

    Use it from a thread that is a process: `with runtime.attach() as pid: ...`. `stop` ends every
    thread; used as a context manager, the runtime stops at the end of the block.
    """

    def __init__(
        self,
        scheduler: "Literal['free', 'controlled'] | Callable[[Runtime], Scheduler]" = "free",
        numbers: dict[tuple[int, ...], int] | None = None,
    ) -> None:
        super().__init__()
        self.names = Names()
        self.code: CodeServer = DefinedModules()  # replaced by Elixir's code server
        self.tables = Tables()
        default_tables.began(self.tables)
        self.shared = SharedValues()
        self.timers = Timers(self)
        self.slots: dict[Ref, CallSlot] = {}
        self.untaken: dict[Ref, None] = {}  # calls whose answer has arrived but is not yet taken
        self.aliases: dict[Ref, Alias] = {}
        self.leaders: dict[Pid, Pid] = {}  # the group leader of each client
        self.watch: Callable[[Op], None] | None = None
        self.channels: InFlight | None = None
        self.keeping = False  # whether signals stay in flight while the driver settles
        self.ledger: Ledger | None = None  # search only: which step sent which message
        # Set by the host, for `registry NAME`: the line being run, which rows record.
        self.line: int | None = None
        self.counts = {"dead_letters": 0, "late_replies": 0}
        self.group_leader_of = group_leader_of
        self._lock = allocate_lock()
        self.linking = allocate_lock()  # link and unlink change two records in one step
        self._numbers = itertools.count(FIRST_PID)
        self._last_number = FIRST_PID - 1
        # Search only: the number of each position in the spawn tree, the same in all its runs.
        self._by_place = numbers
        self.children: dict[Process, int] = {}  # the number of processes each has spawned
        self.open_aliases: dict[Process, Ref] = {}  # the call whose answer each took last
        # make_ref(), a new reference: without a Python frame, since every call needs one.
        self.make_ref: Callable[[], Ref] = map(Ref, itertools.count(1)).__next__
        self.environment = REAL
        self._living: dict[int, Process] = {}
        self.suspended: dict[Process, None] = {}
        self._known: WeakValueDictionary[int, Pid] = WeakValueDictionary()
        self._zombies: list[tuple[Process, Carrier]] = []
        self._roots = 0
        self.most_processes = 0  # a limit lower than LIMIT, if not 0
        if scheduler == "free":
            self.scheduler: Scheduler = Free(self)
        elif scheduler == "controlled":
            self.scheduler = Controlled(self)
        else:
            self.scheduler = scheduler(self)

    # -- threads that are processes ------------------------------------------------------------

    @contextmanager
    def attach(self) -> Iterator[Pid]:
        """Make the calling thread a process for the duration of the block; yields its pid."""
        pid = self.enter()
        try:
            yield pid
        finally:
            self.leave()

    def enter(self) -> Pid:
        """Make the calling thread a process until `leave`; return its pid.

        If the thread was a process of another runtime, it becomes that one again afterwards.
        """
        process = self._new(None)
        process.label = "shell"
        carrier = Carrier(outer=here.carrier)
        carrier.process = process
        carrier.claim = process.claim  # before the carrier is visible to others
        self.scheduler.enter(carrier, process)
        here.carrier = carrier
        return process.pid

    def leave(self, reason: Term = A.normal) -> None:
        """End the calling thread's process. A second call does nothing."""
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
        else:  # killed: another thread takes the dying steps, possibly later
            with process.claim:
                die(process, process.doom)
        self.scheduler.leave(carrier)

    def __enter__(self) -> "Runtime":
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End every thread of the runtime, discarding work in progress. Idempotent."""
        self.leave()
        for process in list(self._living.values()):
            process.epoch += 1  # user code that is still running ends at its next effect
        self.scheduler.stop()
        default_tables.ended(self.tables)
        with self._lock:
            self._living.clear()
        self._zombies.clear()

    # -- processes -----------------------------------------------------------------------------

    def _new(self, parent: Process | None) -> Process:
        with self._lock:
            limit = self.most_processes or LIMIT
            if len(self._living) >= limit:
                raise ElixirError(
                    exception(
                        "SystemLimitError",
                        message=f"a system limit has been reached: {limit:,} processes",
                    )
                )
            if self._by_place is None:
                number = self._last_number = next(self._numbers)
                pid = Pid(number)
            else:
                path = self._place(parent)
                number = self._by_place.setdefault(path, FIRST_PID + len(self._by_place))
                self._last_number = max(number, self._last_number)
                pid = Pid(number, path)
            process = Process(self, pid, parent)
            pid.record = process
            self._living[number] = process
        process.born = self.line
        return process

    def _place(self, parent: Process | None) -> tuple[int, ...]:
        """Return the position in the spawn tree of the next child. Runs under the lock."""
        if parent is None:
            self._roots += 1
            return (self._roots - 1,)
        number = self.children.get(parent, 0)
        self.children[parent] = number + 1
        return (*parent.pid.path, number)

    def spawn(
        self,
        parent: Process,
        entry: Callable[[Process], None],
        prepare: Callable[[Process], None] | None = None,
        link: bool = False,
        inline: bool = False,
    ) -> Process:
        """Create a process that runs `entry`; `prepare` initialises its record before it can run.

        With `inline`, the calling thread runs `entry`, which must not wait. Runs in `parent`.

        Raises:
            ElixirError: `SystemLimitError` at 250,000 processes.
        """
        carrier = here.carrier
        if self.watch is not None:
            self.watch(Op("spawn", parent))
        if inline and carrier is not None:
            carrier.depth += 1  # first: a kill of the parent then counts this thread as running
            try:
                process = self._made(carrier, parent, entry, prepare, link, inline)
                run_here(process, carrier)
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
        """Create a process and let it run, or take its claim if `inline`: one effect."""
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
            else:  # before the parent is counted out, or it seems at rest
                self.scheduler.arrived(process)
        return process

    def forget(self, process: Process) -> None:
        """Remove a dead process from the living ones; its pid stays known while referenced."""
        self.suspended.pop(process, None)
        with self._lock:
            self._living.pop(process.pid.number, None)
            self._known[process.pid.number] = process.pid

    @property
    def living(self) -> dict[int, Process]:
        """The living processes by pid number."""
        return self._living

    def processes(self) -> list[Pid]:
        """Return the pids of living processes in the order they were spawned."""
        return [process.pid for process in list(self._living.values())]

    def pid(self, number: int) -> Pid | None:
        """Return the pid printed as `#PID<0.number.0>`, or None if there never was one."""
        living = self._living.get(number)
        if living is not None:
            return living.pid
        with self._lock:
            living = self._living.get(number)  # again: it may have been created meanwhile
            known = self._known.get(number) if living is None else living.pid
            if known is None and FIRST_PID <= number <= self._last_number:
                known = self._known[number] = Pid(number)
        return known

    # -- observing, without disturbing ---------------------------------------------------------

    def observe(self, pid: Pid) -> Observation | None:
        """Return a snapshot of a process, dead or alive; None if nothing is known about it.

        Never waits, sends or counts: it only reads attributes.
        """
        process = pid.record
        return None if process is None else observe_record(process)

    def peek(self, pid: Pid) -> Glimpse:
        """Return whether a process is alive, and its state, which is not copied. Never waits."""
        process = pid.record
        return GONE if process is None else Glimpse(process.alive, process.state)

    def backlog(self) -> list[Process]:
        """Return the processes that are suspended or have messages, oldest first; exact at rest.

        The cost depends on the number of processes that are suspended, queued or have a thread, not
        on all living ones: at rest no other process has a message.
        """
        found = {**self.suspended, **dict.fromkeys(self.scheduler.busy())}
        held = [process for process in found if process.suspended or process.mailbox]
        return sorted(held, key=_number)

    def whereis(self, name: Term) -> Pid | None:
        """Return the pid registered under `name`, without recording an operation."""
        process = self.names.get(name)
        return None if process is None else process.pid

    def now_ms(self) -> int:
        """Return the scheduler's clock in milliseconds; virtual when controlled."""
        return self.scheduler.now()

    def who_waits(self, real: bool = False) -> tuple[str, ...]:
        """Return a line for each process that is busy, waiting or has messages.

        See `process_lines`, which also explains `real`.
        """
        return process_lines(list(self._living.values())[:LOOKED_AT], real=real)

    def add_zombie(self, process: Process, carrier: Carrier) -> None:
        """Remember a thread that may still be in the code of a killed process."""
        with self._lock:
            self._zombies = [(p, c) for p, c in self._zombies if c.process is p]
            self._zombies.append((process, carrier))

    def zombies(self) -> list[tuple[Pid, str]]:
        """Return the killed processes whose thread is still in user code, and where it is stuck."""
        frames = sys._current_frames()  # noqa: SLF001  # documented, despite the underscore
        found = []
        for process, carrier in list(self._zombies):
            frame = frames.get(carrier.thread)
            if carrier.process is process and frame is not None:
                found.append((process.pid, where_is(frame)))
        return found

    # -- lines of a host -----------------------------------------------------------------------

    @contextmanager
    def one_line(self, number: int | None = None) -> Iterator[None]:
        """In the block, do not run the processes that the line wakes until it waits or ends.

        `number` is the line's number, which events and rows record. Runs in a driver.
        """
        self.line = number
        if self.channels is not None:
            self.channels.begin_line()
        self.scheduler.hold()
        try:
            yield
        finally:
            self.scheduler.let_go()

    def settle(self, timeout_s: float | None = None, *, deliver: bool = True) -> bool:
        """Wait until no process can move; False if `timeout_s` of real time ran out, or on Ctrl-C.

        Signals in flight are delivered, oldest first; with `deliver` false they stay in flight.
        Runs in a driver. Receive point.

        Raises:
            NotAtRest: controlled only: not settled after 10,000 steps, or a step really blocks.
        """
        carrier = here.carrier
        if carrier is None or carrier.process is None:
            raise RuntimeError("settle was called by a thread that is a process")
        if self.watch is not None:
            self.watch(Op("settle", carrier.process))
        self.keeping = not deliver
        try:
            return self.scheduler.settle(carrier.process, timeout_s)
        finally:
            self.keeping = False

    def interrupt(self, pid: Pid) -> None:
        """Make the current wait of `pid` end with the reason `:interrupted`. Signal-safe."""
        process = pid.record
        if process is not None and process.carrier is not None:
            self.scheduler.interrupt(process.carrier)

    def interrupted(self, pid: Pid) -> bool:
        """Return whether `interrupt` came while `pid` was not waiting, and clear it."""
        process = pid.record
        carrier = None if process is None else process.carrier
        if carrier is None or not carrier.interrupted:
            return False
        carrier.interrupted = False
        return True

    def count(self, what: str, by: int = 1) -> None:
        """Add `by` to the counter `what` in `counts`."""
        with self._lock:
            self.counts[what] += by


def _number(process: Process) -> int:
    return process.pid.number
