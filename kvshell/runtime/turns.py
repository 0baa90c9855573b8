"""Turns: a thread that is woken waits until the one that woke it lets go of the interpreter.

Linux likes to run who was just woken in the place of who woke him. But the waker still holds the
interpreter's lock, so the woken thread only finds that out and sleeps again: two switches for
nothing, a fourth of what a call to another thread takes. A thread of the policy SCHED_BATCH is not
put in anybody's place; on a busy machine it starts a slice (3 ms) later at worst. What a thread
starts has its policy: those that keep time ask for theirs; a program that a handler starts runs as
much as ever, and only when it is woken starts that slice later.

Only a thread of the ordinary policy takes turns: whoever runs a program in real time, or when the
machine is idle, has said how its threads are to run.
"""

import os
import sys
from contextlib import suppress


def take_turns() -> None:
    """Let the calling thread run, when it is woken, only where another leaves off."""
    if sys.platform == "linux":
        _change(os.SCHED_OTHER, os.SCHED_BATCH)


def be_on_time() -> None:
    """Let the calling thread run as soon as it is woken."""
    if sys.platform == "linux":
        _change(os.SCHED_BATCH, os.SCHED_OTHER)


def _change(before: int, after: int) -> None:
    # A sandbox may forbid it, a C library may lack it: then a hand-over is slower.
    with suppress(OSError, AttributeError):
        if os.sched_getscheduler(0) == before:
            os.sched_setscheduler(0, after, os.sched_param(0))
