"""Races: what happened before what in one run, and which pairs of steps only chance ordered.

Two steps are ordered when the later one knew of the earlier one, when the same process took both,
or when they conflict. A pair that conflicts and that nothing else orders is a race: the other order
may be another schedule.
"""

from collections.abc import Sequence
from typing import NamedTuple

from kvshell.runtime.footprint import conflict
from kvshell.runtime.stepped import Step, Who


class Races(NamedTuple):
    """Of each step what came before it, as bits of an int; and the pairs that race, in order."""

    before: tuple[int, ...]
    pairs: tuple[tuple[int, int], ...]


def races(steps: Sequence[Step]) -> Races:
    """Find what came before what, and the races."""
    before: list[int] = []
    pairs: list[tuple[int, int]] = []
    for later, step in enumerate(steps):
        known = step.past
        who, prints = step.who, step.footprint
        for earlier in range(later - 1, -1, -1):
            if known >> earlier & 1:
                known |= before[earlier]  # what it knew of is known as well
                continue
            other = steps[earlier]
            if other.who == who:
                known |= before[earlier] | 1 << earlier
            elif conflict(other.footprint, prints):
                pairs.append((earlier, later))
                known |= before[earlier] | 1 << earlier
        before.append(known)
    return Races(tuple(before), tuple(pairs))


def initials(steps: Sequence[Step], before: Sequence[int], earlier: int, later: int) -> list[Who]:
    """Return who may go first in a run in which `later` comes before `earlier`, all else equal.

    Any one of them, tried at the place of `earlier`, leads to it: a source set needs no more.
    """
    seen = 0
    first: list[Who] = []
    names: set[Who] = set()
    for index in (*range(earlier + 1, later), later):
        if index != later and before[index] >> earlier & 1:
            continue
        who = steps[index].who
        if not before[index] & seen and who not in names:
            first.append(who)
        names.add(who)
        seen |= 1 << index
    return first
