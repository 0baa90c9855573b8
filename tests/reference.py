"""Write `transcripts/reference`: a page per group of commands, `python -m tests.reference`.

Every example of the command table is a block on a system of its own; the answers are those of a
replay, so a page that is out of date fails twice: here and when it is replayed.
"""

from pathlib import Path

from kvshell.commands import COMMANDS
from kvshell.commands.command import GROUPS, Command, Example
from kvshell.transcript.document import Document
from kvshell.transcript.outcome import Played
from kvshell.transcript.parse import parse
from kvshell.transcript.play import Settings
from kvshell.transcript.replay import play_document
from kvshell.transcript.updating import Rewritten

FOLDER = Path(__file__).resolve().parent.parent / "transcripts" / "reference"

# What opens something for the prompt is shown, and not run.
SHOWN_ONLY = {"clear", "exit", "record", "replay", "learn", "bench", "load"}


def pages() -> dict[str, str]:
    """File name -> what it holds."""
    names = list(GROUPS)
    made = {}
    for number, name in enumerate(names):
        title, listed = GROUPS[name]
        commands = [_named(words) for words in listed.split(", ")]
        front = [f"title: The words - {title}"]
        if number:
            front.append(f"prev_page: {names[number - 1]}")
        if number + 1 < len(names):
            front.append(f"next_page: {names[number + 1]}")
        head = "\n".join(["---", *front, "---", f"# The words: {title}", ""])
        text = "\n".join([head, *(_section(command) for command in commands)])
        made[f"{name}.md"] = _filled(f"{name}.md", text)
    return made


def _named(words: str) -> Command:
    return next(command for command in COMMANDS if command.words == words)


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
    """The page with the answers of a replay."""
    rewritten = Rewritten(parse(name, text), _played)
    rewritten.rewrite(new_only=True, accept=False, ask=None)
    return rewritten.document.source.text


def _played(document: Document) -> Played:
    return play_document(document, Settings(), lambda _: None)


def main() -> None:
    """Write every page; what is no page any more goes."""
    FOLDER.mkdir(exist_ok=True)
    made = pages()
    for old in FOLDER.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
