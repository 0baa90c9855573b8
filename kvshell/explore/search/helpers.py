"""Helpers: processes that run plans ahead of time, on other processors.

The parent keeps the tree and takes one plan after another, exactly as it would alone. Entries of a
wakeup tree will certainly be run, and nothing learned before then changes their plan: branches are
only appended. So a helper can run one meanwhile. Its run is used in due order, and only if it
matches the requested plan; the tree does not learn of it before. (Counting a branch as explored
while it runs elsewhere is unsound: two branches would leave the same schedule to each other, and
neither would run it.)

Numbers must mean the same in all processes. A helper knows the parent's numbers; a run that needs a
new one is discarded, and the parent repeats it.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final, NamedTuple

from kvshell.explore.search.choices import Plan
from kvshell.explore.search.forked import Served
from kvshell.explore.search.wakeup_tree import Branch
from kvshell.runtime.search.steps import Numbers

MOST_AHEAD: Final = 200  # finished runs waiting for their turn
_KEPT: Final = ("pids", "refs", "objects")  # of Numbers: what grows from run to run

Upcoming = Iterator[tuple[Branch, Callable[[], Plan]]]


def processors() -> int:
    """Return the number of processors available to this thread."""
    with suppress(AttributeError, OSError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Request(NamedTuple):
    """A plan, and the numbers assigned since the helper was last told."""

    plan: Plan
    numbers: tuple[tuple[tuple[Any, Any], ...], ...]


class _AtWork(NamedTuple):
    """What a helper is doing."""

    branch: Branch
    plan: Plan


class Helpers:
    """The helpers of one search; `close` them."""

    def __init__(self, count: int, carry_out: Callable[[Plan, int], Any], numbers: Numbers) -> None:
        """`carry_out` runs in a helper, with a plan and the helper's index."""
        self._numbers = numbers
        self._known = [_sizes(numbers)] * count
        self._done: dict[Branch, tuple[Plan, Any]] = {}
        self._at_work: list[_AtWork | None] = [None] * count
        self._served = [Served(_serve(carry_out, numbers, place)) for place in range(count)]

    def feed(self, upcoming: Upcoming) -> None:
        """Give upcoming plans to idle helpers."""
        self._collect()
        idle = [place for place, work in enumerate(self._at_work) if work is None]
        if not idle or len(self._done) >= MOST_AHEAD:
            return
        busy = {work.branch for work in self._at_work if work is not None}
        for branch, planned in upcoming:
            if branch in self._done or branch in busy:
                continue
            plan = planned()  # now: those before it in its node have been passed
            place = idle.pop()
            self._served[place].ask(_Request(plan, self._news(place)))
            self._at_work[place] = _AtWork(branch, plan)
            if not idle:
                return

    def take(self, branch: Branch | None, plan: Plan, stop: Callable[[], bool]) -> Any:
        """Return the finished run of a plan; None if it must be run now."""
        if branch is None:
            return None
        self._collect()
        for place, work in enumerate(self._at_work):
            if work is not None and work.branch is branch:
                self._finished(place, self._served[place].answer(stop))
        asked, found = self._done.pop(branch, (plan, None))
        if asked != plan:  # never seen; then the run is another than the one to come
            return None
        return found

    def close(self) -> None:
        """Kill the helpers in any state."""
        for served in self._served:
            served.close()

    def _collect(self) -> None:
        for place, work in enumerate(self._at_work):
            if work is not None and self._served[place].has_answered():
                self._finished(place, self._served[place].answer())

    def _finished(self, place: int, found: Any) -> None:
        work, self._at_work[place] = self._at_work[place], None
        if work is not None:
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
