"""What the sentence, the chart and the counts say, in words that can be read aloud."""

import re
from pathlib import Path

import pytest

from kvshell.explore.program_loading import program_of
from kvshell.explore.report.remarks import LAWS
from kvshell.explore.report.sequence_chart import folded_away
from kvshell.transcript.format.targets import TargetError
from tests.explore.conftest import Told
from tests.explore.search.figures import CREATE, LOST, MADE, STOP, document

FAILS = 1
ENDS_LATE = f"{STOP}:ok\nkv> create store bogus\n#PID<_>\n{LOST}"


def test_a_client_with_a_stores_name_is_distinguished_from_it(told: Told) -> None:
    clients = "kv> create store a\nkv> lookup a\n:error", "kv> lookup a"

    assert told(document(*clients), "--list", "--law", "beam") == FAILS

    lines = told.out.splitlines()
    assert "client a -> KV.Registry  create store a" in lines
    assert "client a  ✗ expected :error, got {:ok, #PID<a>}" in lines


@pytest.mark.slow
def test_a_kill_is_in_the_chart_for_any_victim(told: Told) -> None:
    program = document(f"{CREATE}#PID<s>\nkv> lookup s\n{{:ok, #PID<s>}}")

    assert told(program, "--crash", "1", "--budget", "60", "--list", "--law", "beam") == FAILS

    first, _, *lines = told.out.splitlines()
    shown = re.search(r"([\w.]+) \(shown here\)", first)
    assert shown is not None
    assert f"{shown[1]}  is killed" in lines


@pytest.mark.slow
@pytest.mark.parametrize("law", ["spec", "beam"])
def test_a_kill_is_reported_with_the_line_it_interrupted(told: Told, law: str) -> None:
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
    assert re.search(
        r"; `create store bogus` reached KV.Registry before [^;]* \(in \d+, shown here\)", lines[0]
    )
    assert "client  its time-out fires" not in lines
    assert any(line.endswith("✗ expected :error, got {:ok, #PID<s>}") for line in lines)


@pytest.mark.slow
def test_a_budget_is_reported_as_a_number_of_runs(told: Told) -> None:
    program = document(ENDS_LATE, setup=MADE)

    told(program, "--crash", "1", "--budget", "60", "--law", "beam")

    counts = told.out.splitlines()[1]
    assert counts.startswith("beam+crash1: ")
    assert counts.endswith("(not all: budget of 60 runs used up)")


def test_a_single_hidden_step_is_reported_in_the_singular() -> None:
    assert folded_away(1, 5) == "1 of 5 steps is hidden"
    assert folded_away(2, 5) == "2 of 5 steps are hidden"
    assert folded_away(0, 5) == ""


def test_a_design_option_without_effect_is_reported(told: Told) -> None:
    told(document(CREATE), "--design", "map")

    assert told.err == ("kvshell: --design map changes nothing: line 4 says start manager ets\n")


def test_odds_note_that_real_threads_cannot_fail_as_spec_does(told: Told) -> None:
    assert told(document(ENDS_LATE, setup=MADE), "--odds", "3") == FAILS

    assert told.out.splitlines()[-1] == (
        "spec: fails in 2 of 6 schedules, seen in 0.0 % of 3 runs on real threads, "
        "where signals arrive at once, as under beam"
    )


def test_an_argument_error_is_reported_by_its_problem(told: Told) -> None:
    told("```kvshell session=a\nkv> ets lookup t s\n:error\n```\n", "--list")

    assert told.out.splitlines()[0].endswith(
        "got ** (ArgumentError) the table identifier does not refer to an existing ETS table"
    )


def test_all_schedules_run_is_not_all_schedules_that_exist(told: Told) -> None:
    program = document("kv> put s k 1\n:error", "kv> put s k 2", setup=MADE)

    assert told(program) == FAILS
    assert told.out.startswith("fails in every schedule: line ")

    assert told(program, "--budget", "1") == FAILS
    assert told.out.startswith("fails in every schedule that was run: line ")


@pytest.mark.parametrize("line", ["compare lookup s", "put s", "as b stop s", "nonsense"])
def test_a_line_that_a_client_cannot_run_is_reported(told: Told, line: str) -> None:
    """A line without expected output must still run: this one does not."""
    assert told(document(f"kv> {line}", setup=MADE)) == FAILS

    first = told.out.splitlines()[0]
    assert first.startswith(f"fails in every schedule: line 11: {line} - expected a line that runs")
    assert "(CommandError)" in first


def test_schedules_that_all_fail_differently_are_reported_as_such(told: Told) -> None:
    clients = "kv> put s k 1\nkv> get s k\nnil", "kv> del s k\nnil\nkv> get s k\nnil"

    assert told(document(*clients, setup=MADE)) == FAILS

    assert told.out.startswith("every schedule fails, but not at the same line; here line 17: ")


def test_schedules_that_fail_in_different_ways_are_reported_as_such(told: Told) -> None:
    clients = "kv> put s k 1", "kv> put s k 2", "kv> get s k\n3"

    assert told(document(*clients, setup=MADE)) == FAILS

    assert told.out.startswith(
        "every schedule fails at the same line, but in different ways; here line 19: get s k - "
    )


@pytest.mark.parametrize(
    ("words", "more"),
    [
        ((), ""),
        (("--timeouts", "any"), "+timeouts: a timer may fire at any moment, however long it is"),
        (
            ("--crash", "1"),
            "+crash1: a process, but no client, may be killed at any moment, and dies soon after",
        ),
    ],
)
def test_the_laws_are_explained_below_any_outcome(
    told: Told, words: tuple[str, ...], more: str
) -> None:
    told(document("kv> whereis Nobody\nnil"), "--budget", "20", *words)

    assert told.out.splitlines()[-1 - bool(more) :] == [LAWS, *filter(None, [more])]


