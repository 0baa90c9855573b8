"""Wrapping keeps words whole where possible, and indents to where the text begins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvshell.commands.view import Cell, Role
from kvshell.views import safe
from kvshell.views.widths import cell_width, folded, longest_word, wrapped


def lines(text: str, width: int) -> list[str]:
    return ["".join(cell.text for cell in row) for row in wrapped([Cell(text)], width)]


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("short", 10, ["short"]),
        ("one two three", 8, ["one two ", "three"]),
        (
            "  put  a store by its name, a binding",
            24,
            [
                "  put  a store by its ",
                "       name, a binding",
            ],
        ),
        ("    indented text that is long", 20, ["    indented text ", "    that is long"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("日本語 日本語", 6, ["日本語", "日本語"]),
        ("", 4, [""]),
    ],
)
def test_a_line_is_wrapped_between_words(text: str, width: int, expected: list[str]) -> None:
    assert lines(text, width) == expected


def test_wrapping_keeps_roles() -> None:
    row, second = wrapped([Cell("next: ", Role.hint), Cell("resume manager", Role.command)], 14)

    assert row[0] == Cell("next:", Role.hint)
    assert second[-1] == Cell("manager", Role.command)


@given(st.text(max_size=60).map(safe), st.integers(2, 30))
def test_wrapping_loses_only_spaces(text: str, width: int) -> None:
    shown = lines(text, width)

    assert "".join("".join(shown).split()) == "".join(text.split())
    assert all(cell_width(line.rstrip()) <= width for line in shown)


def test_text_is_folded_by_columns() -> None:
    assert folded("日本語", 4) == ["日本", "語"]
    assert folded("", 4) == [""]


def test_the_longest_words_width_is_measured() -> None:
    assert [longest_word(text) for text in ("a bcd ef", "", "日本 x")] == [3, 0, 4]
