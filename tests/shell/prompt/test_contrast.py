"""The theme for light terminals is readable on white with any palette."""

import pytest
from prompt_toolkit.styles import Style

from kvshell.commands.view import Role
from kvshell.shell.prompt.appearance import prompt_style
from kvshell.views.colours import COLOURS, pid_style, style

ENOUGH = 4.5  # what WCAG 2 asks of text
PALETTES = {
    "xterm": "000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5"
    " 7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff",
    "VGA": "000000 aa0000 00aa00 aa5500 0000aa aa00aa 00aaaa aaaaaa"
    " 555555 ff5555 55ff55 ffff55 5555ff ff55ff 55ffff ffffff",
    "Tango": "000000 cc0000 4e9a06 c4a000 3465a4 75507b 06989a d3d7cf"
    " 555753 ef2929 8ae234 fce94f 729fcf ad7fa8 34e2e2 eeeeec",
    "macOS": "000000 990000 00a600 999900 0000b2 b200b2 00a6b2 bfbfbf"
    " 666666 e50000 00d900 e5e500 0000ff e500e5 00e5e5 e5e5e5",
}
NAMES = [*COLOURS, *(f"bright_{colour}" for colour in COLOURS)]
BACK, FRONT = "ffffff", "000000"


def luminance(colour: str) -> float:
    """Return the relative luminance as defined by WCAG 2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def colours(palette: str) -> dict[str, str]:
    return dict(zip(NAMES, PALETTES[palette].split(), strict=True))


def test_the_formula_gives_the_known_extremes() -> None:
    assert contrast(BACK, FRONT) == pytest.approx(21)
    assert contrast("777777", BACK) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("palette", PALETTES)
def test_every_role_and_pid_colour_is_readable_on_white(palette: str) -> None:
    shown = {role.value: style("light", role) for role in Role}
    shown |= {f"pid {number}": pid_style("light", number) for number in range(8)}

    for what, look in shown.items():
        colour = colours(palette)[look.colour] if look.colour else FRONT
        assert contrast(colour, BACK) >= ENOUGH, (what, look)
        assert not look.dim, what  # how pale that is, each terminal decides
        assert not (look.bold and look.colour), what  # some show the bright colour then


@pytest.mark.parametrize("palette", PALETTES)
def test_every_part_of_the_prompt_is_readable_on_white(palette: str) -> None:
    sheet = prompt_style("light")
    assert isinstance(sheet, Style)

    for name, _ in sheet.style_rules:
        if name.startswith("scrollbar"):
            continue  # no text
        look = sheet.get_attrs_for_style_str(" ".join(f"class:{part}" for part in name.split()))
        front = _named(look.color or "", palette, FRONT)
        assert contrast(front, _named(look.bgcolor or "", palette, BACK)) >= ENOUGH, (name, look)
        assert not look.dim, name


def _named(colour: str, palette: str, default: str) -> str:
    """Return the RGB value of one of prompt_toolkit's colour names."""
    if not colour.startswith("ansi"):
        return default
    known = {"gray": "white", "white": "bright_white"}
    name = colour.removeprefix("ansi")
    return colours(palette)[known.get(name, name.replace("bright", "bright_"))]
