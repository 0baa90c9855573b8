"""The table as data: `--spec` and the README's list of commands."""

from typing import Any, Final

from kvshell.commands.command import GROUPS, Command, Example, PerDesign, said
from kvshell.commands.kinds import DESIGNS
from kvshell.commands.params import Param
from kvshell.commands.table import COMMANDS

VERSION: Final = 1


def spec() -> dict[str, Any]:
    """Return the whole table as JSON can hold it; `v` changes when its shape does."""
    return {
        "v": VERSION,
        "designs": dict(DESIGNS),
        "groups": {name: title for name, (title, _) in GROUPS.items()},
        "commands": [_command(command) for command in COMMANDS],
    }


def markdown() -> str:
    """Return the README's list: a table per group, commands in the order in which help has them."""
    rows = {command.words: command for command in COMMANDS}
    lines: list[str] = []
    for title, listed in GROUPS.values():
        lines += [f"| {title} | |", "|---|---|"]
        for words in listed.split(", "):
            command = rows[words]
            summary = command.summary.replace("|", "\\|")
            lines.append(f"| `{command.usage}` | {summary} |")
        lines.append("")
    return "\n".join(lines)


def _command(command: Command) -> dict[str, Any]:
    return {
        "path": command.words,
        "usage": command.usage,
        "params": [_param(param) for param in command.params],
        "summary": command.summary,
        "doc": command.doc,
        "answers": _per_design(command.answers),
        "examples": [_example(example) for example in command.examples],
        "elixir": _per_design(command.elixir),
        "python": _per_design(command.python),
        "effects": {name: said(command.effects, name).split() for name in DESIGNS},
        "group": command.group,
        "synonyms": [" ".join(path) for path in command.synonyms],
        "search": list(command.search),
        "see": list(command.see),
        "since": command.since,
    }


def _param(param: Param) -> dict[str, Any]:
    return {
        "name": param.name,
        "word": param.word,
        "type": param.kind.label,
        "description": param.description,
        "optional": param.optional,
        "many": param.many,
        "samples": list(param.kind.samples),
    }


def _example(example: Example) -> dict[str, Any]:
    return {
        "setup": list(example.setup),
        "line": example.line,
        "answer": _per_design(example.answer),
        "started": example.started,
        "note": example.note,
    }


def _per_design(text: PerDesign) -> dict[str, str]:
    return {name: said(text, name) for name in DESIGNS}
