"""Cause: which order of two events makes a schedule come to something else than another.

Each schedule keeps a shape: its events - the n-th step of somebody - and the pairs that raced. Of
the schedules that fail and those that do not, the two are compared that differ in the fewest pairs;
the first pair whose order differs is the cause.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from kvshell.explore.search import Run
from kvshell.runtime.step import Who

MOST: Final = 200  # shapes that are kept of each kind: the first ones differ least

TIMER: Final = "t"

Event = tuple[Who, int]  # the n-th step of somebody


class Shape(NamedTuple):
    """What a schedule looks like: its events in their order, and which pairs raced."""

    choices: tuple[int, ...]
    events: tuple[Event, ...]
    pairs: tuple[tuple[int, int], ...]

    def places(self) -> dict[Event, int]:
        """Return the place of each event."""
        return {event: place for place, event in enumerate(self.events)}


class Cause(NamedTuple):
    """Two schedules and the pairs whose order differs, as places in the one that is explained."""

    explained: Shape
    other: Shape
    pairs: tuple[tuple[int, int], ...]


def shape_of(run: Run) -> Shape:
    """Return the shape of a run."""
    counts: dict[Who, int] = {}
    events = []
    for step in run.steps:
        count = counts[step.who] = counts.get(step.who, 0) + 1
        events.append((step.who, count))
    return Shape(run.choices, tuple(events), run.races.pairs)


def cause(explained: Sequence[Shape], others: Iterable[Shape]) -> Cause | None:
    """Return what makes one of `explained` another than one of `others`, by the fewest pairs."""
    known = [(other, other.places()) for other in others]
    best: Cause | None = None
    least: tuple[int, ...] = ()
    for one in explained:
        turns = sum(map(bool, one.choices)), len(one.events)  # off the default order; in all
        for other, places in known:
            pairs = _reversed(one, other, places)
            cost = (len(pairs) + _fired(one, places), *turns)
            if pairs and (best is None or cost < least):
                best, least = Cause(one, other, pairs), cost
    return best


def _fired(one: Shape, places: dict[Event, int]) -> int:
    """Count the timers that fire in `one` alone: each is a difference of its own."""
    return sum(event[0][0] == TIMER and event not in places for event in one.events)


def _reversed(one: Shape, other: Shape, places: dict[Event, int]) -> tuple[tuple[int, int], ...]:
    """The races of `one` whose order is the other way round in `other`, and those of `other`."""
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
