from pathlib import Path

import pytest

from kvshell.shell.screen.editors import editor


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with the programs `vi` and `mine`."""
    for name in ("vi", "mine"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.parametrize(
    ("visual", "chosen", "words"),
    [
        ("", "", ["vi"]),
        ("", "mine --wait", ["mine", "--wait"]),
        ("mine -a", "vi", ["mine", "-a"]),
        ("mine 'unclosed", "vi -R", ["vi", "-R"]),
        ("not-there", "also-not-there", ["vi"]),
    ],
)
def test_the_users_editor_is_preferred_and_an_invalid_variable_skipped(
    programs: Path, monkeypatch: pytest.MonkeyPatch, visual: str, chosen: str, words: list[str]
) -> None:
    monkeypatch.setenv("VISUAL", visual)
    monkeypatch.setenv("EDITOR", chosen)

    assert editor() == words


def test_without_an_editor_none_is_found(programs: Path) -> None:
    (programs / "vi").unlink()

    assert editor() == []
