"""The table of commands as JSON, for editors, tests and other programs: `kvshell --spec`."""

from typing import Any

from kvshell import __version__
from kvshell.commands import COMMANDS
from kvshell.commands.command import Command
from kvshell.views.json_line import dumps


def spec_json() -> str:
    """Write every command as one JSON object."""
    return dumps({"v": 1, "version": __version__, "commands": [_row(row) for row in COMMANDS]})


def _row(command: Command) -> dict[str, Any]:
    return {
        "path": command.words,
        "usage": command.usage,
        "summary": command.summary,
        "doc": command.doc,
        "params": [
            {
                "name": param.name,
                "type": param.kind.label,
                "about": param.description,
                "optional": param.optional,
                "many": param.many,
            }
            for param in command.params
        ],
        "answers": command.answers,
        "examples": [
            {"setup": list(each.setup), "line": each.line, "answer": each.answer, "note": each.note}
            for each in command.examples
        ],
        "elixir": command.elixir,
        "python": command.python,
        "effects": command.effects,
        "group": command.group,
        "synonyms": [" ".join(path) for path in command.synonyms],
        "see": list(command.see),
        "since": command.since,
        "available": command.available,
    }
