"""Mutated lines: whatever is typed gets Elixir's answer, never a Python error."""

import random
import re

import pytest

from kvshell.elixir.running.step_limits import at_most
from kvshell.runtime import NotAtRest
from tests.elixir.core.evaluating import shell
from tests.elixir.core.test_lines import ANSWERS, ERRORS
from tests.elixir.core.test_modules import COUNTER

_TOKEN = re.compile(r'\w+[?!]?|\s+|"[^"]*"|[^\w\s]')


def _mangled(choose: random.Random, texts: list[list[str]]) -> str:
    tokens = list(choose.choice(texts))
    for _ in range(choose.randint(1, 3)):
        at = choose.randrange(len(tokens) + 1)
        match choose.randrange(4):
            case 0 if at < len(tokens):
                del tokens[at]
            case 1:
                tokens.insert(at, choose.choice(choose.choice(texts)))
            case 2 if at < len(tokens):
                tokens[at] = choose.choice(choose.choice(texts))
            case _:
                other = choose.choice(texts)
                start = choose.randrange(len(other))
                tokens[at:at] = other[start : start + choose.randint(1, 8)]
    return "".join(tokens)


@pytest.mark.parametrize("seed", range(4))
def test_no_python_exception_reaches_the_user(seed: int) -> None:
    choose = random.Random(seed)
    lines = [line for line, _answer in (*ANSWERS, *ERRORS)]
    texts = [_TOKEN.findall(line) for line in (*lines, COUNTER)]
    with shell() as typed, at_most(100_000, "a test's"):
        for _ in range(150):
            text = _mangled(choose, texts)
            try:
                assert typed.run(text)
            except NotAtRest:  # the line waits for a message that nobody will send
                continue
