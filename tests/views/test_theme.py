"""Theme: every role has a style in every theme, and each library can read it."""

import pytest
from prompt_toolkit.styles import Style as PromptStyle
from rich.style import Style as RichStyle

from kvshell.commands.view import Role
from kvshell.views.theme import COLOURS, THEMES, Style, pid_style, prompt_styles, style

ALL = [(theme, role) for theme in THEMES for role in Role]


@pytest.mark.parametrize(("theme", "role"), ALL)
def test_rich_reads_every_style_as_we_write_it(theme: str, role: Role) -> None:
    ours = style(theme, role)
    theirs = RichStyle.parse(ours.rich)

    assert theirs.render("x") == (f"\x1b[{ours.sgr}mx\x1b[0m" if ours.sgr else "x")


@pytest.mark.parametrize("theme", THEMES)
def test_prompt_toolkit_reads_every_style(theme: str) -> None:
    sheet = PromptStyle.from_dict(prompt_styles(theme))

    for role in Role:
        attributes = sheet.get_attrs_for_style_str(f"class:{role.value}")
        ours = style(theme, role)
        assert (attributes.bold, attributes.underline) == (ours.bold, ours.underline)


@pytest.mark.parametrize("bright", ["", "bright_"])
@pytest.mark.parametrize("colour", COLOURS)
def test_each_of_the_16_colours_is_the_same_in_both_libraries(colour: str, bright: str) -> None:
    from prompt_toolkit.output.vt100 import FG_ANSI_COLORS

    ours = Style(bright + colour)

    assert str(FG_ANSI_COLORS[ours.prompt]) == ours.sgr
    assert RichStyle.parse(ours.rich).render("x") == f"\x1b[{ours.sgr}mx\x1b[0m"


def test_mono_has_no_colour() -> None:
    assert {style("mono", role).colour for role in Role} == {""}
    assert pid_style("mono", 104).colour == ""


@pytest.mark.parametrize("theme", THEMES)
def test_states_differ_without_colour_too(theme: str) -> None:
    states = [Role.fresh, Role.pending, Role.stale, Role.dead]

    assert len({style(theme, state) for state in states}) == len(states)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_pid_keeps_its_colour_and_its_neighbours_have_others(theme: str) -> None:
    colours = [pid_style(theme, number) for number in range(100, 104)]

    assert colours == [pid_style(theme, number) for number in range(100, 104)]
    assert len(set(colours)) == 4


def test_an_unknown_theme_is_the_dark_one() -> None:
    assert style("pink", Role.atom) == style("dark", Role.atom)
