"""The search loses no outcome: reduced against unreduced, on random programs, under both laws."""

from collections.abc import Iterable

import pytest

from kvshell.explore.search import Search, execute
from kvshell.runtime.op import KINDS, Op
from kvshell.runtime.stepped import Manner, Step, Stepped
from kvshell.runtime.threads import Threads
from tests.explore.random_programs import ACTIONS, RandomProgram
from tests.explore.unreduced import Outcome, TooManyError, outcomes

MANNERS = {
    "beam": Manner(spec=False),
    "spec": Manner(spec=True),
    "beam, timeouts": Manner(spec=False, timeouts=True),
    "spec, timeouts": Manner(spec=True, timeouts=True),
    "beam, a crash": Manner(spec=False, crashes=1),
    "spec, a crash": Manner(spec=True, crashes=1),
}


def reduced(
    program: RandomProgram, manner: Manner, numbers: dict[tuple[int, ...], int]
) -> set[Outcome]:
    """Return the outcomes that the search finds."""
    with Search(program, manner, numbers=numbers) as search:
        found = set()
        while run := search.run():
            found.add(run.ending.seen)
        assert search.complete
    return found


def compare(manner: Manner, seeds: Iterable[int], most: int) -> int:
    """Compare the outcomes of each seed's program; how many had few enough interleavings."""
    compared = 0
    for seed in seeds:
        program = RandomProgram(seed, most_actions=1 if manner.crashes else 2)
        numbers: dict[tuple[int, ...], int] = {}
        try:
            everything, _ = outcomes(program, manner, most, numbers)
        except TooManyError:
            continue
        compared += 1
        found = reduced(program, manner, numbers)
        assert found == everything, f"seed {seed}: {program.clients}"
    return compared


@pytest.mark.parametrize("name", MANNERS)
def test_the_reduced_search_finds_every_outcome(name: str) -> None:
    seeds, most = (_SMALL, 250) if MANNERS[name].crashes else (range(40), 40)

    assert compare(MANNERS[name], seeds, most) > 0


_SMALL = (19, 34, 76, 100)  # programs with a few interleavings even when somebody may be killed


@pytest.mark.slow
@pytest.mark.slower
@pytest.mark.parametrize("name", MANNERS)
def test_the_reduced_search_finds_every_outcome_of_many_programs(name: str) -> None:
    assert compare(MANNERS[name], range(1000, 1060), most=700) > 20


class Default:
    """A chooser that takes the default order."""

    def choose(self, enabled: list[Step]) -> Step | None:
        return enabled[0]


def test_every_kind_of_operation_takes_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new kind of Op joins the generator before it ships."""
    kinds = set()
    step = Stepped.step

    def heard(self: Stepped, op: Op) -> None:
        kinds.add(op.kind)
        step(self, op)

    monkeypatch.setattr(Stepped, "step", heard)
    threads = Threads()
    pairs = [["monitor", "demonitor"], ["link", "unlink"], ["send after", "cancel"]]
    for clients in [*([name] for name in ACTIONS), *pairs, ["send after", "kill"]]:
        execute(RandomProgram(0, only=[clients, ["flush"]]), Manner(), Default(), threads, {})
    threads.close()

    assert kinds == KINDS
