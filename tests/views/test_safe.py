"""Safe printing: text from outside is shown and never controls the terminal."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvshell.views import safe
from kvshell.views.safe import JOINERS, UNSAFE, redacted, secrets
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
def test_control_characters_are_escaped_and_letters_kept(text: str, shown: str) -> None:
    assert safe(text) == shown


@given(st.text(st.characters(codec=None)))
def test_no_character_with_an_effect_remains(text: str) -> None:
    unsafe = [c for c in safe(text) if unicodedata.category(c) in UNSAFE and c not in JOINERS]

    assert not unsafe


@given(st.text(st.characters(codec=None)))
def test_without_unicode_the_answer_is_printable_ascii(text: str) -> None:
    shown = safe(text, unicode=False)

    assert shown.isascii()
    assert shown.isprintable()


def test_our_own_signs_have_ascii_forms() -> None:
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


def test_padding_goes_to_the_requested_side() -> None:
    assert [pad("ab", 5, side) for side in ("left", "right", "center")] == [
        "ab   ",
        "   ab",
        " ab  ",
    ]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("put s1 password hunter2", "put s1 password [hidden]"),
        ('put s1 "api_key" "abc def"', 'put s1 "api_key" [hidden]'),
        ("put s1 opts %{token: 12, other: 3}", "put s1 opts %{token: [hidden], other: 3}"),
        ("SECRET_TOKEN=abc", "SECRET_TOKEN=[hidden]"),
        ("https://me:pw@host/path", "https://me:[hidden]@host/path"),
        ("put s1 k ghp_0123456789abcdefABCD", "put s1 k [hidden]"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx.abc", "[hidden]"),
        ("put s1 k 9f86d081884c7d659a2feaa0c55ad015", "put s1 k [hidden]"),
        ('%{"password" => "x"}', '%{"password" => [hidden]}'),
    ],
)
def test_secrets_are_hidden(text: str, kept: str) -> None:
    assert redacted(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "put s1 milk 1",
        "create store shopping; lookup shopping",
        "{:ok, #PID<0.104.0>}",
        '  File "/usr/lib/python3.11/site-packages/kvshell/session/session.py", line 63, in run',
        "no_function_clause_matching_in_KV_Registry_handle_call",
    ],
)
def test_text_that_is_not_secret_is_kept(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize(
    "path",
    [
        "/tmp/pytest-of-root/pytest-153/popen-gw1/test_an_output_that_cannot_be_8/t.md",
        "/home/me/projects/kvshell2/transcripts/regressions/a-clients-own-block.md",
        "a_name_of_many_words_and_a_number_42",
        "Volumes/Users/Ann2/Documents/Lessons/01-two-stores-and-a-manager",
    ],
)
def test_a_path_is_not_a_secret(path: str) -> None:
    assert redacted(path) == path
    assert secrets(path) == []


@pytest.mark.parametrize(
    "key",
    [
        "ghp_abcdefghijklmnop", "sk-abcdefghijklmnop", "0a1b2c3d4e5f60718293a4b5c6d7e8f9a0b1c2d3",
        "AbCdEf123456/ghIJkl789012+mnOPqr345678==", "550e8400-e29b-41d4-a716-446655440000",
        "eyJhbGciOiJI.eyJzdWIiOiIx.abc",
    ],
)  # fmt: skip
def test_a_key_is_a_secret(key: str) -> None:
    assert redacted(f"put s1 k {key}") == "put s1 k [hidden]"
    assert secrets(f"put s1 k {key}") == [key]
