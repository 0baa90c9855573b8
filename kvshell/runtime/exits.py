"""How a process ends: Exit carries a reason, Killed unwinds a thread whose process is gone.

All derive from BaseException, so that `except Exception` (Elixir's `rescue`) cannot
swallow an exit; `except Exit` is Elixir's `catch :exit, reason`.
"""

from kvshell.terms import Term


class Exit(BaseException):
    """`raise Exit(reason)` is Elixir's `exit(reason)`: the process ends unless it is caught."""

    def __init__(self, reason: Term) -> None:
        super().__init__(reason)
        self.reason = reason


class Killed(BaseException):
    """The process this thread was running is dead; unwind and touch nothing.

    Raised by the runtime alone, at the first effect or wait after the fatal signal arrived.
    """


class HandedOver(BaseException):
    """What is left to do may wait: `Process.entry` does it on a stack of the process's own.

    Raised where a clause declared never to wait ends, when terminate is to run next.
    """


class Interrupted(BaseException):
    """The wait was given up by `Runtime.interrupt`; whoever waits turns it into an Exit."""


class Thrown(BaseException):
    """`raise Thrown(value)` is Elixir's `throw(value)`: in a callback, the same as returning it."""

    def __init__(self, value: Term) -> None:
        super().__init__(value)
        self.value = value


class NotAtRest(Exception):  # noqa: N818  # the condition has a name of its own
    """The system did not come to rest, or nobody can move while somebody waits for ever.

    `waiting` has one line per process that is busy or waits: what a person needs to see.
    """

    def __init__(self, message: str, waiting: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.waiting = waiting
