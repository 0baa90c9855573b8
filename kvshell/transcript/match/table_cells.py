"""Which lines are tables, and the normal form in which these are compared, row by row.

In a table with a hole, padding and the lengths of rules depend on the value of the hole, so both
sides are normalised: rules of length one, cells without padding. The text and the number of cells
still count.
"""

import re
from collections.abc import Sequence
from enum import Enum

from kvshell.transcript.format.document import Expected, Gap, Hole, Out, Pattern

_RULE = re.compile(r"([─━═])\1+")
_PADDING = re.compile(r"[ \t]*([│┃║])[ \t]*")
_ROW_END = "│┃║"
_HEAD_RULE = "├┡╞┝┠╟╠┢"


class Mode(Enum):
    """How a line is compared: unchanged, as a line of a table, or without its indent."""

    exact = "exact"
    cells = "cells"
    trimmed = "trimmed"


def is_table_line(text: str) -> bool:
    """Whether a text starts and ends with a box-drawing character."""
    text = text.strip()
    return len(text) > 1 and "─" <= text[0] <= "╿" and "─" <= text[-1] <= "╿"


def modes(out: Sequence[Expected], *, flex: bool) -> list[Mode]:
    """Return the mode of each expected line; a gap has that of the table around it."""
    found = [Mode.exact] * len(out)
    for first, last in _runs(out):
        lines = [item for item in out[first : last + 1] if isinstance(item, Out)]
        if flex or any(isinstance(part, Hole) for line in lines for part in line.pattern):
            found[first : last + 1] = [Mode.cells] * (last + 1 - first)
            if first and isinstance(title := out[first - 1], Out) and title.text:
                found[first - 1] = Mode.trimmed
    return found


def _runs(out: Sequence[Expected]) -> list[tuple[int, int]]:
    """Return the indices of the first and last line of each table."""
    runs: list[tuple[int, int]] = []
    start: int | None = None
    end = 0
    for index, item in enumerate(out):
        if isinstance(item, Out) and is_table_line(item.text):
            start, end = index if start is None else start, index
        elif not isinstance(item, Gap) and start is not None:
            runs.append((start, end))
            start = None
    if start is not None:
        runs.append((start, end))
    return runs


def one_form(text: str) -> str:
    """Return a table line in normal form: rules shortened, cells without padding."""
    return _PADDING.sub(r"\1", _RULE.sub(r"\1", text.strip()))


def one_form_pattern(pattern: Pattern) -> Pattern:
    """Return the pattern of a table line in normal form, as `one_form` does for text."""
    parts = list(pattern)
    if parts and isinstance(parts[0], str):
        parts[0] = parts[0].lstrip()
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip()
    return tuple(
        _PADDING.sub(r"\1", _RULE.sub(r"\1", part)) if isinstance(part, str) else part
        for part in parts
        if part
    )


def trimmed_pattern(pattern: Pattern) -> Pattern:
    """Return the pattern of a table's title without its indent."""
    if pattern and isinstance(pattern[0], str):
        return (pattern[0].lstrip(), *pattern[1:]) if pattern[0].strip() else pattern[1:]
    return pattern


def is_row(text: str) -> bool:
    """Whether a table line contains cells, and so is not a rule."""
    text = text.strip()
    return len(text) > 1 and text[0] in _ROW_END and text[-1] in _ROW_END


def cells(text: str) -> list[str]:
    """Return the texts of the cells in a row."""
    return [cell.strip() for cell in re.split(f"[{_ROW_END}]", text.strip())[1:-1]]


def column_names(lines: Sequence[str], row: int) -> list[str]:
    """Return the headings of the table that contains line `row`: the row above its first rule."""
    first = row
    while first > 0 and is_table_line(lines[first - 1]):
        first -= 1
    for index in range(first, min(row, len(lines) - 1)):
        if is_row(lines[index]) and lines[index + 1].strip()[:1] in _HEAD_RULE:
            return cells(lines[index])
    return []


def cell_patterns(pattern: Pattern) -> list[Pattern]:
    """Return the pattern of each cell of a normalised row."""
    found: list[list[str | Hole]] = [[]]
    for part in pattern:
        if isinstance(part, Hole):
            found[-1].append(part)
            continue
        first, *rest = re.split(f"[{_ROW_END}]", part)
        if first:
            found[-1].append(first)
        found += [[piece] if piece else [] for piece in rest]
    return [tuple(parts) for parts in found[1:-1]]
