"""The search loses no outcome: with and without reduction, on random programs, under both laws."""

import faulthandler
from collections.abc import Iterable, Iterator

import pytest

from kvshell.explore.search.search import Search
from kvshell.explore.search.single_run import execute
from kvshell.runtime.processes.operation import KINDS, Op
from kvshell.runtime.schedule.threads import Threads
from kvshell.runtime.search.stepped import Stepped
from kvshell.runtime.search.steps import FaultModel, Numbers, Step
from tests.explore.search.all_actions import ACTIONS
from tests.explore.search.random_programs import RandomProgram
from tests.explore.search.unreduced import Outcome, TooManyError, about, outcomes, outcomes_of_walks

MODELS = {
    "beam": FaultModel(spec=False),
    "spec": FaultModel(spec=True),
    "beam, timeouts": FaultModel(spec=False, timeouts=True),
    "spec, timeouts": FaultModel(spec=True, timeouts=True),
    "beam, a crash": FaultModel(spec=False, crashes=1),
    "spec, a crash": FaultModel(spec=True, crashes=1),
}


# Programs of which the search once lost an outcome, and why.
LOST = (
    # A kill was taken for the cause of a death, but the process was dying for another reason.
    [["stop"], ["whereis", "kill"]],
    # A `:DOWN` that arrived at a dead process did not race with the process's last receive.
    [["monitor"], ["stop"]],
)
# The same, but too large for all schedules. In the second and third, dead processes were counted
# as living; in the last, steps that a kill prevents were tried first or not at all.
LOST_WALKS = (
    ("spec", [["monitor name", "cast"], ["sleep", "exit other"], ["pass and die"]]),
    ("beam", [["list", "suspend", "lookup"], ["insert new", "crash"], ["ping", "whereis"]]),
    (
        "beam",
        [["drop shared", "list", "monitor name"], ["spawn", "kill other", "kill"], ["lookup"]],
    ),
    ("beam", [["drop", "send", "insert two"], ["spawn link", "send"], ["spawn", "flush", "list"]]),
)


def reduced(program: RandomProgram, model: FaultModel, numbers: Numbers) -> set[Outcome]:
    """Return the outcomes that the search finds."""
    with Search(program, model, numbers=numbers) as search:
        found = set()
        while run := search.run():
            found.add(run.ending.seen)
        assert search.complete
        TALLY[0] += search.schedules
        TALLY[1] += search.redundant
    return found


TALLY = [0, 0]  # schedules and redundant runs of all that was compared


def compare(
    model: FaultModel, programs: Iterable[RandomProgram], most: int, wanted: int = 0
) -> int:
    """Compare outcomes with and without reduction; return how many programs were small enough."""
    compared = 0
    for program in programs:
        numbers = Numbers()
        if about(program, model, numbers) > most:
            continue
        try:
            everything, _ = outcomes(program, model, most, numbers)
        except TooManyError:
            continue
        found = reduced(program, model, numbers)
        assert found == everything, f"{program.title}: {program.clients}"
        compared += 1
        if compared == wanted:
            break
    return compared


def drawn(seeds: Iterable[int], most_actions: int = 2) -> Iterator[RandomProgram]:
    """Return the random programs of these seeds."""
    return (RandomProgram(seed, most_actions) for seed in seeds)


def walk(model: FaultModel, programs: Iterable[RandomProgram], budget: int, walks: int) -> int:
    """Check that random walks find no outcome that the search did not.

    Returns the number of programs that the search completed within its budget.
    """
    compared = 0
    for seed, program in enumerate(programs):
        numbers = Numbers()
        with Search(program, model, budget, numbers=numbers) as search:
            found = set()
            while run := search.run():
                found.add(run.ending.seen)
        if not search.complete:
            continue
        compared += 1
        seen = outcomes_of_walks(program, model, walks, numbers, seed)
        assert seen <= found, f"{program.title}: {program.clients}"
    return compared


QUICK = range(12)
WITH_A_CRASH = ([["call"]], [["alive"]])  # few interleavings even with a crash anywhere


# Actions of two clients on a registry in which one of them is registered.
REGISTERED = (
    [["registry put meta"], ["registry meta"]],
    [["registry put meta", "registry delete meta"], ["registry meta"]],
    [["registry register"], ["registry match"]],
    [["registry register"], ["registry count select"]],
)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["beam", "spec"])
def test_every_outcome_of_registry_operations_is_found(name: str) -> None:
    programs = (RandomProgram(0, only=clients) for clients in REGISTERED)
    assert compare(MODELS[name], programs, most=300) >= 2


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_the_reduced_search_finds_every_outcome(name: str) -> None:
    model = MODELS[name]
    if model.crashes:
        programs = (RandomProgram(0, only=clients) for clients in WITH_A_CRASH)
        assert compare(model, programs, most=250) == len(WITH_A_CRASH)
    else:
        assert compare(model, drawn(QUICK), most=60) > 0


