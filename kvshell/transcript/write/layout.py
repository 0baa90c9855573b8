"""Lays out tables in a document: cells with holes are padded so that columns align."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from kvshell.transcript.format.document import Hole, Pattern
from kvshell.transcript.format.holes import joined
from kvshell.transcript.match.bindings import DISTINCT, Known
from kvshell.transcript.match.line_match import SHAPES
from kvshell.transcript.match.table_cells import is_row, is_table_line
from kvshell.views.widths import cell_width

_BARS = "│┃║"
_JOINTS = "┬┼┴╋┳┻╪╤╧╬╦╩╥╨╫╇╈┿╀╁"


class LayoutRow(NamedTuple):
    """A line of a table to write; for a row, the printed line and the texts of its cells.

    A rule has no cells and is written as printed.
    """

    printed: str
    cells: tuple[str, ...] = ()


def laid_out(rows: Sequence[LayoutRow]) -> list[str] | None:
    """Return the aligned lines of a table; None if the rows have different numbers of cells."""
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


def _row(row: LayoutRow, widths: Sequence[int]) -> str:
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
    """Return the ranges of lines that are tables."""
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


MOST = 40_000  # pairs of words
REACH = 12  # maximum words one hole may match
_WORD = re.compile(r"#PID<[\d.]+>|#Reference<[\d.]+>|[\w.-]*\w|\s+|.")

Finish = Callable[[str], Pattern]  # literal text -> the same with its pids named


def reword(pattern: Pattern, text: str, known: Known, finish: Finish) -> Pattern:
    """Return a pattern for `text` that keeps as much of `pattern` as possible.

    `finish` makes the pattern for the parts that are new.
    """
    old = _words(pattern)
    new = _WORD.findall(text)
    if not any(isinstance(word, Hole) for word in old) or len(old) * len(new) > MOST:
        return finish(text)
    kept = _kept(old, new, known)
    parts: list[str | Hole] = []
    literal: list[str] = []
    place = 0
    bound: dict[str, str] = {}
    for hole, start, end in kept:
        taken = "".join(new[start:end])
        if bound.setdefault(hole.name or f"at {start}", taken) != taken:
            continue  # the same name for two texts
        literal += new[place:start]
        parts += [*finish("".join(literal)), hole]
        literal = []
        place = end
    parts += finish("".join([*literal, *new[place:]]))
    return joined(parts)


def _words(pattern: Pattern) -> list[str | Hole]:
    words: list[str | Hole] = []
    for part in pattern:
        words += [part] if isinstance(part, Hole) else _WORD.findall(part)
    return words


def _kept(old: list[str | Hole], new: list[str], known: Known) -> list[tuple[Hole, int, int]]:
    """Return the holes of `old` to keep, each with the range of words in `new` that it matches."""
    best = [[(0, 0)] * (len(new) + 1) for _ in range(len(old) + 1)]  # score, number of words
    for i in range(len(old) - 1, -1, -1):
        word = old[i]
        for j in range(len(new), -1, -1):
            choice = (best[i + 1][j][0], -1)  # skip the expected word
            if j < len(new):
                choice = max(choice, (best[i][j + 1][0], 0))
                if isinstance(word, Hole):
                    for size in range(1, min(REACH, len(new) - j) + 1):
                        if _fits(word, "".join(new[j : j + size]), known):
                            score = best[i + 1][j + size][0] + (3 if word.kind != "any" else 1)
                            choice = max(choice, (score, size))
                elif word == new[j]:
                    score = best[i + 1][j + 1][0] + (2 if word.strip() else 1)
                    choice = max(choice, (score, 1))
            best[i][j] = choice
    return _path(old, best, len(new))


def _path(
    old: list[str | Hole], best: list[list[tuple[int, int]]], width: int
) -> list[tuple[Hole, int, int]]:
    kept = []
    i = j = 0
    while i < len(old) and j <= width:
        taken = best[i][j][1]
        word = old[i]
        if taken == -1:
            i += 1
        elif taken == 0:
            j += 1
        else:
            if isinstance(word, Hole):
                kept.append((word, j, j + taken))
            i, j = i + 1, j + taken
    return kept


def _fits(hole: Hole, text: str, known: Known) -> bool:
    bound = known.get(hole.name) if hole.name else None
    if bound is not None:
        return bound == text
    if not SHAPES[hole.kind].fullmatch(text) or "** (" in text:
        return False
    return hole.kind not in DISTINCT or not hole.name or known.free(hole.name, hole.kind, text)
