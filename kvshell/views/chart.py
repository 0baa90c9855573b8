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
_CLOSEST_LANE: Final = 8  # the least width of a lane that makes room for notes
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
    rows = _drawn(chart, width)
    lines = [painted(_cells(row, caps), caps) for row in rows]
    title = [painted([Cell(chart.title, Role.title)], caps)] if chart.title else []
    caption = [painted([Cell(chart.caption, Role.hint)], caps)] if chart.caption else []
    return [*title, *lines, *caption]


def _drawn(chart: Chart, width: int) -> list[_Row]:
    """Draw the lanes as wide as they may be, or closer together where that saves rows.

    It does where the notes of the last lane do not fit to its right.
    """
    widest = min(WIDEST_LANE, width // len(chart.lanes))
    last = len(chart.lanes) - 1
    room = width - _centres(chart, widest)[-1] - 2
    notes = [arrow for arrow in chart.arrows if arrow.source == arrow.target == last]
    least = widest
    if any(cell_width(_label(arrow)) > room for arrow in notes):
        longest = max(cell_width(safe(cell.text)) for cell in chart.lanes)
        least = min(widest, max(_CLOSEST_LANE, longest + 2))
    drawings = []
    for lane in range(widest, least - 1, -1):
        centres = _centres(chart, lane)
        rows = [row for arrow in chart.arrows for row in _arrow(arrow, centres, width)]
        drawings.append([_heads(chart, centres, lane, width), *rows])
    return min(drawings, key=len)


def _centres(chart: Chart, lane: int) -> list[int]:
    """Return the column of each lane, the first as far left as its heading allows.

    Notes are to the right of their lane, so this leaves most room for them.
    """
    first = min(lane // 2, max(4, cell_width(safe(chart.lanes[0].text)) // 2 + 1))
    return [lane * index + first for index in range(len(chart.lanes))]


def _label(arrow: Arrow) -> str:
    return safe(arrow.label.replace("\n", " "))


def _heads(chart: Chart, centres: list[int], lane: int, width: int) -> _Row:
    row = _blank([], width)
    for centre, cell in zip(centres, chart.lanes, strict=True):
        text = _cut(safe(cell.text), lane - 1)
        _put(row, max(0, centre - cell_width(text) // 2), text, cell.role)
    return row


def _arrow(arrow: Arrow, centres: list[int], width: int) -> list[_Row]:
    label = _label(arrow)
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
    """Draw a note to the right of its lane, in as many rows as it needs.

    To the left it would look like a note of the lane before.
    """
    start = centres[arrow.source]
    rows = []
    for number, text in enumerate(_broken(label, width - start - 2)):
        rows.append(_blank(centres, width))
        _put(rows[-1], start + (4 if number else 2), text, arrow.role)
    return rows


def _broken(label: str, room: int) -> list[str]:
    """Wrap the label into rows of `room` columns, between words; later rows are indented by two.

    A word that is longer than a row is broken as well.
    """
    lines: list[str] = []
    words = label.split(" ")
    while words:
        word = words.pop(0)
        if lines and cell_width(f"{lines[-1]} {word}") <= room - (2 if len(lines) > 1 else 0):
            lines[-1] += f" {word}"
            continue
        free = room - (2 if lines else 0)
        kept = word if cell_width(word) <= free else _fitting(word, free) or word[:1]
        lines.append(kept)
        if len(kept) < len(word):
            words.insert(0, word[len(kept) :])
    return lines


def _fitting(text: str, room: int) -> str:
    """Return the beginning of the text that fits into `room` columns."""
    kept = ""
    for char in text:
        if cell_width(kept + char) > room:
            break
        kept += char
    return kept


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
    return text if cell_width(text) <= room else _fitting(text, room - 1) + "…"


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