def test_the_order_of_failures_makes_no_separate_outcome(told: Told) -> None:
    clients = "kv> put s a 1\n:error", "kv> put s b 1\n:error"

    assert told(document(*clients, setup=MADE), "--law", "beam") == FAILS

    assert told.out.startswith("fails in every schedule: line 11: put s a 1 - expected :error")
    *_, row, note, _ = told.out.splitlines()
    assert row.split()[-2:] == ["2", "beam:0"]
    assert note == "a schedule with two failures is in two rows"


@pytest.mark.slow
def test_the_consequences_of_kills_have_rows_of_their_own_if_they_are_few(told: Told) -> None:
    assert told(document("kv> get s k\nnil", setup=MADE), "--crash", "1", "--law", "beam") == FAILS

    counts = re.fullmatch(r"beam\+crash1: (\d+) schedules, (\d+) fail", told.out.splitlines()[1])
    rows = re.findall(r"^get s k: (.*?) +(\d+)  (.*?) +beam\S+$", told.out, re.MULTILINE)
    assert counts is not None
    assert len(rows) == 6
    assert sum(int(number) for _, number, _ in rows) == int(counts[2])
    killed = {said: whom for said, _, whom in rows}
    assert killed["** (exit) shutdown"] == "KV.Supervisor, KV.Registry"
    assert killed["** (exit) no process"] == "any"
    assert re.search(r"^as expected +\d+  any or nobody +beam", told.out, re.MULTILINE)


@pytest.mark.slow
def test_the_many_consequences_of_kills_are_one_row_for_each_line(told: Told) -> None:
    lines = "kv> put s k 1\n:ok\nkv> count s\n1\nkv> get s k\n1"
    assert told(document(lines, setup=MADE), "--crash", "1", "--law", "beam") == FAILS

    rows = re.findall(r"^(.*): fails in (\d+) ways +\d+  any +beam\S+$", told.out, re.MULTILINE)
    assert {*rows} == {("put s k 1", "6"), ("count s", "6"), ("get s k", "6")}
    assert "\n--all lists every way to fail\n" in told.out

    told(document(lines, setup=MADE), "--crash", "1", "--law", "beam", "--all")
    assert told.out.count("\nget s k: ** (exit) ") > 1


def test_a_time_out_that_nobody_expects_to_be_absent_is_told(told: Told) -> None:
    clients = 'kv> GenServer.call(KV.Registry, {:create, "t"}, 50)', "kv> get s k\nnil"
    remark = "as expected: also where a line that expects nothing ends in an exception or exit"

    told(document(*clients, setup=MADE), "--timeouts", "any", "--law", "beam")
    assert remark in told.out.splitlines()
    told(document(*clients, setup=MADE), "--law", "beam")
    assert remark not in told.out.splitlines()


def test_a_line_that_only_acts_may_end_in_an_error_of_the_system(told: Told) -> None:
    assert told(document("kv> get nobody k", setup=MADE)) == 0


def test_a_program_without_expectations_has_no_odds(told: Told) -> None:
    told(document(CREATE), "--odds", "2")

    assert told.out.splitlines()[-1] == (
        "2 runs on real threads: nothing is expected, so none can fail"
    )


def test_without_a_diagram_standard_output_is_empty(told: Told) -> None:
    assert told(document(f"{CREATE}#PID<s>"), "--mermaid") == 0

    assert (told.out, told.err) == ("", "kvshell: nothing to draw: no schedule fails\n")


def test_all_outcomes_are_drawn_as_mermaid_each_under_its_name(told: Told) -> None:
    told(document(f"{CREATE}#PID<s>"), "--mermaid", "--all")
    alone = told.out
    told(document("kv> lookup s", "kv> create store s"), "--mermaid", "--all", "--law", "spec")

    assert alone.startswith("`as expected`\n\n```mermaid\nsequenceDiagram\n    participant p0 as")
    blocks = told.out.split("```mermaid\nsequenceDiagram\n")
    assert [block.split("\n\n")[-2] for block in blocks[:-1]] == [
        "`a: lookup s: :error`",
        "`a: lookup s: {:ok, #PID<s>}`",
    ]
    assert "saw: lookup s: :error" in blocks[1]
    assert "saw: lookup s: {:ok, #35;PID<s>}" in blocks[2]
    assert told.out.count("\n```\n") == 2


def test_a_folder_is_not_accepted_as_a_document(tmp_path: Path) -> None:
    for name in ("one.md", "two.md"):
        (tmp_path / name).write_text(document(CREATE), encoding="utf-8")

    with pytest.raises(TargetError, match=r"explore takes one document: .* holds 2"):
        program_of(str(tmp_path))


def test_the_line_that_always_fails_is_named_before_one_that_fails_sometimes(told: Told) -> None:
    clients = "kv> put s k 1\n:ok", "kv> get s k\nnil", "kv> get s eggs\n7"

    assert told(document(*clients, setup=MADE), "--law", "beam") == FAILS

    assert told.out.startswith("fails in every schedule: line 21: get s eggs - expected 7, got nil")


def test_the_report_says_that_a_failed_client_leaves_out_the_final_checks(told: Told) -> None:
    remark = "final checks run only where no client fails"
    checks = "\n```kvshell\nkv> get s k\n1\n```\n"
    told(document("kv> put s k 1\n:ok", "kv> del s k\nnil", setup=MADE) + checks)
    assert remark in told.out.splitlines()

    told(document("kv> put s k 1\n:ok", "kv> del s k", setup=MADE) + checks)
    assert remark not in told.out
