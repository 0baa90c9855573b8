"""The result of parsing a line: its commands, their problems, and possible continuations."""

import re
from typing import Any, Final, NamedTuple

from kvshell.commands.table.row import Command
from kvshell.commands.types.parameter import Param, Problem
from kvshell.commands.types.patterns import Pattern
from kvshell.commands.view import Role

Span = tuple[int, int, Role]
_EQUALS: Final = re.compile(r"(?<![=<>!~])=(?![=>~])")


class ArgumentSlot(NamedTuple):
    """What may be typed at the end of a line.

    Attributes:
        prefix: the part that is typed already, from `start` on.
        start: its offset in the line.
        param: the parameter to be typed, or None for a word of a command's path.
        path: the words of the path typed before it.
        before: the arguments typed before it.
    """

    prefix: str
    start: int
    param: Param | None = None
    path: tuple[str, ...] = ()
    before: dict[str, Any] = {}  # noqa: RUF012  # never written


class Match(NamedTuple):
    """One command of a line, parsed as far as possible. Offsets count from the start of the line.

    Attributes:
        text: the command as typed, without prompts, comments or other commands.
        start: the offset where it begins.
        pattern: the left side of `PATTERN = command`.
        command: its row in the command table, or None.
        args: the handler's keyword arguments.
        problems: what is wrong, most serious first; empty if the command can run.
        expected: what may be typed at the end of the line.
        roles: the spans to colour.
        complete: whether the command can run.
        bare: the only word, if it may be a binding: `b` or `$b`.
        current: the index of the parameter at the end of the line.
        inner: the parsed LINE argument of `as`, `compare` and the like.
        elixir: the parsed Elixir, if this is Elixir and not a command.
    """

    text: str
    start: int
    pattern: Pattern | None = None
    command: Command | None = None
    args: dict[str, Any] = {}  # noqa: RUF012  # never written
    problems: list[Problem] = []  # noqa: RUF012
    expected: list[ArgumentSlot] = []  # noqa: RUF012
    roles: list[Span] = []  # noqa: RUF012
    complete: bool = False
    bare: str | None = None
    current: int | None = None
    inner: "ParsedLine | None" = None
    elixir: Any = None


class ParsedLine(NamedTuple):
    """A line, its commands (none if it is blank or a comment), and all spans to colour."""

    text: str
    parts: list[Match]
    roles: list[Span]


def pattern_text(match: Match) -> str:
    """Return the left side of `PATTERN = command` as typed, or an empty string."""
    if match.pattern is None:
        return ""
    places = [found.start() for found in _EQUALS.finditer(match.text)]
    command = match.command
    if command is not None:
        begins = re.search(r"=\s*" + r"\s+".join(map(re.escape, command.path)), match.text, re.I)
        if begins is not None:
            return match.text[: begins.start()].strip()
    return match.text[: places[0]].strip() if places else ""
