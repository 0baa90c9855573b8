"""Fuses: the timers of a search, each with a name that is the same in all runs.

A timer is called after who armed it and which of his timers it is.
"""

from collections.abc import Callable
from heapq import heappop
from typing import Any

from kvshell.runtime.marks import Marks
from kvshell.runtime.record import Process
from kvshell.runtime.step import Step, Who
from kvshell.runtime.timers import Timer

Read = Callable[[Any], Marks]


class Fuses:
    """Who armed what, and what is due at the instant at which the clock stands."""

    def __init__(self, heap: list[tuple[int, int, Timer]]) -> None:
        self._heap = heap  # the scheduler's
        self._names: dict[Timer, tuple[Who, int]] = {}  # and what each one's firing knows of
        self._counts: dict[Process | None, int] = {}
        self._since = 0  # the step before which the clock came to this instant
        self.due_now: list[Timer] = []

    def arm(self, timer: Timer, armer: Process | None, known: int) -> None:
        """`armer`, who knows of those steps, has armed a timer."""
        number = self._counts[armer] = self._counts.get(armer, 0) + 1
        path = None if armer is None else armer.pid.path
        self._names[timer] = (("t", path, number), known)

    def tick(self, time: int, step: int) -> int | None:
        """Move to the next timers, before that step; return the time then, None without any."""
        heap = self._heap
        while heap and not heap[0][2].live:
            heappop(heap)
        if not heap:
            return None
        time = max(time, heap[0][0])
        self.due_now = []
        self._since = step
        while heap and heap[0][0] <= time:
            self.due_now.append(heappop(heap)[2])
        return time

    def due(self, read: Read) -> list[Step]:
        """Return the timers that are due: they know of all that was before this instant."""
        past = (1 << self._since) - 1
        live = [timer for timer in self.due_now if timer.live]
        several = len(live) > 1  # one that fires may disarm another
        return [Step(self._names[timer][0], timer, read, past, several) for timer in live]

    def armed(self, read: Read) -> list[Step]:
        """Return all that are armed, those that are due first: any may fire."""
        found = []
        for _due, _number, timer in sorted(self._heap, key=_when):
            if timer.live:
                who, known = self._names[timer]
                found.append(Step(who, timer, read, known, free=True))
        return found


def _when(armed: tuple[int, int, Timer]) -> tuple[int, int]:
    return armed[:2]
