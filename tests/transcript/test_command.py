"""`kvshell replay`: which documents run, the exit codes, the reports."""

import json
import sys
import xml.etree.ElementTree as ET
from collections import deque
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest

from kvshell.command_line.reading import read
from kvshell.session import Session
from kvshell.terms import inspect
from kvshell.transcript.command import replay as replay_command
from kvshell.transcript.export.frames import Machine
from kvshell.transcript.format import targets as library
from kvshell.transcript.report.reports import ReplayProgress
from kvshell.views import Caps
from kvshell.views.caps import Flags
from tests.transcript.running import Replay, block

PASSING = block("kv> start manager\n{:ok, #PID<mgr>}\nkv> stores\n[]")
FAILING = block("kv> start manager\n:no\nkv> stores\n[]")
STEPS = (
    "# Two stores\n\n## Start\n\n" + block("kv> start manager\n{:ok, #PID<mgr>}")
    + "\n## Ask\n\n" + block("kv> lookup s1\n:error\nkv> stores\n[]")
    + "\n## Stop\n\n" + block("kv> stop manager\n:ok")
)  # fmt: skip


# -- exit codes ------------------------------------------------------------------------------------


def test_exit_code_0_all_passed_or_skipped(replay: Replay) -> None:
    assert replay(text=PASSING).code == 0
    assert replay(text=block("kv> nonsense", "skip=x")).code == 0


def test_exit_code_1_a_mismatch(replay: Replay) -> None:
    assert replay(text=FAILING).code == 1


def test_exit_code_2_bad_usage_or_malformed(replay: Replay, tmp_path: Path) -> None:
    assert replay("nothing.md").code == 2
    assert replay(text="```kvshell\n```\n").code == 2
    (tmp_path / "a").mkdir()
    assert replay("a:3").err == "kvshell: a is a folder: it has no line 3\n"


def test_exit_code_3_nothing_to_run(replay: Replay) -> None:
    ran = replay(text="# prose\n")

    assert (ran.code, ran.out) == (3, "")
    assert ran.err == "kvshell: nothing to run: no kvshell block in the named files\n"
    assert replay(text=PASSING, match="no such step").code == 3
    assert replay(text=block("anything", "norun")).code == 3


def test_the_highest_code_wins_and_3_only_if_no_file_has_a_block(
    replay: Replay, tmp_path: Path
) -> None:
    (tmp_path / "pass.md").write_text(PASSING)
    (tmp_path / "fail.md").write_text(FAILING)
    (tmp_path / "bad.md").write_text("```kvshell\n```\n")
    (tmp_path / "prose.md").write_text("prose\n")
    hang = block("kv> repeat 100000000 self\n...", "timeout=30ms")
    (tmp_path / "hang.md").write_text(hang)

    assert replay("pass.md", "prose.md").code == 0
    assert replay("fail.md", "pass.md").code == 1
    assert replay("bad.md", "fail.md").code == 2
    assert replay("fail.md", "hang.md", "bad.md").code == 4


# -- what is run -----------------------------------------------------------------------------------


def test_a_folder_is_searched_for_files_with_blocks(replay: Replay, tmp_path: Path) -> None:
    (tmp_path / "d" / "deep").mkdir(parents=True)
    (tmp_path / "d" / ".hidden").mkdir()
    (tmp_path / "d" / "b.md").write_text(PASSING)
    (tmp_path / "d" / "deep" / "a.md").write_text(PASSING)
    (tmp_path / "d" / ".hidden" / "c.md").write_text(FAILING)
    (tmp_path / "d" / "jekyll.md").write_text("---\nlayout: post\n---\nprose\n")

    ran = replay("d")

    assert ran.code == 0
    assert [line[:13] for line in ran.out.splitlines()] == [
        "ok  d/b.md (2",
        "ok  d/deep/a.",
        "2 files, 4 co",
    ]


