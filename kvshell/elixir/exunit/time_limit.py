"""Time limits of tests, by the runtime's clock and by real time.

A controlled runtime's clock stands still while code computes, so a test in an endless loop would
never reach its limit by that clock alone.
"""

from typing import Any

from kvshell.runtime import Exit, process
from kvshell.runtime.processes.thread_context import current
from kvshell.runtime.schedule.real_time import RealTime, computing_late
from kvshell.terms import A, Pid, Term


def down_within(reference: Term, limit: int | None, other: Term = None) -> Any:
    """Wait for the DOWN message of a monitor, or for `other`; None after `limit` ms.

    Processes that still compute then are ended by `end`. Receive point.
    """
    down = None
    with RealTime(limit) as real:
        try:
            down = process.receive(
                lambda message: (
                    is_down(message, reference) or (other is not None and message is other)
                ),
                limit,
            )
        except Exit:
            if not real.over:
                raise
    if down is not None:
        computing_late.pop(current().runtime, None)
    return down


def end(pid: Pid, reference: Term) -> None:
    """Kill a process that exceeded its limit, and those that compute for it. Receive point."""
    for late in {pid, *computing_late.pop(current().runtime, ())}:
        process.exit(late, A.kill)
    process.receive(lambda message: is_down(message, reference))


def is_down(message: Term, reference: Term) -> bool:
    """Whether a message is the DOWN message of a monitor."""
    return (
        type(message) is tuple
        and len(message) == 5
        and message[0] is A.DOWN
        and message[1] is reference
    )
