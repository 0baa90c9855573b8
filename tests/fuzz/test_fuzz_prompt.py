"""A fuzzer for the prompt on a real terminal: after any keys, the next line still runs."""

import random
from pathlib import Path

import pytest

from tests.fuzz.seeds import seeds
from tests.shell.pty_terminal import Pty

pytestmark = [pytest.mark.slow, pytest.mark.slower]

KEYS = [
    "\t",
    "\t\t",
    "\r",
    "\x1b[A",
    "\x1b[B",
    "\x1b[C",
    "\x1b[D",
    "\x1b[H",
    "\x1b[F",
    "\x1b[3~",
    "\x7f",
    "\x01",
    "\x05",
    "\x0b",
    "\x15",
    "\x17",
    "\x19",
    "\x12",
    "\x07",
    "\x0c",
    "\x1b",
    "\x1b.",
    "\x1bf",
    "\x1bb",
    "\x1bd",
    "\x03",
    "\x1b[200~put s1 a 1\nget s1 a\x1b[201~",
    "\x1b[200~\x1b]0;t\x07\x1b[201~",
    "\x1b[200~iex(1)> 1 +\n...(1)> 2\x1b[201~",
    "\x1b[1;5C",
    "\x1b[1;5D",
    "\x1bOP",
    "\x1b[5~",
    "\x1b[6~",
    "\x1b[Z",
    "\x1b[200~\x1b[201~",
    "q",
    " ",
    "\x1b[99;99R",
    "\x1b[<0;3;3M",
    "\x00",
    "\x1f",
    "\x14",
]
TEXTS = [
    "start manager",
    "create store s1",
    "put s1 milk 1",
    "get s1 milk",
    "registry",
    "tree",
    "help",
    "lokup s1",
    "[1, 2",
    "fn x ->",
    'put s1 "a',
    "info ",
    "explain put s1 k 1",
    "stores",
    "x = 1 + 1",
    "h Enum.map",
    "designs",
    "wzzz",
    "日本",
    "\u202eabc",
    "e\u0301",
    "create store ",
    "compare lookup s1",
    "set menu columns",
    "set theme light",
    "history",
    "processes",
    "suspend manager",
    "resume manager",
]


def keys(chance: random.Random) -> str:
    """Return a few keys, more control keys than text."""
    return "".join(
        chance.choice(TEXTS) if chance.random() < 0.35 else chance.choice(KEYS)
        for _ in range(chance.randrange(1, 9))
    )


def test_after_any_keys_the_next_line_still_runs(tmp_path: Path) -> None:
    for number, chance in enumerate(seeds("prompt")):
        columns = chance.choice([20, 40, 80, 100, 200])
        rows = chance.choice([3, 4, 6, 10, 24, 50])
        theme = chance.choice(["dark", "light", "mono"])
        with Pty(
            tmp_path / str(number), columns=columns, rows=rows, environment={"KVSHELL_THEME": theme}
        ) as pty:
            pty.wait("kv(1)>")
            typed: list[str] = []
            for _ in range(chance.randrange(1, 6)):
                typed.append(keys(chance))
                pty.type(typed[-1])
                if chance.random() < 0.2:
                    pty.resize(chance.choice([20, 40, 80]), chance.choice([3, 6, 24]))
            told = f"{columns} x {rows}: {typed}"
            pty.resize(80, 24)
            # Close whatever is open: a menu, a search, a pager, an unfinished line.
            pty.type("\x1b\x1b\x07\x03\x03").wait(lambda pty: pty.line.startswith("kv("))
            pty.type("\x15alive shell\r").wait("true")
            assert "internal fault" not in pty.raw, told
            assert "Traceback" not in pty.raw, told
            pty.type("exit\r")
            assert pty.ends() == 0, told
