"""What reading a line gives: its commands, what is wrong with them, what may come next."""

from typing import Any, NamedTuple

from kvshell.commands.command import Command
from kvshell.commands.params import Param, Problem
from kvshell.commands.patterns import Pattern
from kvshell.commands.view import Role

Span = tuple[int, int, Role]


class Slot(NamedTuple):
    """What may be typed at the end of a text.

    Attributes:
        prefix: what is there of it already, from `start` on.
        start: its place in the line.
        param: the parameter, None for a word of a command's path.
        path: the words of the path before it.
        before: the arguments before it.
    """

    prefix: str
    start: int
    param: Param | None = None
    path: tuple[str, ...] = ()
    before: dict[str, Any] = {}  # noqa: RUF012  # never written


class Match(NamedTuple):
    """One command of a line, as far as it can be read. Places count from the line's beginning.

    Attributes:
        text: the command as typed, without prompts, comments and neighbours.
        start: where it begins.
        pattern: the left side of `PATTERN = command`.
        command: the row of the table, None when there is none.
        args: the handler's keyword arguments.
        problems: what is wrong, the gravest first; empty when it can run.
        expected: what may be typed at the end of the text.
        roles: spans to colour.
        complete: whether it can run.
        bare: the one word it consists of, when that may be a binding: `b` or `$b`.
        current: the index of the parameter at the end of the text.
        inner: the LINE of `as`, `compare` and the like.
    """

    text: str
    start: int
    pattern: Pattern | None = None
    command: Command | None = None
    args: dict[str, Any] = {}  # noqa: RUF012  # never written
    problems: list[Problem] = []  # noqa: RUF012
    expected: list[Slot] = []  # noqa: RUF012
    roles: list[Span] = []  # noqa: RUF012
    complete: bool = False
    bare: str | None = None
    current: int | None = None
    inner: "Line | None" = None


class Line(NamedTuple):
    """A line and its commands, none when it is blank or only a comment; and all its spans."""

    text: str
    parts: list[Match]
    roles: list[Span]