def test_the_same_file_listed_twice_runs_once(replay: Replay, tmp_path: Path) -> None:
    (tmp_path / "t.md").write_text(PASSING)

    assert "1 file, 2 commands" in replay("t.md", "./t.md", str(tmp_path / "t.md")).out


def test_standard_input_is_a_document(replay: Replay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=BytesIO(FAILING.encode())))

    ran = replay("-")

    assert ran.code == 1
    assert "FAIL -:2  - › kv> start manager" in ran.out


def test_a_line_number_runs_the_document_up_to_it(replay: Replay, tmp_path: Path) -> None:
    (tmp_path / "t.md").write_text(PASSING + FAILING)

    assert replay("t.md:5").code == 0
    assert "1 file, 1 command: 1 passed" in replay("t.md:3").out
    assert replay("t.md").code == 1


def test_k_runs_the_prefix_and_shows_the_selected_steps(replay: Replay) -> None:
    ran = replay(text=STEPS, match="ask")

    assert ran.out.startswith("ok  Two stores › Ask (2 commands, ")
    assert "1 file, 2 commands: 2 passed" in ran.out
    assert "1 file, 1 command: 1 passed" in replay(text=STEPS, match="STOP manager").out


def test_a_k_that_matches_no_step_is_reported(replay: Replay) -> None:
    ran = replay(text=STEPS, match="nobody")

    assert (ran.code, ran.err) == (
        3, "kvshell: nothing to run: no step contains 'nobody' in the named files\n",
    )  # fmt: skip


