"""RuntimeEnvironment: the source of random numbers, the time of day and serial numbers.

A search installs its own environment, so that every schedule gets the same values.
"""

import time
from collections.abc import Callable
from itertools import count
from random import Random
from typing import Final, NamedTuple

from kvshell.runtime.processes.thread_context import current
from kvshell.terms import Pid


class RuntimeEnvironment(NamedTuple):
    """The source of values that processes get from outside the system, not in messages.

    Attributes:
        draw: a random float from 0 up to, not including, 1, for a process that has no seed.
        wall_ns: nanoseconds since 1970.
        serial: a positive integer that was never returned before.
    """

    draw: Callable[[], float]
    wall_ns: Callable[[], int]
    serial: Callable[[], int]


REAL: Final = RuntimeEnvironment(
    Random().random,  # noqa: S311  # not used for secrets
    time.time_ns,
    count(1).__next__,
)

BEGINS_NS: Final = 1_767_225_600 * 10**9  # 2026-01-01 00:00:00 UTC
_MOST_SERIALS: Final = 1 << 32  # serial numbers of one process


class Repeatable:
    """The environment of one run of a search: each process has its own random and serial numbers.

    Therefore the order in which two processes ask for them makes no difference, and asking is not a
    visible operation. The serial numbers of one process increase; comparing those of two processes
    does not tell which one asked first.
    """

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._dice: dict[Pid, Random] = {}
        self._serials: dict[Pid, int] = {}

    def environment(self) -> RuntimeEnvironment:
        """Return the functions of this object as a `RuntimeEnvironment`."""
        return RuntimeEnvironment(self._draw, self._wall_ns, self._serial)

    def _draw(self) -> float:
        pid = current().pid
        dice = self._dice.get(pid)
        if dice is None:  # the seed, its position in the spawn tree, is the same in all runs
            dice = self._dice[pid] = Random(repr(pid.path))  # noqa: S311  # as above
        return dice.random()

    def _wall_ns(self) -> int:
        return BEGINS_NS + self._now_ms() * 10**6

    def _serial(self) -> int:
        pid = current().pid
        count = self._serials[pid] = self._serials.get(pid, 0) + 1
        return pid.number * _MOST_SERIALS + count
