"""`set paste compare`: the answers of a pasted session are compared with the actual ones."""

import pytest

from kvshell.shell.hosts.protocol import SETTINGS
from kvshell.shell.prompt.pasted_answers import PastedAnswers
from tests.shell.terminal import FakeHost, FakeWords, talk

COMPARED = {**SETTINGS, "paste": "compare"}
BLOCK = "iex(1)> stores\n= stores\niex(2)> lookup a\n:error\niex(3)> put\niex(4)> get\n= get\n"


def test_each_answer_is_compared_as_its_line_runs() -> None:
    host = FakeHost()

    terminal = talk(
        host,
        ("kv(1)>", f"\x1b[200~{BLOCK}\x1b[201~"),
        ("...(1)> get", "\r"),
        ("= get", "\x04"),
        setting=COMPARED.__getitem__,
    )

    assert host.lines == ["stores", "lookup a", "put", "get"]
    assert "3 pasted answers are compared" in terminal.seen[1]
    shown = "\n".join(terminal.scrolled)
    assert "= stores\nas pasted" in shown
    assert "= lookup a\npasted: :error" in shown
    assert "= put\nas pasted" not in shown


@pytest.mark.parametrize(
    ("pasted", "shown", "said"),
    [
        ("#PID<0.104.0>", "#PID<0.7.0>", "as pasted"),
        ("[\n  1,\n  2\n]", "[ 1, 2 ]", "as pasted"),
        ("** (x) y\n    (stdlib 4.2) lists.erl:1: :lists.a/1", "** (x) y", "as pasted"),
        ("\x1b[33m1\x1b[0m", "1", "as pasted"),
        ("1", "2", "pasted: 1"),
    ],
)
def test_differences_between_sessions_are_ignored(pasted: str, shown: str, said: str) -> None:
    answers = PastedAnswers()
    answers.take(f"iex(1)> a\n{pasted}\n", FakeWords().drop_prompt)

    assert answers.compare("a", shown) == said


def test_an_edited_line_is_not_compared() -> None:
    answers = PastedAnswers()
    answers.take("iex(1)> a\n1\niex(2)> b\n2\n", FakeWords().drop_prompt)

    assert answers.compare("c", "1") is None
    assert answers.compare("b", "2") == "as pasted"
    assert answers.compare("a", "1") is None
