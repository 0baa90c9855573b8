"""Brackets and quotes are closed as they are typed, and matching ones are highlighted."""

import pytest

from kvshell.shell.hosts.protocol import SETTINGS
from tests.shell.terminal import FakeHost, talk

ON = {**SETTINGS, "pairs": "on"}
BACKSPACE, LEFT = "\x7f", "\x1b[D"


def _typed(keys: str, setting: dict[str, str]) -> list[str]:
    host = FakeHost()
    talk(host, ("kv(1)>", f"{keys}\r"), ("= ", "\x04"), setting=setting.__getitem__)
    return host.lines


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ('put s [1, {2, "three', 'put s [1, {2, "three"}]'),
        ('put s ["a"]', 'put s ["a"]'),
        ("lookup (" + BACKSPACE + "a", "lookup a"),
        ('lookup x"', 'lookup x"'),
        ("lookup ab" + LEFT + "(", "lookup a(b"),
    ],
)
def test_brackets_are_closed_if_pairs_are_on(keys: str, line: str) -> None:
    assert _typed(keys, ON) == [line]


def test_brackets_are_not_closed_by_default() -> None:
    assert _typed("put s [1]", SETTINGS) == ["put s [1]"]


def test_the_bracket_matching_the_one_at_the_cursor_is_highlighted() -> None:
    host = FakeHost()

    terminal = talk(host, ("kv(1)>", "put s [1]"), ("[1]", LEFT), ("put", "\r"), ("= ", "\x04"))

    assert host.lines == ["put s [1]"]
    assert terminal.text.count("[") >= 2  # drawn again, in another style
