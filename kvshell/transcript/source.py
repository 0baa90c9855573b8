"""A document's text with its lines: where every later span points into.

Bytes are decoded strictly and nothing is translated, so encoding the text gives the same bytes
again: byte order mark, CRLF and a missing last newline included.
"""

import re
from bisect import bisect_right
from typing import NamedTuple

from kvshell.transcript.grammar import MAX_BYTES, MAX_LINES, ParseError

_NEWLINE = re.compile(r"\r\n?|\n")  # what CommonMark calls a line ending, and nothing else


class Line(NamedTuple):
    """One line of the source: its number from 1, its span without the line ending, its text."""

    number: int
    start: int
    end: int
    text: str


class Source:
    """A document's text, split into lines once."""

    __slots__ = ("lines", "newline", "path", "starts", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.lines: list[Line] = []
        self.starts: list[int] = []
        start = 1 if text.startswith("\ufeff") else 0
        endings = []
        for found in _NEWLINE.finditer(text, start):
            self._add(start, found.start())
            endings.append(found.group())
            start = found.end()
        if start < len(text):
            self._add(start, len(text))
        crlf = endings.count("\r\n")
        self.newline = "\r\n" if crlf * 2 > len(endings) else "\n"
        if len(self.lines) > MAX_LINES:
            raise self.error(MAX_LINES + 1, 1, f"more than {MAX_LINES:,} lines")

    def _add(self, start: int, end: int) -> None:
        self.lines.append(Line(len(self.lines) + 1, start, end, self.text[start:end]))
        self.starts.append(start)

    def error(self, line: int, column: int, message: str) -> ParseError:
        """Return the error that names this place; the caller raises it."""
        return ParseError(self.path, line, column, message)

    def after(self, number: int) -> int:
        """The place where the line after line `number` starts, or the end of the text."""
        return self.starts[number] if number < len(self.starts) else len(self.text)

    def line_of(self, place: int) -> int:
        """The number of the line that holds the character at `place`."""
        return max(1, bisect_right(self.starts, place))


def decode(path: str, data: bytes) -> Source:
    """Return the source; a ParseError names the byte that is not UTF-8, or the size."""
    if len(data) > MAX_BYTES:
        raise ParseError(path, 1, 1, f"{len(data):,} bytes; a transcript has at most {MAX_BYTES:,}")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = len(_NEWLINE.findall(before.decode("utf-8"))) + 1
        start = max(before.rfind(b"\n"), before.rfind(b"\r")) + 1
        column = len(before[start:].decode("utf-8")) + 1
        message = f"not UTF-8: byte 0x{data[error.start]:02x}"
        raise ParseError(path, line, column, message) from None
    return Source(path, text)
