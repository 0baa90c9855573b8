"""Hand-over: lets a thread's process continue as one that a search schedules."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from kvshell.runtime.processes.record import Process
from kvshell.runtime.processes.thread_context import carrier, here
from kvshell.terms import Pid

if TYPE_CHECKING:
    from kvshell.runtime.runtime import Runtime


def hand_over(runtime: "Runtime", entry: Callable[[], None]) -> Pid:
    """Let the calling thread's process continue with `entry`, scheduled like any other process.

    It keeps its pid, mailbox, links and monitors. The thread becomes another process, whose pid is
    returned.
    """
    mine = carrier()
    process = mine.process
    assert process is not None
    here.carrier = mine.outer
    runtime.scheduler.leave(mine)
    with process.lock:
        process.carrier = mine.process = None
    mine.claim.release()
    process.entry = entry
    pid = runtime.enter()
    runtime.scheduler.arrived(process)
    return pid


def leave_quietly(process: Process) -> None:
    """End a process's part in the search without notifying anyone."""
    with process.lock:
        process.links = process.watchers = None
