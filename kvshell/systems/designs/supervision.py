"""The state of a supervisor: its children, and how much of its restart limit is used."""

from typing import NamedTuple

from kvshell.otp.child_spec import Restarts
from kvshell.otp.dynamic_supervisor import DynamicSupervisorState
from kvshell.otp.supervisor import SupervisorState
from kvshell.runtime import Observation, Runtime
from kvshell.terms import Opaque, Pid


class Supervision(NamedTuple):
    """A supervisor's current state: `used` of `limit` restarts within the last `seconds`."""

    strategy: str
    used: int
    limit: int
    seconds: int
    why: str  # the reason for the last restart; empty before the first
    children: int


def restarts_of(runtime: Runtime, supervisor: Pid) -> Restarts | None:
    """Return the restarts that a supervisor has counted; None for other processes."""
    state = runtime.peek(supervisor).state
    known = state.value if type(state) is Opaque else None
    found: Restarts | None = getattr(known, "restarts", None)
    return found


def supervision(seen: Observation, now_ms: int) -> Supervision | None:
    """Return the state of an observed supervisor; None for any other process."""
    known = seen.state.value if type(seen.state) is Opaque else None
    if isinstance(known, Supervision):  # reported by an engine about its own supervisor
        return known
    if not isinstance(known, SupervisorState | DynamicSupervisorState):
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
