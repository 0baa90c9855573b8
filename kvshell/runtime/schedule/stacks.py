"""Recursion depth: Python frames, and the machine's stack below them.

From Python 3.12 on, the interpreter guards its C stack itself. Python 3.11 counts all frames alike,
whether they use the C stack or not: a limit that allows recursion 100,000 deep would allow a
program to overflow a thread's 8 MB. So on 3.11 threads get a stack with room for that many frames
even if all of them use it; the kernel maps only what is used.
"""

import sys
import threading
from typing import Final

DEEPEST: Final = 260_000  # frames, where the interpreter guards its C stack
WATCHED: Final = sys.version_info >= (3, 12)
STACK: Final = 122 << 20  # stack per thread: Linux keeps a gap of 128 MB below the main thread's
FRAME: Final = 1_100  # maximum bytes of a frame on the C stack, including sorting
SAFE: Final = 6_000  # frames on a stack of 8 MB


def give_threads_deep_stacks() -> bool:
    """Give new threads a deep stack; False if there is no memory for it."""
    if WATCHED:
        return True
    if not _unlimited_memory():
        return False
    try:
        threading.stack_size(STACK)
    except (ValueError, RuntimeError):
        return False
    return True


def _unlimited_memory() -> bool:
    try:
        import resource  # noqa: PLC0415  # not on every platform
    except ImportError:
        return False
    return resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY


def deepen_main_stack() -> bool:
    """Allow the main thread's stack to grow as deep as the others; False if not permitted."""
    if WATCHED:
        return True
    if sys.platform != "linux":
        return False
    import resource  # noqa: PLC0415  # not on every platform

    soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
    if soft != resource.RLIM_INFINITY and soft < STACK:
        if hard not in {resource.RLIM_INFINITY} and hard < STACK:
            return False
        resource.setrlimit(resource.RLIMIT_STACK, (STACK, hard))
    return True


_deep_threads = give_threads_deep_stacks()


def allow_deep_recursion() -> None:
    """Raise the recursion limit as far as the stacks of this program allow."""
    if WATCHED:
        wanted = DEEPEST
    elif _deep_threads and deepen_main_stack():
        wanted = STACK // FRAME
    else:
        wanted = SAFE
    if sys.getrecursionlimit() < wanted:
        sys.setrecursionlimit(wanted)
