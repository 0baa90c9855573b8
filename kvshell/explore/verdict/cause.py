"""Finds the order of events that makes one schedule end differently from another."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from kvshell.explore.search.search import Run
from kvshell.runtime.search.steps import TIMER, Marks, Taken, Who

MOST: Final = 200  # number of shapes kept per kind: the first ones differ least

# Of these, what they touch tells which they are: a row, a shared value, a call. Of others it may
# depend on what came before.
_TOLD_APART: Final = frozenset({"ets_read", "ets_write", "reply", "shared_read", "shared_write"})

Pair = tuple[int, int]


class StepKey(NamedTuple):
    """What identifies a step in different schedules.

    Attributes:
        who: who takes it.
        kind: the kind of operation; empty for an arrival, a time-out or a kill.
        marks: what it reads and writes, if it needs that to be told from others: a row, a reply.
        nth: its number among steps that are alike, from 1.
    """

    who: Who
    kind: str
    marks: Marks | None
    nth: int


class StepKeys:
    """The steps of all runs of a search, numbered: equal steps have the same number."""

    def __init__(self) -> None:
        self.all: list[StepKey] = []
        self._numbers: dict[StepKey, int] = {}
        self._counts: dict[tuple[Who, str, Marks | None], int] = {}

    def of(self, steps: Sequence[Taken]) -> tuple[int, ...]:
        """Return the numbers of the steps of a run, in order. These are its events."""
        counts = self._counts
        counts.clear()
        found = []
        for step in steps:
            marks = step.marks if step.kind in _TOLD_APART else None
            same = step.who, step.kind, marks
            counts[same] = count = counts.get(same, 0) + 1
            event = StepKey(*same, count)
            number = self._numbers.get(event)
            if number is None:
                number = self._numbers[event] = len(self.all)
                self.all.append(event)
            found.append(number)
        return tuple(found)

    def who(self, number: int) -> Who:
        """Return who takes the step with this number."""
        return self.all[number].who


class Shape(NamedTuple):
    """The form of a schedule: its events in order, and the pairs that raced.

    For each step, `before` has the steps that precede it in every schedule that differs from this
    one only in the order of steps that commute: an int with one bit per step.
    """

    choices: tuple[int, ...]
    events: tuple[int, ...]
    pairs: tuple[Pair, ...]
    marks: tuple[Marks, ...] = ()
    before: tuple[int, ...] = ()

    def places(self) -> dict[int, int]:
        """Return the index of each event."""
        return {event: place for place, event in enumerate(self.events)}


class Cause(NamedTuple):
    """Why the schedule `explained` does not end like `other`; steps are indices in the former.

    Attributes:
        explained: the schedule.
        other: one with a different ending, which differs from it in few races.
        pairs: the races in different order.
        orders: claimed: these pairs of steps are in this order.
        happens: claimed as well: these steps, kills or time-outs, take place at all.
        ahead: claimed instead of both: the first step comes before the second one, a step of
            `other`, which is later or does not happen at all.
        fails: the number of failing schedules for which the claims are true.
        passes: the number of passing schedules for which they are true; if none fails, of those
            that end as `other` does.
    """

    explained: Shape
    other: Shape
    pairs: tuple[Pair, ...]
    orders: tuple[Pair, ...] = ()
    happens: tuple[int, ...] = ()
    ahead: Pair | None = None
    fails: int = 0
    passes: int = 0


def shape_of(run: Run, events: tuple[int, ...]) -> Shape:
    """Return the shape of a run with these events."""
    marks = tuple(step.marks for step in run.steps)
    return Shape(run.choices, events, run.races.pairs, marks, run.races.before)


def cause(explained: Sequence[Shape], others: Iterable[Shape], events: StepKeys) -> Cause | None:
    """Return the difference between one of `explained` and one of `others` with the fewest races.

    None if no two of them differ in a race.
    """
    known = [(other, other.places()) for other in others]
    best: Cause | None = None
    least: tuple[int, ...] = ()
    for one in explained:
        turns = sum(map(bool, one.choices)), len(one.events)  # deviations from the default; steps
        for other, places in known:
            pairs = _reversed(one, other, places)
            cost = (len(pairs) + _fired(one, places, events), *turns)
            if pairs and (best is None or cost < least):
                best, least = Cause(one, other, pairs), cost
    return best


def _fired(one: Shape, places: Mapping[int, int], events: StepKeys) -> int:
    """Count the timers that fire only in `one`: each counts as a difference."""
    return sum(event not in places and events.who(event)[0] == TIMER for event in one.events)


def _reversed(one: Shape, other: Shape, places: Mapping[int, int]) -> tuple[Pair, ...]:
    """Return the races of `one` and of `other` that are in different order in the two."""
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
