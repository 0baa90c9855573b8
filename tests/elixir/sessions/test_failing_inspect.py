"""A struct whose Inspect implementation fails prints as `#Inspect.Error<...>`, as in iex."""

import pytest

from tests.elixir.library.iex import iex

RAISED = (
    '#Inspect.Error< got RuntimeError with message: """ no """ while inspecting:'
    " %{__struct__: U, a: %A} Stacktrace: iex:2: Inspect.U.inspect/2 >"
)
DEFINED = (
    "defmodule U do defstruct [:a] end",
    "defimpl Inspect, for: U do def inspect(_, _), do: %BODY end",
)


def _answers(body: str, *lines: str) -> list[str]:
    with iex() as prompt:
        for line in DEFINED:
            prompt.ask(line.replace("%BODY", body))
        return [" ".join(prompt.ask(line).split()) for line in lines]


def test_an_inspect_that_raises_is_shown_with_its_struct_and_its_place() -> None:
    lines = ("%U{}", "[%U{a: 1}, 2]", "1 = %U{}", "1 + 1")

    alone, listed, unmatched, after = _answers('raise "no"', *lines)

    assert alone == RAISED.replace("%A", "nil")
    assert listed == f"[{RAISED.replace('%A', '1')}, 2]"
    assert unmatched.endswith(f"no match of right hand side value: {RAISED.replace('%A', 'nil')}")
    assert after == "2"


def test_inspect_itself_returns_the_text_that_iex_returns() -> None:
    (text,) = _answers('raise "no"', "inspect(%U{a: 1})")

    assert text == (
        r'"#Inspect.Error<\n got RuntimeError with message:\n\n \"\"\"\n no\n \"\"\"\n\n'
        r" while inspecting:\n\n %{__struct__: U, a: 1}\n\n Stacktrace:\n\n"
        r' iex:2: Inspect.U.inspect/2\n\n>"'
    )


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("throw(:ball)", 'got throw with message: """ :ball """'),
        ("exit(:gone)", 'got exit with message: """ :gone """'),
        (
            'inspect(%U{}) <> "a"',
            'got SystemLimitError with message: """ a system limit has been reached:'
            ' a recursion too deep """',
        ),
        (
            "raise KeyError, key: :k, term: %U{a: 2}",
            'got KeyError with message: """ key :k not found in: %{__struct__: U, a: 2} """',
        ),
    ],
)
def test_whatever_an_inspect_does_the_prompt_goes_on(body: str, told: str) -> None:
    answer, after = _answers(body, "%U{}", "1 + 1")

    assert told in answer
    assert after == "2"
