"""What a process can learn from outside the system: chance, the time of day, serial numbers.

A search installs an environment of its own, so that every schedule sees the same.
"""

import time
from collections.abc import Callable
from itertools import count
from random import Random
from typing import Final, NamedTuple

from kvshell.runtime.processes.thread_context import current
from kvshell.terms import Pid


class RuntimeEnvironment(NamedTuple):
    """Where values come from that no message brings.

    Attributes:
        draw: a random float from 0 up to, not including, 1, for a process that has no seed.
        wall_ns: nanoseconds since 1970.
        serial: a positive integer that was never returned before.
    """

    draw: Callable[[], float]
    wall_ns: Callable[[], int]
    serial: Callable[[], int]


REAL: Final = RuntimeEnvironment(
    Random().random,  # noqa: S311  # dice of a tutorial, no secrets
    time.time_ns,
    count(1).__next__,
)

BEGINS_NS: Final = 1_767_225_600 * 10**9  # 2026-01-01 00:00:00 UTC
_MOST_SERIALS: Final = 1 << 32  # of one process


class Repeatable:
    """The environment of one run of a search: what a process draws depends on it alone.

    Two processes that draw side by side do not change what the other draws: no order of theirs
    makes a difference, so drawing is no operation. Serial numbers of one process increase; those of
    two say nothing about who was first.
    """

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._dice: dict[Pid, Random] = {}
        self._serials: dict[Pid, int] = {}

    def environment(self) -> RuntimeEnvironment:
        """Return it as a runtime takes it."""
        return RuntimeEnvironment(self._draw, self._wall_ns, self._serial)

    def _draw(self) -> float:
        pid = current().pid
        dice = self._dice.get(pid)
        if dice is None:  # its place in the tree of spawns is the same in all runs
            dice = self._dice[pid] = Random(repr(pid.path))  # noqa: S311  # as above
        return dice.random()

    def _wall_ns(self) -> int:
        return BEGINS_NS + self._now_ms() * 10**6

    def _serial(self) -> int:
        pid = current().pid
        count = self._serials[pid] = self._serials.get(pid, 0) + 1
        return pid.number * _MOST_SERIALS + count
