"""Finds what is true of every schedule with a certain ending, and of none that ends as expected.

A claim is about the steps of one schedule: pairs of them are in this order, and optional ones, a
kill or a time-out, take place. It holds in another schedule if the same events are in the same
order there. One pair is rarely enough where several messages race: then two or three are claimed.
Since not even those always separate the schedules, those in which the claim holds are counted. If
schedules fail in several ways, what they share may be that one step comes before another one which
does not happen in all of them; where they pass, the other one comes first.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Final, NamedTuple

from kvshell.explore.verdict.cause import Cause, Pair, Shape, StepKeys
from kvshell.runtime.search.steps import CRASH, TIMER, Who

Schedule = Sequence[int]  # its events
Places = Mapping[int, int]

MOST_PAIRS: Final = 200  # the best ones, of which two are combined
MOST_TRIPLES: Final = 40  # the best ones, of which three are combined
MOST_FAILING: Final = 1000  # schedules among which a claim should cover many
_CHAIN: Final = -1  # "after this and before that" is one short sentence


class _Atom(NamedTuple):
    """A claim about two steps: they are in this order. If they are the same one, it takes place.

    Attributes:
        pair: the steps.
        cost: how far-fetched it is.
        covers: the failing schedules in which it holds, one bit each.
        holds: the passing ones.
    """

    pair: Pair
    cost: int
    covers: int
    holds: int


Claim = tuple[_Atom, ...]


def claimed(
    found: Cause,
    failing: Sequence[Schedule],
    passing: Sequence[Schedule],
    events: StepKeys,
    *,
    alike: Collection[Schedule],
    timeouts: bool = False,
) -> Cause:
    """Return the cause with the claim that holds in no schedule of `passing` and covers most.

    It holds in the explained schedule, which is one of `failing`, and if possible in all that are
    `alike`, which fail at the same line. If two cover as many, the smaller one is taken. A time-out
    that only fires when nothing else can happen (not `timeouts`) is a consequence, not a cause.
    """
    one = found.explained
    optional = frozenset({CRASH, TIMER} if timeouts else {CRASH})
    good = [_places(each) for each in passing]
    bad = [_places(each) for each in failing]
    # Without the kill there would be a shorter schedule that fails.
    who = [events.who(event) for event in one.events]
    crashes = [(place, place) for place, each in enumerate(who) if each[0] == CRASH]
    preferred = crashes or found.pairs[:1]
    some = slice(None, None, len(bad) // MOST_FAILING + 1)
    sample = bad[some]
    same = sum(1 << at for at, schedule in enumerate(failing[some]) if schedule in alike)
    atoms = _atoms(_candidates(found, events, optional), one, sample, good)
    claim = _widest(atoms, preferred, _Wanted(same, len(sample)), needed=bool(crashes))
    best = tuple(preferred) if claim is None else tuple(atom.pair for atom in claim)
    found = found._replace(
        orders=tuple(pair for pair in best if pair[0] != pair[1]),
        happens=tuple(first for first, then in best if first == then),
    )
    fails = sum(_is_so(found, places) for places in bad)
    if fails < len(bad) and not crashes:
        ahead = _ahead(found, bad, good, events)
        if ahead is not None:
            return found._replace(orders=(), happens=(), ahead=ahead, fails=len(bad))
    found = found._replace(fails=fails, passes=sum(_is_so(found, places) for places in good))
    return _without_implied(found, who, bad, good)


def _without_implied(
    found: Cause, who: Sequence[Who], bad: Sequence[Places], good: Sequence[Places]
) -> Cause:
    """Leave out each pair that another one implies, as one actor takes its steps in their order."""

    def follows(one: Pair, other: Pair) -> bool:
        (first, then), (earlier, later) = one, other
        inner = first <= earlier and later <= then
        return inner and (who[first], who[then]) == (who[earlier], who[later])

    for pair in found.orders:
        rest = tuple(other for other in found.orders if other != pair)
        shorter = found._replace(orders=rest)
        if any(follows(pair, other) for other in rest) and all(
            sum(_is_so(shorter, places) for places in among) == number
            for among, number in ((good, found.passes), (bad, found.fails))
        ):
            found = shorter
    return found


def covers(found: Cause, schedule: Schedule) -> bool:
    """Whether what a cause claims holds in a schedule."""
    return _is_so(found, _places(schedule))


def _is_so(found: Cause, places: Places) -> bool:
    one, ahead = found.explained, found.ahead
    if ahead is not None:
        return is_ahead(one.events[ahead[0]], found.other.events[ahead[1]], places)
    pairs = (*found.orders, *((place, place) for place in found.happens))
    return all(holds(pair, one, places) for pair in pairs)


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


def _atoms(
    pairs: Iterable[tuple[Pair, int]],
    one: Shape,
    failing: Sequence[Places],
    passing: Sequence[Places],
) -> list[_Atom]:
    """Return the pairs that are reversed in a passing schedule, as atoms, the best first.

    An event that no passing schedule has is a consequence, not a cause.
    """
    found = []
    for pair, cost in pairs:
        first, then = pair
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
            covers = sum(1 << at for at, places in enumerate(failing) if holds(pair, one, places))
            found.append(_Atom(pair, cost, covers, so))
    found.sort(key=lambda atom: (atom.cost, atom.pair[1], atom.pair[0]))
    return found


class _Wanted(NamedTuple):
    """What a claim should cover: those `alike`, one bit each, and as many of all as it can."""

    alike: int
    failing: int

    def share(self, claim: Claim) -> int:
        """Return how much a claim covers: at most two times the number of failing schedules."""
        covered = claim[0].covers
        for atom in claim:
            covered &= atom.covers
        return covered.bit_count() + (self.failing if covered & self.alike == self.alike else 0)


def _widest(
    atoms: Sequence[_Atom], preferred: Sequence[Pair], wanted: _Wanted, *, needed: bool
) -> Claim | None:
    """Return the claim that holds in no passing schedule, and covers most of what is `wanted`.

    A longer claim has to cover everything, or a quarter more. A step that takes place only where
    schedules fail comes first. Then come the `preferred` pairs, alone or with another pair: they
    are where the schedule leaves one that passes. If they are `needed`, there is no claim without
    one.
    """
    base = [atom for atom in atoms if atom.pair in preferred]
    few = atoms[:MOST_TRIPLES]
    tries: list[tuple[Sequence[_Atom], int, Sequence[_Atom]]] = [(base, 1, ())]
    if base:
        tries.append((atoms, 1, base))
    if not needed:
        tries += [(atoms, 1, ()), (atoms[:MOST_PAIRS], 2, ())]
    if base:
        tries.append((few, 2, base))
    if not needed:
        tries.append((few, 3, ()))
    taking_place = [atom for atom in (base if needed else atoms) if atom.pair[0] == atom.pair[1]]
    best = _best(taking_place, 1, wanted)
    everything = 2 * wanted.failing
    for among, size, with_one in tries:
        share = 0 if best is None else wanted.share(best)
        if share == everything:
            break
        claim = _best(among, size, wanted, with_one)
        if claim is None:
            continue
        gained = wanted.share(claim) - share
        longer = best is not None and len(claim) > len(best)
        much = share + gained == everything or 4 * gained >= wanted.failing
        if gained > 0 and (much or not longer):
            best = claim
    return best


def _best(
    atoms: Sequence[_Atom], size: int, wanted: _Wanted, base: Sequence[_Atom] = ()
) -> Claim | None:
    """Return the claim that holds in no passing schedule and covers most, the cheapest of them.

    It has `size` of the atoms, and one of `base` if there are any.
    """
    best: Claim | None = None
    least: tuple[int, ...] = ()
    firsts: list[Claim] = [(atom,) for atom in base] or [()]
    for first, more in product(firsts, combinations(atoms, size)):
        claim = (*first, *more)
        if _holds(claim):
            continue
        cost = -wanted.share(claim), *_cost(claim)
        if best is None or cost < least:
            best, least = claim, cost
    return best


def _holds(claim: Claim) -> int:
    """Return the passing schedules in which a claim holds, one bit each."""
    found = -1
    for atom in claim:
        found &= atom.holds
    return found


def _cost(claim: Claim) -> tuple[int, ...]:
    latest = tuple(place for atom in claim for place in atom.pair)
    return (sum(atom.cost for atom in claim) + _CHAIN * _is_chain(claim), *latest)


def _is_chain(claim: Claim) -> bool:
    """Whether one step comes after another and before a third."""
    if len(claim) != 2:
        return False
    (one, other), (again, last) = (atom.pair for atom in claim)
    return other == again or last == one


__all__ = ["Schedule", "claimed", "covers"]
