"""Replay a text in this process and look at what came of it."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from kvshell.transcript.main import Host, main
from kvshell.transcript.options import Options
from kvshell.transcript.outcome import Checked, Played
from kvshell.transcript.parse import parse
from kvshell.transcript.play import Settings
from kvshell.transcript.replay import play_document


class Ran(NamedTuple):
    """An exit code and what was written."""

    code: int
    out: str
    err: str


Replay = Callable[..., Ran]


def play(text: str | bytes, **settings: object) -> Played:
    """Play a document of this text."""
    document = parse("t.md", text)
    return play_document(document, Settings(**settings), lambda each: None)  # type: ignore[arg-type]


def block(lines: str, attributes: str = "", front: str = "") -> str:
    """A document of one block."""
    head = f"---\n{front}\n---\n" if front else ""
    return f"{head}~~~~kvshell {attributes}\n{lines.strip()}\n~~~~\n"


def statuses(played: Played) -> list[str]:
    """What became of each command."""
    return [each.status.value for each in played.checked]


def failure(played: Played) -> Checked:
    """The one command that failed."""
    (found,) = [each for each in played.checked if each.failure is not None]
    return found


def replayer(folder: Path, capsys: pytest.CaptureFixture[str]) -> Replay:
    """Return a function that replays a text, or names of files in `folder`, with options."""

    def replay(
        *paths: str,
        text: str | None = None,
        verb: str = "replay",
        host: Host | None = None,
        **options: object,
    ) -> Ran:
        if text is not None:
            (folder / "t.md").write_text(text, encoding="utf-8", newline="")
            paths = ("t.md",)
        code = main(verb, Options(paths=paths, **options), host)  # type: ignore[arg-type]
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return replay
