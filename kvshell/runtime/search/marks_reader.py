"""MarksReader: what each kind of step reads and writes, including search-specific conflicts.

If timeouts may occur at any moment, timers conflict with the ends of clients: they fire only while
a client lives. The time-out of a client's own wait does not: that client is alive. If the order in
which two processes began to monitor a third is observable, these two conflict as well.
"""

from typing import TYPE_CHECKING, Any, Final

from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.signals import Flight
from kvshell.runtime.processes.timers import Timer
from kvshell.runtime.search.arrivals import arrival, crash, firing
from kvshell.runtime.search.footprints import INSTALLS, delivers_to, footprint
from kvshell.runtime.search.run_record import installs
from kvshell.runtime.search.steps import (
    PART,
    READ,
    WRITE,
    Crash,
    FaultModel,
    Footprint,
    Marks,
    Numbers,
    marks,
)
from kvshell.terms import Atom, Pid, Ref

if TYPE_CHECKING:
    from kvshell.runtime.processes.record import Process
    from kvshell.runtime.runtime import Runtime

_CLIENTS: Final = ("clients",)  # whether a client lives


class MarksReader:
    """Computes the marks of the steps of one run."""

    def __init__(self, runtime: "Runtime", model: FaultModel, numbers: Numbers) -> None:
        self.clients: tuple[Process, ...] = ()
        self._runtime = runtime
        self._model = model
        self._numbers = numbers
        self._waits: dict[Timer, Footprint] = {}  # marks of timers that end a wait

    def of_op(self, op: Op) -> Marks:
        """Return the marks of an operation."""
        found = footprint(op, self._model.spec)
        if op.kind == "die_life" and self._model.timeouts and op.actor in self.clients:
            found[_CLIENTS] = PART
        if self._numbers.orders and op.kind in INSTALLS:
            self._in_order(op, found)
        return marks(found, self._numbers.objects)

    def _in_order(self, op: Op, found: Footprint) -> None:
        """Add the orders of watchers that `op` takes part in."""
        for dead, other in installs(op, self._numbers):
            for order in self._numbers.orders:
                if order[0] == dead and other in order[1:]:
                    found["order", *order] = WRITE

    def of_flight(self, flight: Flight) -> Marks:
        """Return the marks of the arrival of a signal."""
        found = arrival(flight.source, flight.target, flight.arrive, flight.args)
        return marks(found, self._numbers.objects)

    def of_crash(self, crashed: Crash) -> Marks:
        """Return the marks of an injected crash."""
        return marks(crash(crashed.target), self._numbers.objects)

    def armed(self, timer: Timer) -> None:
        """Remember what the timer of a wait touches: it stays the same during the wait."""
        if timer.ref is None:
            self._waits[timer] = firing(timer, self._runtime.names)

    def of_timer(self, timer: Timer) -> Marks:
        """Return the marks of a firing timer."""
        waits = self._waits.get(timer)
        found = firing(timer, self._runtime.names) if waits is None else dict(waits)
        if self._model.timeouts and (timer.ref is not None or timer.dest not in self.clients):
            found[_CLIENTS] = READ
        return marks(found, self._numbers.objects)

    def mailbox(self, what: Any) -> int | None:
        """Return the number of the process to whose mailbox `what` appends a message, or None."""
        match what:
            case Op() as op:
                target = delivers_to(op, self._model.spec)
                return None if target is None else target.pid.number
            case Flight(target=target):
                return target.pid.number
            case Timer(ref=Ref(), dest=dest):
                process = self._runtime.names.get(dest) if type(dest) is Atom else None
                if type(dest) is Pid:
                    process = dest.record
                return None if process is None else process.pid.number
        return None
