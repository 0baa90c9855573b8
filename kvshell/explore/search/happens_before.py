"""Happens-before: the order of steps in a run, and the pairs ordered only by chance.

Two steps are ordered if the later one knew about the earlier one, if the same process took both, or
if they conflict. A conflicting pair that is not ordered otherwise is a race: the reverse order may
be another schedule.

Sets of steps are ints with one bit per step of the run.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from kvshell.runtime.search.steps import NO_MARKS, Marks, Taken, Who


class Races(NamedTuple):
    """The steps that happened before each step, and the racing pairs, ordered by the later step."""

    before: tuple[int, ...] = ()
    pairs: tuple[tuple[int, int], ...] = ()
    steps: tuple[Taken, ...] = ()


NO_RACES: Final = Races()


def races(steps: tuple[Taken, ...], like: Races = NO_RACES, count: int = 0) -> Races:
    """Compute happens-before and the races.

    The first `count` steps are those of another run, whose results are not computed again.
    """
    if steps[:count] != like.steps[:count]:  # other messages are unread
        both = enumerate(zip(steps[:count], like.steps, strict=False))
        count = next((place for place, (one, two) in both if one != two), 0)
    before = list(like.before[:count])
    pairs = [pair for pair in like.pairs if pair[1] < count]
    last = {step.who: place for place, step in enumerate(steps[:count])}
    for later in range(len(before), len(steps)):
        who, (touches, writes, reads, parts), past, unread, _ = step = steps[later]
        after = closed(past, before)
        mine = last.get(who)
        if mine is not None:
            after |= before[mine] | 1 << mine
        last[who] = later
        others = ((1 << later) - 1) & ~after
        while others:  # latest first: its successors also know about its predecessors
            earlier = others.bit_length() - 1
            other = steps[earlier]
            marks = other.marks
            if (  # as `Marks.meets`, which would take twice the time
                writes & marks[0] or touches & marks[1] or reads & marks[3] or parts & marks[2]
            ) and not (unread and unread == other.unread and _only_the_mailbox(step, other)):
                pairs.append((earlier, later))
                after |= before[earlier] | 1 << earlier
                others &= ~after
            else:
                others ^= 1 << earlier
        before.append(after)
    return Races(tuple(before), tuple(pairs), steps)


def _only_the_mailbox(step: Taken, other: Taken) -> bool:
    """Whether two steps conflict only by putting unread messages into the same mailbox."""
    return not step.marks.without(step.unread).meets(other.marks.without(step.unread))


def closed(known: int, before: Sequence[int]) -> int:
    """Return these steps and all that happened before them."""
    left = known
    while left:
        step = left.bit_length() - 1
        known |= before[step]
        left &= ~(before[step] | 1 << step)
    return known


def places(steps: int) -> Iterator[int]:
    """Yield the indices in a set of steps, lowest first."""
    while steps:
        lowest = steps & -steps
        yield lowest.bit_length() - 1
        steps ^= lowest


class FinishedRun:
    """A finished run, prepared for the queries of a wakeup tree.

    Further steps can be added at its end.
    """

    def __init__(self, steps: Sequence[Taken], found: Races) -> None:
        self.steps = list(steps)
        self.before = list(found.before)
        self.count = len(self.steps)
        self._by_who: dict[Who, int] = {}
        for place, step in enumerate(self.steps):
            self._by_who[step.who] = self._by_who.get(step.who, 0) | 1 << place

    def not_after(self, place: int) -> int:
        """Return the steps that are later than the one at `place`, but did not happen after it."""
        found = 0
        for later in range(place + 1, self.count):
            if not self.before[later] >> place & 1:
                found |= 1 << later
        return found

    def after_any(self, steps: int, within: int) -> int:
        """Return the steps `within` that are in `steps` or happened after any of them."""
        found = steps
        for place in places(within & ~steps):
            if self.before[place] & found:
                found |= 1 << place
        return found & within

    def marks_of(self, steps: int) -> Marks:
        """Return everything that these steps read and write."""
        touches = writes = reads = parts = 0
        for place in places(steps):
            marks = self.steps[place].marks
            touches |= marks.touches
            writes |= marks.writes
            reads |= marks.reads
            parts |= marks.parts
        return Marks(touches, writes, reads, parts) if steps else NO_MARKS

    def add(self, step: Taken, order: int) -> int:
        """Append a step that the run did not take, after the steps in `order`.

        Returns its index.
        """
        place = len(self.steps)
        known = closed(step.past, self.before)
        meets = step.marks.meets
        for other in places(order):
            if meets(self.steps[other].marks):
                known |= self.before[other] | 1 << other
        self.steps.append(step)
        self.before.append(known)
        self._by_who[step.who] = self._by_who.get(step.who, 0) | 1 << place
        return place

    def drop(self) -> None:
        """Remove the step added last."""
        step = self.steps.pop()
        self.before.pop()
        self._by_who[step.who] &= ~(1 << len(self.steps))

    def first_of(self, who: Who, order: int) -> int | None:
        """Return the index of the first step of `who` in `order`, or None."""
        own = self._by_who.get(who, 0) & order
        return (own & -own).bit_length() - 1 if own else None
