"""Mutated Elixir: whatever is typed, a session answers in Elixir's terms and within its limits.

KVSHELL_FUZZ_S=600 pytest -n0 -m slower tests/fuzz/test_elixir_fuzz.py -s
"""

import random
import re

import pytest

from kvshell.elixir.running.step_limits import at_most
from kvshell.session import Session
from kvshell.session.host import Host
from kvshell.views import Caps, render
from tests.elixir.core.test_lines import ANSWERS, ERRORS
from tests.elixir.core.test_modules import COUNTER
from tests.elixir.library.test_answers import CASES
from tests.elixir.macros.test_macros import MODULES, QUOTED
from tests.fuzz.seeds import seeds
from tests.fuzz.test_fuzz import RAW

pytestmark = [pytest.mark.slow, pytest.mark.slower]
STEPS = 200_000  # of a line

_TOKEN = re.compile(r'\w+[?!]?|\s+|"[^"]*"|[^\w\s]')
_LINES = [line for line, _answer in (*ANSWERS, *ERRORS, *CASES)]
_LINES += [typed for session in (*MODULES, *QUOTED) for typed, _said in session]
_TEXTS = [_TOKEN.findall(line) for line in (*_LINES, COUNTER)]
# Parts of Python's error messages, which must not be in an answer.
_PYTHON = re.compile(
    r"Traceback|internal fault|kvshell\.\w+\.|<class '|\bNoneType\b|object at 0x|line \d+, in "
    r"|(?:Type|Attribute|Index|Name|Value|Assertion|Recursion|Overflow)Error\b(?!\w*\{)"
)


def _mangled(choose: random.Random) -> str:
    tokens = list(choose.choice(_TEXTS))
    for _ in range(choose.randint(1, 4)):
        at = choose.randrange(len(tokens) + 1)
        match choose.randrange(6):
            case 0 if at < len(tokens):
                del tokens[at]
            case 1:
                tokens.insert(at, choose.choice(choose.choice(_TEXTS)))
            case 2 if at < len(tokens):
                tokens[at] = choose.choice(choose.choice(_TEXTS))
            case 3 if at < len(tokens):
                tokens[at] = tokens[at] * choose.choice([2, 3, 50])
            case 4:
                tokens.insert(at, chr(choose.choice([choose.randrange(0x300), 0x1F600, 0])))
            case _:
                other = choose.choice(_TEXTS)
                start = choose.randrange(len(other))
                tokens[at:at] = other[start : start + choose.randint(1, 8)]
    return "".join(tokens)


def test_no_line_of_elixir_shows_python_or_hangs() -> None:
    for choose in seeds("elixir"):
        with Session("controlled") as session, at_most(STEPS, "a test's"):
            host = Host(session, rest_s=5)
            for _ in range(40):
                text = _mangled(choose)
                if session.unfinished(text):
                    continue
                ran = host.line(text)
                for result in ran.results:
                    shown = render(result, Caps())
                    assert RAW.search(shown) is None, (text, ascii(shown))
                    said = result.error or ""
                    assert _PYTHON.search(said) is None, (text, said)
                if ran.stuck is not None or ran.left:
                    break
