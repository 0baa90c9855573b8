"""Quoted expressions and macros give a real Elixir's answers, which ask.exs wrote to files."""

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
        text = text.partition("\n    ")[0]  # without the arguments
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


ENDLESS = """
defmodule E do
  defmacro same(x), do: quote(do: E.same(unquote(x)))
  defmacro twice(x), do: quote(do: {E.twice(unquote(x)), E.twice(unquote(x))})
  defmacro grows(x), do: quote(do: E.grows({unquote(x), unquote(x)}))
  defmacro list(n), do: Enum.to_list(1..n)
  defmacro runs(x), do: Code.eval_quoted(quote(do: (require E; E.runs(unquote(x)))))
  defmacro __using__(_), do: quote(do: use(E))
end
"""
OFTEN = "more than 5,000 macro expansions in one input"
LARGE = "more than 100,000 parts of quoted code in one input"
TOO_MUCH = {
    "require E; E.same(1)": OFTEN,
    "require E; E.twice(1)": OFTEN,
    "require E; E.grows(1)": LARGE,
    "require E; E.list(200_000)": LARGE,
    "require E; E.runs(1)": "macros nested more than 100 deep",
    "defmodule U do use E end": OFTEN,
    "defmodule F do\n require E\n def f, do: E.twice(1)\nend": OFTEN,
    "Code.eval_quoted(Enum.reduce(1..60, 1, fn _, a -> {:{}, [], [a, a]} end))": LARGE,
}


@pytest.mark.parametrize("line", TOO_MUCH)
def test_a_macro_that_goes_on_for_ever_ends_with_an_error(line: str) -> None:
    with shell() as lines:
        lines.run(ENDLESS)
        answer = lines.run(line)
        after = lines.run("require E; E.list(3)")

    reached = "** (SystemLimitError) a system limit has been reached"
    assert answer == f"{reached}: {TOO_MUCH[line]}"
    assert after == "[1, 2, 3]"  # the limit is per input


def test_a_macro_and_a_function_that_need_each_other_are_an_error() -> None:
    with shell() as lines:
        answer = lines.run(
            "defmodule A do\n defmacro m(x), do: helper(x)\n def helper(x), do: m(x)\nend"
        )

    text = "** (CompileError) iex:3: the macro m/1 calls a function that uses the macro"
    assert answer == text


def test_warnings_use_the_names_in_the_source() -> None:
    with shell() as lines:
        lines.run("defmodule W do\n defmacrop m(x), do: x\nend")
        unused = lines.warnings
        lines.run("defmodule V do\n defmacro m do\n quote do\n x = 1\n end\n end\nend")
        lines.run("defmodule U do\n require V\n def f do\n V.m()\n 1\n end\nend")

    assert unused == ["macro m/1 is unused"]
    assert [text.partition(" (")[0] for text in lines.warnings] == ['variable "x" is unused']