@pytest.mark.parametrize("clients", [[["twice"]], [["both"]]], ids=str)
@pytest.mark.parametrize("spec", [False, True])
def test_a_second_answer_either_arrives_or_is_dropped(clients: list[list[str]], spec: bool) -> None:
    """On the BEAM it arrived in 200 of 200 calls if sent at once, and in none after 5 ms."""
    program, numbers, model = RandomProgram(0, only=clients), Numbers(), FaultModel(spec=spec)

    everything, _ = outcomes(program, model, 3000, numbers)
    found = reduced(program, model, numbers)

    assert found == everything
    ends = {str(outcome) for outcome in found}
    assert any("[:alias |" in end for end in ends)
    assert any("[:alias |" not in end for end in ends)


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_no_random_walk_has_another_outcome(name: str) -> None:
    assert walk(MODELS[name], drawn(range(200, 206)), budget=100, walks=20) > 0


def test_a_step_is_reversed_with_every_step_it_races_with() -> None:
    """A search that sees only the last race of each step loses an outcome of this program."""
    program = RandomProgram(0, only=[["server watches me", "send name"], ["read own"]])

    assert walk(MODELS["spec"], [program], budget=800, walks=100) == 1


@pytest.mark.slow
@pytest.mark.slower
@pytest.mark.parametrize("first", [1000, 1020, 1040])
@pytest.mark.parametrize("name", [name for name in MODELS if not MODELS[name].crashes])
def test_the_reduced_search_finds_every_outcome_of_many_programs(name: str, first: int) -> None:
    assert compare(MODELS[name], drawn(range(first, first + 20)), most=500) > 2


@pytest.mark.slow
@pytest.mark.slower
@pytest.mark.parametrize("first", range(10_000, 18_500, 1_000))
@pytest.mark.parametrize("name", MODELS)
def test_two_thousand_programs_lose_no_outcome_and_have_few_redundant_runs(
    name: str, first: int
) -> None:
    """6 x 9 x 40 programs with at most 5,000 interleavings each, all of which are run."""
    # pytest's limit of a minute is too short here: with crashes, forty programs take six minutes.
    faulthandler.dump_traceback_later(3_600, exit=True)
    model = MODELS[name]
    before = tuple(TALLY)

    programs = drawn(range(first, first + 1_000), 1 if model.crashes else 2)
    assert compare(model, programs, most=5_000, wanted=40) == 40

    redundant = TALLY[1] - before[1]
    assert redundant <= 0.03 * (TALLY[0] - before[0] + redundant)


@pytest.mark.slow
@pytest.mark.slower
@pytest.mark.parametrize("first", [2000, 2020, 2040])
@pytest.mark.parametrize("name", MODELS)
def test_no_random_walk_through_many_programs_has_another_outcome(name: str, first: int) -> None:
    assert walk(MODELS[name], drawn(range(first, first + 20)), budget=800, walks=100) > 10


@pytest.mark.slow
@pytest.mark.slower
@pytest.mark.parametrize("first", range(3000, 3200, 20))
@pytest.mark.parametrize("name", MODELS)
def test_no_random_walk_through_large_programs_has_another_outcome(name: str, first: int) -> None:
    programs = drawn(range(first, first + 20), 3)

    assert walk(MODELS[name], programs, budget=3000, walks=300) > 5


@pytest.mark.slow
@pytest.mark.slower
@pytest.mark.parametrize("clients", LOST, ids=str)
def test_outcomes_once_lost_are_found(clients: list[list[str]]) -> None:
    program = RandomProgram(0, only=clients)
    numbers = Numbers()
    model = FaultModel(spec=False)

    everything, _ = outcomes(program, model, 3000, numbers)

    assert reduced(program, model, numbers) == everything


class Default:
    """A chooser that takes the default order."""

    def choose(self, enabled: list[Step]) -> Step | None:
        return enabled[0]


@pytest.mark.slow
def test_every_kind_of_operation_is_generated(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new kind of Op must be added to the generator."""
    kinds = set()
    step = Stepped.step

    def heard(self: Stepped, op: Op) -> None:
        kinds.add(op.kind)
        step(self, op)

    monkeypatch.setattr(Stepped, "step", heard)
    threads = Threads()
    pairs = [["monitor", "demonitor"], ["link", "unlink"], ["send after", "cancel"]]
    pairs += [["send after", "time left"], ["alias", "unalias"]]
    for clients in [*([name] for name in ACTIONS), *pairs, ["send after", "kill"]]:
        execute(
            RandomProgram(0, only=[clients, ["flush"]]), FaultModel(), Default(), threads, Numbers()
        )
    threads.close()

    assert kinds == KINDS


@pytest.mark.slow
@pytest.mark.slower
@pytest.mark.parametrize(("name", "clients"), LOST_WALKS)
def test_outcomes_once_found_only_by_random_walks_are_found(
    name: str, clients: list[list[str]]
) -> None:
    assert walk(MODELS[name], [RandomProgram(0, only=clients)], budget=3000, walks=1000) == 1
