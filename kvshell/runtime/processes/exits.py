"""How a process ends: Exit carries a reason, Killed unwinds a thread whose process is gone.

All derive from BaseException, so that `except Exception` (Elixir's `rescue`) cannot
swallow an exit; `except Exit` is Elixir's `catch :exit, reason`.
"""

from typing import NamedTuple

from kvshell.terms import A, Pid, Term, format_banner


class Exit(BaseException):
    """`raise Exit(reason)` is Elixir's `exit(reason)`: the process ends unless it is caught."""

    def __init__(self, reason: Term) -> None:
        super().__init__(reason)
        self.reason = reason


class Killed(BaseException):
    """The process on this thread is dead: unwind without further effects.

    Raised only by the runtime, at the first effect or wait after the fatal signal arrived.
    """


class HandedOver(BaseException):
    """Raised to continue a process on a stack of its own, because its remaining work may wait.

    `Process.entry` does that work. Raised at the end of a clause declared never to wait, if
    terminate has to run next.
    """


class Interrupted(BaseException):
    """The wait was interrupted by `Runtime.interrupt`; the waiting code turns it into an Exit."""


class Thrown(BaseException):
    """`raise Thrown(value)` is Elixir's `throw(value)`: in a callback it acts as a return."""

    def __init__(self, value: Term) -> None:
        super().__init__(value)
        self.value = value


def banner_of(error: BaseException) -> str:
    """Return the `** (kind) reason` of iex for what code raised, threw or exited with."""
    if isinstance(error, Exit):
        return format_banner(A.exit, error.reason)
    if isinstance(error, Thrown):
        return format_banner(A.throw, error.value)
    return format_banner(A.error, error)


class NotAtRest(Exception):  # noqa: N818  # named after the condition
    """The system did not settle, or a process waits forever while no other can move.

    `waiting` has one line for each process that is busy or waiting, for the error report.
    """

    def __init__(self, message: str, waiting: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.waiting = waiting


class WaitsForever(NotAtRest):
    """The host's own process waits, no other process can move, and no timer is set.

    `awaited` describes what it waits for: the answer of a process, or "" for a message.
    """

    def __init__(self, awaited: str, waiting: tuple[str, ...] = ()) -> None:
        super().__init__("no process can continue and no timer is set", waiting)
        self.awaited = awaited


PRINTED = "output"  # the kind of event for printed output; its text includes the newline


class Event(NamedTuple):
    """Something that happened in the background, such as a crash.

    `kind` is crash, unexpected, cycle, late_reply, restart, output or notice. `text` is the output
    of Elixir's logger without the time; `line` is the number of the host's line at that time.
    """

    seq: int
    kind: str
    pid: Pid | None
    text: str
    line: int | None
    level: str = "error"
