"""Guesses what a line with an unknown first word means."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from typing import Final

from kvshell.commands.language.message import Message, joined
from kvshell.commands.nearest import LONGEST, nearby, nearest
from kvshell.commands.table import COMMANDS, GROUP_OF, GROUPS
from kvshell.commands.table.row import Command
from kvshell.commands.types.parameter import Meant, excerpt

_BINDING: Final = re.compile(r"\$?[a-z_]\w*[?!]?$")
_RESERVED: Final = frozenset({"nil", "true", "false"})

Rows = list[tuple[tuple[str, ...], Command]]


@cache
def paths() -> dict[str, Rows]:
    """Map the first word of each command to its paths and rows, longest path first."""
    found: dict[str, Rows] = {}
    for command in COMMANDS:
        for path in (command.path, *command.synonyms):
            found.setdefault(path[0], []).append((path, command))
    for rows in found.values():
        rows.sort(key=lambda row: (-len(row[0]), row[0]))
    return found


def may_be_bound(word: str) -> bool:
    """Whether `word` alone could be the name of a binding."""
    return bool(_BINDING.match(word)) and word not in _RESERVED


MOST: Final = 3


def proposed(meant: Sequence[Meant]) -> Message:
    """Return a phrase such as "the store s1 or `stores`", with at most three items."""
    return joined([_shown(each) for each in meant[:MOST]], last=" or ")


def _shown(meant: Meant) -> Message:
    text = excerpt(meant.text, 60)
    if meant.kind == "command":
        return Message("`{text}`", text=text)
    return Message("the {kind} {text}", kind=Message(meant.kind), text=text)


def unknown_word(named: str, meant: Sequence[Meant]) -> str:
    """Return the error message for an unknown command word."""
    if not meant:
        return f"no command {excerpt(named)}: type help to see them all"
    return f"no command {excerpt(named)}: did you mean {proposed(meant)}?"


def unknown(words: list[str], runs: Callable[[str], bool]) -> tuple[str, list[Meant]]:
    """Return the error message for the unknown command `words`, and the suggestions in it.

    `runs` says whether a line is a complete command.
    """
    first = words[0]
    rows = paths().get(first, [])
    if not rows:
        meant = _first_word(words, runs)
        return unknown_word(first, meant), meant
    # the first word of a longer path: `create s1`, `start`, `ets put`
    meant = _second_word(words, rows, runs)
    if meant:
        return unknown_word(" ".join(words[:2]), meant), meant
    seconds = ", ".join(sorted({path[1] for path, _ in rows}))
    return f"{first} needs a second word: {seconds}", []


def _second_word(words: list[str], rows: Rows, runs: Callable[[str], bool]) -> list[Meant]:
    seconds = {path[1]: command for path, command in rows if len(path) > 1}
    # A word means a node only where the user wrote `on`.
    mostly = [each for each in seconds.values() if GROUP_OF[each.path].name != "nodes"]
    few = len({command.path for command in mostly}) == 1
    near = nearby(words[1], seconds, MOST) if len(words) > 1 else []
    if few and not (near and len(words) > 2):
        command = mostly[0]
        line = " ".join((*command.path, *words[1:]))
        if len(words) > 1 and runs(line):
            return [Meant("command", line, line)]
        return [_with(command, words[2:] if near else [], runs)]
    return _distinct(_with(seconds[each], words[2:], runs) for each in near)


def _first_word(words: list[str], runs: Callable[[str], bool]) -> list[Meant]:
    first = re.sub(r"[^\w?!]+$", "", words[0]) or words[0]
    spaced = re.split(r"[_\-.]", first)
    if len(spaced) > 1 and (line := " ".join((*spaced, *words[1:]))) and runs(line):
        return [Meant("command", line, line)]
    if runs(line := " ".join((first.lower(), *words[1:]))):
        return [Meant("command", line, line)]
    near = [each for each in _near(first.lower()[:LONGEST]) if _is_meant(each, first, words)]
    searched = search_terms().get(first.lower())
    if searched and (not near or len(first) < 4):
        return [_with(searched, words[1:], runs)]
    found = [_nearest_row(each, words, runs) for each in near]
    # A typo in an everyday word is recognised if the word is long enough to be distinctive.
    if not near and len(first) >= CERTAIN and (term := _near_term(first.lower()[:LONGEST])):
        found = [_with(search_terms()[term], words[1:], runs)]
    return _distinct([each for each in found if _keeps(each, words)] or found)


CERTAIN: Final = 5


# The same words are looked up many times for one line: while the proposal in an error is parsed,
# and again by Tab, the hints and the toolbar.
@lru_cache(maxsize=500)
def _near(word: str) -> tuple[str, ...]:
    """Return the first words of commands that `word` may stand for, closest first."""
    return tuple(nearby(word, paths(), MOST))


@lru_cache(maxsize=500)
def _near_term(word: str) -> str | None:
    """Return the search term closest to `word`, or None."""
    return nearest(word, search_terms())


def _is_meant(word: str, typed: str, words: list[str]) -> bool:
    """Whether the command word `word` may be suggested for `typed`.

    A word that starts a command that ends the system must be typed in full length, or be followed
    by its second word, as in `restrt manager`: `rest` must not be read as `reset`.
    """
    ending = [path for path, command in paths()[word] if command.path in ENDING]
    return not ending or any(
        len(typed) >= len(path[0]) if len(path) == 1 else words[1:2] == [path[1]] for path in ending
    )


ENDING: Final = {("reset",), ("restart", "manager")}


def _nearest_row(word: str, words: list[str], runs: Callable[[str], bool]) -> Meant:
    """Return the suggestion for `words` if their first one stands for `word`."""
    rows = paths()[word]
    for path, command in rows:
        if len(path) > 1 and words[1:2] == [path[1]]:
            return _with(command, words[2:], runs)
    alone = next((command for path, command in rows if len(path) == 1), None)
    meant = [_with(alone, words[1:], runs, (word,))] if alone is not None else []
    if len(words) > 1 and not any(_keeps(each, words) for each in meant):
        meant += _second_word([word, *words[1:]], rows, runs)
    meant += [_with(command, words[1:], runs) for _, command in rows if not meant]
    return next((each for each in meant if _keeps(each, words)), meant[0])


def _keeps(meant: Meant, words: list[str]) -> bool:
    """Whether the suggestion is a complete line that keeps the words after the unknown one."""
    return meant.line is not None and meant.line.split()[-len(words) + 1 :] == words[1:]


def _distinct(meant: Iterable[Meant]) -> list[Meant]:
    """Return the first suggestion, and those of the others that are complete lines."""
    found = list(dict.fromkeys(meant))
    return [each for at, each in enumerate(found) if not at or each.line is not None][:MOST]


def _with(
    command: Command,
    rest: list[str],
    runs: Callable[[str], bool],
    path: tuple[str, ...] | None = None,
) -> Meant:
    """Return a suggestion: the line with `command` before `rest`, or a template of such a line."""
    words = " ".join(path if path and path[0].isalpha() else command.path)
    if len(command.path) > 1 and rest[:1] == [command.path[-1]]:
        rest = rest[1:]  # `new store s1`: the second word of `create store` is typed already
    line = " ".join((words, *rest))
    if runs(line):
        return Meant("command", line, line)
    needed = [param.word for param in command.params if not param.optional]
    if not needed:
        return Meant("command", words, words)
    if any(param.kind.rest for param in command.params):  # a nested LINE cannot be guessed
        words = f"help {command.words}"
        return Meant("command", words, words)
    return Meant("command", " ".join((words, *needed)))


@cache
def search_terms() -> dict[str, Command]:
    """Map each search term, in lower case, to its command.

    A term of two commands belongs to the one whose group is first in `help`: `read` is `get`, and
    not `ets lookup`.
    """
    found: dict[str, Command] = {}
    for group in GROUPS:
        for command in sorted(group.rows):
            for word in command.search:
                found.setdefault(word.lower(), command)
    return found
