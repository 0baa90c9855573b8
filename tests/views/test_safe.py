"""Safe: whatever a user stores, the terminal only ever shows it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvshell.views import safe
from kvshell.views.safe import JOINERS, UNSAFE
from kvshell.views.widths import cell_width, pad


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("milk", "milk"),
        ("Füße 日本 👍🏽", "Füße 日本 👍🏽"),
        ("\x1b[31mred\x1b]0;title\x07", "\\e[31mred\\e]0;title\\a"),
        ("a\tb\nc\r\n", "a\\tb\\nc\\r\\n"),
        ("\x00\x7f\x9b31m", "\\x00\\x7F\\x9B31m"),
        ("\u202eevil\u2066", "\\u202Eevil\\u2066"),
        ("\ufeffx\u2028y\ud800", "\\uFEFFx\\u2028y\\uD800"),
        ("\U000e0041", "\\u{E0041}"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("a\u00a0b", "a\u00a0b"),
    ],
)
def test_controls_are_written_out_and_letters_kept(text: str, shown: str) -> None:
    assert safe(text) == shown


@given(st.text(st.characters(codec=None)))
def test_nothing_that_acts_gets_through(text: str) -> None:
    acting = [c for c in safe(text) if unicodedata.category(c) in UNSAFE and c not in JOINERS]

    assert not acting


@given(st.text(st.characters(codec=None)))
def test_without_unicode_the_answer_is_printable_ascii(text: str) -> None:
    shown = safe(text, unicode=False)

    assert shown.isascii()
    assert shown.isprintable()


def test_our_own_signs_have_a_plain_way_to_be_written() -> None:
    assert safe("a → b … “c” · d", unicode=False) == 'a -> b ... "c" - d'


@pytest.mark.parametrize(
    ("text", "columns"),
    [("", 0), ("abc", 3), ("Füße", 4), ("日本", 4), ("e\u0301", 1), ("👨‍👩‍👧", 2), ("🇩🇪", 2)],
)
def test_width_counts_columns(text: str, columns: int) -> None:
    assert cell_width(text) == columns


@given(st.text(max_size=8), st.integers(0, 20), st.sampled_from(["left", "right", "center"]))
def test_padded_texts_of_one_width_end_at_one_column(text: str, width: int, justify: str) -> None:
    shown = safe(text)
    padded = pad(shown, width, justify)

    assert shown in padded
    assert cell_width(padded) == max(width, cell_width(shown))


def test_padding_goes_to_the_side_it_is_told() -> None:
    assert [pad("ab", 5, side) for side in ("left", "right", "center")] == [
        "ab   ",
        "   ab",
        " ab  ",
    ]
