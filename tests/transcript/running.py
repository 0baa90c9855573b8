"""Helpers that replay a text in this process and return the outcome."""

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import pytest

from kvshell.transcript.command import ReplayTerminal, main
from kvshell.transcript.format.parser import parse
from kvshell.transcript.match.outcome import Checked, Played
from kvshell.transcript.replay import play_document
from kvshell.transcript.report.replay_options import ReplayOptions
from kvshell.transcript.run.player import Settings


class Ran(NamedTuple):
    """The exit code of a command and its output."""

    code: int
    out: str
    err: str


Replay = Callable[..., Ran]


def play(text: str | bytes, **settings: object) -> Played:
    """Play a document with this text."""
    document = parse("t.md", text)
    return play_document(document, Settings(**settings), lambda each: None)  # type: ignore[arg-type]


def block(lines: str, attributes: str = "", front: str = "") -> str:
    """Return a document with one block."""
    head = f"---\n{front}\n---\n" if front else ""
    return f"{head}~~~~kvshell {attributes}\n{lines.strip()}\n~~~~\n"


def statuses(played: Played) -> list[str]:
    """Return the status of each command."""
    return [each.status.value for each in played.checked]


def failure(played: Played) -> Checked:
    """Return the only command that failed."""
    (found,) = [each for each in played.checked if each.failure is not None]
    return found


class Page(HTMLParser):
    """Collects the tags and the text of a page, and what it would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.loaded: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in {"meta", "br", "hr"}:
            self.open.append(tag)
        self.loaded += [f"{tag} {name}" for name, _ in attrs if name in {"src", "srcset", "data"}]
        self.loaded += [f"{tag} {name}" for name, _ in attrs if name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def replayer(folder: Path, capsys: pytest.CaptureFixture[str]) -> Replay:
    """Return a function that replays a text, or files in `folder`, with options."""

    def replay(
        *paths: str,
        text: str | None = None,
        verb: str = "replay",
        host: ReplayTerminal | None = None,
        **options: object,
    ) -> Ran:
        if text is not None:
            (folder / "t.md").write_text(text, encoding="utf-8", newline="")
            paths = ("t.md",)
        code = main(verb, ReplayOptions(paths=paths, **options), host)  # type: ignore[arg-type]
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return replay
