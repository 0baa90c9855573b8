"""Colours the line being typed; in a long text, a key press only colours again what it changes."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Final

from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.formatted_text.utils import split_lines
from prompt_toolkit.lexers import Lexer

from kvshell.shell.hosts.protocol import Pieces, StyledSpan, TypingHelp

REMEMBERED: Final = 2_000  # pieces of long texts, most of them a line


class Highlighter(Lexer):
    """Colours words by their roles. Runs at every key press and never queries the system."""

    def __init__(self, words: TypingHelp) -> None:
        self._words = words
        self._lines_of = lru_cache(maxsize=REMEMBERED)(_lines)

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        """Return a function from a line number to the fragments of that line.

        A short document is parsed as a whole. A long one is split into pieces, each of which is
        parsed when one of its lines is first drawn, and cached.
        """
        text = document.text
        pieces = self._words.in_pieces(text)
        if pieces is not None:
            return self._of_pieces(pieces)
        lines = _lines(text, self._words.spans) if text else []
        return lambda number: lines[number] if number < len(lines) else []

    def _of_pieces(self, pieces: Pieces) -> Callable[[int], StyleAndTextTuples]:
        begins = [0, *accumulate(each.count("\n") + 1 for each in pieces.pieces)]

        def line(number: int) -> StyleAndTextTuples:
            at = bisect_right(begins, number) - 1
            if at >= len(pieces.pieces):
                return []
            return self._lines_of(pieces.pieces[at], pieces.spans)[number - begins[at]]

        return line


def _lines(text: str, spans: Callable[[str], Sequence[StyledSpan]]) -> Sequence[StyleAndTextTuples]:
    return [*split_lines(painted(text, spans(text)))]


def painted(text: str, spans: Sequence[StyledSpan]) -> StyleAndTextTuples:
    """Return the text as styled fragments; an invalid word at the end, still typed, is unmarked."""
    fragments: StyleAndTextTuples = []
    at = 0
    for start, end, role in sorted(spans):
        if start < at or end <= start:
            continue
        if start > at:
            fragments.append(("", text[at:start]))
        wrong_yet = role != "error" or end < len(text)
        fragments.append((f"class:{role}" if wrong_yet else "", text[start:end]))
        at = end
    if at < len(text):
        fragments.append(("", text[at:]))
    return fragments
