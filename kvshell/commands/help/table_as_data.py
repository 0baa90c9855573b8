"""The command table as data: `--spec` and the README's command list."""

from typing import Any, Final

from kvshell.commands.table import COMMANDS, GROUP_OF, GROUPS
from kvshell.commands.table.row import Command, Example, PerDesign, text_for
from kvshell.commands.types.parameter import Param
from kvshell.commands.types.simple_types import DESIGNS

VERSION: Final = 1


def spec() -> dict[str, Any]:
    """Return the command table as JSON data; the number `v` changes with the format."""
    return {
        "v": VERSION,
        "designs": dict(DESIGNS),
        "groups": {group.name: group.title for group in GROUPS},
        "commands": [_command(command) for command in COMMANDS],
    }


def markdown() -> str:
    """Return the README's list of commands: one table per group, in the order of `help`."""
    lines: list[str] = []
    for group in GROUPS:
        lines += [f"| {group.title} | |", "|---|---|"]
        for command in group.rows:
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
        "effects": {name: text_for(command.effects, name).split() for name in DESIGNS},
        "group": GROUP_OF[command.path].name,
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
    return {name: text_for(text, name) for name in DESIGNS}
