import pytest

from kvshell.shell.paste import Paste, take_apart
from tests.shell.terminal import FakeWords

CASES = [
    ("lookup a", Paste((), "lookup a")),
    ("lookup a\n", Paste((), "lookup a")),
    ("\n\n", Paste((), "")),
    ("stores\nlookup a\n", Paste(("stores", "lookup a"), "")),
    ("stores\r\nlookup a", Paste(("stores",), "lookup a")),
    ("stores\rlookup a\r", Paste(("stores", "lookup a"), "")),
    ("kv(1)> stores", Paste((), "stores")),
    ("kv(1)> stores\nkv(2)> lookup a", Paste(("stores",), "lookup a")),
    ("kv(1)> stores\n[]\nkv(2)> lookup a\n:error\n", Paste(("stores", "lookup a"), "", 2)),
    ("iex(1)> x\n** (oops)", Paste((), "x", 1)),
    ("put s1\tmilk 1\n\x1b[31mget\x07 s1\n", Paste(("put s1 milk 1", "[31mget s1"), "")),
]


@pytest.mark.parametrize(("text", "paste"), CASES)
def test_a_paste_is_taken_apart(text: str, paste: Paste) -> None:
    assert take_apart(text, FakeWords().drop_prompt) == paste
