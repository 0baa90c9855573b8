"""Non-ASCII atoms are quoted as in iex, character by character, on every Python."""

from pathlib import Path

import pytest

from kvshell.terms import Atom, inspect, read
from kvshell.terms.printing.spelling import is_word

# What iex 1.14 prints for String.to_atom(...): letters of 60 kinds, alone and combined.
SAMPLES = [
    line.encode("ascii").decode("unicode_escape").split("\t")
    for line in Path(__file__).with_name("iex_atoms.txt").read_text(encoding="ascii").splitlines()
]


def test_unicode_letters_print_as_in_iex() -> None:
    assert [inspect(Atom(name)) for name, _ in SAMPLES] == [said for _, said in SAMPLES]


def test_unicode_letters_are_parsed_back() -> None:
    for name, said in SAMPLES:
        assert read(said) is Atom(name)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("日本a", True),
        ("かカ日a", True),
        ("한국a", True),
        ("ㄅ日a", True),
        ("한か", False),
        ("ж日", False),
        ("a٠", False),
        ("ا٠", True),
        ("e\u0301a", False),
        ("E\u0301a", True),
    ],
)
def test_letters_of_different_scripts_do_not_mix_except_in_east_asia(
    name: str, plain: bool
) -> None:
    """A name must be in composed form (NFC), unless it begins with a capital letter."""
    assert is_word(name) is plain
