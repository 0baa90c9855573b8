"""What colour each role has: the one place, for rich, for prompt_toolkit and for our own lines.

Only the 16 colours that every terminal has and every user may have chosen; no colour says what a
word does not say as well. `mono` has none: bold, dim and underlined.
"""

from functools import cache
from typing import NamedTuple

from kvshell.commands.view import Role

# In the order of the terminal's numbers; rich's names. prompt_toolkit calls 7 gray and 15 white.
COLOURS = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")


class Style(NamedTuple):
    """A colour of the 16, or none, and what it is written with."""

    colour: str = ""
    bold: bool = False
    dim: bool = False
    underline: bool = False

    @property
    def sgr(self) -> str:
        """The numbers of the escape sequence `ESC [ numbers m`; empty for no style."""
        numbers = [n for n, on in ((1, self.bold), (2, self.dim), (4, self.underline)) if on]
        if self.colour:
            bright = self.colour.startswith("bright_")
            base = COLOURS.index(self.colour.removeprefix("bright_"))
            numbers.append((90 if bright else 30) + base)
        return ";".join(map(str, numbers))

    @property
    def rich(self) -> str:
        """The style as rich reads it."""
        words = ("bold", self.bold), ("dim", self.dim), ("underline", self.underline)
        return " ".join([*(word for word, on in words if on), self.colour]).rstrip()

    @property
    def prompt(self) -> str:
        """The style as prompt_toolkit reads it."""
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
_LIGHT = _DARK | {
    Role.pid: Style("blue"),
    Role.atom: Style("blue"),
    Role.number: Style("magenta"),
    Role.pending: Style("magenta"),
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

# One process keeps one colour: its number picks it, so that neighbours differ and nothing has to
# be remembered. Not red (errors), green (strings) or cyan (atoms); no bright yellow, which nobody
# can read on white.
_PIDS = {
    "dark": ("yellow", "magenta", "bright_blue", "bright_magenta"),
    "light": ("blue", "magenta", "bright_blue", "bright_magenta"),
}


@cache
def style(theme: str, role: Role) -> Style:
    """The style of a role; an unknown theme is the dark one."""
    return THEMES.get(theme, _DARK)[role]


@cache
def pid_style(theme: str, number: int) -> Style:
    """The style in which the process `#PID<0.number.0>` is written, always the same one."""
    palette = _PIDS.get(theme)
    return Style(palette[number % len(palette)]) if palette else style(theme, Role.pid)


def prompt_styles(theme: str) -> dict[str, str]:
    """Class names -> styles for prompt_toolkit, one class per role: `class:atom`."""
    return {role.value: style(theme, role).prompt for role in Role}
