"""What a supervisor does with its children, and how much of its budget of restarts is used."""

from typing import NamedTuple

from kvshell.commands.handlers.cells import many
from kvshell.commands.view import Cell, Role
from kvshell.otp import dynamic_supervisor, supervisor
from kvshell.runtime import Observation
from kvshell.terms import Opaque


class Supervision(NamedTuple):
    """One supervisor, now: `used` of `limit` restarts within the last `seconds`."""

    strategy: str
    used: int
    limit: int
    seconds: int
    why: str  # of the last restart; empty before the first
    children: int

    @property
    def budget(self) -> str:
        """`2 of 3 restarts in 5 s`."""
        return f"{self.used} of {many(self.limit, 'restart')} in {self.seconds} s"

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The strategy and the budget, which warns while the next restart would be too many."""
        role = Role.stale if self.used >= self.limit else Role.pending
        return (
            Cell(self.strategy, Role.atom),
            Cell(", "),
            Cell(self.budget, role if self.used else Role.hint),
        )


def supervision(seen: Observation, now_ms: int) -> Supervision | None:
    """Read it from a process seen from outside; None when it supervises nobody."""
    known = seen.state.value if type(seen.state) is Opaque else None
    if not isinstance(known, supervisor.State | dynamic_supervisor.State):
        return None
    restarts = known.restarts
    return Supervision(
        known.options.strategy.name,
        restarts.used(now_ms),
        restarts.limit,
        restarts.window_ms // 1000,
        restarts.why,
        len(known.children),
    )
