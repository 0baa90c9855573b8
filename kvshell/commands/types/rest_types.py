"""Parameter types that take the rest of the line: LINE, and the argument of `explore`."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from kvshell.commands.types.parameter import ParameterType, Problem
from kvshell.commands.types.simple_types import unquoted
from kvshell.commands.types.tokens import Token
from kvshell.commands.view import Role


class RestType(ParameterType):
    """LINE: the rest of the line, `;` included."""

    label = "LINE"
    role = Role.plain
    about = "a line as typed, `;` included"
    samples: tuple[str, ...] = ("lookup s1", "create store a; lookup a")
    rest = True

    def parse(self, token: Token, before: Mapping[str, Any]) -> str | Problem:  # noqa: ARG002
        """Return the text as typed."""
        return token.text

    def path(self, tokens: Sequence[Token]) -> str | None:  # noqa: ARG002
        """Return the path in `tokens`, the rest of the line; None if they are a line."""
        return None

    def line(self, text: str) -> tuple[int, int]:
        """Return the start and end of the line within the argument `text`."""
        return 0, len(text)


# Options of `explore`: first those with a value, which may be the next word.
_OPTION: Final = (
    r"--(?:(?:law|budget|steps|crash|timeouts|design|odds|replay)(?:=\S*|\s+\S+)?"
    r"|[a-z]+(?:=\S*)?)"
)


class TargetType(RestType):
    """PATH or LINE: the path of a document (contains `/` or ends in `.md`), or a line."""

    about = "a document (races/bogus-barrier, my.md), or a line as typed; from here LINE"
    _around: ClassVar = re.compile(
        rf"(?P<before>(?:{_OPTION}\s+)*(?:from\s+here\b\s*(?:{_OPTION}(?:\s+|$))*)?)"
        rf"(?P<line>.*?)(?:\s+{_OPTION})*\s*",
        re.DOTALL,
    )

    def path(self, tokens: Sequence[Token]) -> str | None:
        """Return the path without its quotes, or None; no command looks like a path."""
        text = unquoted(tokens[0])
        if " " in text and len(tokens) == 1 and "/" in text and not text.endswith(".md"):
            return tokens[0].text  # keep the quotes: without them it would be a line
        return text if len(tokens) == 1 and ("/" in text or text.endswith(".md")) else None

    def line(self, text: str) -> tuple[int, int]:
        """Return the start and end of the line, without the options around it and `from here`."""
        found = self._around.fullmatch(text)
        return (0, len(text)) if found is None else found.span("line")