def test_a_line_number_beyond_the_document_is_refused(replay: Replay, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(PASSING)

    ran = replay("a.md:99")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "kvshell: a.md has 6 lines, and none is line 99\n"
    assert replay("a.md:0").err == "kvshell: no such file or folder: a.md:0\n"


def test_step_and_speed_require_live(replay: Replay) -> None:
    for options in ({"step": True}, {"speed": 2.0}):
        ran = replay(text=PASSING, **options)
        assert (ran.code, ran.err) == (2, "kvshell: --step and --speed go with --live\n")


def test_a_very_long_command_is_truncated_in_a_failures_heading(replay: Replay) -> None:
    ran = replay(text=block(f"kv> {'x' * 100_000}\n:no"))

    assert ran.code == 1
    assert "xxx... (100,004 characters)" in ran.out.splitlines()[0]
    assert len(ran.out.splitlines()[0]) < 600


def test_a_failure_shows_a_command_that_reproduces_it(replay: Replay, tmp_path: Path) -> None:
    (tmp_path / "my own.md").write_text(block("kv> create store a\n:no", "", "title: x"))
    (tmp_path / "my server.py").write_text("def start():\n    return None\n")

    ran = replay("my own.md", design="plain", trust=True, load=("my server.py",))

    command = "kvshell --load 'my server.py' replay --trust --design plain"
    assert f"re-run: {command} 'my own.md:5'" in ran.out
    assert f"look there: {command} --stop-at 5 'my own.md'" in ran.out


def test_x_stops_at_the_first_failure(replay: Replay, tmp_path: Path) -> None:
    (tmp_path / "fail.md").write_text(FAILING + FAILING)
    (tmp_path / "pass.md").write_text(PASSING)

    assert "1 file, 1 command: 1 failed" in replay("fail.md", "pass.md", stop_first=True).out


def test_list_names_the_steps_and_runs_nothing(replay: Replay) -> None:
    assert replay(text=STEPS, list_only=True).out == (
        "t.md:5  Two stores › Start (1 command)\n"
        "t.md:12  Two stores › Ask (2 commands)\n"
        "t.md:21  Two stores › Stop (1 command)\n"
    )
    assert replay(text="prose", list_only=True).code == 3


def test_the_bundled_transcripts_are_found_by_name(replay: Replay) -> None:
    root = library.root()

    assert root is not None
    assert library.bundled_path("articles") == root / "articles"
    assert library.bundled_path("transcripts/articles/ets.md") == root / "articles" / "ets.md"
    assert library.bundled_path("registry-test") == root / "articles" / "registry-test.md"
    assert library.bundled_path("no-such") is None
    assert library.bundled_path("../README.md") is None
    assert replay("registry-test").code == 0


def test_the_library_is_found_inside_an_installed_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "kvshell" / "transcripts"
    inside.mkdir(parents=True)
    monkeypatch.setattr(
        library,
        "__file__",
        str(tmp_path / "kvshell" / "transcript" / "format" / "targets.py"),
    )

    assert library.root() == inside
    inside.rmdir()
    assert library.root() is None
    assert library.bundled_path("articles") is None


def test_a_document_that_is_too_long_ends_in_a_clear_message(
    replay: Replay, tmp_path: Path
) -> None:
    (tmp_path / "t.md").write_bytes(b"a" * 10_000_005)

    ran = replay("t.md")

    assert (ran.code, ran.out.splitlines()[0]) == (
        2, "ERROR t.md:1:1: 10,000,005 bytes; the limit is 10,000,000"
    )  # fmt: skip


def test_an_unreadable_path_ends_in_a_clear_message(replay: Replay, tmp_path: Path) -> None:
    (tmp_path / "loop.md").symlink_to("loop.md")

    assert replay("loop.md").err == "kvshell: no such file or folder: loop.md\n"
    assert replay("a\0b").code == 2
    assert replay("a" * 5000).code == 2


# -- reports ---------------------------------------------------------------------------------------


def test_the_text_report_folds_steps_that_passed(replay: Replay) -> None:
    lines = replay(text=STEPS).out.splitlines()

    assert [line.partition(",")[0] for line in lines] == [
        "ok  Two stores › Start (1 command", "ok  Two stores › Ask (2 commands",
        "ok  Two stores › Stop (1 command", "1 file",
    ]  # fmt: skip


def test_the_text_report_names_skipped_and_unreached_steps(replay: Replay) -> None:
    text = block("kv> a", 'skip="not yet"') + "## Two\n\n" + block("kv> exit\nkv> self")

    lines = replay(text=text).out.splitlines()

    assert lines[0] == "skip  t.md (1 command, skipped: not yet)"
    assert lines[2] == "not reached  t.md › Two, from line 8 (1 command)"
    assert lines[3].startswith("1 file, 3 commands: 1 passed, 1 skipped, 1 not reached (")


def test_the_trace_report_has_a_line_per_step(replay: Replay) -> None:
    lines = replay(text=STEPS, report="trace").out.splitlines()

    assert lines[1] == "Two stores [t.md]"
    assert lines[3].startswith("  * Ask (2 commands, ")
    assert lines[3].endswith(" [L#12]")


def test_the_json_report_is_an_object_per_document(replay: Replay) -> None:
    first, last = map(json.loads, replay(text=FAILING, report="json").out.splitlines())

    assert (first["path"], first["code"]) == ("t.md", 1)
    assert first["commands"][0]["failure"]["summary"].startswith("expected :no, got {:ok, #PID<")
    assert first["commands"][1]["status"] == "passed"
    assert last["totals"]["failed"] == 1


def test_the_junit_report_is_xml(replay: Replay) -> None:
    text = STEPS.replace(":error", "<&>\x1b")

    root = ET.fromstring(replay(text=text, report="junit").out)

    suite = root.find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    failed = [case for case in suite.findall("testcase") if case.find("failure") is not None]
    assert [(case.get("name"), case.get("line")) for case in failed] == [("Ask", "13")]


def test_the_github_report_names_file_and_line(replay: Replay) -> None:
    lines = replay(text=FAILING, report="github").out.splitlines()

    assert lines[0].startswith(
        "::error file=t.md,line=3,title=kvshell replay::expected :no, got {:ok"
    )
    bad = replay(text="```kvshell\n```\n", report="github").out.splitlines()[0]
    assert bad == "::error file=t.md,line=1,col=1,title=kvshell replay::no command in this block"


def test_a_report_on_a_terminal_has_colours(replay: Replay) -> None:
    assert "\x1b[" in replay(text=FAILING, caps=Caps(tty=True, colour="16")).out
    assert "\x1b[" not in replay(text=FAILING).out


def test_progress_is_one_line_that_goes_away(capsys: pytest.CaptureFixture[str]) -> None:
    import sys

    progress = ReplayProgress(sys.stderr, on=True)
    progress._next = 0

    progress.report("t.md", 3, 10)
    progress.clear()

    assert capsys.readouterr().err == f"\rreplaying t.md: line 3 of 10\r{' ' * 28}\r"


# -- the command line ------------------------------------------------------------------------------


def _command(*words: str) -> int:
    return replay_command(read(["replay", *words]), Flags(caps=Caps(), recent=deque()))


def test_the_command_line_is_parsed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "t.md"
    path.write_text(STEPS)

    assert _command("--report", "trace", "-x", "-k", "ask", str(path)) == 0
    assert _command("--list", str(path)) == 0
    assert _command("--design", "plain", str(path)) == 0
    assert _command("--update", str(path)) == 0
    assert _command("--update=new", str(path)) == 0
    capsys.readouterr()
    for wrong in (["--design", "x"], ["--stop-at", "0"], ["--speed", "1000"], ["--update=x"], []):
        with pytest.raises(SystemExit) as left:
            _command(*wrong, *([str(path)] if wrong else []))
        assert left.value.code == 2


# -- with a terminal -------------------------------------------------------------------------------


class Terminal:
    """A host that records the calls it receives."""

    def __init__(self) -> None:
        self.note = ""
        self.bound: dict[str, str] = {}
        self.screen = ""

    def open_prompt(self, session: Session, note: str) -> int:
        self.note = note
        self.bound = {name: inspect(value) for name, value in session.bindings.items()}
        assert not session.run("alive mgr")[0].error
        session.close()
        return 0

    def live(self, machine: Machine, *, speed: float, step: bool) -> int:
        while (frame := machine.next()) is not None:
            self.screen += frame.text
        return 0 if (speed, step) == (2.0, True) else 1


def test_a_live_replay_leaves_a_line_between_an_answer_and_the_article(replay: Replay) -> None:
    host = Terminal()

    replay(text=STEPS, live=True, speed=2.0, step=True, host=host)

    assert "{:ok, #PID<0.103.0>}\n\n## Ask\n\nkv(2)> lookup s1\n:error\n" in host.screen
    assert host.screen.endswith("kv(4)> stop manager\n:ok\n")


def test_stop_at_opens_the_prompt_before_a_line_with_every_name_bound(replay: Replay) -> None:
    text = STEPS.replace(":error", "{:ok, #PID<never>}") + block("kv> stop manager", "teardown")
    host = Terminal()

    ran = replay(text=text, stop_at=15, host=host)

    assert ran.code == 0
    assert host.note == "t.md, before line 15; bound: mgr"
    assert host.bound == {"mgr": "#PID<0.103.0>"}
    assert "FAIL t.md:13" in ran.out


def test_live_shows_the_document(replay: Replay) -> None:
    host = Terminal()

    ran = replay(text=STEPS, live=True, speed=2.0, step=True, host=host)

    assert ran.code == 0
    assert "kv(1)> start manager\n{:ok, #PID<0.103.0>}\n" in host.screen


def test_live_and_stop_at_need_a_terminal_and_one_document(replay: Replay, tmp_path: Path) -> None:
    (tmp_path / "u.md").write_text(STEPS)

    assert replay(text=STEPS, live=True).err == "kvshell: --live needs a terminal\n"
    assert replay("t.md", "u.md", stop_at=3, host=Terminal()).code == 2
    assert replay(text="```kvshell\n```\n", live=True, host=Terminal()).code == 2
