"""The reports and exit codes of `kvshell explore`, also for cycles, endless and odd programs."""

import io
import json
import re
import sys
from collections import deque
from pathlib import Path

import pytest

from kvshell.command_line.reading import read
from kvshell.explore.program.program import Ending, Observed
from kvshell.explore.program_loading import RefusedError, program_of
from kvshell.explore.report.odds import odds
from kvshell.explore.report.remarks import LAWS, NOT_COMPARED
from kvshell.explore.report.search_progress import Teletype, fitted, progress_parts
from kvshell.explore.report.verdict_text import views
from kvshell.explore.verdict.outcomes import Outcome
from kvshell.explore.verdict.verdict import SearchProgress, Verdict, search
from kvshell.runtime.search.steps import FaultModel
from kvshell.shell.explore_prompt import explore
from kvshell.views import DOCUMENT, Caps, render_view
from kvshell.views.caps import Flags
from tests.explore.conftest import Told
from tests.explore.search.figures import CREATE, LOST, MADE, STOP, document

SETUP = "kv> load server.py\n..."
FAILS, USAGE, NOTHING, NO_VERDICT = 1, 2, 3, 4


def test_a_cycle_of_calls_is_reported_as_a_deadlock(told: Told) -> None:
    clients = "kv> call Left {:ask, Right}\n:hi", "kv> call Right {:ask, Left}\n:hi"

    assert told(document(*clients, setup=SETUP), "--trust") == FAILS

    first, counts, *rest = told.out.splitlines()
    assert first.startswith("ends in a deadlock because b's `call Right {:ask, Left}` reached")
    assert counts == "spec: 3 schedules, 1 fails; beam: 3 schedules, 1 fails"
    assert rest[0] == "a cycle of calls: Left -> Right -> Left; each waits for the next"
    assert "    (deadlock; spec: in 1 of 3; beam: in 1 of 3)" in rest
    drawing = told.out.partition("(deadlock")[2].partition("as expected")[0]
    assert drawing.count("call :hello") == 2
    assert drawing.rindex("call :hello") < drawing.index("a cycle of calls: Left -> Right")


@pytest.mark.slow
def test_a_program_that_does_not_end_is_incomplete_and_never_passes(told: Told) -> None:
    assert told(document("kv> cast Left :go\n:ok", setup=SETUP), "--trust") == NO_VERDICT

    assert told.out.splitlines() == [
        "no verdict: a schedule is longer than 500 steps (`--steps`); Left repeats `cast :go`",
        "spec: 1 schedule, incomplete after 500 steps; "
        "beam: 1 schedule, incomplete after 500 steps",
        LAWS,
    ]


def test_a_program_that_is_not_deterministic_is_refused_with_the_difference(told: Told) -> None:
    clients = "kv> call Left :count\n...", "kv> lookup s\n..."

    assert told(document(*clients, setup=SETUP), "--trust") == NO_VERDICT

    assert told.out == ""
    assert "not deterministic: in the same order of events step " in told.err
    assert " of Left was `answer 1` the first time and `answer 2` the second" in told.err


def test_an_untrusted_document_loads_nothing(told: Told) -> None:
    assert told(document("kv> cast Left :go\n:ok", setup=SETUP)) == FAILS

    assert "load runs code from a file: in a transcript only with --trust" in told.out


def test_programs_are_loaded_before_the_first_line(told: Told) -> None:
    program = document("kv> call Left {:ask, Right}\n:hi")

    assert told(program, load=(str(told.path.parent / "server.py"),)) == 0
    assert told.out.startswith("no schedule fails\n")


def test_an_unreadable_program_is_not_a_failing_schedule(told: Told) -> None:
    none = str(told.path.parent / "none.py")

    assert told(document(CREATE), load=(none,)) == USAGE

    assert told.out == ""
    assert told.err == f"kvshell: no such file or folder: {none}\n"


def test_an_exhausted_budget_gives_no_verdict_unless_a_failure_was_found(told: Told) -> None:
    program = document(f"{STOP}:ok\nkv> create store bogus\n{LOST}", setup=MADE)

    assert told(program, "--budget", "1") == NO_VERDICT
    assert told.out.startswith("no verdict: no schedule that was run fails, and not all were run")
    assert "(not all: budget of " in told.out

    assert told(program, "--budget", "3", "--law", "spec", "--json") == FAILS
    found = json.loads(told.out)
    assert (found["complete"], found["schedules"] > 0, found["failing"] > 0) == (False, True, True)


def test_empty_and_malformed_documents_are_refused(told: Told) -> None:
    assert told("# Only prose\n") == NOTHING
    assert "has nothing to explore" in told.err
    assert told("```kvshell sesion=a\nkv> stores\n```\n") == USAGE
    assert told(document(CREATE), "--replay", "spec:9.9") == USAGE
    assert "the token does not fit" in told.err
    assert (
        explore(read(["explore", str(told.path.parent / "none.md")]), Flags(Caps(), deque()))
        == USAGE
    )


