"""Processor: threads of which but one runs at a time stay on one.

To wake a thread on a processor that sleeps takes Linux some 20 us, ten times what the hand-over
takes on the same one; and where one thread runs at a time, a second processor has nothing to do.
"""

import os
from contextlib import suppress
from pathlib import Path

_STAT = Path("/proc/thread-self/stat")
_LAST_RAN_ON = 36  # of the fields after the name, counted from 0: `processor` in proc(5)


class OneProcessor:
    """Keeps the thread that makes it, and those it starts meanwhile, where it runs. `leave` it.

    On a system that cannot, or for a thread that has but one anyway, nothing changes. A program
    that is started meanwhile stays there, too.
    """

    def __init__(self) -> None:
        self._before: set[int] = set()
        # A sandbox may forbid it; macOS has neither the call nor the file.
        with suppress(OSError, AttributeError, LookupError, ValueError):
            before = os.sched_getaffinity(0)
            here = int(_STAT.read_text().rpartition(")")[2].split()[_LAST_RAN_ON])
            if here in before and len(before) > 1:
                os.sched_setaffinity(0, {here})
                self._before = before

    def leave(self) -> None:
        """Let the thread run where it might before. Runs in the thread that made this."""
        if self._before:
            with suppress(OSError):
                os.sched_setaffinity(0, self._before)
            self._before = set()
