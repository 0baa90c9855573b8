"""The tokens of a long text line by line, so that a key press only affects the lines it changes.

Each line is tokenized on its own, as if no bracket or block were open before it, which is enough
for colours and signatures. Only lines joined by a multi-line string are tokenized together.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, ClassVar, Final, NamedTuple

from kvshell.elixir.syntax.faults import Fault
from kvshell.elixir.syntax.tokenizing.terminators import Terminators
from kvshell.elixir.syntax.tokenizing.tokenizer import Tokenizer
from kvshell.elixir.syntax.tokenizing.tokens import SourceToken

REMEMBERED: Final = 2_000  # lines


class LinesRead(NamedTuple):
    """A line, or the lines joined by a multi-line string, and the tokens up to a syntax error.

    `unclosed` says whether a string is still open at the end.
    """

    text: str
    tokens: tuple[SourceToken, ...]
    unclosed: bool = False


def lines_read(text: str) -> Iterator[LinesRead]:
    """Yield the lines of `text` in order; lines joined by a multi-line string are one item."""
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        found = _line_read(text[start : end if end >= 0 else len(text)])
        if found.unclosed and end >= 0:
            found = _read(text[start:])
        yield found
        start += len(found.text) + 1


def tokens_by_line(text: str) -> tuple[SourceToken, ...]:
    """Return the tokens of `text`; their positions are relative to their own line."""
    return tuple(token for found in lines_read(text) for token in found.tokens)


@lru_cache(maxsize=REMEMBERED)
def _line_read(line: str) -> LinesRead:
    return _read(line)


def _read(text: str) -> LinesRead:
    """Tokenize the first line of `text` and, if a string continues there, the lines it spans."""
    tokenizer = _LineTokenizer(text + "\n")
    try:
        tokenizer.run()
    except (Fault, RecursionError) as fault:
        unclosed = isinstance(fault, Fault) and fault.incomplete
        levels = tokenizer.levels()
        end = len(text) if unclosed else text.find("\n", tokenizer.at)
        tokens = tuple(token for level in levels for token in level if token.kind != "eol")
        return LinesRead(text[: end if end >= 0 else len(text)], tokens, unclosed)
    tokens = tuple(token for token in tokenizer.tokens if token.kind not in {"eol", "eof"})
    return LinesRead(text[: tokenizer.ended_at], tokens)


class _NoTerminators(Terminators):
    """Accepts a closing bracket or `end` without its opener, which is on another line."""

    def check(self, token: SourceToken) -> None:
        """Accept the token."""

    def require_none(self, line: int, column: int) -> None:
        """Accept the end of the text, whatever is still open."""


class _LineTokenizer(Tokenizer):
    """A tokenizer that stops at the first newline outside a string."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.terminators = _NoTerminators()
        self.ended_at = len(text)

    def _stop(self, found: str) -> None:
        if self._outer:  # within an interpolation
            self._newline(found)
        else:
            self.ended_at = self.at + found.index("\n")
            self.at = len(self.text)

    _handlers: ClassVar[dict[str, Any]] = {
        **Tokenizer._handlers,  # noqa: SLF001  # extended here
        "newline": _stop,
    }
