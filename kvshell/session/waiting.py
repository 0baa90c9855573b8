"""What a waiting process waits for, for the line that a person reads meanwhile."""

from typing import NamedTuple

from kvshell.runtime import Runtime
from kvshell.terms import Pid, inspect


class Waiting(NamedTuple):
    """What a desk's process waits for: who, doing what, and how long the wait may still last."""

    name: str
    status: str
    left_ms: int | None


def waiting(runtime: Runtime, pid: Pid) -> Waiting | None:
    """Return what `pid` waits for; None when it does not. Attribute reads only: signal safe."""
    record = pid.record
    wait = record.waiting_for if record is not None else None
    if wait is None:
        return None
    target, what = wait[0], wait[1]
    deadline = wait[3] if len(wait) > 3 else None
    left = deadline - runtime.now_ms() if isinstance(deadline, int) else None
    if target is None:
        return Waiting(str(what), "", left)
    seen = runtime.observe(target.pid)
    status = seen.status if seen is not None else "dead"
    return Waiting(inspect(target.shown()), status, left)
