"""Helpers: processes that run plans ahead of time, on other processors.

The parent keeps the tree and takes one plan after another, exactly as it would alone. Entries of a
wakeup tree will certainly be run, and nothing learned before then changes their plan: branches are
only appended. So a helper can run one meanwhile. Its run is used in its turn, and only if it
matches the requested plan; the tree does not learn of it before. (Counting a branch as explored
while it runs elsewhere is unsound: two branches would leave the same schedule to each other, and
neither would run it.)

While there is nothing that will certainly be run, a helper goes on below the branches that it was
given and that the parent has not reached: see subtree.py. The parent takes these runs, too, if they
are those of its plans.

Numbers must mean the same in all processes. A helper knows the parent's numbers; a run that needs a
new one is discarded, and the parent repeats it.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final, NamedTuple

from kvshell.explore.search.choices import Plan, Started
from kvshell.explore.search.forked import Served
from kvshell.explore.search.subtree import Root, root_of
from kvshell.explore.search.wakeup_tree import Branch
from kvshell.runtime.search.steps import Numbers

DEPTH: Final = 2  # plans given to a helper at a time: it never waits for the parent
MOST_AHEAD: Final = 500  # finished runs of either kind that wait for their turn
_KEPT: Final = ("pids", "refs", "objects")  # the fields of Numbers, which grow from run to run

Upcoming = Iterator[tuple[Branch, Callable[[], Started]]]


def processors() -> int:
    """Return the number of processors available to this thread."""
    with suppress(AttributeError, OSError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Request(NamedTuple):
    """The root of what to explore, and the numbers assigned since the last request."""

    root: Root
    numbers: tuple[tuple[tuple[Any, Any], ...], ...]


class _Answer(NamedTuple):
    """A run of a plan; `foreseen` if it was not requested."""

    plan: Plan
    found: Any
    foreseen: bool


class _AtWork(NamedTuple):
    """What a helper is doing."""

    branch: Branch
    plan: Plan


class Helpers:
    """The helpers of one search; `close` them."""

    def __init__(
        self,
        count: int,
        explore: Callable[[Root, int], Iterator[tuple[Plan, Any]]],
        numbers: Numbers,
    ) -> None:
        """Fork the helpers, each of which calls `explore` with a root and its own index.

        It yields the run of the root's plan first, then those of plans that will follow it.
        """
        self._numbers = numbers
        self._known = [sizes(numbers)] * count
        self._done: dict[Branch, tuple[Plan, Any]] = {}
        self._foreseen: dict[Plan, Any] = {}
        self._roots: dict[Branch, int] = {}  # those that the caller has not reached, by number
        self._asked = 0
        self._queues: list[deque[_AtWork]] = [deque() for _ in range(count)]
        self._served = [Served(_serve(explore, numbers, place)) for place in range(count)]

    def take(
        self, branch: Branch | None, plan: Plan, upcoming: Upcoming, stop: Callable[[], bool]
    ) -> Any:
        """Return the run of a plan that a helper ran ahead; None if the caller must run it.

        If a helper is running it, waits. Either way, gives upcoming plans to the helpers.
        """
        for place, served in enumerate(self._served):
            while served.has_answered() and self._came(place, served.answer()):
                pass
        if branch is not None and plan in self._foreseen:
            self._done[branch] = plan, self._foreseen.pop(plan)
        self._feed(upcoming, busy=branch not in self._done)
        if branch is None:
            return None
        for place, queue in enumerate(self._queues):
            while any(work.branch is branch for work in queue):
                self._came(place, self._served[place].answer(stop))
        self._roots.pop(branch, None)
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
            started = planned()  # now, because the branches before it have been taken
            if started.plan in self._foreseen:
                self._done[branch] = started.plan, self._foreseen.pop(started.plan)
                continue
            if leave:
                leave = False
                continue
            length, place = room.pop(0)
            self._asked += 1
            self._roots[branch] = self._asked
            root = root_of(started, self._asked, tuple(self._roots.values()))
            self._served[place].ask(_Request(root, self._news(place)))
            self._queues[place].append(_AtWork(branch, started.plan))
            if not room:
                return
            leave = room[0][0] > length

    def close(self) -> None:
        """Kill the helpers, whatever they are doing."""
        for served in self._served:
            served.close()

    def _came(self, place: int, answer: _Answer | None) -> bool:
        """Keep an answer of a helper; False if there will be no more."""
        queue = self._queues[place]
        if answer is not None and answer.foreseen:
            if len(self._foreseen) >= MOST_AHEAD:
                self._foreseen.pop(next(iter(self._foreseen)))  # nobody has wanted it for long
            self._foreseen[answer.plan] = answer.found
        elif queue:
            work = queue.popleft()
            self._done[work.branch] = work.plan, None if answer is None else answer.found
        return answer is not None or bool(queue)

    def _news(self, place: int) -> tuple[tuple[tuple[Any, Any], ...], ...]:
        """Return the numbers that this helper does not know yet."""
        known = self._known[place]
        self._known[place] = sizes(self._numbers)
        return tuple(
            tuple(getattr(self._numbers, name).items())[size:] if size < new else ()
            for name, size, new in zip(_KEPT, known, self._known[place], strict=True)
        )


def _serve(
    explore: Callable[[Root, int], Iterator[tuple[Plan, Any]]], numbers: Numbers, place: int
) -> Callable[[_Request], Iterator[_Answer]]:
    """Return a helper's request handler."""

    def serve(request: _Request) -> Iterator[_Answer]:
        for name, news in zip(_KEPT, request.numbers, strict=True):
            getattr(numbers, name).update(news)
        before = sizes(numbers)
        foreseen = False
        for plan, found in explore(request.root, place):
            if sizes(numbers) != before:
                _forget(numbers, before)
                return
            yield _Answer(plan, found, foreseen)
            foreseen = True

    return serve


def _forget(numbers: Numbers, before: tuple[int, ...]) -> None:
    """Take back what has been numbered since there were that many numbers."""
    for name, size in zip(_KEPT, before, strict=True):
        given = getattr(numbers, name)
        while len(given) > size:
            given.popitem()


def sizes(numbers: Numbers) -> tuple[int, ...]:
    """Return how many numbers there are of each kind; each of them is given but once."""
    return tuple(len(getattr(numbers, name)) for name in _KEPT)
