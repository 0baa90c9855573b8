"""Views as plain text: aligned columns, no boxes, nothing truncated; imports no library.

Used for pipes. Every row is one line, so that `grep` and `awk` see what the user saw.
"""

from typing import assert_never

from kvshell.commands.view import Cell, Chart, Markdown, Panel, Role, TableView, Text, Tree, View
from kvshell.views.caps import Caps
from kvshell.views.colours import paint, paint_cell, paint_padded
from kvshell.views.safe import safe, safe_lines
from kvshell.views.widths import cell_width

GAP = "  "
ARROWS = {"flight": "~>", "lost": "-x"}


def plain_lines(view: View, caps: Caps) -> list[str]:
    """Return a view as lines of plain text."""
    match view:
        case TableView():
            return _table(view, caps)
        case Tree():
            return _tree(view, caps, "")
        case Panel():
            return _panel(view, caps)
        case Text():
            return text_lines(view, caps)
        case Markdown():
            return safe_lines(view.text, unicode=caps.unicode)
        case Chart():
            return chart_lines(view, caps)
        case _:
            assert_never(view)


def text_lines(text: Text, caps: Caps) -> list[str]:
    """Return the lines of a Text, the cells of each joined without spaces."""
    return ["".join(paint_cell(cell, caps) for cell in line) for line in text.lines]


def chart_lines(chart: Chart, caps: Caps) -> list[str]:
    """Return a chart as a list: sender, receiver and signal of each arrow."""
    lines = [_title(chart.title, caps)] if chart.title else []
    for arrow in chart.arrows:
        source, target = chart.lanes[arrow.source], chart.lanes[arrow.target]
        cells = [source]
        if arrow.kind != "note":
            cells += [Cell(f" {ARROWS.get(arrow.kind, '->')} ", Role.hint), target]
        cells += [Cell("  "), Cell(arrow.label, arrow.role)]
        lines.append("".join(paint_cell(cell, caps) for cell in cells))
    return [*lines, *_notes(chart.caption, caps)]


def _table(table: TableView, caps: Caps) -> list[str]:
    head = [Cell(column.name, Role.title) for column in table.columns]
    rows = [
        [Cell(safe(cell.text, unicode=caps.unicode), cell.role) for cell in row]
        for row in (head, *table.rows)
    ]
    widths = [max(cell_width(row[index].text) for row in rows) for index in range(len(head))]
    lines = [_title(table.title, caps)] if table.title else []
    for row in rows:
        line = ""
        for cell, column, width in zip(row, table.columns, widths, strict=True):
            line += GAP + paint_padded(cell, width, column.justify, caps)
        lines.append(line.removeprefix(GAP).rstrip(" "))
    return [*lines, *_notes(table.caption, caps)]


def _tree(tree: Tree, caps: Caps, indent: str) -> list[str]:
    lines = [indent + "".join(paint_cell(cell, caps) for cell in tree.label)]
    for child in tree.children:
        lines += _tree(child, caps, indent + GAP)
    return lines


def _panel(panel: Panel, caps: Caps) -> list[str]:
    lines = [_title(panel.title, caps)] if panel.title else []
    for view in panel.body:
        lines += [f"{GAP}{line}".rstrip() for line in plain_lines(view, caps)]
    return lines


def _title(text: str, caps: Caps) -> str:
    return paint(safe(text, unicode=caps.unicode), Role.title, caps)


def _notes(caption: str, caps: Caps) -> list[str]:
    lines = safe_lines(caption, unicode=caps.unicode) if caption else []
    return [paint(line, Role.hint, caps) for line in lines]
