"""Scheduler: the protocol of both schedulers; code above uses nothing else."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from kvshell.runtime.processes.timers import Timer

if TYPE_CHECKING:
    from kvshell.runtime.processes.record import Process
    from kvshell.runtime.processes.thread_context import Carrier


class Scheduler(Protocol):
    """Decides who runs when. `free`: real threads; `controlled`: single steps in virtual time."""

    inlines: bool  # whether a declared clause may run on its caller's thread
    holding: bool  # whether a line holds the processes it wakes

    def arrived(self, process: "Process") -> None:
        """Something arrived for `process`: let it run when it can."""

    def wake(self, process: "Process") -> None:
        """What `process` waits for may have arrived: let it check."""

    def doomed(self, process: "Process") -> None:
        """A fatal signal has arrived: let the process take its dying steps."""

    def wait(
        self, process: "Process", ready: Callable[[], bool], deadline: int | None = None
    ) -> bool:
        """Let others run until `ready()`; False if the clock passes `deadline` first.

        Runs in `process`. `ready` must have no effects and may be called from any thread.

        Raises:
            Killed: a fatal signal arrived meanwhile.
            Interrupted: the wait was interrupted from outside.
        """

    def pause(self, process: "Process") -> None:
        """Let others run, then continue. Runs in `process`."""

    def looked(self, process: "Process") -> None:
        """Note that `process` checked whether another is alive; polling must let others run."""

    def now(self) -> int:
        """Return milliseconds, virtual or of the monotonic clock."""

    def at(self, timer: Timer) -> None:
        """Call `timer.fire` when the clock reaches `timer.due`, if it is still armed then."""

    def settle(self, process: "Process", timeout_s: float | None) -> bool:
        """Let all processes run until none can move; False on timeout or Ctrl-C.

        Runs in `process`.
        """

    def busy(self) -> "list[Process]":
        """Return the processes that are queued or have a stack: a running or waiting thread."""

    def enter(self, carrier: "Carrier", process: "Process") -> None:
        """Make the calling thread `process`."""

    def leave(self, carrier: "Carrier") -> None:
        """Stop the calling thread being a process."""

    def hold(self) -> None:
        """A line begins: hold what it wakes until it waits or ends."""

    def let_go(self) -> None:
        """The line waits or has ended: release what it woke."""

    def interrupt(self, carrier: "Carrier") -> None:
        """Make that thread's current wait end with Interrupted. Safe in a signal handler."""

    def stop(self) -> None:
        """End every thread of this scheduler."""
