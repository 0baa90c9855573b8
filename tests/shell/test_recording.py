"""`record PATH` and `record off` at a prompt, and `kvshell record PATH` in a pipe."""

import io
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest

from kvshell.command_line.reading import read
from kvshell.session import Session
from kvshell.shell.hosts.session_prompt import ScreenOpener, SessionPrompt
from kvshell.shell.record_command import record
from kvshell.shell.recordings import Recordings
from kvshell.views import Caps
from kvshell.views.caps import Flags
from tests.shell.pty_terminal import Pty
from tests.shell.terminal import shown_by


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SessionPrompt]:
    monkeypatch.chdir(tmp_path)
    session = Session("free")
    recordings = Recordings(session)
    screen_openers: dict[str, ScreenOpener] = {
        "record": lambda wish, _host: recordings.open(wish),
        "explore": lambda *_: [],
    }
    made = SessionPrompt(session, Caps, screen_openers, record=recordings.record)
    made.recordings = recordings  # type: ignore[attr-defined]  # for the test that leaves
    yield made
    made.close()


def typed(host: SessionPrompt, *lines: str) -> list[str]:
    told = []
    for line in lines:
        told += [block.text for block in shown_by(host, line)]
    return told


def test_lines_typed_before_and_after_are_in_the_document(host: SessionPrompt) -> None:
    told = typed(
        host, "start manager", "record a.md", "# two of them", "create store s1", "record off"
    )  # fmt: skip

    assert told[1] == "recording to a.md: record off ends it"
    assert told[-1] == "recorded 2 commands in a.md"
    text = Path("a.md").read_text()
    assert "kv> start manager\n{:ok, #PID<manager>}\n" in text
    assert "\ntwo of them\n" in text
    assert "record" not in text


def test_a_line_that_is_explored_is_recorded_with_its_answer(host: SessionPrompt) -> None:
    line = "explore create store s; lookup s"
    told = typed(host, "start manager", "record a.md", line, "record off")

    assert told[-1] == "recorded 2 commands in a.md"
    text = Path("a.md").read_text()
    assert f"kv> {line}\nevery schedule has the same outcome\n" in text


def test_an_interrupted_search_is_left_out(host: SessionPrompt) -> None:
    line = "explore create store s; lookup s"
    typed(host, "start manager", "record a.md", line)
    host.recordings.stopped()  # type: ignore[attr-defined]
    typed(host, f"lookup s; {line}")
    host.recordings.stopped()  # type: ignore[attr-defined]
    told = typed(host, "record off")

    assert told == [f"recorded 2 commands in a.md\n  {line}: left out, Ctrl-C ended it"]


def test_a_second_recording_or_an_existing_file_is_refused(host: SessionPrompt) -> None:
    Path("mine.md").write_text("mine")

    told = typed(host, "record off", "record mine.md", "record a.md", "record b.md", "record off")

    assert told[0] == "nothing is being recorded: record PATH starts a recording"
    assert told[1] == "** (CommandError) mine.md exists: record another file, or --force"
    assert told[3] == "** (CommandError) recording to a.md: record off"
    assert Path("mine.md").read_text() == "mine"


def test_leaving_the_prompt_ends_the_recording(host: SessionPrompt) -> None:
    typed(host, "record a.md", "start manager")

    assert host.recordings.end() == "recorded 1 command in a.md"  # type: ignore[attr-defined]
    assert host.recordings.end() == ""  # type: ignore[attr-defined]


def _piped(text: str, monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    return record(read(["record", *words]), Flags(Caps(), deque()))


def test_replay_works_in_a_piped_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.md"
    bad.write_text("```kvshell\nkv> self\n:nope\n```\n", encoding="utf-8")

    _piped(f"self\nreplay {bad}; self\n", monkeypatch, str(tmp_path / "saved.md"))

    out = capsys.readouterr().out.splitlines()
    assert out[0] == out[-1] == "#PID<0.100.0>"
    assert any("1 failed" in line for line in out)


def test_piped_lines_are_answered_and_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.md"
    lines = (
        "start manager\nas b create store s1\nnonsense\nexplore lookup s\n"
        "put s1 token abcdef\nexit\nstores\n"
    )

    code = _piped(lines, monkeypatch, str(path), "--redact", "abc")

    told = capsys.readouterr()
    assert code == 0
    assert told.out.splitlines()[:3] == ["{:ok, #PID<0.103.0>}", ":ok", "~ b: #PID<0.105.0>"]
    assert "\nevery schedule has the same outcome\n" in told.out
    assert told.err == f"kvshell: recorded 5 commands in {path}\n"
    assert "abcdef" not in path.read_text()
    assert _piped("", monkeypatch, str(path)) == 2
    assert _piped("", monkeypatch, str(path), "--force", "--redact", "(") == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_ends_the_recording_once_and_the_shell_lives(host: SessionPrompt) -> None:
    host.recordings.begin("/dev/full", force=True)  # type: ignore[attr-defined]

    told = typed(host, "self", "self", "record off")

    assert told == [
        "#PID<0.100.0>", "recording stopped: no space left on device; /dev/full ends before this",
        "#PID<0.100.0>", "nothing is being recorded: record PATH starts a recording",
    ]  # fmt: skip
    assert host.recordings.failed  # type: ignore[attr-defined]  # the exit code says so, too


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("typed", ["self\rexit\r", "exit\r"])
def test_a_recording_that_stopped_ends_the_shell_with_a_code(tmp_path: Path, typed: str) -> None:
    words = ("record", "/dev/full", "--force")
    with Pty(tmp_path, words=words) as pty:
        pty.wait("kv(1)>").type(typed)

        assert pty.ends() == (1 if "self" in typed else 0)
