"""File.read: a user's own session reads files below its folder, an untrusted document none."""

from pathlib import Path

import pytest

from kvshell.session import Session, here
from kvshell.session.client import plain


def _answers(session: Session, *lines: str) -> list[str]:
    return [plain(result) for line in lines for result in session.run(line)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "a.txt").write_text("milk", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("eggs", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path


def test_a_trusted_session_reads_files_below_its_folder(folder: Path) -> None:
    with Session("controlled") as session:
        session.programs = here

        answers = _answers(
            session,
            'File.read("a.txt")',
            'File.read("../secret.txt")',
            f'File.read("{folder}/secret.txt")',
            'File.read(".")',
            'File.exists?("a.txt")',
            "File.ls()",
        )

    missing = "{:error, :enoent}"
    assert answers == ['{:ok, "milk"}', missing, missing, "{:error, :eisdir}", "true",
                       '{:ok, ["a.txt"]}']  # fmt: skip


@pytest.mark.usefixtures("folder")
def test_an_untrusted_session_finds_no_files() -> None:
    with Session("controlled") as session:
        answers = _answers(session, 'File.read("a.txt")', 'File.exists?("a.txt")', "File.cwd()")

    assert answers == ["{:error, :enoent}", "false", "{:error, :enoent}"]


def test_a_module_of_a_folder_is_loaded_again_from_its_own_file(folder: Path) -> None:
    (folder / "here" / "lib").mkdir()
    (folder / "here" / "lib" / "one.ex").write_text("defmodule One do\n  def one, do: 1\nend\n")
    (folder / "here" / "lib" / "two.ex").write_text("defmodule Two do\n  def two, do: 2\nend\n")
    with Session("controlled") as session:
        session.programs = here

        first = _answers(session, "load lib/", "One.one()")
        (folder / "here" / "lib" / "one.ex").write_text("defmodule One do\n  def one, do: 3\nend\n")
        again = _answers(session, "r One", "One.one()", "r One")

    assert first[-1] == "1"
    assert "{:reloaded, [One]}" in again[0]
    assert again[1] == "3"
    assert "{:reloaded, [One]}" in again[2]
