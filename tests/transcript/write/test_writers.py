"""Every command that writes a user's file overwrites only content that it has read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kvshell.learn.lesson.translations import sync_all
from kvshell.session import Session
from kvshell.shell.author_prompt import AuthorPrompt
from kvshell.transcript.recorder import Recorder, RecordError
from kvshell.transcript.write.atomic_file import NotWrittenError, content, write_file
from kvshell.transcript.write.git_state import is_modified
from kvshell.views import Caps
from tests.shell.terminal import shown_by
from tests.transcript.running import Replay, block

STALE = block("kv> start manager\n:old")
GOOD = block("kv> start manager\n{:ok, #PID<manager>}")


class Editor:
    """The standard input of a user who saves the file in an editor before each answer."""

    def __init__(self, file: Path, *answers: str) -> None:
        self._file = file
        self._answers = iter(answers)

    def readline(self) -> str:
        self._file.write_text(self._file.read_text() + "an edit\n")
        return next(self._answers, "")


def names(folder: Path) -> list[str]:
    """Return the names of the files in a folder, including temporary ones."""
    return sorted(each.name for each in folder.iterdir())


# -- one file --------------------------------------------------------------------------------------


def test_a_file_changed_since_it_was_read_is_left_unchanged(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("an edit")

    with pytest.raises(NotWrittenError, match=r"cannot write .*a.md: it has changed since"):
        write_file(file, "new", over=b"old")
    with pytest.raises(NotWrittenError, match="exists by now"):
        write_file(file, "new", over=None)
    file.unlink()
    with pytest.raises(NotWrittenError, match="gone"):
        write_file(file, "new", over=b"old")

    assert names(tmp_path) == []
    write_file(file, "new", over=None)
    assert content(file) == b"new"
    write_file(file, "newer", over=b"new")
    assert file.read_text() == "newer"
    assert names(tmp_path) == ["a.md"]


def test_the_target_of_a_link_is_written_and_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("old")
    file.chmod(0o640)
    (tmp_path / "link.md").symlink_to(file)

    write_file(tmp_path / "link.md", "new", over=b"old")

    assert (tmp_path / "link.md").is_symlink()
    assert file.read_text() == "new"
    assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write every file")
def test_a_file_that_may_not_be_written_is_not_replaced(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("old")
    file.chmod(0o440)

    with pytest.raises(NotWrittenError, match="Permission denied"):
        write_file(file, "new", over=b"old")

    assert file.read_text() == "old"


def test_a_device_is_written_into_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_file(pipe, "text", over=content(pipe))
        assert os.read(reader, 10) == b"text"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


# -- replay --update -------------------------------------------------------------------------------


def test_an_edit_saved_while_the_question_waits_is_kept(
    replay: Replay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "t.md"
    monkeypatch.setattr(sys, "stdin", Editor(file, "y\n"))

    ran = replay(text=STALE, update="ask")

    assert ran.code == 1
    assert "t.md is left as it is: cannot write t.md: it has changed since it was read" in ran.err
    assert file.read_text() == STALE + "an edit\n"


def test_updating_twice_the_same_file_by_two_names_is_one_update(
    replay: Replay, tmp_path: Path
) -> None:
    (tmp_path / "t.md").write_text(STALE)
    (tmp_path / "u.md").symlink_to("t.md")

    assert replay("t.md", "u.md", update="all").code == 0
    assert (tmp_path / "t.md").read_text() == GOOD


# -- record ----------------------------------------------------------------------------------------


def test_a_forced_recording_keeps_the_old_file_until_the_first_line(
    tmp_path: Path,
) -> None:
    file = tmp_path / "a.md"
    file.write_text("mine")

    recorder = Recorder(file, force=True)
    recorder.line("", [])
    before = file.read_text()
    recorder.line("start manager", [])
    recorder.line("stores", [])
    draft = file.read_text()
    recorder.abandon()

    assert before == "mine"
    assert draft.count("```kvshell") == 2


@pytest.mark.parametrize("force", [False, True])
def test_an_edit_of_a_file_being_recorded_is_kept(tmp_path: Path, force: bool) -> None:
    file = tmp_path / "a.md"
    if force:
        file.write_text("mine")
    recorder = Recorder(file, force=force)
    recorder.line("start manager", [])
    file.write_text("an edit")

    finished = recorder.finish()

    assert file.read_text() == "an edit"
    assert "{:ok, #PID<manager>}" in (tmp_path / "a-2.md").read_text()
    assert f"recorded 1 command in {tmp_path / 'a-2.md'}" in finished.message
    assert f"{file} was changed while it was recorded, and is left as it is" in finished.message


def test_a_recording_continues_in_another_file_after_an_edit(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    recorder = Recorder(file)
    recorder.line("start manager", [])
    file.write_text("an edit")

    recorder.line("stores", [])
    recorder.abandon()  # as a crash does

    assert file.read_text() == "an edit"
    assert (tmp_path / "a-2.md").read_text().count("```kvshell") == 2


def test_a_file_that_changes_before_the_first_line_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("mine")
    recorder = Recorder(file, force=True)
    file.write_text("an edit")

    recorder.line("start manager", [])
    recorder.line("stores", [])

    assert file.read_text() == "an edit"
    assert (tmp_path / "a-2.md").read_text().count("```kvshell") == 2


def test_a_full_disk_ends_the_recording_and_keeps_its_content(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    signal = pytest.importorskip("signal")
    file = tmp_path / "a.md"
    recorder = Recorder(file)
    recorder.line("start manager", [])
    kept = file.read_text()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(kept) + 20, limits[1]))
    try:
        with pytest.raises(RecordError, match="recording stopped: file too large"):
            recorder.line("create store a-store-with-a-long-name", [])
        recorder.line("create store a-store-with-a-long-name", [])  # nothing more is written
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)

    assert file.read_text() == kept


def test_a_disk_that_the_last_rewrite_fills_ends_the_recording_and_keeps_its_blocks(
    tmp_path: Path,
) -> None:
    resource = pytest.importorskip("resource")
    signal = pytest.importorskip("signal")
    file = tmp_path / "a.md"
    recorder = Recorder(file)
    recorder.line("start manager", [])
    kept = file.read_text()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, limits[1]))
    try:
        finished = recorder.finish()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)

    assert not finished.passes
    assert finished.message == (
        f"recording stopped: file too large; {file} keeps every line, each in a block of its own"
    )
    assert file.read_text() == kept
    assert [each.name for each in tmp_path.iterdir()] == ["a.md"]


# -- export, author, translations ------------------------------------------------------------------


def test_an_export_overwrites_only_an_earlier_export(replay: Replay, tmp_path: Path) -> None:
    for form in ("cast", "svg", "html"):
        output = str(tmp_path / f"out.{form}")
        for _ in range(2):
            assert replay(text=GOOD, verb="export", to=form, output=output).code == 0

    ran = replay(text=GOOD, verb="export", output="t.md")

    assert ran.code == 2
    assert (
        "cannot write t.md: it exists and is not an export: name another file, or --force"
        in ran.err
    )
    assert (tmp_path / "t.md").read_text() == GOOD
    (tmp_path / "old.txt").write_text("old")
    assert replay(text=GOOD, verb="export", output="old.txt", force=True).code == 0


def test_an_edit_of_a_lesson_that_is_being_written_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    host = AuthorPrompt(Session("controlled"), file, Caps, content(file))
    try:
        shown_by(host, "start manager")
        assert host.written().startswith(f"wrote {file};")
        file.write_text("an edit")
        said = host.written()
    finally:
        host.close()

    assert file.read_text() == "an edit"
    other = tmp_path / "a-2.md"
    assert said == f"{file} has been changed meanwhile and was not overwritten: wrote {other}"


def test_synced_blocks_keep_the_translations_line_ends(tmp_path: Path) -> None:
    step = "# A\n\n## B {#b}\n\n```kvshell\nkv> stores\n[]\nkv> self\n#PID<me>\n```\nend\n"
    (tmp_path / "1.md").write_text(step)
    other = tmp_path / "1.ru.md"
    other.write_bytes(step.replace("[]", ":x").replace("\n", "\r\n").encode())

    sync_all([tmp_path / "1.md"], lambda _: None)

    assert other.read_bytes() == step.replace("\n", "\r\n").encode()


# -- git -------------------------------------------------------------------------------------------


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Create a git repository with one committed document."""
    for words in (
        ["init", "-q"],
        ["config", "user.email", "a@b"],
        ["config", "user.name", "a"],
    ):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)  # a test's own
    (tmp_path / "t.md").write_text(STALE)
    git(tmp_path, "add", "t.md")
    git(tmp_path, "commit", "-qm", "one")
    return tmp_path


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, check=True)  # a test's own


