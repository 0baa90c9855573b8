"""Reports for unusual documents, and how a stuck replay is abandoned."""

import os
import re
import shutil
import signal
import threading
import time
from collections import deque
from pathlib import Path
from typing import NoReturn

import pytest

from kvshell.command_line.reading import read
from kvshell.otp import gen_server
from kvshell.otp.gen_server import GenServer
from kvshell.runtime import process
from kvshell.session import Session
from kvshell.terms import A, Term
from kvshell.transcript import replay as replaying
from kvshell.transcript.command import check, export
from kvshell.transcript.format.grammar import ParseError
from kvshell.transcript.format.parser import parse
from kvshell.transcript.format.targets import Target, TargetError
from kvshell.transcript.match import line_match
from kvshell.transcript.report.failures import failure_lines
from kvshell.transcript.run import line_timeout as watching
from kvshell.transcript.run.document_host import DocumentHost, PlayedLine
from kvshell.transcript.run.line_timeout import LineTimeout
from kvshell.transcript.run.player import Player, Settings
from kvshell.transcript.write.atomic_file import NotWrittenError, write_file
from kvshell.transcript.write.git_state import is_modified
from kvshell.transcript.write.update import Updater
from kvshell.views import Caps
from kvshell.views.caps import Flags
from tests.transcript.running import Replay, block, play, statuses

START = "kv> start manager\n{:ok, #PID<mgr>}\n"


# -- stuck -----------------------------------------------------------------------------------------


def test_a_line_that_neither_ends_nor_waits_is_abandoned(monkeypatch: pytest.MonkeyPatch) -> None:
    def spin(self: Session, text: str, *, counted: bool) -> NoReturn:
        while True:
            pass

    monkeypatch.setattr(watching, "GRACE_S", 0.02)
    monkeypatch.setattr(Session, "run", spin)
    document = parse("t.md", block("kv> self\n...\nkv> self\n...", "timeout=20ms"))
    with LineTimeout() as watchdog:
        player = Player(document, Settings(), watchdog)
        session = player.session
        checked = list(player.steps())
        player.close()
    session.close()

    assert [each.status.value for each in checked] == ["hung", "not reached"]


def test_a_free_system_that_never_settles_is_a_hang() -> None:
    stuck = threading.Event()
    document = parse("t.md", block("kv> self\n#PID<me>", "timeout=200ms", "clock: real"))
    with LineTimeout() as watchdog:
        player = Player(document, Settings(), watchdog)
        assert player.session.scheduler == "free"  # from here this thread is a process
        process.spawn(stuck.wait)
        (checked,) = list(player.steps())
        stuck.set()
        player.close()

    assert checked.status.value == "hung"
    assert checked.printed == ("#PID<0.100.0>",)


class Stuck(GenServer):
    """A server that waits for an event in its callback, unseen by the scheduler."""

    event = threading.Event()

    def handle_call(self, request: Term, from_: Term, state: Term) -> Term:
        self.event.wait()
        return (A.reply, A.ok, state)


def test_the_message_a_stuck_process_handles_is_named() -> None:
    document = parse("t.md", block("kv> call :stuck {:do, 1}\n:ok", "timeout=50ms"))
    with LineTimeout() as watchdog:
        player = Player(document, Settings(), watchdog)
        session = player.session
        gen_server.start(Stuck, A.none, name=A.stuck)
        (checked,) = list(player.steps())
        Stuck.event.set()
        player.close()
    session.close()

    busy = [line for line in failure_lines(document, checked) if "busy" in line]
    assert checked.status.value == "hung"
    said = " ".join(busy[0].split()[2:])
    assert re.fullmatch(r"busy \d+\.\ds in handle_call \{:do, 1\} mailbox 0", said)


