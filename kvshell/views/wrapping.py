"""Lines of cells broken between words where the terminal is too narrow for them."""

import re
from collections.abc import Iterator, Sequence

from kvshell.commands.view import Cell
from kvshell.views.widths import cell_width

_WORDS = re.compile(r"\S+|\s+")
# Where the text of a line begins: after its indentation, or after a first word and a gap.
_BEGIN = re.compile(r"\s*(?:\S+(?: \S+)*\s{2,}(?=\S))?")
NARROWEST = 16


def wrapped(line: Sequence[Cell], width: int) -> Iterator[list[Cell]]:
    """Break a line of safe cells; what follows hangs where its text began."""
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
    """Words and spaces with their roles, words wider than the room in parts."""
    for cell in line:
        for piece in _WORDS.findall(cell.text):
            for part in [piece] if piece.isspace() else folded(piece, room):
                yield Cell(part, cell.role)


def folded(text: str, width: int) -> list[str]:
    """Cut a safe text into parts of at most `width` columns."""
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
    """Columns of the longest word of a safe text."""
    return max(map(cell_width, text.split()), default=0)
