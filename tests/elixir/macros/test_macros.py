"""Quoted expressions and macros answer as a real Elixir did: the files beside this, by ask.exs."""

import re
from pathlib import Path

import pytest

from kvshell.elixir.library import output
from tests.elixir.core.evaluating import shell

HERE = Path(__file__).parent
_MASKS = (
    (re.compile(r"<<70, 79, 82, 49.*?>>", re.DOTALL), "<<BYTES>>"),
    (re.compile(r"#PID<[\d.]*>"), "#PID<>"),
    (re.compile(r"counter: -?\d+"), "counter: N"),
)


def _sessions(name: str) -> list[list[tuple[str, str]]]:
    """Return the inputs and answers of each session in a file."""
    found = []
    for session in (HERE / name).read_text(encoding="utf-8").split("---\n"):
        inputs: list[tuple[list[str], list[str]]] = []
        for line in session.splitlines():
            if line.startswith("> "):
                inputs.append(([line[2:]], []))
            elif line.startswith(".") and not inputs[-1][1]:
                inputs[-1][0].append(line[2:])
            else:
                inputs[-1][1].append(line)
        found.append([("\n".join(typed), "\n".join(said)) for typed, said in inputs])
    return found


def _comparable(text: str) -> str:
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    if re.match(r"\*\* \(\w+(?:Function|Clause)Error\)", text):
        text = text.partition("\n    ")[0]  # without what was given
    return " ".join(text.split()).replace("[ ", "[").replace("{ ", "{").replace(" ]", "]")


def _short(session: list[tuple[str, str]]) -> str:
    return session[0][0][:40]


QUOTED, MODULES = _sessions("quoted.txt"), _sessions("modules.txt")


@pytest.mark.parametrize("session", [*QUOTED, *MODULES], ids=_short)
def test_a_session_answers_as_elixir(session: list[tuple[str, str]]) -> None:
    output.write_with(lambda _device, _text: None)
    with shell() as lines:
        answers = [(typed, _comparable(lines.run(typed))) for typed, _ in session]

    assert answers == [(typed, _comparable(said)) for typed, said in session]
