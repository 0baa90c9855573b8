"""Decides which columns of a table fit the terminal, and how wide each column is.

As the terminal gets narrower: all columns have full width; long cells are wrapped between words;
the least important columns are dropped one by one; long words are broken; finally there is no table
but one record per row.
"""

from collections.abc import Sequence
from typing import NamedTuple

from kvshell.commands.view import Cell, Column, Role, TableView
from kvshell.views.caps import Caps
from kvshell.views.colours import paint, paint_padded, painted, role_style, styled
from kvshell.views.safe import safe
from kvshell.views.widths import COLOURED, cell_width, folded, longest_word, pad, wrapped

# A cell this short is never wrapped: a pid or a state stays on one line.
SHORT = 16
# As a last resort words are broken to keep the table; with narrower columns it becomes records.
NARROWEST = 10
# Prose is not wrapped to columns narrower than this while another column can be dropped.
PROSE = 12
# Rather than drop a column, words longer than this are broken.
LONG_WORD = 24


class Layout(NamedTuple):
    """How a table fits a terminal; with no columns, it is drawn as records.

    Attributes:
        shown: the indices of the columns to show.
        widths: their widths.
        wraps: whether some cells are wrapped.
    """

    shown: tuple[int, ...]
    widths: tuple[int, ...]
    wraps: bool = False


def fit(
    columns: Sequence[Column], natural: Sequence[int], words: Sequence[int], width: int | None
) -> Layout:
    """Return the layout of a table in a box `width` columns wide.

    `natural` holds the widths of the columns without wrapping, `words` their longest words.
    """
    shown = list(range(len(columns)))
    while shown:
        wanted = [natural[index] for index in shown]
        if width is None:
            return Layout(tuple(shown), tuple(wanted))
        room = width - (3 * len(shown) + 1)
        if sum(wanted) <= room:
            return Layout(tuple(shown), tuple(wanted))
        least = max(shown, key=lambda index: (columns[index].priority, index))
        floors = [_between_words(natural[index], words[index]) for index in shown]
        if sum(floors) > room and columns[least].priority == 0:
            floors = [w if w <= SHORT else NARROWEST for w in wanted]
        if sum(floors) > room:  # wrap short cells between words rather than drop a column
            least_words = [max(words[index], PROSE) for index in shown]
            floors = [*map(min, floors, least_words)]
        if sum(floors) <= room:
            return Layout(tuple(shown), _shrunk(wanted, floors, room), wraps=True)
        if columns[least].priority == 0:
            break
        shown.remove(least)
    return Layout((), ())


def _between_words(natural: int, word: int) -> int:
    """Return the least width of a column whose cells are wrapped only between words."""
    return natural if natural <= SHORT else min(max(word, PROSE), LONG_WORD)


def _shrunk(wanted: Sequence[int], floors: Sequence[int], room: int) -> tuple[int, ...]:
    """Return widths that fit in `room`: the widest columns are cut to a common width.

    No column gets narrower than its floor.
    """
    limit = max(wanted)

    def cut() -> list[int]:
        return [min(w, max(limit, floor)) for w, floor in zip(wanted, floors, strict=True)]

    while sum(cut()) > room:
        limit -= 1
    widths = cut()
    spare = room - sum(widths)
    for index, columns in enumerate(wanted):  # the remainder after capping all columns equally
        if spare and columns > widths[index]:
            widths[index] += 1
            spare -= 1
    return tuple(widths)


class Box(NamedTuple):
    """The characters of a box's lines: left end, filler, crossing and right end of each."""

    top: str
    head: str
    rule: str
    row: str
    bottom: str


# Longer cells are truncated: a name of 3,000 characters would fill five screens.
LONGEST_CELL = 400

ROUNDED = Box("╭─┬╮", "│ ││", "├─┼┤", "│ ││", "╰─┴╯")
ASCII = Box("+-++", "| ||", "+-++", "| ||", "+-++")


def draw_table(table: TableView, caps: Caps) -> list[str]:
    """Draw a table in a box, or as records if it is too narrow for one."""
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
        from kvshell.views.rich_drawing import wrapped_table  # noqa: PLC0415  # imports rich

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
    # rich, which wraps cells, would count a character with the emoji selector as wider.
    text = safe(cell.text[: LONGEST_CELL + 1], unicode=caps.unicode).replace(COLOURED, "")
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
    """Draw a table as records: one line per cell, and a rule between rows."""
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


def _notes(table: TableView, drawn: int, shown: Sequence[int], names: Sequence[str]) -> list[str]:
    """Return the lines below a table: its caption, and a note on columns and rows left out."""
    notes = table.caption.split("\n") if table.caption else []
    if shown and len(shown) < len(names):
        hidden = [name for index, name in enumerate(names) if index not in shown]
        notes.append(f"too narrow for: {', '.join(hidden)}")
    if drawn < len(table.rows):
        notes.append(f"{drawn:,} of {len(table.rows):,} rows: set rows all shows every one")
    return notes


def _sentence(text: str, role: Role, caps: Caps) -> list[str]:
    """Return a text as lines, wrapped between words and in the colour of `role`."""
    cell = Cell(safe(text, unicode=caps.unicode), role)
    lines = [[cell]] if caps.width is None else wrapped([cell], caps.width)
    return [painted(line, caps) for line in lines]
