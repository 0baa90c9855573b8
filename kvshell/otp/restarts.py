"""Restarts: the budget of a supervisor - so many restarts in so many seconds."""

from collections import deque

from kvshell.terms import A, Term


class Restarts:
    """When the last restarts were, and `why` the last one was: `KV.Registry ended: killed`.

    Belongs to one supervisor and runs in it; all but `add` may be read from outside.
    """

    __slots__ = ("_times", "blown", "limit", "why", "window_ms")

    def __init__(self, limit: int = 3, window_s: int = 5) -> None:
        self.limit = limit
        self.window_ms = window_s * 1000
        self.why = ""
        self.blown = False
        self._times: deque[int] = deque()

    def add(self, now_ms: int, why: str) -> bool:
        """Count one restart; False when it is one too many."""
        self.why = why
        self._times.append(now_ms)
        while self._times[0] < now_ms - self.window_ms:
            self._times.popleft()
        self.blown = len(self._times) > self.limit
        return not self.blown

    def used(self, now_ms: int) -> int:
        """Return how many restarts count at `now_ms`."""
        return sum(1 for time in self._times.copy() if time >= now_ms - self.window_ms)


def needs_restart(restart: Term, reason: Term) -> bool:
    """Whether a child with that policy is restarted after ending with `reason`."""
    if restart is A.permanent:
        return True
    if restart is A.temporary:
        return False
    quiet = reason is A.normal or reason is A.shutdown
    return not (quiet or (type(reason) is tuple and reason[:1] == (A.shutdown,)))
