"""Builds the pages of `transcripts/reference`, one per group of commands, for tests.docs.

Every example of the command table is a block on a system of its own; the answers are those of a
replay, so a page that is out of date fails twice: here and when it is replayed.
"""

from pathlib import Path

from kvshell.commands.table import GROUPS
from kvshell.commands.table.row import Command, Example
from kvshell.transcript.format.document import Document
from kvshell.transcript.format.parser import parse
from kvshell.transcript.match.outcome import Played
from kvshell.transcript.replay import play_document
from kvshell.transcript.run.player import Settings
from kvshell.transcript.write.updating import Rewritten

FOLDER = Path(__file__).resolve().parents[2] / "transcripts" / "reference"

PATIENCE_MS = 60_000

# Commands that need the prompt are shown and not run.
SHOWN_ONLY = {"clear", "exit", "record", "replay", "learn", "bench", "load", "test"}


def pages() -> dict[str, str]:
    """Return the current pages by file name."""
    names = [group.name for group in GROUPS]
    made = {}
    for number, (name, title, commands, _about) in enumerate(GROUPS):
        front = [f"title: Commands - {title}"]
        if number:
            front.append(f"prev_page: {names[number - 1]}")
        if number + 1 < len(names):
            front.append(f"next_page: {names[number + 1]}")
        head = "\n".join(["---", *front, "---", f"# The words: {title}", ""])
        text = "\n".join([head, *(_section(command) for command in commands)])
        made[f"{name}.md"] = _filled(f"{name}.md", text)
    return made


def _section(command: Command) -> str:
    parts = [f"## `{command.usage}`", "", f"{command.summary[:1].upper()}{command.summary[1:]}."]
    if command.doc:
        parts += ["", command.doc]
    for example in command.examples:
        parts += ["", *_example(command, example)]
    return "\n".join([*parts, ""])


def _example(command: Command, example: Example) -> list[str]:
    started = ["start manager"] if example.started else []
    note = [f"{example.note[:1].upper()}{example.note[1:]}:", ""] if example.note else []
    attribute = "norun" if command.words in SHOWN_ONLY else "fresh"
    lines = [f"kv> {line}" for line in [*started, *example.setup, example.line]]
    return [*note, f"```kvshell {attribute}", *lines, "```"]


def _filled(name: str, text: str) -> str:
    """Return a page with the answers of a replay filled in."""
    rewritten = Rewritten(parse(name, text), _played)
    rewritten.rewrite(new_only=True, accept=False, ask=None)
    return rewritten.document.source.text


def _played(document: Document) -> Played:
    """Replay a page; a busy machine may take longer for a line than the usual two seconds."""
    patient = document._replace(front=document.front._replace(timeout_ms=PATIENCE_MS))
    return play_document(patient, Settings(), lambda _: None)
