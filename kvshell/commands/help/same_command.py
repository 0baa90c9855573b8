"""Finds the command that does the same as a line of Elixir, so that a hint can suggest it.

A candidate counts only if `explain` shows exactly this Elixir for it.
"""

import re
from collections.abc import Collection
from typing import Final

from kvshell.commands.help.code_lines import elixir_line
from kvshell.commands.read.matcher import parse
from kvshell.commands.read.pasted_elixir import line_for

Path = tuple[str, ...]

# Lines that differ only in numbers share a cache entry: a session has many of them.
_NUMBER: Final = re.compile(r"(?<![\w.])(?:0|[1-9]\d*)(?![\w.])")
_TEXT: Final = re.compile(r'"\w*"')
_MOST: Final = 1000
_wordless: set[tuple[str, str]] = set()
_paths: dict[tuple[str, str], Path] = {}


def command_for(text: str, design: str, reported: Collection[Path] = ()) -> str | None:
    """Return the command line that means the same as a line of Elixir calls, or None.

    The result is verified: `explain` shows exactly this Elixir for it. If the line resembles an
    earlier one whose command is in `reported`, None is returned without another search.
    """
    like = _NUMBER.sub("0", text), design
    if like in _wordless:
        return None
    alike = _TEXT.sub('""', like[0]), design
    if alike in _paths and _paths[alike] in reported:
        return None
    line = _command_for(text, design)
    if len(_wordless) + len(_paths) >= _MOST:
        _wordless.clear()
        _paths.clear()
    if line is None:
        _wordless.add(like)
    elif (command := parse(line).parts[0].command) is not None:
        _paths[alike] = command.path
    return line


def _command_for(text: str, design: str) -> str | None:
    lines = [line_for(piece) for piece in text.split(";")]
    if None in lines:
        return None
    line = "; ".join(map(str, lines))
    parts = parse(line).parts
    if not all(part.complete for part in parts):
        return None
    shown = "; ".join(elixir_line(part, design) for part in parts)
    return line if "".join(shown.split()) == "".join(text.split()) else None
