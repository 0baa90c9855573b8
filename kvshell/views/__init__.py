"""Rendering: results as text, in the form of iex's output, tables and trees, plain lines or JSON.

    text -> commands.match -> Match -> session.run -> Result -> views.render -> text

Nothing here prints, waits, or inspects a running system.
"""

from kvshell.views.caps import DOCUMENT, Caps, detect, terminal_width, with_options
from kvshell.views.rendering import render, render_event, render_line, render_note, render_view
from kvshell.views.safe import safe

__all__ = [
    "DOCUMENT",
    "Caps",
    "detect",
    "render",
    "render_event",
    "render_line",
    "render_note",
    "render_view",
    "safe",
    "terminal_width",
    "with_options",
]