def test_a_failing_set_up_is_reported_without_an_empty_diagram(told: Told) -> None:
    assert told(document(CREATE, setup="kv> lookup t\n{:ok, #PID<t>}")) == FAILS

    lines = told.out.splitlines()
    place, wanted = "line 6: lookup t", "expected {:ok, #PID<t>}, got :error"
    assert lines[0] == f"the set-up fails, nothing is explored: {place} - {wanted}"
    assert "" not in lines


def test_a_line_of_the_set_up_without_its_answer_is_told_what_to_write(told: Told) -> None:
    assert told(document(CREATE, setup="kv> lookup t")) == FAILS

    assert told.out.splitlines()[0] == (
        "the set-up fails, nothing is explored: line 6: lookup t - expected nothing, got :error; "
        "write below the line what it answers, or ${_:any}"
    )


@pytest.mark.slow
def test_a_kill_is_reported_as_a_kill(told: Told) -> None:
    code = told(document("kv> get s k\nnil", setup=MADE), "--crash", "1", "--law", "beam")

    assert code == FAILS
    first, counts, drawn, *_ = told.out.splitlines()
    named = r"((?:[\w.]+, )+[\w.]+) or s \(shown here\)"
    said = re.fullmatch(rf"can fail when {named} is killed; none fails without a kill", first)
    assert said is not None
    assert drawn.split() == ["s", "is", "killed"]
    rows = re.findall(r"^([\w.]+) +(.*?) *(\d+) of (\d+) +beam\S+$", told.out, re.MULTILINE)
    assert [row[0] for row in rows] == [*said[1].split(", "), "s", "nobody"]
    numbers = [(int(fails), int(schedules)) for _, _, fails, schedules in rows]
    counted = re.fullmatch(r"beam\+crash1: (\d+) schedules, (\d+) fail", counts)
    assert counted is not None
    failing, schedules = (sum(column) for column in zip(*numbers, strict=True))
    assert (failing, schedules) == (int(counted[2]), int(counted[1]))
    assert numbers[-1] == (0, 1)
    assert dict(row[:2] for row in rows)["KV.Registry"] == "s, KV.BucketSupervisor"


def test_an_answer_that_was_sent_is_not_called_one_that_arrived(told: Told) -> None:
    """One schedule passes in which the kill arrives while the last answer is on its way."""
    clients = "kv> kill s\ntrue", "kv> put s milk 1\n:ok\nkv> get s milk\n1"

    assert told(document(*clients, setup=MADE), "--law", "spec") == FAILS

    said = "fails because a's `kill s` reached s before s answered b for the second time"
    assert told.out.startswith(said)


def test_a_schedule_is_walked_line_by_line_from_standard_input(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("next 2\nput s k 1\nnext\n"))

    assert told(document(CREATE), "--replay", "spec:0") == FAILS

    opened, _, _, coming, *_ = told.out.splitlines()
    assert opened.endswith("nothing is expected")
    assert coming.startswith("next    1  a -> KV.Registry")
    assert told.out.splitlines()[-1].startswith("** (CommandError) in a walk, type next or back")


def test_without_a_line_to_run_the_whole_schedule_is_listed(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))

    assert told(document(CREATE), "--replay", "spec:0") == 0

    steps = [line.split()[0] for line in told.out.splitlines() if re.match(r" +\d+  ", line)]
    assert steps == [str(number) for number in range(1, len(steps) + 1)]
    assert told.out.endswith("the end: nothing is expected\n")


def test_a_schedule_is_walked_as_json(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("next\nexit\nnext\n"))

    assert told(document(CREATE), "--replay", "spec:0", "--json") == 0

    opened, walked, _left = map(json.loads, told.out.splitlines())
    assert opened["ok"]
    assert walked["input"] == "next"
    assert walked["rows"][0]["text"].split()[:2] == ["1", "a"]


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_shows_what_is_done_and_what_is_left() -> None:
    assert progress_parts(SearchProgress("spec", 1200, 3, 0.25, 0.12), 10.0) == [
        "spec: 1,200 schedules, 3 fail",
        "about 25 % done, 30 s left",
        "Ctrl-C stops",
    ]
    assert progress_parts(SearchProgress("spec+crash1", 1200, 3, 1e-9, 0.2), 10.0)[1] == (
        "20 % of the budget, 40 s at most"
    )


def test_progress_fits_its_line_and_is_removed() -> None:
    now = iter([0.0, 0.1, 2.0, 2.1])
    screen = Screen()

    with Teletype(screen, lambda: next(now)) as teletype:
        teletype.report(SearchProgress("spec", 1, 0, 0.0, 0.1))
        assert screen.getvalue() == ""
        teletype.report(SearchProgress("spec", 2, 0, 0.0, 0.2))
        assert "spec: 2 schedules, 0 fail; 20 % of the budget" in screen.getvalue()

    assert screen.getvalue().endswith("\r\x1b[K")
    assert fitted(["spec: 2 schedules", "20 % of the budget", "Ctrl-C stops"], 40) == (
        "spec: 2 schedules; 20 % of the budget"
    )


