"""Which outcomes the clients have if they run one after the other."""

import re
from collections.abc import Iterable
from itertools import groupby

import pytest

from kvshell.explore.program.program import Ending, Program
from kvshell.explore.program_loading import program_of
from kvshell.explore.report.verdict_text import as_json, headline, views
from kvshell.explore.search.single_run import execute
from kvshell.explore.verdict.verdict import Verdict, search
from kvshell.runtime.schedule.threads import Threads
from kvshell.runtime.search.steps import PATIENT, PROCESS, FaultModel, Numbers, Taken, Who
from kvshell.views import DOCUMENT, render_view
from tests.explore.search.figures import MADE, document, program
from tests.explore.search.random_programs import RandomProgram
from tests.explore.search.unreduced import Everything, about

BEAM, SPEC = FaultModel(spec=False), FaultModel()
MOST = 600  # interleavings
BOTH = pytest.mark.parametrize("model", [BEAM, SPEC], ids=["beam", "spec"])


def report(*verdicts: Verdict) -> str:
    """Return the report as a document shows it."""
    return "\n".join(render_view(view, DOCUMENT) for view in views(verdicts))


@BOTH
def test_an_outcome_that_needs_interleaving_is_the_one_explained(model: FaultModel) -> None:
    verdict = search(program_of("races/lost-update.md"), model)

    lost, *others = verdict.outcomes
    assert [seen.answer for seen in lost.ending.seen if "get" in seen.text] == ["0", "0"]
    assert (lost.serial, lost.number, verdict.interleaved) == (False, 4, 4)
    assert [other.serial for other in others] == [True, True]
    assert verdict.explained == lost.ending
    assert headline([verdict]).startswith(
        "4 of 6 schedules end in a way that is impossible if the clients run one after another: "
        "a's `get s visits` and b's `get s visits` both reached s before a's `put s visits 1` and "
    )
    shown = report(verdict)
    assert re.search(r"outcome +│ (spec|beam) │ one by one │ replay", shown)
    assert "the clients expect nothing, so no outcome counts as a failure" in shown
    assert [each["serial"] for each in as_json(verdict)["outcomes"]] == [False, True, True]


@BOTH
def test_where_every_outcome_is_serial_the_report_says_so(model: FaultModel) -> None:
    verdict = search(program_of("races/one-message.md"), model)

    assert [outcome.serial for outcome in verdict.outcomes] == [True, True]
    assert headline([verdict]).startswith("2 outcomes, depending on the order; here ")
    shown = report(verdict)
    assert "each outcome is also possible if one client ends before the next one begins" in shown
    assert not re.search("│ one by one", shown)


def overlap(steps: Iterable[Taken], clients: set[Who]) -> bool:
    """Whether a client takes a step between two of another one."""
    turns = [who for who, _ in groupby(each.who for each in steps if each.who in clients)]
    return len(turns) > len(set(turns))


def without_overlap(program: Program, model: FaultModel, most: int) -> set[Ending] | None:
    """Return the endings of all interleavings without overlap; None if there are too many."""
    numbers, threads, everything = Numbers(), Threads(), Everything()
    found = set[Ending]()
    known: tuple[Taken, ...] = ()
    try:
        for _ in range(most):
            known = known[: everything.depth]
            ending, run = execute(program, model, everything, threads, numbers, PATIENT, known)
            known = run.record.steps
            if run.record.looks and not model.looks:
                return without_overlap(program, model._replace(looks=True), most)
            if not overlap(known, {(PROCESS, client.pid.path) for client in run.clients}):
                found.add(ending)
            if not everything.turn():
                return found
    finally:
        threads.close()
    return None


@BOTH
@pytest.mark.parametrize(
    "seed", [*range(20), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(20, 200))]
)
def test_serial_outcomes_are_those_of_all_interleavings_without_overlap(
    seed: int, model: FaultModel
) -> None:
    searched = RandomProgram(seed, 2)
    if about(searched, model, Numbers()) > MOST:
        pytest.skip("too many interleavings")
    expected = without_overlap(searched, model, MOST)
    verdict = search(searched, model)

    if expected is None or verdict.failing or len(verdict.outcomes) < 2:
        return
    serial = {outcome.ending for outcome in verdict.outcomes if outcome.serial}
    assert {each.seen for each in serial} == {each.seen for each in expected}


def test_a_client_alone_may_meet_its_own_late_message() -> None:
    """A second client that only reads does not make this the fault of their interleaving."""
    writes = "kv> create store x\nkv> put x milk 1"
    alone, beside = (
        search(program(document(*clients, design="ets-cast")), SPEC)
        for clients in ([writes], [writes, "kv> lookup x"])
    )

    assert any("MatchError" in seen.answer for each in alone.outcomes for seen in each.ending.seen)
    assert {outcome.serial for outcome in alone.outcomes} == {None}
    assert {outcome.serial for outcome in beside.outcomes} == {True}
    assert any("MatchError" in seen.answer for seen in beside.explained.seen)


def test_any_number_of_clients_is_judged() -> None:
    clients = (f"```kvshell session=c{n}\nkv> del s milk\n```\n" for n in range(4))
    setup = f"{MADE}\nkv> put s milk 1\n:ok"
    verdict = search(program("\n".join([document(setup=setup), *clients])), BEAM)

    assert len(verdict.outcomes) == 4
    assert {outcome.serial for outcome in verdict.outcomes} == {True}


@pytest.mark.parametrize("model", [FaultModel(crashes=1), FaultModel(timeouts=True)], ids=str)
def test_with_kills_or_early_time_outs_nothing_is_said_of_serial_runs(model: FaultModel) -> None:
    verdict = search(program_of("races/one-message.md"), model)

    assert len(verdict.outcomes) > 1
    assert {outcome.serial for outcome in verdict.outcomes} == {None}
    assert "one by one" not in report(verdict)
    assert "impossible" not in headline([verdict])


def test_where_something_is_expected_the_expectation_counts() -> None:
    verdict = search(program_of("races/two-writers.md"), SPEC)

    assert verdict.failing
    assert {outcome.serial for outcome in verdict.outcomes} == {None}
    assert "nothing is expected" not in report(verdict)
