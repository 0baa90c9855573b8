"""Finds what is true of every schedule with a certain ending, and of none that ends as expected.

A claim is about the steps of one schedule: pairs of them are in this order, and optional ones, a
kill or a time-out, take place. It holds in another schedule if the same events are in the same
order there. One pair is rarely enough where several messages race: then two or three are claimed.
Since not even those always separate the schedules, those in which the claim holds are counted. If
schedules fail in several ways, what they share may be that one step comes before another one which
does not happen in all of them; where they pass, the other one comes first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Final, NamedTuple

from kvshell.explore.search.cause import Cause, Pair, Shape, StepKeys
from kvshell.runtime.search.steps import CRASH, TIMER

Schedule = Sequence[int]  # its events
Places = Mapping[int, int]

MOST_PAIRS: Final = 200  # the best ones, of which two are combined
MOST_TRIPLES: Final = 40  # the best ones, of which three are combined
_CHAIN: Final = -1  # "after this and before that" is one short sentence


class _Atom(NamedTuple):
    """A part of a claim: two steps are in this order; for equal ones, the step takes place.

    Attributes:
        pair: the steps.
        cost: how far-fetched it is.
        holds: the passing schedules, one bit each, in which it holds.
    """

    pair: Pair
    cost: int
    holds: int


Claim = tuple[_Atom, ...]


def claimed(
    found: Cause,
    groups: Sequence[Sequence[Schedule]],
    passing: Sequence[Schedule],
    events: StepKeys,
    *,
    timeouts: bool = False,
) -> Cause:
    """Return the cause with the smallest claim that separates a group from what passes.

    Each of `groups` has schedules that fail, among them the explained one; the first has all, later
    ones fewer. If no claim holds in a whole group, the claim is about the explained schedule alone.
    A time-out that only fires when nothing else can happen (not `timeouts`) is a consequence, not a
    cause.
    """
    one = found.explained
    optional = frozenset({CRASH, TIMER} if timeouts else {CRASH})
    known = [_places(each) for each in passing]
    # Without the kill there would be a shorter schedule that fails.
    who = [events.who(event) for event in one.events]
    crashes = [(place, place) for place, each in enumerate(who) if each[0] == CRASH]
    preferred = crashes or found.pairs[:1]
    claims: list[tuple[tuple[int, ...], int, Claim]] = []
    pairs = list(_candidates(found, events, optional))
    for each in (groups, [[one.events]]):
        for scope, group in enumerate(each):
            atoms = _atoms(_true_of_all(pairs, one, group), one, known)
            claim = _smallest(atoms, preferred, needed=bool(crashes))
            if claim is not None:
                claims.append((_worth(claim), scope, claim))
        if claims:
            break
    best = tuple(atom.pair for atom in min(claims)[2]) if claims else tuple(preferred)

    def number(schedules: Iterable[Places]) -> int:
        return sum(all(holds(pair, one, places) for pair in best) for places in schedules)

    bad = list(map(_places, groups[0]))
    fails = number(bad)
    if (
        fails < len(bad)
        and not crashes
        and (ahead := _ahead(found, bad, known, events)) is not None
    ):
        return found._replace(ahead=ahead, fails=len(bad), passes=0)
    return found._replace(
        orders=tuple(pair for pair in best if pair[0] != pair[1]),
        happens=tuple(first for first, then in best if first == then),
        fails=fails,
        passes=number(known),
    )


def _ahead(
    found: Cause, bad: Sequence[Places], passing: Sequence[Places], events: StepKeys
) -> Pair | None:
    """Return two steps in an order that every failing schedule has and no passing one, or None.

    The second is a step of `found.other` that does not happen in the explained schedule, where
    something else prevents it.
    """
    one, other = found.explained, found.other
    mine = _places(one.events)
    for late, event in enumerate(other.events):
        for later in range(late + 1, len(other.events)):
            first = mine.get(other.events[later])
            if event in mine or first is None or not other.marks[late].meets(other.marks[later]):
                continue
            if events.all[other.events[later]].kind.startswith("die_"):
                continue  # that a client ends is a consequence
            if all(is_ahead(one.events[first], event, places) for places in bad) and not any(
                is_ahead(one.events[first], event, places) for places in passing
            ):
                return first, late
    return None


def is_ahead(first: int, then: int, places: Places) -> bool:
    """Whether the event `first` takes place, and `then` does not take place before it."""
    before = places.get(first)
    return before is not None and before < places.get(then, before + 1)


def holds(pair: Pair, one: Shape, places: Places) -> bool:
    """Whether a claim about two steps of the schedule `one` holds in another schedule."""
    first, then = pair
    before = places.get(one.events[first])
    if before is None or first == then:
        return before is not None
    after = places.get(one.events[then])
    return after is not None and before < after


def _places(schedule: Schedule) -> dict[int, int]:
    return {event: place for place, event in enumerate(schedule)}


def _candidates(
    found: Cause, events: StepKeys, optional: frozenset[str]
) -> Iterator[tuple[Pair, int]]:
    """Yield the pairs of steps that a claim may be about, each with its cost.

    Pairs of steps that commute are left out: nobody can tell in which order they were.
    """
    one = found.explained
    who = [events.who(event) for event in one.events]
    raced = {*one.pairs}
    for then in range(len(who)):
        if who[then][0] in optional:
            yield (then, then), 0
        for first in range(then):
            pair = first, then
            if pair in found.pairs:
                yield pair, 1
            elif who[first] == who[then]:
                continue
            elif pair in raced:
                yield pair, 2
            elif one.marks[first].meets(one.marks[then]):
                yield pair, 3


def _true_of_all(
    pairs: Iterable[tuple[Pair, int]], one: Shape, group: Sequence[Schedule]
) -> list[tuple[Pair, int]]:
    left = list(pairs)
    for each in group:
        places = _places(each)
        left = [(pair, cost) for pair, cost in left if holds(pair, one, places)]
        if not left:
            break
    return left


def _atoms(pairs: Iterable[tuple[Pair, int]], one: Shape, passing: Sequence[Places]) -> list[_Atom]:
    """Return the pairs that are reversed in a passing schedule, as atoms, the best first.

    An event that no passing schedule has is a consequence, not a cause.
    """
    found = []
    for (first, then), cost in pairs:
        here, there = one.events[first], one.events[then]
        so, bit, reversed_ = 0, 1, False
        for places in passing:
            before, after = places.get(here), places.get(there)
            if before is not None and after is not None:
                if before < after or first == then:
                    so |= bit
                else:
                    reversed_ = True
            bit <<= 1
        if reversed_ or (first == then and so != bit - 1):
            found.append(_Atom((first, then), cost, so))
    found.sort(key=lambda atom: (atom.cost, atom.pair[1], atom.pair[0]))
    return found


def _smallest(atoms: Sequence[_Atom], preferred: Sequence[Pair], *, needed: bool) -> Claim | None:
    """Return the smallest claim that holds in no passing schedule.

    A step that takes place only where schedules fail comes first. Then come the `preferred` pairs,
    alone or with another pair: they are where the schedule leaves one that passes. If they are
    `needed`, there is no claim without one.
    """
    base = [atom for atom in atoms if atom.pair in preferred]
    for atom in base if needed else atoms:
        if atom.pair[0] == atom.pair[1] and not atom.holds:
            return (atom,)
    few = atoms[:MOST_TRIPLES]
    near = _best(base, 1) or (_best(atoms, 1, base) if base else None)
    if near or needed:
        return near or (_best(few, 2, base) if base else None)
    return (
        _best(atoms, 1)
        or _best(atoms[:MOST_PAIRS], 2)
        or (_best(few, 2, base) if base else None)
        or _best(few, 3)
    )


def _best(atoms: Sequence[_Atom], size: int, base: Sequence[_Atom] = ()) -> Claim | None:
    """Return the cheapest claim that holds in no passing schedule, or None.

    It has `size` of the atoms, and one of `base` if there are any.
    """
    best: Claim | None = None
    firsts: list[Claim] = [(atom,) for atom in base] or [()]
    for first, more in product(firsts, combinations(atoms, size)):
        claim = (*first, *more)
        if _common(claim) == 0 and (best is None or _cost(claim) < _cost(best)):
            best = claim
    return best


def _common(claim: Claim) -> int:
    found = -1
    for atom in claim:
        found &= atom.holds
    return found


def _cost(claim: Claim) -> tuple[int, ...]:
    latest = tuple(place for atom in claim for place in atom.pair)
    return (sum(atom.cost for atom in claim) + _CHAIN * _is_chain(claim), *latest)


def _worth(claim: Claim) -> tuple[int, int]:
    """Return the sort key of a claim: the number of pairs, with a chain as one, and the cost."""
    return len(claim) - _is_chain(claim), sum(atom.cost for atom in claim)


def _is_chain(claim: Claim) -> bool:
    """Whether one step comes after another and before a third."""
    if len(claim) != 2:
        return False
    (one, other), (again, last) = (atom.pair for atom in claim)
    return other == again or last == one


__all__ = ["Schedule", "claimed", "is_ahead"]
