"""Every role has a style in every theme, and each library accepts it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.styles import Style as PromptStyle
from rich.style import Style as RichStyle

from kvshell.commands.view import Cell, Role
from kvshell.views import Caps
from kvshell.views.colours import (
    COLOURS,
    THEMES,
    Style,
    paint,
    paint_cell,
    paint_padded,
    paint_term,
    pid_style,
    pieces,
    prompt_styles,
    style,
)

ALL = [(theme, role) for theme in THEMES for role in Role]


@pytest.mark.parametrize(("theme", "role"), ALL)
def test_rich_parses_every_style(theme: str, role: Role) -> None:
    ours = style(theme, role)
    theirs = RichStyle.parse(ours.rich)

    assert theirs.render("x") == (f"\x1b[{ours.sgr}mx\x1b[0m" if ours.sgr else "x")


@pytest.mark.parametrize("theme", THEMES)
def test_prompt_toolkit_parses_every_style(theme: str) -> None:
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


COLOURED = Caps(colour="16")


def roles(text: str) -> list[tuple[str, str]]:
    return [(piece, role.value) for piece, role in pieces(text) if role is not Role.plain]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (":ok", [(":ok", "atom")]),
        ("{:ok, #PID<0.104.0>}", [(":ok", "atom"), ("#PID<0.104.0>", "pid")]),
        ('[name: "a b"]', [("name:", "atom"), ('"a b"', "string")]),
        ('["a b": 1]', [('"a b":', "atom"), ("1", "number")]),
        (':"a b"', [(':"a b"', "atom")]),
        ('%{"k" => -2.5e10}', [('"k"', "string"), ("-2.5e10", "number")]),
        ("KV.Registry", [("KV.Registry", "atom")]),
        ("nil", [("nil", "atom")]),
        ("'abc'", [("'abc'", "string")]),
        ('"a \\" :b 1"', [('"a \\" :b 1"', "string")]),
        ("#Reference<0.1.2.3>", [("#Reference<0.1.2.3>", "pid")]),
        ("#Function<1.16313657/1 in KV.Bucket.get/2>", []),
        ("<<255, 0>>", [("255", "number"), ("0", "number")]),
        (
            "%RuntimeError{message: :x}",
            [("RuntimeError", "atom"), ("message:", "atom"), (":x", "atom")],
        ),
    ],
)
def test_a_term_is_split_into_coloured_parts(text: str, expected: list[tuple[str, str]]) -> None:
    assert roles(text) == expected


@given(st.text())
def test_the_parts_joined_equal_the_text(text: str) -> None:
    assert "".join(piece for piece, _ in pieces(text)) == text


def test_a_term_is_coloured_by_its_parts() -> None:
    assert paint_term("{:ok, 1}", COLOURED) == "{\x1b[36m:ok\x1b[0m, \x1b[33m1\x1b[0m}"


def test_without_colours_text_is_unchanged() -> None:
    assert paint_term("{:ok, 1}", Caps()) == "{:ok, 1}"
    assert paint_cell(Cell("x", Role.error), Caps()) == "x"


def test_a_process_has_the_same_colour_everywhere() -> None:
    alone = paint("#PID<0.104.0>", Role.pid, COLOURED)

    assert alone in paint_term("{:ok, #PID<0.104.0>}", COLOURED)
    assert alone[:5] not in paint("#PID<0.105.0>", Role.pid, COLOURED)


def test_the_theme_changes_the_colours() -> None:
    assert paint("stale", Role.stale, COLOURED._replace(theme="mono")) == "\x1b[1;4mstale\x1b[0m"


def test_a_cell_is_safe_before_it_is_coloured() -> None:
    assert paint_cell(Cell("\x1b[0m", Role.atom), COLOURED) == "\x1b[36m\\e[0m\x1b[0m"


def test_the_padding_of_a_cell_has_no_colour() -> None:
    assert paint_padded(Cell("1", Role.atom), 3, "right", COLOURED) == "  \x1b[36m1\x1b[0m"
    assert paint_padded(Cell("", Role.atom), 3, "left", COLOURED) == "   "
