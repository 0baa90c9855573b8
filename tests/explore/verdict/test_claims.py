"""What a headline claims holds in every schedule with that ending, and in none that passes.

Schedules are compared by what users see of them: who did what, and for which line.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from kvshell.explore.elixir_tests import load
from kvshell.explore.elixir_tests import program_of as program_of_test
from kvshell.explore.program.function_program import Clients, Written
from kvshell.explore.program.program import Ending, Program
from kvshell.explore.program_loading import program_of, program_of_line
from kvshell.explore.report.verdict_text import because, headline
from kvshell.explore.search.search import Search
from kvshell.explore.search.trace_steps import TraceStep
from kvshell.explore.verdict.cause import Cause
from kvshell.explore.verdict.verdict import OtherCause, Verdict, search, watch
from kvshell.runtime import ets, process
from kvshell.runtime.search.steps import FaultModel, Numbers
from kvshell.terms import A
from kvshell.testing.suite import Choice
from kvshell.transcript.format.targets import root
from tests.explore.asserting import failing_early_or_late, two_counts, two_writes
from tests.explore.search.figures import MADE, ROWS, Row, document, program
from tests.explore.search.random_programs import RandomProgram
from tests.testing.test_exploring import CAST_REGISTRY

BEAM, SPEC = FaultModel(spec=False), FaultModel()
FAULTS = (
    FaultModel(spec=False, crashes=1),
    FaultModel(crashes=1),
    FaultModel(spec=False, timeouts=True),
    FaultModel(timeouts=True),
)
MOST: Final = 600  # schedules of a program, each of which is run again

SHORT: Final = ("answer", "dies:")  # a headline leaves out with or of what
Told = tuple[object, ...]  # a step as users recognize it


class Seen(NamedTuple):
    """A schedule: its choices, its ending, and the index of each of its steps."""

    choices: tuple[int, ...]
    ending: Ending
    places: dict[Told, int]


def told(steps: tuple[TraceStep, ...]) -> list[Told]:
    """Return what users see of each step, with a number for steps that look the same."""
    counts: dict[Told, int] = {}
    found = []
    for step in steps:
        word = step.word.partition(" ")[0] if step.word.startswith(SHORT) else step.word
        target = None if step.target is None else step.target.path
        same: Told = (step.kind, step.source.path, target, word, step.doing)
        counts[same] = counts.get(same, 0) + 1
        found.append((*same, counts[same]))
    return found


def all_schedules(searched: Program, model: FaultModel) -> Iterator[Seen]:
    """Run every schedule, then each of them again to observe it."""
    numbers = Numbers()
    with Search(searched, model, MOST, numbers=numbers) as searching:
        runs = []
        while run := searching.run():
            runs.append(run.choices)
        for choices in runs:
            watched, ending = watch(searching, choices)
            yield Seen(choices, ending, {each: n for n, each in enumerate(told(watched.steps))})


def holds(found: Cause, by: Verdict | OtherCause, seen: Seen) -> bool:
    """Whether what is claimed of the schedule that `by` explains holds in this one."""
    assert by.watched is not None
    steps = told(by.watched.steps)

    def ordered(first: int, then: int) -> bool:
        before, after = seen.places.get(steps[first]), seen.places.get(steps[then])
        return before is not None and after is not None and before < after

    if found.ahead is not None:
        assert by.compared is not None
        before = seen.places.get(steps[found.ahead[0]])
        after = seen.places.get(told(by.compared.steps)[found.ahead[1]])
        return before is not None and (after is None or before < after)
    return all(steps[place] in seen.places for place in found.happens) and all(
        ordered(*pair) for pair in found.orders
    )


def judged(searched: Program, model: FaultModel) -> str:
    """Check what is claimed about a program; return the headline, or "" without a claim."""
    verdict = search(searched, model, MOST)
    found = verdict.cause
    if not verdict.complete or found is None or not because(verdict):
        return ""
    schedules = list(all_schedules(searched, model))
    explained = next(each for each in schedules if each.choices == found.explained.choices)
    other = next(each for each in schedules if each.choices == found.other.choices)
    fails = [each for each in schedules if each.ending.failures]
    passes = [each for each in schedules if not each.ending.failures]
    if verdict.interleaved:
        endings = {each.ending for each in verdict.outcomes if each.serial is False}
        fails = [each for each in schedules if each.ending in endings]
        passes = [each for each in schedules if each.ending not in endings]
        assert (found.fails, found.passes) == (len(fails), 0)
    elif not verdict.failing and (raising := raised(schedules)):
        fails = [each for each in schedules if each.ending in raising]
        passes = [each for each in schedules if each.ending not in raising]
    elif not verdict.failing:
        fails = [each for each in schedules if each.ending == explained.ending]
        passes = [each for each in schedules if each.ending == other.ending]
    said = headline([verdict])
    for first, then in found.orders:
        assert found.explained.before[then] >> first & 1, f"these commute: {said}"
    assert holds(found, verdict, explained), said
    assert sum(holds(found, verdict, each) for each in fails) == found.fails, said
    assert sum(holds(found, verdict, each) for each in passes) == found.passes, said
    for more in verdict.others:
        assert sum(holds(more.cause, more, each) for each in fails) == more.cause.fails, said
        assert not any(holds(more.cause, more, each) for each in passes), said
    several = verdict.others or said.startswith("can fail when ")
    if "this holds" not in said and verdict.failing and not several:
        assert (found.fails, found.passes) == (len(fails), 0), said
    return said


def raised(schedules: Iterable[Seen]) -> set[Ending]:
    """Return the endings in which a client sees an exception, unless all are such."""
    endings = {each.ending for each in schedules}
    found = {each for each in endings if any(seen.answer.startswith("** (") for seen in each.seen)}
    return found if found != endings else set()


FOLDER = root()
assert FOLDER is not None
RACES = sorted(entry.stem for entry in FOLDER.glob("races/*.md"))


@pytest.mark.slow
@pytest.mark.parametrize("model", [BEAM, SPEC], ids=["beam", "spec"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.title)
def test_a_claim_separates_what_fails_in_the_table_of_figures(row: Row, model: FaultModel) -> None:
    judged(program(row.text), model)


@pytest.mark.slow
@pytest.mark.parametrize("model", [BEAM, SPEC], ids=["beam", "spec"])
@pytest.mark.parametrize("race", RACES)
def test_a_claim_separates_what_fails_on_the_race_pages(race: str, model: FaultModel) -> None:
    judged(program_of(f"races/{race}.md"), model)


@pytest.mark.parametrize("model", [BEAM, SPEC], ids=["beam", "spec"])
@pytest.mark.parametrize(
    "name", ["stop manager; lookup s", "delete s k; get s k", "create store t; lookup t"]
)
def test_a_claim_separates_what_fails_from_a_typed_line(name: str, model: FaultModel) -> None:
    judged(program_of_line(f"create store s; {name}", "ets-cast"), model)


@pytest.mark.parametrize("searched", [two_writes, two_counts, failing_early_or_late])
@pytest.mark.parametrize("model", [BEAM, SPEC, *FAULTS], ids=str)
def test_a_claim_separates_what_fails_in_python(
    searched: Callable[[], Clients], model: FaultModel
) -> None:
    judged(Written(searched), model)


@pytest.mark.parametrize("model", [BEAM, SPEC], ids=["beam", "spec"])
def test_a_claim_separates_what_fails_in_a_test_of_exunit(
    model: FaultModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "names_test.exs").write_text(CAST_REGISTRY)
    suite = load(["names_test.exs"], Choice())
    judged_tests = [
        judged(program_of_test(suite, case, test), model)
        for case in suite.cases
        for test in case.chosen
    ]
    assert any(judged_tests)


@pytest.mark.slow
@pytest.mark.slower
@pytest.mark.parametrize("model", FAULTS, ids=str)
@pytest.mark.parametrize("race", ["stopped-row", "create-call", "two-writers", "create-cast"])
def test_a_claim_separates_what_fails_where_something_goes_wrong(
    race: str, model: FaultModel
) -> None:
    judged(program_of(f"races/{race}.md"), model)


@pytest.mark.slow
@pytest.mark.slower
@pytest.mark.parametrize("first", range(0, 120, 20))
@pytest.mark.parametrize("model", [BEAM, SPEC], ids=["beam", "spec"])
def test_a_claim_separates_two_outcomes_of_random_programs(first: int, model: FaultModel) -> None:
    for seed in range(first, first + 20):
        judged(RandomProgram(seed), model)


@pytest.mark.parametrize("seed", [3, 33, 54, 75, 128])
@pytest.mark.parametrize("model", [BEAM, SPEC], ids=["beam", "spec"])
def test_steps_that_commute_are_no_cause(seed: int, model: FaultModel) -> None:
    """Of each program, an earlier version claimed an order of two steps that nobody can observe."""
    judged(RandomProgram(seed), model)


def test_two_steps_are_told_apart_by_what_they_do_not_by_how_it_went() -> None:
    """The second one to rename a table finds none: it touches less, but is the same step."""
    said = judged(RandomProgram(0, only=[["rename", "fold"], ["rename"]]), BEAM)

    assert re.sub(r"#PID<0\.(\d+)\.0>", r"\1", said) == (
        "2 outcomes, depending on the order; here 105 renamed table :shared before 106 renamed "
        "table :shared (nothing orders the two)"
    )


def test_what_passing_schedules_share_is_not_the_whole_cause() -> None:
    """The barrier comes too early in passing schedules as well: the lookup must be early, too."""
    said = judged(program_of("races/bogus-barrier.md"), SPEC)

    assert said == (
        "fails because `create store bogus` reached KV.Registry before the `:DOWN` of s, and "
        '`lookup s` read row "s" before KV.Registry deleted it'
    )


def test_the_claim_that_covers_most_failures_is_made() -> None:
    """That one write comes in between holds in half of them, this in all."""
    said = judged(program_of("races/two-writers.md"), SPEC)

    assert said == (
        "fails because a's `put s milk 1` and b's `put s milk 2` both reached s before a's `get s "
        "milk` and b's `get s milk` (different senders: no order is guaranteed)"
    )


def _read_too_early(cells: int) -> Callable[[], Clients]:
    """Clients that each expect another cell to have been written by then."""

    def begun() -> Clients:
        ets.new(A.cells, [A.named_table, A.public])

        def write() -> None:
            for cell in range(cells):
                ets.insert(A.cells, (cell, 1))

        def reader(cell: int) -> Callable[[], None]:
            def read() -> None:
                assert ets.member(A.cells, cell), cell

            return read

        yield [write, *map(reader, range(cells))]

    return begun


def test_a_cause_of_some_failures_says_of_how_many() -> None:
    said = judged(Written(_read_too_early(2)), SPEC)

    assert said == (
        "fails for one or more of two reasons: client 3 looked for row 1 before write wrote it "
        "(in 2 of the 3 that fail, shown here); read looked for row 0 before write wrote it (in 2)"
    )


def _two_ticks() -> Clients:
    """A process with two timers that look alike, which takes what has arrived by then."""

    def clock() -> None:
        for wait_ms in (1, 2):
            process.send_after(process.self_(), A.tick, wait_ms)
        assert len(process.flush()) < 2

    yield (clock,)


def test_the_second_firing_of_a_timer_is_told_from_the_first() -> None:
    said = judged(Written(_two_ticks), FaultModel(spec=False, timeouts=True))

    assert said == (
        "fails because a timer for clock fired for the second time before clock took every message,"
        " and a timer for clock fired for the first time before clock took every message (nothing "
        "orders the two)"
    )


def _two_tables() -> Clients:
    """The table of a name is deleted and made again, as by an owner that is restarted."""

    def client() -> None:
        for _ in range(2):
            ets.new(A.cells, [A.named_table, A.public])
            ets.insert(A.cells, (A.k, 1))
            ets.delete(A.cells)

    yield (client,)


def test_a_second_table_of_one_name_is_told_from_the_first() -> None:
    with Search(Written(_two_tables), BEAM) as searching:
        watched, _ = watch(searching, ())

    assert [step.word for step in watched.steps if "cells" in step.word or "row" in step.word] == [
        "makes table :cells",
        "writes row :k",
        "deletes table :cells",
        "makes table :cells, the second of this name",
        "writes row :k of the second table",
        "deletes table :cells, the second of this name",
    ]


@pytest.mark.slow
def test_it_is_counted_how_often_whose_death_makes_it_fail() -> None:
    searched = program(document("kv> get s k\nnil", setup=MADE))
    model = FaultModel(spec=False, crashes=1)
    fails, every = Counter[object](), Counter[object]()
    with Search(searched, model, MOST) as searching:
        runs = []
        while run := searching.run():
            runs.append(run.choices)
        for choices in runs:
            watched, ending = watch(searching, choices)
            crashes = [step.source.path for step in watched.steps if step.kind == "crash"]
            killed = crashes[0] if crashes else None
            every[killed] += 1
            fails[killed] += bool(ending.failures)

    found = search(searched, model, MOST).killed

    assert len(every) > 4
    assert {each.path: each.schedules for each in found} == every
    assert {each.path: each.fails for each in found} == fails


def test_a_time_out_is_the_cause_where_the_usual_answer_comes_without_it() -> None:
    said = judged(program_of("races/one-message.md"), FaultModel(spec=False, timeouts=True))

    assert said == "7 outcomes, depending on the order; here a's `del s milk` timed out"


def test_several_ways_to_fail_share_what_is_ahead_of_the_step_that_passes() -> None:
    """In one of three schedules the get does not reach the store at all, in two it is too late."""
    said = judged(program_of("races/lookup-against-stop.md"), SPEC)

    assert said == (
        "fails because b's `stop s` reached s, and a's `get s milk` had not yet reached it "
        "(different senders: no order is guaranteed)"
    )