def test_a_stuck_handler_on_the_shells_stack_is_abandoned(monkeypatch: pytest.MonkeyPatch) -> None:
    text = block(START + "kv> create store s1\n#PID<s1>")
    text += block("kv> get s1 k\nnil", "timeout=30ms")
    monkeypatch.setattr(watching, "GRACE_S", 0.02)
    with LineTimeout() as watchdog:
        player = Player(parse("t.md", text), Settings(), watchdog)
        steps = player.steps()
        checked = [next(steps), next(steps)]
        behaviour = player.session.runtime.processes()[-1].record.behaviour
        monkeypatch.setattr(type(behaviour), "handle", lambda *_: threading.Event().wait())
        checked.append(next(steps))
        monkeypatch.undo()
        player.close()

    assert checked[2].status.value == "hung"


def test_another_alarm_is_kept() -> None:
    rang = threading.Event()
    before = signal.signal(signal.SIGALRM, lambda *_: rang.set())
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with LineTimeout():
            pass
        assert rang.wait(10)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_ctrl_c_between_lines_raises_as_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    def tell(_: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(1)

    played = replaying.play_document(parse("t.md", block("kv> self\n#PID<a>")), Settings(), tell)
    assert played.code == 130

    with pytest.raises(KeyboardInterrupt):
        replaying.play_document(
            parse("t.md", block("kv> self\n#PID<a>")), Settings(), tell, ctrl_c=False
        )


def test_ctrl_c_during_a_line_ends_its_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    pressed: list[bool] = []

    def press(self: DocumentHost, *_args: object, **_options: object) -> PlayedLine:
        with self._timeout.interrupts.line(lambda: pressed.append(True)):
            signal.raise_signal(signal.SIGINT)
        return PlayedLine()

    monkeypatch.setattr(DocumentHost, "run", press)

    assert play(block("kv> self\n...\nkv> self\n...")).code == 130
    assert pressed == [True]


# -- odd documents ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ("session=1b", "session=1b should be a name"),
        ("session=_", "session=_ should be a name"),
        ("id=1", "id=1 should be a word"),
        ("async=some", "async=some should be exact or subset"),
        ("timeout=0s", "timeout=0s should be a duration"),
        ("whatever", "no attribute 'whatever'; known are async, fails"),
        ("setup teardown", "setup and teardown exclude each other"),
    ],
)
def test_an_invalid_attribute_is_explained(attributes: str, said: str) -> None:
    with pytest.raises(ParseError, match=said.replace("'", ".")):
        parse("t.md", block("kv> a", attributes))


def test_a_directive_checks_what_follows_it() -> None:
    assert parse("t.md", "<!-- kv:src 3fa9c1d2 -->\n").directives[0].text == "3fa9c1d2"
    with pytest.raises(ParseError, match="needs the hash of the source"):
        parse("t.md", "<!-- kv:src what -->\n")


def test_ambiguous_holes_are_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(line_match, "STEPS", 5)
    monkeypatch.setattr(line_match.Budget.__init__, "__defaults__", (5,))
    text = block("kv> self\n${a}${b}${c}!")

    played = play(text)

    failure = played.checked[0].failure
    assert failure is not None
    assert (failure.kind, failure.line) == ("effort", 2)
    assert failure.sentences[0].startswith("the holes and gaps expected here can be placed in too")


def test_rows_of_different_lengths_are_reported() -> None:
    text = block(
        START + "kv> registry\n╭──────┬─────╮\n│ name │ ${_} │\n├──────┼─────┤\n╰──────┴─────╯"
    )

    failure = play(text).checked[1].failure
    assert failure is not None
    shown = "\n".join(row.text for row in failure.rows)
    assert "│ name │" in shown


def test_a_long_difference_is_truncated() -> None:
    expected = "\n".join(f"line {number}" for number in range(100))

    failure = play(block(f"kv> self\n{expected}")).checked[0].failure
    assert failure is not None
    assert failure.rows[-1].text == "... and 41 more lines"


def test_long_unexpected_output_is_truncated() -> None:
    failure = play(block("kv> help words")).checked[0].failure
    assert failure is not None
    assert failure.rows[-1].text.startswith("... and ")


