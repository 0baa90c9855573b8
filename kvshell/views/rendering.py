"""Renders a result as the text that a host prints. Never prints or inspects a running system."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, assert_never

from kvshell.commands.result import NoValue, Result
from kvshell.commands.view import Cell, Chart, Markdown, Panel, Role, TableView, Text, Tree, View
from kvshell.runtime.processes.exits import PRINTED
from kvshell.terms import inspect
from kvshell.views.caps import Caps
from kvshell.views.colours import paint, paint_term, painted
from kvshell.views.grid import draw_table
from kvshell.views.plain import plain_lines, text_lines
from kvshell.views.safe import printed_lines, safe, safe_lines
from kvshell.views.widths import wrapped

if TYPE_CHECKING:
    from kvshell.runtime import Event

# iex wraps terms at the terminal's width, but at this width at most.
WIDEST_TERM = 80

# Text inside a JSON object has no colours, boxes or width limit.
_TEXT = Caps()


def render(result: Result, caps: Caps, events: "Sequence[Event]" = ()) -> str:
    """Render a result for these capabilities, without a trailing newline.

    Only a JSON object includes the events; otherwise the host prints `render_event` of each.
    """
    if caps.json:
        from kvshell.views.json_line import json_line  # noqa: PLC0415  # text needs no json

        return json_line(result, render(result, _TEXT), events)
    if result.output:
        printed = "\n".join(printed_lines(result.output.removesuffix("\n"), unicode=caps.unicode))
        answer = render(result._replace(output=""), caps)
        between = "\n" if result.output.endswith("\n") else ""  # as iex: `no newline:ok`
        return f"{printed}{between}{answer}" if answer else printed
    if result.error is not None:
        return "\n".join(_broken(result.error, Role.error, caps))
    if result.view is not None:
        return render_view(result.view, caps)
    if isinstance(result.value, NoValue):
        return ""
    width = min(caps.width or WIDEST_TERM, WIDEST_TERM)
    lines = safe_lines(inspect(result.value, width=width), unicode=caps.unicode)
    return "\n".join(paint_term(line, caps) for line in lines)


def render_view(view: View, caps: Caps) -> str:
    """Render a view as drawn for a terminal or, with plain capabilities, as plain text."""
    drawn = not caps.plain or (isinstance(view, Chart) and view.shape == "diagram")
    return "\n".join(_drawn(view, caps) if drawn else plain_lines(view, caps))


def render_event(event: "Event", caps: Caps) -> str:
    """Render an event with `~` before each line; printed output is unchanged."""
    if event.kind == PRINTED:
        return "\n".join(printed_lines(event.text.removesuffix("\n"), unicode=caps.unicode))
    if caps.width is not None:
        caps = caps._replace(width=max(caps.width - len("~ "), 1))
    return "\n".join(f"~ {line}".rstrip() for line in _broken(event.text, Role.hint, caps))


def render_line(text: str, role: Role, caps: Caps) -> str:
    """Render a line of a message in the colour of `role`."""
    return paint(safe(text, unicode=caps.unicode), role, caps)


def render_note(text: str, caps: Caps) -> str:
    """Render a sentence to the user, wrapped between words on a narrow terminal."""
    if caps.width is None:
        return render_line(text, Role.hint, caps)
    note = [Cell(safe(text, unicode=caps.unicode), Role.hint)]
    return "\n".join(painted(row, caps) for row in wrapped(note, caps.width))


def _broken(text: str, role: Role, caps: Caps) -> list[str]:
    """Wrap lines of text, which Elixir does not wrap, between words if this is a terminal."""
    lines = safe_lines(text, unicode=caps.unicode)
    if caps.plain or not caps.tty or caps.width is None:
        return [paint(line, role, caps) for line in lines]
    return [painted(row, caps) for line in lines for row in wrapped([Cell(line, role)], caps.width)]


def _text(text: Text, caps: Caps) -> list[str]:
    if text.kept or caps.width is None:
        return text_lines(text, caps)
    lines = [
        [Cell(safe(c.text, unicode=caps.unicode), c.role) for c in line] for line in text.lines
    ]
    return [painted(row, caps) for line in lines for row in wrapped(line, caps.width)]


def _drawn(view: View, caps: Caps) -> list[str]:
    # rich is imported here and in grid.py only when a view needs it.
    match view:
        case TableView():
            return draw_table(view, caps)
        case Text():
            return _text(view, caps)
        case Tree():
            from kvshell.views.rich_drawing import draw_tree  # noqa: PLC0415

            return draw_tree(view, caps)
        case Panel():
            from kvshell.views.rich_drawing import draw_panel  # noqa: PLC0415

            inner = caps if caps.width is None else caps._replace(width=max(caps.width - 4, 16))
            return draw_panel(view, [_drawn(part, inner) for part in view.body], caps)
        case Markdown():
            from kvshell.views.markdown import draw_markdown  # noqa: PLC0415

            return draw_markdown(view.text, caps)
        case Chart():
            from kvshell.views.chart import draw_chart  # noqa: PLC0415

            return draw_chart(view, caps)
        case _:
            assert_never(view)
