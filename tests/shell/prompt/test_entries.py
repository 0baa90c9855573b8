import pytest

from kvshell.shell.prompt.entries import Paste, entries, take_apart
from tests.shell.terminal import FakeWords

CASES = [
    ("lookup a", Paste("lookup a")),
    ("lookup a\n", Paste("lookup a")),
    ("\n\n", Paste("")),
    ("stores\nlookup a\n", Paste("stores\nlookup a")),
    ("stores\r\nlookup a", Paste("stores\nlookup a")),
    ("stores\rlookup a\r", Paste("stores\nlookup a")),
    ("kv(1)> stores", Paste("stores")),
    ("kv(1)> stores\nkv(2)> lookup a", Paste("stores\nlookup a")),
    ("kv(1)> stores\n[]\nkv(2)> lookup a\n:error\n", Paste("stores\nlookup a", 2)),
    ("iex(1)> x\n** (oops)", Paste("x", 1)),
    ("put s1 k caf\udce9", Paste("put s1 k caf\udce9")),  # refused, not shortened
    ("put\xa0s1\u3000k 1", Paste("put s1 k 1")),
    ("create store \U0001f469\u200d\U0001f467", Paste("create store \U0001f469\u200d\U0001f467")),
    ("put s1 \u202ek\u2066 1", Paste("put s1 k 1")),
    ("put s1\tmilk 1\n\x1b[31mget\x07 s1\n", Paste("put s1 milk 1\n[31mget s1")),
]


@pytest.mark.parametrize(("text", "paste"), CASES)
def test_a_paste_is_split_into_commands_and_answers(text: str, paste: Paste) -> None:
    assert take_apart(text, FakeWords().drop_prompt) == paste


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("get", ["get"]),
        ("get\n\nlookup a", ["get", "lookup a"]),
        ("put s [1,\n2]\nget s", ["put s [1,\n2]", "get s"]),
        ("put s [1,\nget s", ["put s [1,\nget s"]),
    ],
)
def test_a_block_is_split_into_entries(text: str, found: list[str]) -> None:
    assert entries(text, FakeWords().unfinished) == found
