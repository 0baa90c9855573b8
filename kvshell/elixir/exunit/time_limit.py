"""Time limits of tests, on the runtime's clock and in real time.

A controlled runtime's clock stands still while code computes: on that clock alone, a test in an
endless loop would never reach its limit.
"""

from typing import Any

from kvshell.runtime import Exit, process
from kvshell.runtime.processes.thread_context import current
from kvshell.runtime.schedule.real_time import RealTime, computing_late
from kvshell.terms import A, Pid, Term


def down_within(reference: Term, limit: int | None, other: Term = None) -> Any:
    """Return the :DOWN message of a monitor or the message `other`; None after `limit` ms.

    After None, `end` kills the processes that are still computing. Receive point.
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
    """Kill a process that exceeded its limit, and processes that still compute. Receive point."""
    for late in {pid, *computing_late.pop(current().runtime, ())}:
        process.exit(late, A.kill)
    process.receive(lambda message: is_down(message, reference))


def is_down(message: Term, reference: Term) -> bool:
    """Whether a message is the :DOWN message of the monitor `reference`."""
    return (
        type(message) is tuple
        and len(message) == 5
        and message[0] is A.DOWN
        and message[1] is reference
    )