def test_modified_files_are_recognised_with_git(repository: Path) -> None:
    file = repository / "t.md"
    assert not is_modified(file)
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert not is_modified(file)  # as core.autocrlf checks it out
    file.write_text("another")
    assert is_modified(file)
    git(repository, "add", "t.md")
    assert is_modified(file)
    git(repository, "commit", "-qm", "two")
    assert not is_modified(file)
    (repository / "new.md").write_text("new")
    assert not is_modified(repository / "new.md")
    git(repository, "add", "new.md")
    assert is_modified(repository / "new.md")


def test_checking_git_starts_no_program_of_the_repository(
    repository: Path, replay: Replay, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = repository / "evil.sh"
    program.write_text(f"#!/bin/sh\ntouch {repository}/ran\ncat\n")
    program.chmod(0o755)
    hooks = repository / "hooks"
    hooks.mkdir()
    for name in ("post-index-change", "fsmonitor-watchman"):
        (hooks / name).symlink_to(program)
    (repository / ".gitattributes").write_text("*.md filter=evil diff=evil\n")
    for key, value in {
        "core.fsmonitor": str(program), "core.hooksPath": str(hooks), "core.pager": str(program),
        "diff.external": str(program), "diff.evil.command": str(program), "alias.ls-files": "!evil",
        "filter.evil.clean": str(program), "diff.evil.textconv": str(program),
        "core.sshCommand": str(program), "core.editor": str(program),
    }.items():  # fmt: skip
        git(repository, "config", key, value)
    os.utime(repository / "t.md", (1, 1))  # so that git has to look at the content
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(program))

    assert replay("t.md", update="all").code == 0

    assert not (repository / "ran").exists()
    assert (repository / "t.md").read_text() == GOOD
