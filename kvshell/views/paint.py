"""Colours put on safe text: whole cells by their role, terms part by part as iex does."""

import re
from collections.abc import Sequence
from functools import cache

from kvshell.commands.view import Cell, Role
from kvshell.views.caps import Caps
from kvshell.views.safe import safe
from kvshell.views.theme import PLAIN, Style, pid_style, style
from kvshell.views.widths import pad

PID = re.compile(r"#PID<0\.(\d+)\.0>")


def styled(text: str, style_: Style) -> str:
    """Write a safe text in a style."""
    sgr = style_.sgr
    return f"\x1b[{sgr}m{text}\x1b[0m" if sgr and text else text


def role_style(text: str, role: Role, caps: Caps) -> Style:
    """The style of a text by its role; a pid's depends on which process it is."""
    if caps.colour == "none":
        return PLAIN
    found = PID.search(text) if role is Role.pid else None
    return pid_style(caps.theme, int(found[1])) if found else style(caps.theme, role)


def paint(text: str, role: Role, caps: Caps) -> str:
    """Write a safe text in the colour of its role."""
    return text if caps.colour == "none" else styled(text, role_style(text, role, caps))


def paint_cell(cell: Cell, caps: Caps) -> str:
    """Make a cell safe and colour it."""
    return paint(safe(cell.text, unicode=caps.unicode), cell.role, caps)


def painted(cells: Sequence[Cell], caps: Caps) -> str:
    """Colour a line of safe cells; spaces at its end are dropped."""
    line = "".join(paint(cell.text, cell.role, caps) for cell in cells)
    return line.rstrip(" ")


def paint_padded(cell: Cell, width: int, justify: str, caps: Caps) -> str:
    """Colour a safe cell and fill it up to `width` columns; the filling has no colour."""
    padded = pad(cell.text, width, justify)
    return padded.replace(cell.text, paint(cell.text, cell.role, caps), 1) if cell.text else padded


def paint_term(text: str, caps: Caps) -> str:
    """Colour one safe line of what `inspect` printed."""
    if caps.colour == "none":
        return text
    return "".join(paint(piece, role, caps) for piece, role in pieces(text))


def pieces(text: str) -> list[tuple[str, Role]]:
    """Cut what `inspect` printed into parts with their roles; joined they are the text."""
    found: list[tuple[str, Role]] = []
    end = 0
    for match in _tokens().finditer(text):
        if match.start() > end:
            found.append((text[end : match.start()], Role.plain))
        found.append((match[0], Role[match.lastgroup or "plain"]))
        end = match.end()
    if end < len(text):
        found.append((text[end:], Role.plain))
    return found


@cache
def _tokens() -> re.Pattern[str]:
    """What a term's parts look like; compiled when the first colour is needed."""
    return re.compile(
        r"""
          (?P<pid>\#(?:PID|Port|Reference)<[\d.]+>)
        | (?P<plain>\#[A-Z][\w.]*<[^>]*>)
        | (?P<atom>
              "(?:[^"\\]|\\.)*":(?=\s)            # "a key": 1
            | (?<![\w:])[^\W\d]\w*[?!]?:(?=\s)    # key: 1
            | :"(?:[^"\\]|\\.)*"                  # :"an atom"
            | (?<![\w:]):[^\W\d][\w@]*[?!]?       # :atom
            | \b[A-Z]\w*(?:\.[A-Z]\w*)*           # An.Alias
            | \b(?:nil|true|false)\b
          )
        | (?P<string>"(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*')
        | (?P<number>(?<![\w.])-?\d[\d_]*(?:\.\d+(?:e[-+]?\d+)?)?)
        """,
        re.VERBOSE,
    )
