"""Finds the order of events that makes one schedule end differently from another."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from kvshell.explore.search.search import Run
from kvshell.runtime.search.steps import TIMER, Who

MOST: Final = 200  # number of shapes kept per kind: the first ones differ least

Event = tuple[Who, int]  # the n-th step of a process


class Shape(NamedTuple):
    """The form of a schedule: its events in order, and the pairs that raced."""

    choices: tuple[int, ...]
    events: tuple[Event, ...]
    pairs: tuple[tuple[int, int], ...]

    def places(self) -> dict[Event, int]:
        """Return the index of each event."""
        return {event: place for place, event in enumerate(self.events)}


class Cause(NamedTuple):
    """Two schedules and the pairs in different order, as indices in the explained one.

    `between`, if not empty, holds three steps: the second came between the other two, of one
    process. It is given if the order of the first pair alone is that of other schedules, too.
    """

    explained: Shape
    other: Shape
    pairs: tuple[tuple[int, int], ...]
    between: tuple[int, ...] = ()


def shape_of(run: Run) -> Shape:
    """Return the shape of a run."""
    counts: dict[Who, int] = {}
    events = []
    for step in run.steps:
        count = counts[step.who] = counts.get(step.who, 0) + 1
        events.append((step.who, count))
    return Shape(run.choices, tuple(events), run.races.pairs)


def cause(explained: Sequence[Shape], others: Iterable[Shape]) -> Cause | None:
    """Return what separates one of `explained` from one of `others`, with the fewest pairs."""
    known = [(other, other.places()) for other in others]
    best: Cause | None = None
    least: tuple[int, ...] = ()
    for one in explained:
        turns = sum(map(bool, one.choices)), len(one.events)  # deviations from the default; steps
        for other, places in known:
            pairs = _reversed(one, other, places)
            cost = (len(pairs) + _fired(one, places), *turns)
            if pairs and (best is None or cost < least):
                best, least = Cause(one, other, pairs), cost
    return best


def refined(found: Cause, others: Sequence[Shape]) -> Cause:
    """Return the cause with an order of three steps that none of `others` has, if need be."""
    known = [other.places() for other in others]
    one = found.explained

    def elsewhere(*steps: int) -> bool:
        """Whether these steps have the same order in another schedule."""
        events = [one.events[step] for step in steps]
        return any(_in_order([places.get(event, -1) for event in events]) for places in known)

    if not elsewhere(*found.pairs[0]):
        return found
    for around in [*_before(found), *_after(found)]:
        if not elsewhere(*around):
            return found._replace(between=around)
    return found


def _before(found: Cause) -> Iterator[tuple[int, ...]]:
    """Yield a step of the second one's process that raced with the first one, and the pair."""
    one, (first, then) = found.explained, found.pairs[0]
    for before, after in reversed(one.pairs):
        if after == first and one.events[before][0] == one.events[then][0]:
            yield before, first, then


def _after(found: Cause) -> Iterator[tuple[int, ...]]:
    """Yield the pair, and a step of the first one's process that raced with the second one."""
    one, (first, then) = found.explained, found.pairs[0]
    for before, after in one.pairs:
        if before == then and one.events[after][0] == one.events[first][0]:
            yield first, then, after


def _in_order(places: Sequence[int]) -> bool:
    return places[0] >= 0 and all(a < b for a, b in pairwise(places))


def _fired(one: Shape, places: dict[Event, int]) -> int:
    """Count the timers that fire only in `one`: each counts as a difference."""
    return sum(event[0][0] == TIMER and event not in places for event in one.events)


def _reversed(one: Shape, other: Shape, places: dict[Event, int]) -> tuple[tuple[int, int], ...]:
    """Return the races of `one` that are reversed in `other`, and those of `other`."""
    mine = one.places()
    found = set()
    for first, then in one.pairs:
        before, after = places.get(one.events[first]), places.get(one.events[then])
        if before is not None and after is not None and after < before:
            found.add((first, then))
    for first, then in other.pairs:
        before, after = mine.get(other.events[first]), mine.get(other.events[then])
        if before is not None and after is not None and after < before:
            found.add((after, before))
    return tuple(sorted(found, key=lambda pair: (pair[1], pair[0])))
