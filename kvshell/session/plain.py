"""The answer of another client as text: what iex prints, and views line by line.

An event is one piece of text, made where it happens; how views are drawn is not known here.
"""

from kvshell.commands.handlers.tracing import lines as chart_lines
from kvshell.commands.result import NOTHING, Result
from kvshell.commands.view import Cell, Chart, Markdown, Panel, Table, Text, Tree, View
from kvshell.terms import inspect


def plain(result: Result) -> str:
    """Return the answer without colours and boxes."""
    if result.error is not None:
        return result.error
    if result.value is not NOTHING:
        return inspect(result.value)
    return "\n".join(_lines(result.view)) if result.view is not None else ""


def _lines(view: View) -> list[str]:
    match view:
        case Text(lines):
            return [_join(line, "") for line in lines]
        case Markdown(text):
            return text.splitlines()
        case Table(_title, columns, rows, caption):
            header = "  ".join(column.name for column in columns)
            return [header, *(_join(row, "  ") for row in rows), *([caption] if caption else [])]
        case Tree(label, children):
            inner = [f"  {line}" for child in children for line in _lines(child)]
            return [_join(label, " "), *inner]
        case Panel(title, body):
            return [title, *(line for part in body for line in _lines(part))]
        case Chart():
            return chart_lines(view)


def _join(cells: tuple[Cell, ...], space: str) -> str:
    return space.join(cell.text for cell in cells)
