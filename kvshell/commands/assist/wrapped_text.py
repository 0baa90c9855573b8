"""Short prose as text views: wrapped lines with `code` in colour."""

import re
from collections.abc import Iterable
from typing import Final

from kvshell.commands.view import Cell, Role, Text

WIDTH: Final = 78
Row = tuple[Cell, ...]

_PIECE: Final = re.compile(r"`([^`]+)`|\*([^*\s][^*]*)\*")


def wrapped(text: str, width: int = WIDTH, indent: str = "") -> list[str]:
    """Wrap `text` into lines without breaking backquoted code. Blank lines are kept."""
    lines: list[str] = []
    for paragraph in text.strip().split("\n\n"):
        if lines:
            lines.append("")
        line, length = "", len(indent)
        for word in _words(paragraph):
            if line and length + 1 + _length(word) > width:
                lines.append(indent + line)
                line, length = "", len(indent)
            length += _length(word) + (1 if line else 0)
            line += (" " if line else "") + word
        lines.append(indent + line)
    return lines


def rows(text: str, indent: str = "", width: int = WIDTH) -> list[Row]:
    """Wrap `text` into rows of cells; text in backticks or stars is styled."""
    return [cells(line) for line in wrapped(text, width, indent)]


def cells(line: str) -> Row:
    """Split a line into cells: text in backticks is styled as code, text in stars as a title."""
    found: list[Cell] = []
    end = 0
    for piece in _PIECE.finditer(line):
        if piece.start() > end:
            found.append(Cell(line[end : piece.start()]))
        code = piece[1]
        found.append(Cell(code, Role.command) if code else Cell(piece[2], Role.title))
        end = piece.end()
    if end < len(line) or not found:
        found.append(Cell(line[end:]))
    return tuple(found)


def text(lines: Iterable[Row]) -> Text:
    """Return the lines as a text view."""
    return Text(tuple(lines))


def pairs(items: Iterable[tuple[str, str]], role: Role) -> list[Row]:
    """Lay out two columns: each word, styled with `role`, and its wrapped description."""
    listed = list(items)
    width = min(max((len(word) for word, _ in listed), default=0), 44) + 2
    found: list[Row] = []
    for word, body in listed:
        lines = wrapped(body, WIDTH - width - 2) if body else [""]
        found.append(
            (Cell("  "), Cell(word, role), Cell(" " * max(width - len(word), 2)), *cells(lines[0]))
        )
        found += [(Cell(" " * (width + 2)), *cells(line)) for line in lines[1:]]
    return found


def _words(paragraph: str) -> list[str]:
    found = re.findall(r"(?:[^\s`]*`[^`]*`[^\s`]*)|\S+", paragraph)
    return [" ".join(word.split()) if "\n" in word else word for word in found]


def _length(word: str) -> int:
    """Return the printed width of a word, without its markup characters."""
    return sum(len(cell.text) for cell in cells(word))
