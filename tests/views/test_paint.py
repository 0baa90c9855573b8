"""Paint: colours by role, and a term's parts as iex colours them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvshell.commands.view import Cell, Role
from kvshell.views import Caps
from kvshell.views.paint import paint, paint_cell, paint_padded, paint_term, pieces

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
def test_a_term_is_cut_into_its_parts(text: str, expected: list[tuple[str, str]]) -> None:
    assert roles(text) == expected


@given(st.text())
def test_the_parts_are_the_text(text: str) -> None:
    assert "".join(piece for piece, _ in pieces(text)) == text


def test_a_painted_term() -> None:
    assert paint_term("{:ok, 1}", COLOURED) == "{\x1b[36m:ok\x1b[0m, \x1b[33m1\x1b[0m}"


def test_without_colours_nothing_is_painted() -> None:
    assert paint_term("{:ok, 1}", Caps()) == "{:ok, 1}"
    assert paint_cell(Cell("x", Role.error), Caps()) == "x"


def test_one_process_has_one_colour_wherever_it_stands() -> None:
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
