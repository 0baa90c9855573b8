"""Message-sequence charts: one lane per process, with time running down.

        shell             KV.Registry              s1
          |                    |                    |
          |- call {:create} -->|                    |
          |                    |- monitor --------->|

A label that fits between its two lanes is drawn inside the arrow; a longer one gets a row of its
own above the arrow. Charts are plain text: they need no imports, and any terminal can show them.
"""

from typing import Final

from kvshell.commands.view import Arrow, Cell, Chart, Role
from kvshell.views.caps import Caps
from kvshell.views.colours import painted
from kvshell.views.plain import chart_lines
from kvshell.views.safe import safe, to_ascii
from kvshell.views.widths import cell_width

MOST_LANES: Final = 6
LEAST_WIDTH: Final = 80
WIDEST_LANE: Final = 30
_NARROWEST_LANE: Final = 24  # the least width of a lane if `shape` is `diagram`
_Row = list[tuple[str, Role]]  # one entry per column; a wide character takes one plus an empty one


def draw_chart(chart: Chart, caps: Caps) -> list[str]:
    """Draw a chart; if it is too wide, list its arrows instead."""
    forced = chart.shape == "diagram"
    width = caps.width or (LEAST_WIDTH if forced else 2 * LEAST_WIDTH)
    if forced:
        width = max(width, _NARROWEST_LANE * len(chart.lanes), LEAST_WIDTH)
    too_wide = len(chart.lanes) > MOST_LANES or width < LEAST_WIDTH
    if not chart.arrows or chart.shape == "list" or (too_wide and not forced):
        return chart_lines(chart, caps)
    lane = min(WIDEST_LANE, width // len(chart.lanes))
    centres = [lane * index + _first(chart, lane) for index in range(len(chart.lanes))]
    rows = [_heads(chart, centres, lane, width)]
    for arrow in chart.arrows:
        rows += _arrow(arrow, centres, width)
    lines = [painted(_cells(row, caps), caps) for row in rows]
    title = [painted([Cell(chart.title, Role.title)], caps)] if chart.title else []
    caption = [painted([Cell(chart.caption, Role.hint)], caps)] if chart.caption else []
    return [*title, *lines, *caption]


def _first(chart: Chart, lane: int) -> int:
    """Return the column of the first lane, as far left as its heading allows.

    Notes are to the right of their lane, so this leaves most room for them.
    """
    return min(lane // 2, max(4, cell_width(safe(chart.lanes[0].text)) // 2 + 1))


def _heads(chart: Chart, centres: list[int], lane: int, width: int) -> _Row:
    row = _blank([], width)
    for centre, cell in zip(centres, chart.lanes, strict=True):
        text = _cut(safe(cell.text), lane - 1)
        _put(row, max(0, centre - cell_width(text) // 2), text, cell.role)
    return row


def _arrow(arrow: Arrow, centres: list[int], width: int) -> list[_Row]:
    label = safe(arrow.label.replace("\n", " "))
    row = _blank(centres, width)
    start, end = centres[arrow.source], centres[arrow.target]
    if arrow.kind == "note" or start == end:
        return _note(label, arrow, centres, width)
    left, right = min(start, end), max(start, end)
    line = "\N{BOX DRAWINGS LIGHT QUADRUPLE DASH HORIZONTAL}" if arrow.kind == "flight" else "─"
    _put(row, left + 1, line * (right - left - 1), Role.hint)
    head = "✗" if arrow.kind == "lost" else "▶" if end > start else "◀"
    _put(row, end - 1 if end > start else end + 1, head, Role.hint)
    room = right - left - 6
    if cell_width(label) <= room:
        at = left + 2 if end > start else right - 2 - cell_width(label) - 1
        _put(row, at, f" {label} ", arrow.role)
        return [row]
    above = _blank(centres, width)
    _put(above, left + 2, _cut(label, width - left - 2), arrow.role)
    return [above, row]


def _note(label: str, arrow: Arrow, centres: list[int], width: int) -> list[_Row]:
    """Draw a note to the right of its lane or, if there is only room there, to the left.

    If neither side has room for one row, the note takes several: on the right, unless a word is too
    long for that side and the left side is wider.
    """
    row = _blank(centres, width)
    start = centres[arrow.source]
    room = width - start - 2
    free = start - (centres[arrow.source - 1] if arrow.source else 0) - 4
    taken = cell_width(label)
    if room < taken <= free:
        _put(row, start - 1 - taken, label, arrow.role)
        return [row]
    left = max(map(cell_width, label.split(" "))) > room < free
    rows = []
    for number, text in enumerate(_broken(label, free if left else room)):
        rows.append(_blank(centres, width))
        shown = _cut(text, free if left else room)
        at = start - 1 - cell_width(shown) if left else start + (4 if number else 2)
        _put(rows[-1], at, shown, arrow.role)
    return rows


def _broken(label: str, room: int) -> list[str]:
    """Wrap the label between words into rows of `room` columns; later rows are indented."""
    lines: list[str] = []
    for word in label.split(" "):
        indent = 2 if len(lines) > 1 else 0
        if lines and cell_width(lines[-1]) + 1 + cell_width(word) <= room - indent:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _blank(centres: list[int], width: int) -> _Row:
    row: _Row = [(" ", Role.plain)] * width
    for centre in centres:
        row[centre] = ("│", Role.hint)
    return row


def _put(row: _Row, at: int, text: str, role: Role) -> None:
    """Write `text` into the row from column `at`; what does not fit into the row is dropped."""
    for char in text:
        taken = cell_width(char)
        if taken == 0:
            row[at - 1] = (row[at - 1][0] + char, row[at - 1][1])
            continue
        if at + taken > len(row):
            return
        row[at] = (char, role)
        for extra in range(1, taken):
            row[at + extra] = ("", role)
        at += taken


def _cut(text: str, room: int) -> str:
    if cell_width(text) <= room:
        return text
    kept = ""
    for char in text:
        if cell_width(kept + char) > room - 1:
            break
        kept += char
    return kept + "…"


def _cells(row: _Row, caps: Caps) -> list[Cell]:
    """Merge adjacent cells of the same role, and drop trailing blanks."""
    cells: list[Cell] = []
    while row and row[-1] == (" ", Role.plain):
        row.pop()
    for char, role in row:
        shown = char if caps.unicode else to_ascii(char)
        if cells and cells[-1].role is role:
            cells[-1] = Cell(cells[-1].text + shown, role)
        else:
            cells.append(Cell(shown, role))
    return cells