def test_progress_is_removed_before_a_refusal() -> None:
    """Otherwise the error would begin on the same line."""
    now = iter([0.0, 2.0])
    screen = Screen()

    def search() -> None:
        with Teletype(screen, lambda: next(now)) as teletype:
            teletype.report(SearchProgress("spec", 2, 0, 0.0, 0.2))
            raise RefusedError("not deterministic")

    with pytest.raises(RefusedError):
        search()
    assert screen.getvalue().endswith("\r\x1b[K")


def test_a_log_gets_occasional_progress_lines() -> None:
    now = iter([0.0, 5.0, 12.0, 13.0, 23.0])
    log = io.StringIO()

    with Teletype(log, lambda: next(now)) as teletype:
        for number in range(4):
            teletype.report(SearchProgress("spec", number, 0, 0.0, 0.1))

    assert [line.split(";")[0] for line in log.getvalue().splitlines()] == [
        "kvshell: spec: 1 schedule, 0 fail",
        "kvshell: spec: 3 schedules, 0 fail",
    ]


def test_the_odds_are_shown_beside_the_verdict(told: Told) -> None:
    program = document(f"{CREATE}{LOST}", design="ets-cast")

    told(program, "--law", "beam", "--odds", "20")
    assert "schedules, seen in " in told.out.splitlines()[-1]
    assert told.out.splitlines()[-1].endswith(" % of 20 runs on real threads")

    told(program, "--law", "beam", "--odds", "20", "--json")
    seen = json.loads(told.out)["odds"]
    assert (seen["runs"], seen["at_rest"]) == (20, True)


def test_a_read_of_an_unwritten_row_is_hidden(told: Told) -> None:
    told(document("kv> put s k 1\nkv> get s k\n1", "kv> put s k 2", setup=MADE), "--diagram")
    assert "reads row" not in told.out
    told(document(f"{STOP}:ok\n{LOST}", setup=MADE), "--diagram")
    assert 'lookup s: reads row "s"' in told.out


def test_a_registrys_internal_rows_are_not_shown_as_the_users(told: Told) -> None:
    told(document(f"{STOP}:ok\n{LOST}", design="library", setup=MADE), "--diagram")

    assert "row -1" not in told.out
    assert "looks where" not in told.out
    assert 'lookup s: reads row "s"' in told.out


def test_odds_of_a_program_that_never_rests_are_given_up_after_one_run(told: Told) -> None:
    told(document("kv> cast Left :go\n:ok", setup=SETUP), "--trust", "--law", "beam")

    found = odds(program_of(str(told.path), trust=True), 1000, rest_s=0.1)

    assert found.restless
    assert found.as_json() == {"runs": 1, "failing": 0, "at_rest": False}


def test_odds_of_a_program_whose_final_check_waits_forever_are_given_up(told: Told) -> None:
    checks = "```kvshell\nkv> receive do :hello -> :ok end\n```\n"
    told.path.write_text(document("kv> put s k 1", setup=MADE) + checks, encoding="utf-8")

    assert odds(program_of(str(told.path)), 1000, rest_s=0.1).restless


@pytest.mark.parametrize("words", [["create", "store", "s;", "lookup", "s"], ["stores"]])
def test_a_line_in_place_of_a_path_is_answered_with_the_command_for_it(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert explore(read(["explore", *words]), Flags(Caps(), deque())) == USAGE

    line = " ".join(["explore", *words])
    way = f"explore takes one PATH; to explore a line: kvshell -c '{line}'"
    assert capsys.readouterr() == ("", f"kvshell: {way}\n")


def test_two_documents_are_not_taken_for_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [tmp_path / name for name in ("a.md", "b.md")]
    for path in paths:
        path.write_text(document("kv> lookup s"), encoding="utf-8")

    assert explore(read(["explore", *map(str, paths)]), Flags(Caps(), deque())) == USAGE

    assert capsys.readouterr() == ("", "kvshell: explore takes one PATH\n")


def test_a_failing_schedule_from_a_pipe_fails(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = []
    for lines in ("", "next\n"):
        monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
        codes.append(told(document(f"{CREATE}:error"), "--replay", "spec:0"))

    assert codes == [FAILS, FAILS]


def test_where_beam_has_more_schedules_the_columns_are_said_not_to_compare() -> None:
    ending = Ending((Observed("a", 1, "stores", ":ok"),))
    spec = search(program_of("races/one-message.md"), FaultModel())
    more = spec._replace(outcomes=(Outcome(ending, 3, "beam:0"),))
    fewer = spec._replace(outcomes=(Outcome(ending, 2, "spec:0"),))

    def remarks(*verdicts: Verdict) -> str:
        return "\n".join(render_view(view, DOCUMENT) for view in views(verdicts))

    assert NOT_COMPARED in remarks(fewer, more)
    assert NOT_COMPARED not in remarks(more, fewer)
