"""What was meant by a line that begins with no command."""

import re
from collections.abc import Callable
from functools import cache
from typing import Final

from kvshell.commands.command import GROUPS, Command
from kvshell.commands.params import shown
from kvshell.commands.suggest import nearest
from kvshell.commands.table import COMMANDS

_BINDING: Final = re.compile(r"\$?[a-z_]\w*[?!]?$")
_RESERVED: Final = frozenset({"nil", "true", "false"})

Rows = list[tuple[tuple[str, ...], Command]]


@cache
def paths() -> dict[str, Rows]:
    """Return the rows by the first word of each of their paths, longer paths first."""
    found: dict[str, Rows] = {}
    for command in COMMANDS:
        for path in (command.path, *command.synonyms):
            found.setdefault(path[0], []).append((path, command))
    for rows in found.values():
        rows.sort(key=lambda row: (-len(row[0]), row[0]))
    return found


def may_be_bound(word: str) -> bool:
    """Whether `word` alone could be a binding to look at."""
    return bool(_BINDING.match(word)) and word not in _RESERVED


def unknown(words: list[str], runs: Callable[[str], bool]) -> tuple[str, str | None]:
    """Return the sentence for `words`, which begin no command, and the line to type instead."""
    first = words[0]
    rows = paths().get(first, [])
    if not rows:
        named, meant = first, _first_word(words, runs)
    else:  # the first word of longer paths: `create s1`, `start`, `ets put`
        named, meant = " ".join(words[:2]), _second_word(words, rows, runs)
        if meant is None:
            seconds = ", ".join(sorted({path[1] for path, _ in rows}))
            return f"{first} wants a second word: {seconds}", None
    if meant is None:
        return f"no command {shown(named)}: type help to see them all", "help"
    line, whole = meant
    return f"no command {shown(named)}: did you mean {shown(line, 60)}?", line if whole else None


def _second_word(
    words: list[str], rows: Rows, runs: Callable[[str], bool]
) -> tuple[str, bool] | None:
    seconds = {path[1]: command for path, command in rows if len(path) > 1}
    few = len({command.path for command in seconds.values()}) == 1
    near = nearest(words[1], seconds) if len(words) > 1 else None
    if few and not (near and len(words) > 2):
        command = rows[0][1]
        line = " ".join((*command.path, *words[1:]))
        if len(words) > 1 and runs(line):
            return line, True
        return _with(command, words[2:] if near else [], runs)
    return _with(seconds[near], words[2:], runs) if near else None


def _first_word(words: list[str], runs: Callable[[str], bool]) -> tuple[str, bool] | None:
    first = re.sub(r"[^\w?!]+$", "", words[0]) or words[0]
    spaced = re.split(r"[_\-.]", first)
    if len(spaced) > 1 and (line := " ".join((*spaced, *words[1:]))) and runs(line):
        return line, True
    if runs(line := " ".join((first.lower(), *words[1:]))):
        return line, True
    near = nearest(first, paths())
    searched = search_terms().get(first.lower())
    if searched and (near is None or len(first) < 4):
        return _with(searched, words[1:], runs)
    if near is None:
        near_term = nearest(first, search_terms())
        return _with(search_terms()[near_term], words[1:], runs) if near_term else None
    rows = paths()[near]
    for path, command in rows:
        if len(path) > 1 and words[1:2] == [path[1]]:
            return _with(command, words[2:], runs)
    path, command = rows[0]
    return _with(command, words[1:], runs, path)


def _with(
    command: Command,
    rest: list[str],
    runs: Callable[[str], bool],
    path: tuple[str, ...] | None = None,
) -> tuple[str, bool]:
    """The line with `command` in place, or what such a line looks like."""
    words = " ".join(path if path and path[0].isalpha() else command.path)
    if len(command.path) > 1 and rest[:1] == [command.path[-1]]:
        rest = rest[1:]  # new store s1
    line = " ".join((words, *rest))
    if runs(line):
        return line, True
    needed = [param.word for param in command.params if not param.optional]
    if not needed:
        return words, True
    return " ".join((words, *needed)), False


@cache
def search_terms() -> dict[str, Command]:
    """Return the command meant by each search term, in lower case.

    Where two claim a term the group that help lists first has it: `read` is get, not ets lookup.
    """
    found: dict[str, Command] = {}
    groups = list(GROUPS)
    for command in sorted(COMMANDS, key=lambda row: groups.index(row.group)):
        for word in command.search:
            found.setdefault(word.lower(), command)
    return found
