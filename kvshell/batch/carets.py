"""Where a line could not be read: the line and a mark below the place, for a person."""

from kvshell.commands.matching import parse
from kvshell.commands.view import Role
from kvshell.views import Caps, render_line, safe
from kvshell.views.widths import cell_width


def carets(text: str, part: int, caps: Caps) -> str:
    """Draw the line and the marks below its first problem; empty where there is none."""
    parts = parse(text).parts
    problems = parts[part].problems if part < len(parts) else []
    if not problems:
        return ""
    start, end = problems[0].start, problems[0].end
    before, marked = (cell_width(safe(piece)) for piece in (text[:start], text[start:end]))
    if before + marked > (caps.width or 80) - 2:
        return ""
    marks = " " * before + "^" * max(marked, 1)
    shown = render_line(text, Role.plain, caps)
    return f"  {shown}\n  {render_line(marks, Role.error, caps)}"
