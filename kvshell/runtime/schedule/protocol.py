"""Scheduler: the protocol of both schedulers; code in higher layers uses nothing else of them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from kvshell.runtime.processes.timers import Timer

if TYPE_CHECKING:
    from kvshell.runtime.processes.record import Process
    from kvshell.runtime.processes.thread_context import Carrier


class Scheduler(Protocol):
    """Decides which process runs when.

    `free` uses real threads; `controlled` takes single steps in virtual time.
    """

    inlines: bool  # whether a declared clause may run on its caller's thread
    holding: bool  # whether a line holds the processes it wakes

    def arrived(self, process: "Process") -> None:
        """Let `process` run when it can, because something has arrived for it."""

    def wake(self, process: "Process") -> None:
        """Let `process` check whether what it waits for has arrived."""

    def doomed(self, process: "Process") -> None:
        """Let `process` take its dying steps, because a fatal signal has arrived."""

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
        """Return the time in milliseconds: virtual, or that of the monotonic clock."""

    def at(self, timer: Timer) -> None:
        """Call `timer.fire` when the clock reaches `timer.due`, if it is still armed then."""

    def settle(self, process: "Process", timeout_s: float | None) -> bool:
        """Let all processes run until none can move; False on timeout or Ctrl-C.

        Runs in `process`.
        """

    def busy(self) -> "list[Process]":
        """Return the processes that are queued or have a stack: a running or waiting thread."""

    def enter(self, carrier: "Carrier", process: "Process") -> None:
        """Let the calling thread be `process`."""

    def leave(self, carrier: "Carrier") -> None:
        """End the process of the calling thread."""

    def hold(self) -> None:
        """Begin a line: hold the processes that it wakes until it waits or ends."""

    def let_go(self) -> None:
        """Release the processes held since `hold`: the line waits or has ended."""

    def interrupt(self, carrier: "Carrier") -> None:
        """Make the current wait of `carrier` end with Interrupted. Safe in a signal handler."""

    def stop(self) -> None:
        """End every thread of this scheduler."""
