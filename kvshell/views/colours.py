"""The colour of each role: the only definition, for rich, prompt_toolkit and our own output.

Only the 16 standard colours are used, which users may have customised, and no information is
conveyed by colour alone. `mono` uses bold, dim and underline instead.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from kvshell.commands.view import Cell, Role
from kvshell.views.caps import Caps
from kvshell.views.safe import safe
from kvshell.views.widths import pad

# In the order of their numbers, with rich's names; prompt_toolkit calls 7 gray and 15 white.
COLOURS = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")


class Style(NamedTuple):
    """One of the 16 colours or the default one, and text attributes."""

    colour: str = ""
    bold: bool = False
    dim: bool = False
    underline: bool = False

    @property
    def sgr(self) -> str:
        """The parameters for `ESC [ ... m`; empty if there is no style."""
        numbers = [n for n, on in ((1, self.bold), (2, self.dim), (4, self.underline)) if on]
        if self.colour:
            bright = self.colour.startswith("bright_")
            base = COLOURS.index(self.colour.removeprefix("bright_"))
            numbers.append((90 if bright else 30) + base)
        return ";".join(map(str, numbers))

    @property
    def rich(self) -> str:
        """The style in rich's syntax."""
        words = ("bold", self.bold), ("dim", self.dim), ("underline", self.underline)
        return " ".join([*(word for word, on in words if on), self.colour]).rstrip()

    @property
    def prompt(self) -> str:
        """The style in prompt_toolkit's syntax."""
        words = [w for w, on in (("bold", self.bold), ("underline", self.underline)) if on]
        if self.dim and not self.colour:
            words.append("dim")
        if self.colour:
            name = self.colour.replace("bright_", "bright")
            names = {"white": "gray", "brightwhite": "white"}
            words.append(f"ansi{names.get(name, name)}")
        return " ".join(words)


PLAIN = Style()

_DARK = {
    Role.command: Style(bold=True),
    Role.name: PLAIN,
    Role.pid: Style("yellow"),
    Role.atom: Style("cyan"),
    Role.string: Style("green"),
    Role.number: Style("yellow"),
    Role.error: Style("red"),
    Role.hint: Style(dim=True),
    Role.fresh: Style("green"),
    Role.pending: Style("yellow"),
    Role.stale: Style("red", bold=True),
    Role.dead: Style(dim=True),
    Role.plain: PLAIN,
    Role.title: Style(bold=True),
}
# On white, only red, blue and magenta are readable in every common palette (contrast 4.5 or more).
# `dim` differs between terminals, and some show bold as bright.
_LIGHT = _DARK | {
    Role.pid: Style("blue"),
    Role.atom: Style("blue"),
    Role.string: Style("magenta"),
    Role.number: Style("blue"),
    Role.hint: Style("blue"),
    Role.fresh: Style("blue"),
    Role.pending: Style("magenta"),
    Role.stale: Style("red", underline=True),
    Role.dead: PLAIN,
}
_MONO = {
    **dict.fromkeys(Role, PLAIN),
    Role.command: Style(bold=True),
    Role.error: Style(bold=True),
    Role.hint: Style(dim=True),
    Role.pending: Style(underline=True),
    Role.stale: Style(bold=True, underline=True),
    Role.dead: Style(dim=True),
    Role.title: Style(bold=True),
}
THEMES: dict[str, dict[Role, Style]] = {"dark": _DARK, "light": _LIGHT, "mono": _MONO}

# The colours of pids: the pid's number selects one, so a process keeps its colour and neighbours
# differ. Without red (errors), green (strings), cyan (atoms) and the unreadable bright yellow.
_PIDS = {
    "dark": tuple(map(Style, ("yellow", "magenta", "bright_blue", "bright_magenta"))),
    "light": tuple(Style(c, underline=line) for line in (False, True) for c in ("blue", "magenta")),
}


STYLE_WORDS = (
    "bold", "dim", "underline", "plain", *COLOURS, *(f"bright_{colour}" for colour in COLOURS),
)  # fmt: skip
_own: dict[Role, Style] = {}


def style_of(words: str) -> Style:
    """Return the style that words such as `bold bright_blue` describe."""
    attributes = words.split()
    colour = next((word for word in attributes if word.removeprefix("bright_") in COLOURS), "")
    return Style(colour, "bold" in attributes, "dim" in attributes, "underline" in attributes)


def recolour(styles: dict[Role, Style]) -> None:
    """Use the user's own styles in every theme but `mono`; other roles are unchanged."""
    _own.clear()
    _own.update(styles)
    style.cache_clear()
    pid_style.cache_clear()


@cache
def style(theme: str, role: Role) -> Style:
    """Return the style of a role in a theme; an unknown theme counts as `dark`."""
    if role in _own and theme != "mono":
        return _own[role]
    return THEMES.get(theme, _DARK)[role]


@cache
def pid_style(theme: str, number: int) -> Style:
    """Return the style of the process `#PID<0.number.0>`, which is always the same."""
    palette = None if Role.pid in _own else _PIDS.get(theme)
    return palette[number % len(palette)] if palette else style(theme, Role.pid)


def prompt_styles(theme: str) -> dict[str, str]:
    """Return the styles of a theme for prompt_toolkit, by class name: the values of the roles."""
    return {role.value: style(theme, role).prompt for role in Role}


PID = re.compile(r"#PID<0\.(\d+)\.0>")


def styled(text: str, style_: Style) -> str:
    """Add the escape sequences of a style to a safe text."""
    sgr = style_.sgr
    return f"\x1b[{sgr}m{text}\x1b[0m" if sgr and text else text


def role_style(text: str, role: Role, caps: Caps) -> Style:
    """Return the style for a role; for a pid, it depends on the process."""
    if caps.colour == "none":
        return PLAIN
    found = PID.search(text) if role is Role.pid else None
    return pid_style(caps.theme, int(found[1])) if found else style(caps.theme, role)


def paint(text: str, role: Role, caps: Caps) -> str:
    """Return a safe text in the colour of its role."""
    return text if caps.colour == "none" else styled(text, role_style(text, role, caps))


def paint_cell(cell: Cell, caps: Caps) -> str:
    """Return a cell as safe text in the colour of its role."""
    return paint(safe(cell.text, unicode=caps.unicode), cell.role, caps)


def painted(cells: Sequence[Cell], caps: Caps) -> str:
    """Return a line of safe cells in their colours, without trailing spaces."""
    line = "".join(paint(cell.text, cell.role, caps) for cell in cells)
    return line.rstrip(" ")


def paint_padded(cell: Cell, width: int, justify: str, caps: Caps) -> str:
    """Return a safe cell in its colour, padded to `width` columns; the padding has no colour."""
    padded = pad(cell.text, width, justify)
    return padded.replace(cell.text, paint(cell.text, cell.role, caps), 1) if cell.text else padded


def paint_term(text: str, caps: Caps) -> str:
    """Return one safe line of `inspect` output in colours."""
    if caps.colour == "none":
        return text
    return "".join(paint(piece, role, caps) for piece, role in pieces(text))


def pieces(text: str) -> list[tuple[str, Role]]:
    """Split `inspect` output into parts with their roles; joined, the parts are the text."""
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
    """Return the pattern of a term's parts; it is compiled only when colours are needed."""
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
