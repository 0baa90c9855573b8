"""Carrier: a thread, as seen by the processes it runs.

A process is a record; a carrier is one thread that runs processes, one at a time. It stores the
current process and its epoch at the start: if the process has died since, the epochs differ and
every effect raises. `lock` is a binary semaphore on which the thread sleeps; it is held until
someone wakes the thread.
"""

import sys
import threading
from _thread import allocate_lock, get_ident
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

from kvshell.terms import Atom, Term

if TYPE_CHECKING:
    from kvshell.runtime.processes.record import Process
    from kvshell.runtime.processes.timers import Timer


class Carrier:
    """A thread that runs processes."""

    __slots__ = (
        "alarm", "claim", "deadline", "depth", "epoch", "interrupted", "job", "lock", "lost",
        "outer", "process", "thread", "waiting", "woken",
    )  # fmt: skip

    def __init__(self, outer: "Carrier | None" = None) -> None:
        self.outer = outer  # the thread's process before this one
        self.lock = allocate_lock()
        self.lock.acquire()
        self.process: Process | None = None
        self.epoch = 0
        self.claim: Any = None  # for a thread that is a process: the lock it came in with
        self.depth = 0  # nested calls of clauses declared never to wait, which run on this thread
        self.job: Any = None  # the next process for a pool thread
        self.thread = get_ident()
        self.deadline = 0  # deadline of its last long wait, in ms of the scheduler's clock
        self.alarm: Timer | None = None  # checks whether that wait is over
        self.waiting = False
        self.woken = False
        self.interrupted = False
        self.lost = False  # still in the code of a killed process; not counted as active

    def wake(self) -> None:
        """Wake the sleeping thread; further calls before it sleeps again have no effect."""
        try:
            self.lock.release()
        except RuntimeError:  # already awake: a binary semaphore keeps one token
            return

    def is_in_user_code(self) -> bool:
        """Whether the thread is in code outside kvshell's runtime and OTP folders."""
        frame = sys._current_frames().get(self.thread)  # noqa: SLF001  # documented, despite the underscore
        return frame is not None and not frame.f_globals["__name__"].startswith(_OURS)

    def frame(self) -> FrameType | None:
        """Return the Python frame that the thread is in, or None."""
        return sys._current_frames().get(self.thread)  # noqa: SLF001  # documented, despite the underscore

    def place(self) -> str:
        """Return file and line of the user code that the thread is in; "" if unknown."""
        frame = sys._current_frames().get(self.thread)  # noqa: SLF001  # documented, despite the underscore
        return "" if frame is None else where_is(frame)

    def place_below(self) -> str:
        """Return file and line of the user code that called what the thread waits in, or "".

        Unlike `place` it never names kvshell's code, which a waiting thread is in.
        """
        frame = self.frame()
        while frame is not None and _is_ours_or_library(frame):
            compiled = _compiled_place(frame)
            if compiled:
                return compiled
            frame = frame.f_back
        return "" if frame is None else f"{frame.f_code.co_filename}:{frame.f_lineno}"


class _Here(threading.local):
    carrier: Carrier | None = None


here = _Here()


def carrier() -> Carrier:
    """Return the carrier of the calling thread.

    Raises:
        RuntimeError: this thread does not run a process (`with runtime.attach():` makes it one).
    """
    found = here.carrier
    if found is None or found.process is None:
        raise RuntimeError(
            "this thread is not a process: wrap the code in `with runtime.attach():`"
        )
    return found


def running() -> "Process | None":
    """Return the record of the process that the calling thread runs, if any."""
    found = here.carrier
    return None if found is None else found.process


def current() -> "Process":
    """Return the record of the process that the calling thread runs."""
    process = carrier().process
    assert process is not None
    return process


def place() -> str:
    """Return function and line of the user code that the calling thread runs."""
    frame = sys._getframe(1)  # noqa: SLF001  # documented, despite the underscore
    while frame.f_back is not None and frame.f_globals["__name__"].startswith(_OURS):
        frame = frame.f_back
    return f"{frame.f_code.co_qualname}, line {frame.f_lineno}"


def where_is(frame: FrameType) -> str:
    """Return file and line of the user code in `frame` or, if there is none, of `frame` itself.

    Frames of the standard library are skipped. For compiled Elixir it is the place in the source,
    even while a function of kvshell runs for it.
    """
    inner: FrameType | None = frame
    while inner is not None and _is_ours_or_library(inner):
        compiled = _compiled_place(inner)
        if compiled:
            return compiled
        inner = inner.f_back
    user: FrameType | None = frame
    while user is not None and _is_library(user.f_code.co_filename):
        user = user.f_back
    found = frame if user is None or user.f_globals["__name__"].startswith(_OURS) else user
    return f"{found.f_code.co_filename}:{found.f_lineno}"


def _compiled_place(frame: FrameType) -> str:
    """Return file and line of the source of compiled code; "" for other code."""
    find = compiled_places.get(frame.f_code.co_filename)
    found = None if find is None else find(frame.f_code.co_name, frame.f_lineno)
    return "" if found is None else f"{found[3]}:{found[4]}"


def _is_ours_or_library(frame: FrameType) -> bool:
    file, name = frame.f_code.co_filename, frame.f_globals.get("__name__", "kvshell.")
    return file in compiled_places or name.startswith("kvshell.") or _is_library(file)


def _is_library(file: str) -> bool:
    return file.startswith(_LIBRARY) and "site-packages" not in file


Place = tuple[Term, Atom, Term, str, int]  # module, function, arity, file and line
compiled_places: dict[str, Callable[[str, int], Place | None]] = {}  # by the code's file name

_OURS = ("kvshell.runtime.", "kvshell.otp.")
_LIBRARY = (threading.__file__.removesuffix("threading.py"), "<frozen ")
