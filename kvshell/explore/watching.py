"""Watching: single runs beside the search, to explain one, compare two, see who never rests."""

from collections import Counter
from typing import Final

from kvshell.explore.moments import Witness, Witnessed
from kvshell.explore.names import by_name
from kvshell.explore.path import STEPS
from kvshell.explore.program import Ending
from kvshell.explore.search import NotDeterministic, Search
from kvshell.explore.token import Follow

_LAST: Final = 60  # steps of a run that did not end, in which one sees who goes on


def watch(searching: Search, choices: tuple[int, ...]) -> tuple[Witnessed, Ending]:
    """Run one schedule once more and look on; what was seen, and how it ends."""
    witness = Witness(searching.program, Follow(choices))
    ending, _ = searching.execute(witness)
    return witness.witnessed({}), ending


def restless(searching: Search) -> str:
    """Say what went on and on at the end of the first run that did not end."""
    witness = Witness(searching.program, Follow(searching.endless, STEPS))
    searching.execute(witness)
    seen = witness.witnessed({})
    last = Counter((moment.source, moment.word) for moment in seen.moments[-_LAST:])
    (source, word), _ = last.most_common(1)[0]
    return f"{seen.names.get(source, 'somebody')} goes on and on (`{by_name(word, seen.names)}`)"


def same_twice(searching: Search) -> None:
    """Run the default schedule twice.

    Raises:
        NotDeterministic: the two differ; the first difference is named.
    """
    runs = []
    for _ in range(2):
        follow = Follow((), STEPS)
        witness = Witness(searching.program, follow)
        ending, _ = searching.execute(witness)
        told = witness.witnessed({})
        runs.append(([(m.kind, m.source.path, m.word) for m in told.moments], ending, told))
    (one, first, told), (other, second, _) = runs
    for number, (a, b) in enumerate(zip(one, other, strict=False), 1):
        if a != b:
            who = told.names.get(told.moments[number - 1].source, "somebody")
            raise NotDeterministic(
                f"in the same order of events step {number} of {who} was `{a[2]}` the first time "
                f"and `{b[2]}` the second; it knows something that no message told it"
            )
    if len(one) != len(other):
        raise NotDeterministic(
            f"the same order of events took {len(one)} steps the first time, "
            f"{len(other)} the second"
        )
    if first != second:
        said = {seen.client: seen.said for seen in first.seen}
        for seen in second.seen:
            if said.get(seen.client) != seen.said:
                raise NotDeterministic(
                    f"{seen.client} saw {said.get(seen.client)} the first time, "
                    f"{seen.said} the second"
                )
        raise NotDeterministic("the same steps came to different ends")
