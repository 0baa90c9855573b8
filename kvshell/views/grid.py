"""Tables in boxes, drawn by hand where no cell has to be wrapped.

rich takes half a millisecond a row and 90 ms to import; nearly every table of ours needs nothing
of what that buys. What is drawn here is byte for byte what rich's ROUNDED box is - a property
test says so - and `drawing` gives the rest, wrapped cells, to rich.
"""

from collections.abc import Sequence
from typing import NamedTuple

from kvshell.commands.view import Cell, Column, Role, Table
from kvshell.views.caps import Caps
from kvshell.views.fit import fit
from kvshell.views.paint import paint, paint_padded, painted, role_style, styled
from kvshell.views.safe import safe
from kvshell.views.widths import cell_width, pad
from kvshell.views.wrapping import folded, longest_word, wrapped


class Box(NamedTuple):
    """The lines of a box: each a left end, a filler, a crossing and a right end."""

    top: str
    head: str
    rule: str
    row: str
    bottom: str


# A longer cell is cut: a name of 3,000 characters would fill five screens.
LONGEST_CELL = 400

ROUNDED = Box("╭─┬╮", "│ ││", "├─┼┤", "│ ││", "╰─┴╯")
ASCII = Box("+-++", "| ||", "+-++", "| ||", "+-++")


def draw_table(table: Table, caps: Caps) -> list[str]:
    """Draw a table in the lines of a box, or as records where it is too narrow for one."""
    rows = table.rows if caps.rows is None else table.rows[: caps.rows]
    cells = [[_cell(cell, caps) for cell in row] for row in rows]
    names = [safe(column.name, unicode=caps.unicode) for column in table.columns]
    natural = [
        max([cell_width(name), *(cell_width(row[index].text) for row in cells)])
        for index, name in enumerate(names)
    ]
    least = (
        [
            max(longest_word(text) for text in (name, *(row[index].text for row in cells)))
            for index, name in enumerate(names)
        ]
        if caps.width is not None and sum(natural) > caps.width - 3 * len(names) - 1
        else natural
    )
    layout = fit(table.columns, natural, least, caps.width)
    if not layout.shown:
        body = _records(names, cells, caps)
    elif layout.wraps:
        from kvshell.views.drawing import wrapped_table  # noqa: PLC0415  # imports rich

        columns = [
            (names[index], table.columns[index].justify, columns)
            for index, columns in zip(layout.shown, layout.widths, strict=True)
        ]
        body = wrapped_table(columns, [[row[i] for i in layout.shown] for row in cells], caps)
    else:
        body = _box(table.columns, names, cells, layout.shown, layout.widths, caps)
    notes = _notes(table, len(rows), layout.shown, names)
    title = _sentence(table.title, Role.title, caps) if table.title else []
    return [*title, *body, *(line for note in notes for line in _sentence(note, Role.hint, caps))]


def _cell(cell: Cell, caps: Caps) -> Cell:
    text = safe(cell.text[: LONGEST_CELL + 1], unicode=caps.unicode)
    return Cell(text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}...", cell.role)


def _box(
    columns: Sequence[Column],
    names: Sequence[str],
    cells: Sequence[Sequence[Cell]],
    shown: Sequence[int],
    widths: Sequence[int],
    caps: Caps,
) -> list[str]:
    box = ROUNDED if caps.unicode else ASCII
    sides = [(index, columns[index].justify, widths[n]) for n, index in enumerate(shown)]

    def across(ends: str) -> str:
        return ends[0] + ends[2].join(ends[1] * (width + 2) for width in widths) + ends[3]

    def row(line: Sequence[Cell]) -> str:
        inside = (
            f" {paint_padded(line[index], width, justify, caps)} "
            for index, justify, width in sides
        )
        return box.row[0] + box.row[2].join(inside) + box.row[3]

    head = row([Cell(name, Role.title) for name in names])
    body = [row(line) for line in cells]
    return [across(box.top), head, across(box.rule), *body, across(box.bottom)]


def _records(names: Sequence[str], cells: Sequence[Sequence[Cell]], caps: Caps) -> list[str]:
    """A line per cell, a rule between the rows, as in `psql` with `expanded` on."""
    label = max(map(cell_width, names), default=0)
    room = max((caps.width or 80) - label - 2, 8)
    rule = "─" if caps.unicode else "-"
    lines: list[str] = []
    for number, row in enumerate(cells, 1):
        heading = f"{rule} {number} "
        lines.append(paint(heading + rule * ((caps.width or 80) - len(heading)), Role.hint, caps))
        for name, cell in zip(names, row, strict=True):
            style = role_style(cell.text, cell.role, caps)
            for n, part in enumerate(folded(cell.text, room)):
                start = paint(pad(name, label), Role.title, caps) if n == 0 else " " * label
                lines.append(f"{start}  {styled(part, style)}".rstrip())
    return lines


def _notes(table: Table, drawn: int, shown: Sequence[int], names: Sequence[str]) -> list[str]:
    """What stands below a table: its caption, and what of it is not to be seen."""
    notes = table.caption.split("\n") if table.caption else []
    if shown and len(shown) < len(names):
        hidden = [name for index, name in enumerate(names) if index not in shown]
        notes.append(f"too narrow for: {', '.join(hidden)}")
    if drawn < len(table.rows):
        notes.append(f"{drawn:,} of {len(table.rows):,} rows: set rows all shows every one")
    return notes


def _sentence(text: str, role: Role, caps: Caps) -> list[str]:
    """A text, broken between words where it is too long."""
    cell = Cell(safe(text, unicode=caps.unicode), role)
    lines = [[cell]] if caps.width is None else wrapped([cell], caps.width)
    return [painted(line, caps) for line in lines]
