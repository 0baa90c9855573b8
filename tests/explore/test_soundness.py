"""The search loses no outcome: reduced against unreduced, on random programs, under both laws."""

from collections.abc import Iterable

import pytest

from kvshell.explore.search import Search, execute
from kvshell.runtime.op import KINDS, Op
from kvshell.runtime.step import Manner, Step
from kvshell.runtime.stepped import Stepped
from kvshell.runtime.threads import Threads
from tests.explore.random_programs import ACTIONS, RandomProgram
from tests.explore.sampled import outcomes_of_walks
from tests.explore.unreduced import Outcome, TooManyError, outcomes

MANNERS = {
    "beam": Manner(spec=False),
    "spec": Manner(spec=True),
    "beam, timeouts": Manner(spec=False, timeouts=True),
    "spec, timeouts": Manner(spec=True, timeouts=True),
    "beam, a crash": Manner(spec=False, crashes=1),
    "spec, a crash": Manner(spec=True, crashes=1),
}


# Programs of which an outcome was lost once, and why.
LOST = (
    # A kill that came when a process was about to die of something else passed for the cause.
    [["stop"], ["whereis", "kill"]],
    # A `:DOWN` that found its target dead did not race with the target's last look for messages.
    [["monitor"], ["stop"]],
)
# The same, too large to run all of: the second and the third counted the dead who were not yet
# counted out; in the last, what a kill keeps from happening was tried first of all or never.
LOST_SEEDS = (("spec", 3031), ("beam", 3009), ("beam", 3049), ("beam", 3097))


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


def walk(manner: Manner, seeds: Iterable[int], budget: int, walks: int, most: int = 2) -> int:
    """Look for an outcome that the search did not find; how many it could finish in its budget."""
    compared = 0
    for seed in seeds:
        program = RandomProgram(seed, most_actions=most)
        numbers: dict[tuple[int, ...], int] = {}
        with Search(program, manner, budget, numbers=numbers) as search:
            found = set()
            while run := search.run():
                found.add(run.ending.seen)
        if not search.complete:
            continue
        compared += 1
        seen = outcomes_of_walks(program, manner, walks, numbers, seed)
        assert seen <= found, f"seed {seed}: {program.clients}"
    return compared


QUICK, SMALL = range(15), (19, 34, 76, 100)  # SMALL: a few interleavings even with a kill anywhere


@pytest.mark.parametrize("name", MANNERS)
def test_the_reduced_search_finds_every_outcome(name: str) -> None:
    seeds, most = (SMALL, 250) if MANNERS[name].crashes else (QUICK, 40)

    assert compare(MANNERS[name], seeds, most) > 0


@pytest.mark.parametrize("name", MANNERS)
def test_no_blind_walk_comes_to_something_else(name: str) -> None:
    assert walk(MANNERS[name], range(200, 206), budget=100, walks=20) > 0


def test_a_step_is_reversed_with_each_that_it_races_with() -> None:
    """An outcome of this program is lost where only the last race of each step is seen."""
    assert walk(MANNERS["spec"], [2053], budget=800, walks=100) == 1


@pytest.mark.slow
@pytest.mark.parametrize("first", [1000, 1020, 1040])
@pytest.mark.parametrize("name", [name for name in MANNERS if not MANNERS[name].crashes])
def test_the_reduced_search_finds_every_outcome_of_many_programs(name: str, first: int) -> None:
    assert compare(MANNERS[name], range(first, first + 20), most=500) > 3


@pytest.mark.slow
@pytest.mark.parametrize("first", [2000, 2020, 2040])
@pytest.mark.parametrize("name", MANNERS)
def test_no_blind_walk_through_many_programs_comes_to_something_else(name: str, first: int) -> None:
    assert walk(MANNERS[name], range(first, first + 20), budget=800, walks=100) > 10


@pytest.mark.slow
@pytest.mark.slower
@pytest.mark.parametrize("first", range(3000, 3200, 20))
@pytest.mark.parametrize("name", MANNERS)
def test_no_blind_walk_through_large_programs_comes_to_something_else(
    name: str, first: int
) -> None:
    assert walk(MANNERS[name], range(first, first + 20), budget=3000, walks=300, most=3) > 5


@pytest.mark.slow
@pytest.mark.parametrize("clients", LOST, ids=str)
def test_what_was_lost_once_is_found(clients: list[list[str]]) -> None:
    program = RandomProgram(0, only=clients)
    numbers: dict[tuple[int, ...], int] = {}
    manner = Manner(spec=False)

    everything, _ = outcomes(program, manner, 3000, numbers)

    assert reduced(program, manner, numbers) == everything


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


@pytest.mark.slow
@pytest.mark.parametrize(("name", "seed"), LOST_SEEDS)
def test_what_blind_walks_found_once_is_found(name: str, seed: int) -> None:
    assert walk(MANNERS[name], [seed], budget=3000, walks=1000, most=3) == 1
