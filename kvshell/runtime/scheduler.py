"""Scheduler: the protocol that both schedulers keep; all code above uses only this."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from kvshell.runtime.timers import Timer

if TYPE_CHECKING:
    from kvshell.runtime.carrier import Carrier
    from kvshell.runtime.record import Process


class Scheduler(Protocol):
    """Who runs when. `free` is real threads, `controlled` one step at a time in virtual time."""

    inlines: bool  # whether a declared clause may run on its caller's thread
    holding: bool  # whether a line holds what it woke

    def arrived(self, process: "Process") -> None:
        """Something arrived for `process`: let it run when it can move."""

    def wake(self, process: "Process") -> None:
        """What `process` waits for may be there: let it look."""

    def doomed(self, process: "Process") -> None:
        """A fatal signal has arrived: let the process take its dying steps."""

    def wait(
        self, process: "Process", ready: Callable[[], bool], deadline: int | None = None
    ) -> bool:
        """Let others run until `ready()`; False when the clock passed `deadline` first.

        Runs in `process`. `ready` has no effects and may be called by any thread.

        Raises:
            Killed: a fatal signal arrived meanwhile.
            Interrupted: the wait was given up from outside.
        """

    def now(self) -> int:
        """Return milliseconds: virtual, or of the monotonic clock."""

    def at(self, timer: Timer) -> None:
        """Call `timer.fire` when the clock reaches `timer.due`, if it is still live then."""

    def settle(self, process: "Process", timeout_s: float | None) -> bool:
        """Let everybody run until nobody can move; False when time ran out, or on Ctrl-C.

        Runs in `process`.
        """

    def enter(self, carrier: "Carrier", process: "Process") -> None:
        """The calling thread is `process` from now on."""

    def leave(self, carrier: "Carrier") -> None:
        """The calling thread is a process no more."""

    def hold(self) -> None:
        """A line begins: keep what it wakes until it waits or ends."""

    def let_go(self) -> None:
        """The line waits or has ended: what it woke may run."""

    def interrupt(self, carrier: "Carrier") -> None:
        """Make that thread's present wait end with Interrupted. Safe in a signal handler."""

    def stop(self) -> None:
        """End every thread of this scheduler."""
