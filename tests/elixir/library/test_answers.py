"""Lines of our own get a real Elixir's answers, which ask.exs wrote to answers.txt."""

from pathlib import Path

import pytest

from kvshell.elixir.evaluate import Evaluator
from kvshell.elixir.library import output
from kvshell.elixir.modules.code_server import ElixirCode
from kvshell.runtime import Runtime
from kvshell.runtime.processes.exits import Exit, Thrown
from kvshell.terms import A, ElixirError, format_banner, inspect, read

LINES = Path(__file__).with_name("answers.txt").read_text(encoding="utf-8").splitlines()
CASES = [(LINES[i], LINES[i + 1].strip()) for i in range(2, len(LINES) - 1, 2)]
GROUPS = [CASES[i : i + 25] for i in range(0, len(CASES), 25)]


def _answer(line: str) -> str:
    with Runtime("controlled") as runtime, runtime.attach():
        code = ElixirCode()
        runtime.code = code
        try:
            return inspect(Evaluator(code).evaluate(line), width=None)
        except ElixirError as error:
            said = format_banner(A.error, error)
        except Exit as exit_:
            said = format_banner(A.exit, exit_.reason)
        except Thrown as thrown:
            said = format_banner(A.throw, thrown.value)
    return "raises " + " ".join(said.split())


def _wanted(answer: str) -> str:
    if not answer.startswith("raises "):
        return answer
    return "raises " + " ".join(str(read(answer.removeprefix("raises "))).split())


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group[0][0][:30])
def test_a_line_gives_elixirs_answer(group: list[tuple[str, str]]) -> None:
    output.write_with(lambda _device, _text: None)

    answers = [(line, _answer(line)) for line, _ in group]

    assert answers == [(line, _wanted(answer)) for line, answer in group]
