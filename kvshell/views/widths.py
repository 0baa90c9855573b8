"""The width of text in terminal columns; padding and wrapping."""

import re
from collections.abc import Iterator, Sequence

from kvshell.commands.view import Cell

# Below this, every printable character takes one column. Most text contains no others, so that a
# batch need not import rich.
SIMPLE_BELOW = "\u0300"
COLOURED = "\ufe0f"
TAB = 8


def cell_width(text: str) -> int:
    """Return the width of a safe text in columns: 2 for CJK and emoji, 0 for combining characters.

    The widths are rich's, except where rich counts a cluster as one emoji and terminals (tmux and
    pyte) do not: a skin tone takes two columns of its own, and the selector of the coloured form
    does not make a character wider.
    """
    if text.isascii() or max(text) < SIMPLE_BELOW:
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415  # imported only for such text

    tones = sum("\U0001f3fb" <= char <= "\U0001f3ff" for char in text)
    if tones:
        text = "".join(char for char in text if not "\U0001f3fb" <= char <= "\U0001f3ff")
    return cell_len(text.replace(COLOURED, "")) + 2 * tones


def tab_width(column: int) -> int:
    """Return the width in columns of a tab that begins at column `column`, counted from 0."""
    return TAB - column % TAB


def pad(text: str, width: int, justify: str = "left") -> str:
    """Pad a text with spaces to `width` columns; a longer text is unchanged."""
    missing = width - cell_width(text)
    if missing <= 0:
        return text
    if justify == "right":
        return " " * missing + text
    if justify == "center":
        return " " * (missing // 2) + text + " " * (missing - missing // 2)
    return text + " " * missing


_WORDS = re.compile(r"\S+|\s+")
# Where the text of a line begins: after its indentation, or after a first word and a gap.
_BEGIN = re.compile(r"\s*(?:\S+(?: \S+)*\s{2,}(?=\S))?")
NARROWEST = 16


def wrapped(line: Sequence[Cell], width: int) -> Iterator[list[Cell]]:
    """Wrap a line of safe cells; continuation lines are indented to where the text begins."""
    text = "".join(cell.text for cell in line)
    if cell_width(text) <= width:
        yield list(line)
        return
    begin = _BEGIN.match(text)
    indent = cell_width(begin[0]) if begin is not None else 0
    hanging = Cell(" " * indent if width - indent >= NARROWEST else "")
    row: list[Cell] = []
    used = 0
    for piece in _pieces(line, max(width - len(hanging.text), 1)):
        wide = cell_width(piece.text)
        if used + wide > width and (used > len(hanging.text) or not row):
            yield row
            row, used = [hanging], len(hanging.text)
            if piece.text.isspace():
                continue
        row.append(piece)
        used += wide
    yield row


def _pieces(line: Sequence[Cell], room: int) -> Iterator[Cell]:
    """Yield words and spaces as cells; words wider than `room` are split."""
    for cell in line:
        for piece in _WORDS.findall(cell.text):
            for part in [piece] if piece.isspace() else folded(piece, room):
                yield Cell(part, cell.role)


def folded(text: str, width: int) -> list[str]:
    """Split a safe text into parts of at most `width` columns, even within words."""
    if cell_width(text) <= width:
        return [text]
    parts, part = [], ""
    for char in text:
        if part and cell_width(part + char) > width:
            parts.append(part)
            part = ""
        part += char
    return [*parts, part]


def longest_word(text: str) -> int:
    """Return the width of the longest word in a safe text."""
    return max(map(cell_width, text.split()), default=0)
