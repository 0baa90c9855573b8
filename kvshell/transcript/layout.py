"""Tables in a document: cells that hold holes, padded so that the columns meet (U7)."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from kvshell.transcript.tables import is_row, is_table_line
from kvshell.views.widths import cell_width

_BARS = "│┃║"
_JOINTS = "┬┼┴╋┳┻╪╤╧╬╦╩╥╨╫╇╈┿╀╁"


class Row(NamedTuple):
    """A table's line as it will be written: for a row the printed line and the text of its cells.

    A rule has no cells; it comes as it is written.
    """

    printed: str
    cells: tuple[str, ...] = ()


def laid_out(rows: Sequence[Row]) -> list[str] | None:
    """Return the table's lines at one width; None if the rows do not make one table."""
    counts = {len(row.cells) for row in rows if row.cells}
    if len(counts) != 1:
        return None
    count = counts.pop()
    widths = [0] * count
    for row in rows:
        for index, cell in enumerate(row.cells):
            widths[index] = max(widths[index], cell_width(cell))
    lines = []
    for row in rows:
        line = _row(row, widths) if row.cells else _rule(row.printed, widths)
        if line is None:
            return None
        lines.append(line)
    return lines


def _row(row: Row, widths: Sequence[int]) -> str:
    printed = row.printed.strip()
    bars = [character for character in printed if character in _BARS]
    pieces = re.split(f"[{_BARS}]", printed)[1:-1]
    line = bars[0]
    for cell, piece, width, bar in zip(row.cells, pieces, widths, bars[1:], strict=True):
        space = " " * (width - cell_width(cell))
        right = piece.startswith("  ") and not piece.endswith("  ")
        line += f" {space}{cell} {bar}" if right else f" {cell}{space} {bar}"
    return line


def _rule(printed: str, widths: Sequence[int]) -> str | None:
    text = printed.strip()
    joints = [character for character in text[1:-1] if character in _JOINTS]
    pieces = re.split(f"[{_JOINTS}]", text[1:-1])
    if len(pieces) != len(widths):
        return None
    line = text[0]
    for index, (piece, width) in enumerate(zip(pieces, widths, strict=True)):
        fill = piece[-1:] or "─"
        inner = piece.rstrip(fill)
        if cell_width(inner) + 1 > width + 2 and inner:
            return None
        line += inner + fill * (width + 2 - cell_width(inner))
        line += joints[index] if index < len(joints) else text[-1]
    return line


def runs(lines: Sequence[str]) -> list[range]:
    """Where the tables among the lines are."""
    found = []
    start = None
    for index, line in enumerate([*lines, ""]):
        if is_table_line(line):
            start = index if start is None else start
        elif start is not None:
            if any(is_row(lines[i]) for i in range(start, index)):
                found.append(range(start, index))
            start = None
    return found
