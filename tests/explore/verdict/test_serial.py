"""Which outcomes the clients have if they run one after the other."""

import re

import pytest

from kvshell.explore.program_loading import program_of
from kvshell.explore.report.verdict_text import as_json, headline, views
from kvshell.explore.search.search import Search
from kvshell.explore.verdict.serial import serial_endings
from kvshell.explore.verdict.verdict import Verdict, search
from kvshell.runtime.search.steps import FaultModel
from kvshell.views import DOCUMENT, render_view
from tests.explore.search.figures import MADE, document, program
from tests.explore.search.random_programs import RandomProgram

BEAM, SPEC = FaultModel(spec=False), FaultModel()
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
        "4 of 6 schedules have an outcome that the clients never have one after the other: "
        "b's `get s visits` reached s before a's `put s visits 1`, and "
    )
    shown = report(verdict)
    assert re.search(r"outcome +│ (spec|beam) │ serial │ token", shown)
    assert "nothing is expected here, so no outcome counts as a failure" in shown
    assert [each["serial"] for each in as_json(verdict)["outcomes"]] == [False, True, True]


@BOTH
def test_where_every_outcome_is_serial_the_report_says_so(model: FaultModel) -> None:
    verdict = search(program_of("races/one-message.md"), model)

    assert [outcome.serial for outcome in verdict.outcomes] == [True, True]
    assert headline([verdict]).startswith("not always the same: ")
    shown = report(verdict)
    assert "the clients have each outcome also when one runs after the other" in shown
    assert not re.search("│ serial", shown)


@BOTH
@pytest.mark.parametrize(
    "seed", [*range(6), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(6, 30))]
)
def test_what_serial_runs_end_with_is_among_the_outcomes(seed: int, model: FaultModel) -> None:
    searched = RandomProgram(seed)
    with Search(searched, model) as searching:
        serial = serial_endings(searching)
    verdict = search(searched, model, 1000)

    assert serial is None or not verdict.complete or serial <= {o.ending for o in verdict.outcomes}


@pytest.mark.parametrize("number", [1, 6])
def test_one_client_and_too_many_have_no_serial_runs(number: int) -> None:
    clients = (f"```kvshell session=c{n}\nkv> put s k {n}\n```\n" for n in range(number))
    searched = program("\n".join([document(setup=MADE), *clients]))

    with Search(searched) as searching:
        assert serial_endings(searching) is None


@pytest.mark.parametrize("model", [FaultModel(crashes=1), FaultModel(timeouts=True)], ids=str)
def test_with_kills_or_early_time_outs_nothing_is_said_of_serial_runs(model: FaultModel) -> None:
    verdict = search(program_of("races/one-message.md"), model)

    assert len(verdict.outcomes) > 1
    assert {outcome.serial for outcome in verdict.outcomes} == {None}
    assert "serial" not in report(verdict)
    assert "one after the other" not in headline([verdict])


def test_where_something_is_expected_the_expectation_counts() -> None:
    verdict = search(program_of("races/two-writers.md"), SPEC)

    assert verdict.failing
    assert {outcome.serial for outcome in verdict.outcomes} == {None}
    assert "nothing is expected" not in report(verdict)
