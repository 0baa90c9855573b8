"""Binary files and paths that are not files are rejected at once, with the name of the file."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kvshell.cli import main
from kvshell.learn.lesson.lesson import translations
from kvshell.shell.config.settings import read
from kvshell.shell.config.startup import run
from kvshell.shell.prompt.history import HistoryFile
from kvshell.views import safe

LATIN = b'defmodule A do\n  def x, do: "caf\xe9"\nend\n'
TEST = b'defmodule ATest do\n  use ExUnit.Case\n  test "caf\xe9" do\n    assert true\n  end\nend\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "latin.ex").write_bytes(LATIN)
    (tmp_path / "latin_test.exs").write_bytes(TEST)
    (tmp_path / "open.ex").write_text("defmodule G do\n  def x, do: (\nend\n")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "latin.ex").write_bytes(LATIN)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["-c", "load latin.ex"], 1, "** (CompileError) latin.ex:2: not UTF-8: byte 0xe9"),
        (["-c", "load lib/"], 1, "** (CompileError) latin.ex:2: not UTF-8: byte 0xe9"),
        (["-c", 'c "latin.ex"'], 1, "** (CompileError) latin.ex:2: not UTF-8: byte 0xe9"),
        (["test", "latin_test.exs"], 2, "latin_test.exs:3: not UTF-8: byte 0xe9"),
        (["--load", "latin.ex", "-c", "self"], 2, "kvshell: latin.ex:2: not UTF-8: byte 0xe9"),
        (["--load", "open.ex", "-c", "self"], 2, "kvshell: open.ex:3:1: unexpected reserved word"),
    ],
    ids=str,
)
def test_a_source_of_elixir_that_cannot_be_read_is_named_with_its_line(
    folder: Path, words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == code

    found = capsys.readouterr()
    assert said in found.out + found.err
    assert "internal fault" not in found.err


MISSING = "no such file or folder: x/nope"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["explore", "x/nope.md"], f"kvshell: {MISSING}.md"),
        (["explore", "x/nope.exs"], f"kvshell: explore: {MISSING}.exs"),
        (["test", "x/nope.exs"], f"kvshell: test: {MISSING}.exs"),
        (["test", "x/nope.exs:3"], f"kvshell: test: {MISSING}.exs:3"),
        (["replay", "x/nope.md"], f"kvshell: {MISSING}.md"),
        (["check", "x/nope.md"], f"kvshell: {MISSING}.md"),
        (["export", "x/nope.md"], f"kvshell: {MISSING}.md"),
        (["record", "x/nope.md"], "kvshell: cannot write x/nope.md: no such file or folder: x"),
        (["learn", "--check", "x/nope.md"], f"kvshell: {MISSING}.md"),
        (["learn", "--report", "x/nope.json"], f"kvshell: {MISSING}.json"),
        (["--load", "x/nope.py", "-c", "self"], f"kvshell: {MISSING}.py"),
        (["--load", "x/nope.ex", "-c", "self"], f"kvshell: {MISSING}.ex"),
        (["-c", "load x/nope.py"], f"** (CommandError) {MISSING}.py"),
        (["-c", "load x/nope.ex"], f"** (CommandError) {MISSING}.ex"),
        (["-c", "load x/nope"], f"** (CommandError) {MISSING}"),
        (["-c", "explore x/nope.md"], f"** (CommandError) {MISSING}.md"),
        (["-c", "replay x/nope.md"], f"kvshell: {MISSING}.md"),
    ],
    ids=str,
)
def test_a_missing_file_is_told_in_the_same_words_everywhere(
    folder: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) != 0

    found = capsys.readouterr()
    assert (found.out + found.err).splitlines()[-1] == said


@pytest.mark.parametrize("path", ["x.py", "x.ex", "."])
def test_loading_in_a_deleted_folder_is_an_error(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()

    assert main(["-c", f"load {path}"]) == 1

    assert capsys.readouterr().out == (f"** (CommandError) no such file or folder: {path}\n")


@pytest.mark.parametrize(
    ("words", "name", "said"),
    [
        (["test", "pipes"], "a_test.exs", "there is no file *_test.exs in this folder"),
        (["learn", "--check", "pipes"], "a.md", "no lesson found"),
        (["replay", "pipes"], "a.md", "nothing to run"),
        (["-c", "load pipes/"], "a.ex", "[]"),
        (["learn", "--progress", "pipes/a.json"], "a.json", "pipes/a.json is a pipe, not a file"),
    ],
    ids=str,
)
def test_loading_a_named_pipe_does_not_block(
    folder: Path, words: list[str], name: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "pipes").mkdir()
    os.mkfifo(folder / "pipes" / name)

    main(words)

    found = capsys.readouterr()
    assert said in found.out + found.err


def settings_of(pipe: Path) -> str:
    return str(*read(pipe, {}).problems)


def startup_of(pipe: Path) -> str:
    return str(*run(pipe, None, None))  # type: ignore[arg-type]  # it is not read


def history_of(pipe: Path) -> str:
    history = HistoryFile(pipe)
    assert [*history.load_history_strings()] == []
    return str(history.trouble)


@pytest.mark.parametrize("reading", [settings_of, startup_of, history_of])
def test_a_pipe_in_place_of_a_config_file_is_reported(
    reading: Callable[[Path], str], tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    assert "pipe" in safe(reading(pipe)).removeprefix(str(pipe))


def test_a_pipe_in_place_of_a_translation_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n")
    os.mkfifo(tmp_path / "a.ru.md")

    assert translations(tmp_path / "a.md") == {}
