"""Races: what happened before what in one run, and which pairs of steps only chance ordered.

Two steps are ordered when the later one knew of the earlier one, when the same process took both,
or when they conflict. A pair that conflicts and that nothing else orders is a race: the other order
may be another schedule.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from kvshell.runtime.step import Step, Who


class Races(NamedTuple):
    """Of each step what came before it, as bits of an int; and the pairs that race, in order.

    `new` are those of them that the run before this one did not have.
    """

    before: tuple[int, ...] = ()
    pairs: tuple[tuple[int, int], ...] = ()
    new: tuple[tuple[int, int], ...] = ()


NONE: Final = Races()


def races(steps: Sequence[Step], told: Races = NONE, known_steps: int = 0) -> Races:
    """Find what came before what, and the races.

    `told` is what was found of the run before this one, which took the first `known_steps`, too.
    """
    before = list(told.before[:known_steps])
    old = [pair for pair in told.pairs if pair[1] < known_steps]
    pairs: list[tuple[int, int]] = []
    last = {step.who: place for place, step in enumerate(steps[:known_steps])}  # somebody's last
    marks = [step.marks() for step in steps]
    for later in range(known_steps, len(steps)):
        step = steps[later]
        meets = marks[later].meets
        known = _closed(step.past, before)
        mine = last.get(step.who)
        if mine is not None:
            known |= before[mine] | 1 << mine
        last[step.who] = later
        others = ((1 << later) - 1) & ~known
        while others:  # the latest first: whoever comes after it knows of what came before it
            earlier = others.bit_length() - 1
            if meets(marks[earlier]):
                pairs.append((earlier, later))
                known |= before[earlier] | 1 << earlier
                others &= ~known
            else:
                others ^= 1 << earlier
        before.append(known)
    return Races(tuple(before), (*old, *pairs), tuple(pairs))


def _closed(known: int, before: Sequence[int]) -> int:
    """Return these steps and all that came before them."""
    left = known
    while left:
        step = left.bit_length() - 1
        known |= before[step]
        left &= ~(before[step] | 1 << step)
    return known


def initials(steps: Sequence[Step], before: Sequence[int], earlier: int, later: int) -> list[Who]:
    """Return who may go first in a run in which `later` comes before `earlier`, all else equal.

    Any one of them, tried at the place of `earlier`, leads to it: a source set needs no more.
    """
    others = [step for step in range(earlier + 1, later) if not before[step] >> earlier & 1]
    return _initials(steps, before, [*others, later])


def unhindered(steps: Sequence[Step], before: Sequence[int], place: int, off: Step) -> list[Who]:
    """Return who may go first in a run in which `off` comes last, before the step at `place`.

    That step keeps `off` from ever being taken. Where it could as well come before all others,
    nobody is returned: who takes it is then the one to go first.
    """
    others = [step for step in range(place + 1, len(steps)) if not before[step] >> place & 1]
    if not any(off.marks().meets(steps[step].marks()) for step in others):
        return []
    return _initials(steps, before, others)


def _initials(steps: Sequence[Step], before: Sequence[int], order: Sequence[int]) -> list[Who]:
    """Return who takes the first step in some order that is like this one."""
    seen = 0
    first: list[Who] = []
    names: set[Who] = set()
    for index in order:
        who = steps[index].who
        if not before[index] & seen and who not in names:
            first.append(who)
        names.add(who)
        seen |= 1 << index
    return first
