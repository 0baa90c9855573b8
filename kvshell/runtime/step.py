"""Step: one thing that can happen next in a search, and what decides about it."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple, Protocol

from kvshell.runtime.channels import Flight
from kvshell.runtime.marks import Marks
from kvshell.runtime.op import Op
from kvshell.runtime.record import Process
from kvshell.runtime.timers import Timer

PATIENCE_S: Final = 5.0  # of real time between two operations, while nobody else can run

# ("p", path) a process, ("c", path, path) a channel, ("t", path, n) a timer, ("k", path) a kill.
Who = tuple[Any, ...]


class Crash(NamedTuple):
    """A kill that nobody sent."""

    target: Process


class End(NamedTuple):
    """Nothing happens any more: a choice only where somebody could still be killed."""


What = Op | Flight | Timer | Crash | End


class Step:
    """One thing that can happen next: `who` does `what`, knowing of the steps in `past`.

    `free` steps are choices of the search itself, which no other step asks for. Its marks are those
    of the moment in which they are first asked for: before the next step is taken.
    """

    __slots__ = ("_marks", "_read", "free", "past", "what", "who")

    def __init__(
        self,
        who: Who,
        what: What,
        read: Callable[[Any], Marks],
        past: int,
        free: bool = False,
    ) -> None:
        self.who = who
        self.what = what
        self.past = past
        self.free = free
        self._read = read
        self._marks: Marks | None = None

    def marks(self) -> Marks:
        """Return what it reads and writes."""
        found = self._marks
        if found is None:
            found = self._marks = self._read(self.what)
        return found


class Manner(NamedTuple):
    """What may happen: the delivery law, timers at any moment, so many kills."""

    spec: bool = True
    timeouts: bool = False
    crashes: int = 0


class Patience(NamedTuple):
    """How long code may run between two operations, in real time: None is for ever.

    `stopped` is asked meanwhile whether it is waited for at all.
    """

    seconds: float | None = PATIENCE_S
    stopped: Callable[[], bool] = lambda: False


PATIENT: Final = Patience()


class Chooser(Protocol):
    """Decides which step comes next, and hears which one was taken."""

    def choose(self, enabled: list[Step]) -> Step | None:
        """Return one of `enabled`, which are in default order; None gives the run up."""
