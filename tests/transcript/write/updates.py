"""Helpers that update a document in memory, or a file by the command."""

from pathlib import Path

from kvshell.transcript.format.parser import parse
from kvshell.transcript.replay import play_document
from kvshell.transcript.run.player import Settings
from kvshell.transcript.write.updating import Rewritten
from tests.transcript.running import Ran, Replay

START = "kv> start manager\n{:ok, #PID<mgr>}\n"


def updated(text: str, **options: bool) -> Rewritten:
    """Return the document rewritten in memory."""
    given_ = {"new_only": False, "accept": False} | options
    rewritten = Rewritten(
        parse("t.md", text), lambda each: play_document(each, Settings(), lambda _: None)
    )
    rewritten.rewrite(**given_, ask=None)
    return rewritten


def new_text(text: str, **options: bool) -> str:
    return updated(text, **options).document.source.text


def body(text: str) -> str:
    """Return the content of a document's only block."""
    return text.partition("\n")[2].rpartition("\n~~~~")[0]


class Update:
    """Writes a file, updates it by the command, and returns its new content."""

    def __init__(self, replay: Replay, file: Path) -> None:
        self.replay = replay
        self.file = file

    def __call__(self, text: str, how: str = "all", **options: object) -> tuple[Ran, str]:
        ran = self.replay(text=text, update=how, **options)
        return ran, self.file.read_bytes().decode()
