"""What the sentence, the chart and the counts say when they are read aloud."""

from pathlib import Path

import pytest

from kvshell.explore.program_loading import program_of
from kvshell.explore.report.sequence_chart import folded_away
from kvshell.explore.report.verdict_text import LAWS
from kvshell.transcript.format.targets import TargetError
from tests.explore.conftest import Told
from tests.explore.search.figures import CREATE, LOST, MADE, STOP, document

FAILS = 1
ENDS_LATE = f"{STOP}:ok\nkv> create store bogus\n#PID<_>\n{LOST}"


def test_a_client_that_is_called_like_a_store_is_told_from_it(told: Told) -> None:
    clients = "kv> create store a\nkv> lookup a\n:error", "kv> lookup a"

    assert told(document(*clients), "--list", "--law", "beam") == FAILS

    lines = told.out.splitlines()
    assert "client a -> KV.Registry  create store a" in lines
    assert "client a  ✗ expected :error, got {:ok, #PID<a>}" in lines


@pytest.mark.slow
def test_a_kill_is_in_the_chart_whoever_was_killed(told: Told) -> None:
    program = document(f"{CREATE}#PID<s>\nkv> lookup s\n{{:ok, #PID<s>}}")

    assert told(program, "--crash", "1", "--budget", "60", "--list", "--law", "beam") == FAILS

    first, _, *lines = told.out.splitlines()
    killed = first.removeprefix("fails because ").partition(" was killed")[0]
    assert f"{killed}  is killed" in lines


@pytest.mark.slow
@pytest.mark.parametrize("law", ["spec", "beam"])
def test_a_kill_is_told_with_the_line_that_it_met(told: Told, law: str) -> None:
    words = "--crash", "1", "--budget", "60", "--law", law
    assert told(document(ENDS_LATE, setup=MADE), *words) == FAILS

    first = told.out.splitlines()[0]
    assert " was killed" in first
    assert "` died" not in first
    assert "line" not in first


def test_the_sentence_is_about_the_failure_that_the_chart_shows(told: Told) -> None:
    program = document(ENDS_LATE, setup=MADE)

    assert told(program, "--timeouts", "any", "--list", "--law", "spec") == FAILS

    lines = told.out.splitlines()
    assert lines[0].startswith("fails because `create store bogus` reached KV.Registry before")
    assert "client  its time is out" not in lines
    assert any(line.endswith("✗ expected :error, got {:ok, #PID<s>}") for line in lines)


@pytest.mark.slow
def test_a_budget_is_told_in_runs(told: Told) -> None:
    program = document(ENDS_LATE, setup=MADE)

    told(program, "--crash", "1", "--budget", "60", "--law", "beam")

    counts = told.out.splitlines()[1]
    assert counts.startswith("beam+crash1: ")
    assert counts.endswith("(not all: budget of 60 runs used up)")


def test_one_step_that_is_folded_away_is_one() -> None:
    assert folded_away(1, 5) == "1 of 5 steps is hidden"
    assert folded_away(2, 5) == "2 of 5 steps are hidden"
    assert folded_away(0, 5) == ""


def test_a_design_that_the_document_overrules_is_told(told: Told) -> None:
    told(document(CREATE), "--design", "map")

    assert told.err == ("kvshell: --design map changes nothing: line 4 says start manager ets\n")


def test_odds_say_that_real_threads_do_not_show_what_only_spec_fails(told: Told) -> None:
    assert told(document(ENDS_LATE, setup=MADE), "--odds", "3") == FAILS

    assert told.out.splitlines()[-1] == (
        "spec: fails in 2 of 6 schedules, seen in 0.0 % of 3 runs on real threads, "
        "where signals arrive at once, as under beam"
    )


def test_an_argument_error_is_told_by_what_is_wrong(told: Told) -> None:
    told("```kvshell session=a\nkv> ets lookup t s\n:error\n```\n", "--list")

    assert told.out.splitlines()[0].endswith(
        "got ** (ArgumentError) the table identifier does not refer to an existing ETS table"
    )


def test_every_schedule_that_was_run_is_not_every_schedule(told: Told) -> None:
    program = document("kv> put s k 1\n:error", "kv> put s k 2", setup=MADE)

    assert told(program) == FAILS
    assert told.out.startswith("fails in every schedule: line ")

    assert told(program, "--budget", "1") == FAILS
    assert told.out.startswith("fails in every schedule that was run: line ")


@pytest.mark.parametrize("line", ["compare lookup s", "put s", "as b stop s", "nonsense"])
def test_a_line_that_a_client_cannot_run_does_not_pass_in_silence(told: Told, line: str) -> None:
    """Without expected output a line only acts: this one does not."""
    assert told(document(f"kv> {line}", setup=MADE)) == FAILS

    first = told.out.splitlines()[0]
    assert first.startswith(f"fails in every schedule: line 11: {line} - expected a line that runs")
    assert "(CommandError)" in first


def test_schedules_that_all_fail_in_different_ways_are_told_as_such(told: Told) -> None:
    clients = "kv> put s k 1\nkv> get s k\nnil", "kv> del s k\nnil\nkv> get s k\nnil"

    assert told(document(*clients, setup=MADE)) == FAILS

    assert told.out.startswith("every schedule fails, but not at the same line; here line 17: ")


@pytest.mark.parametrize(
    ("words", "more"),
    [
        ((), ""),
        (("--timeouts", "any"), "+timeouts: a timer may fire at any moment"),
        (("--crash", "1"), "+crash1: one process may be killed at any moment"),
    ],
)
def test_what_the_laws_are_is_said_below_whatever_they_come_to(
    told: Told, words: tuple[str, ...], more: str
) -> None:
    told(document("kv> whereis Nobody\nnil"), "--budget", "20", *words)

    assert told.out.splitlines()[-1 - bool(more) :] == [LAWS, *filter(None, [more])]


def test_who_fails_first_makes_no_other_outcome(told: Told) -> None:
    clients = "kv> put s a 1\n:error", "kv> put s b 1\n:error"

    assert told(document(*clients, setup=MADE), "--law", "beam") == FAILS

    assert told.out.startswith("fails in every schedule: line 11: put s a 1 - expected :error")
    assert [line.split()[-2:] for line in told.out.splitlines()[-1:]] == [["2", "beam:0"]]


def test_a_line_that_only_acts_may_end_in_an_error_of_the_system(told: Told) -> None:
    assert told(document("kv> get nobody k", setup=MADE)) == 0


def test_odds_of_a_program_that_expects_nothing_are_no_odds(told: Told) -> None:
    told(document(CREATE), "--odds", "2")

    assert told.out.splitlines()[-1] == (
        "2 runs on real threads: nothing is expected, so none can fail"
    )


def test_where_nothing_can_be_drawn_standard_output_is_empty(told: Told) -> None:
    assert told(document(f"{CREATE}#PID<s>"), "--mermaid") == 0

    assert (told.out, told.err) == ("", "kvshell: nothing to draw: no schedule fails\n")


def test_a_folder_of_documents_is_none(tmp_path: Path) -> None:
    for name in ("one.md", "two.md"):
        (tmp_path / name).write_text(document(CREATE), encoding="utf-8")

    with pytest.raises(TargetError, match=r"explore takes one document: .* holds 2"):
        program_of(str(tmp_path))
