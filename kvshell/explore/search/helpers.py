"""Helpers: processes that run plans ahead of time, on other processors.

The parent keeps the tree and takes one plan after another, exactly as it would alone. Entries of a
wakeup tree will certainly be run, and nothing learned before then changes their plan: branches are
only appended. So a helper can run one meanwhile. Its run is used in its turn, and only if it
matches the requested plan; the tree does not learn of it before. (Counting a branch as explored
while it runs elsewhere is unsound: two branches would leave the same schedule to each other, and
neither would run it.)

Numbers must mean the same in all processes. A helper knows the parent's numbers; a run that needs a
new one is discarded, and the parent repeats it.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final, NamedTuple

from kvshell.explore.search.choices import Plan
from kvshell.explore.search.forked import Served
from kvshell.explore.search.wakeup_tree import Branch
from kvshell.runtime.search.steps import Numbers

DEPTH: Final = 2  # plans given to a helper at a time: it never waits for the parent
MOST_AHEAD: Final = 200  # finished runs waiting for their turn
_KEPT: Final = ("pids", "refs", "objects")  # the fields of Numbers, which grow from run to run

Upcoming = Iterator[tuple[Branch, Callable[[], Plan]]]


def processors() -> int:
    """Return the number of processors available to this thread."""
    with suppress(AttributeError, OSError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Request(NamedTuple):
    """A plan, and the numbers assigned since the last request to this helper."""

    plan: Plan
    numbers: tuple[tuple[tuple[Any, Any], ...], ...]


class _AtWork(NamedTuple):
    """A plan that a helper is carrying out, and its branch."""

    branch: Branch
    plan: Plan


class Helpers:
    """The helpers of one search; `close` ends them."""

    def __init__(self, count: int, carry_out: Callable[[Plan, int], Any], numbers: Numbers) -> None:
        """Fork the helpers, each of which calls `carry_out` with a plan and its own index."""
        self._numbers = numbers
        self._known = [_sizes(numbers)] * count
        self._done: dict[Branch, tuple[Plan, Any]] = {}
        self._queues: list[deque[_AtWork]] = [deque() for _ in range(count)]
        self._served = [Served(_serve(carry_out, numbers, place)) for place in range(count)]

    def take(
        self, branch: Branch | None, plan: Plan, upcoming: Upcoming, stop: Callable[[], bool]
    ) -> Any:
        """Return the run of a plan that a helper ran ahead; None if the caller must run it.

        If a helper is running it, waits. Either way, gives upcoming plans to the helpers.
        """
        self._collect()
        self._feed(upcoming, busy=branch not in self._done)
        if branch is None:
            return None
        for place, queue in enumerate(self._queues):
            while any(work.branch is branch for work in queue):
                self._finished(place, self._served[place].answer(stop))
        asked, found = self._done.pop(branch, (plan, None))
        if asked != plan:  # should not happen: the run does not match the plan
            return None
        return found

    def _feed(self, upcoming: Upcoming, *, busy: bool) -> None:
        """Give upcoming plans to the helpers with the shortest queues.

        If the caller is not `busy` with a plan of its own, the next one is left to it, and one more
        whenever each helper has got one.
        """
        room = sorted(
            (length, place)
            for place, queue in enumerate(self._queues)
            for length in range(len(queue), DEPTH)
        )
        if not room or len(self._done) >= MOST_AHEAD:
            return
        given = {work.branch for queue in self._queues for work in queue}
        leave = not busy
        for branch, planned in upcoming:
            if branch in self._done or branch in given:
                continue
            if leave:
                leave = False
                continue
            length, place = room.pop(0)
            plan = planned()  # now, because the branches before it have been taken
            self._served[place].ask(_Request(plan, self._news(place)))
            self._queues[place].append(_AtWork(branch, plan))
            if not room:
                return
            leave = room[0][0] > length

    def close(self) -> None:
        """Kill the helpers, whatever they are doing."""
        for served in self._served:
            served.close()

    def _collect(self) -> None:
        for place, queue in enumerate(self._queues):
            while queue and self._served[place].has_answered():
                self._finished(place, self._served[place].answer())

    def _finished(self, place: int, found: Any) -> None:
        work = self._queues[place].popleft()
        self._done[work.branch] = work.plan, found

    def _news(self, place: int) -> tuple[tuple[tuple[Any, Any], ...], ...]:
        """Return the numbers that this helper does not know yet."""
        known = self._known[place]
        self._known[place] = _sizes(self._numbers)
        return tuple(
            tuple(getattr(self._numbers, name).items())[size:] if size < new else ()
            for name, size, new in zip(_KEPT, known, self._known[place], strict=True)
        )


def _serve(
    carry_out: Callable[[Plan, int], Any], numbers: Numbers, place: int
) -> Callable[[_Request], Any]:
    """Return a helper's request handler."""

    def serve(request: _Request) -> Any:
        for name, news in zip(_KEPT, request.numbers, strict=True):
            getattr(numbers, name).update(news)
        before = _sizes(numbers)
        found = carry_out(request.plan, place)
        if _sizes(numbers) == before:
            return found
        for name, size in zip(_KEPT, before, strict=True):
            given = getattr(numbers, name)
            while len(given) > size:
                given.popitem()
        return None

    return serve


def _sizes(numbers: Numbers) -> tuple[int, ...]:
    return tuple(len(getattr(numbers, name)) for name in _KEPT)