def test_event_lines_keep_their_place_when_output_changes() -> None:
    text = block(
        START
        + "kv> suspend manager\n:ok\nkv> as b create store s1\n:ok\nkv> resume manager; stores\n"
        "~ b: #PID<s1>\n:old\n:older\n~ gone: ${_}"
    )
    document = parse("t.md", text)
    played = play(text)

    after = Updater(document, played.checked).update().text

    assert after.splitlines()[-4:-1] == ["~ b: #PID<s1>", ":ok", "[]"]


# -- files and streams -----------------------------------------------------------------------------


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotWrittenError, match="cannot write"):
        write_file(tmp_path / "no" / "such.md", "x", over=None)
    (tmp_path / "folder").mkdir()
    with pytest.raises(NotWrittenError, match="cannot write"):
        write_file(tmp_path / "folder", "x", over=None)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_without_git_nothing_is_modified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert not is_modified(tmp_path / "a.md")
    monkeypatch.setattr(shutil, "which", lambda _: "/no/such/git")
    assert not is_modified(tmp_path / "a.md")


def test_a_file_that_goes_away_is_named(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match=r"no such file or folder: a\.md"):
        Target("a.md", tmp_path / "a.md").read()


def test_the_command_lines_of_check_and_export_are_parsed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = Flags(Caps(), deque())
    path = tmp_path / "t.md"
    path.write_text(block(START))

    assert check(read(["check", str(path)]), flags) == 0
    assert (
        export(read(["export", str(path), "-o", str(tmp_path / "a.svg"), "--width", "60"]), flags)
        == 0
    )
    assert (tmp_path / "a.svg").read_text().startswith("<svg")
    for wrong in (["--width", "5", "x"], ["--speed", "0", "x"], ["--to", "gif", "x"], []):
        with pytest.raises(SystemExit):
            export(read(["export", *wrong]), flags)


def test_updating_an_unwritable_document_is_an_error(replay: Replay, tmp_path: Path) -> None:
    (tmp_path / "t.md").write_text(block("kv> self"))
    tmp_path.chmod(0o500)
    try:
        ran = replay("t.md", update="all")
    finally:
        tmp_path.chmod(0o700)

    if os.geteuid():  # root writes everywhere
        assert ran.code == 1
        assert "is left as it is: cannot write" in ran.err


def test_list_names_malformed_documents(replay: Replay) -> None:
    ran = replay(text="```kvshell\n```\n", list_only=True)

    assert (ran.code, ran.out) == (2, "ERROR t.md:1:1: no command in this block\n")


def test_a_malformed_file_is_in_every_report(replay: Replay) -> None:
    for report in ("trace", "json", "junit"):
        assert "no command in this block" in replay(text="```kvshell\n```\n", report=report).out


def test_skips_and_hangs_are_in_the_junit_report(replay: Replay) -> None:
    text = (
        "## A\n\n" + block("kv> a", 'skip="not <yet>"')
        + "## B\n\n" + block("kv> repeat 90000000 self\n...\nkv> self", "timeout=30ms")
    )  # fmt: skip

    out = replay(text=text, report="junit").out

    assert '<skipped message="not &lt;yet&gt;"/>' in out
    assert '<error message="no settlement within 0.03s">' in out
    assert '<failure message="not reached"></failure>' in out
    github = replay(text=text, report="github").out
    assert "1 commands not reached, from t.md › B" in github


def test_every_report_says_what_a_tentative_failure_follows_from(replay: Replay) -> None:
    text = block(
        START + "kv> create store s1; lookup s1\n#PID<s1>\n:wrong\nkv> create store s2\n#PID<s1>"
    )

    assert "::follows from line 4: " in replay(text=text, report="github").out
    assert '"follows":4' in replay(text=text, report="json").out


def test_a_document_without_commands_has_no_statuses() -> None:
    assert statuses(play("prose")) == []
    assert play("prose").code == 3
