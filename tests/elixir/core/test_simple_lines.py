"""Lines that are evaluated without compilation give the same answers as compiled ones."""

import pytest

from kvshell.elixir.modules import running_lines
from kvshell.elixir.modules.running_lines import evaluated, name_bound, plan
from kvshell.elixir.syntax.parser import parse
from tests.elixir.core.evaluating import Lines, shell

SIMPLE = [
    "1",
    "[1, :a, {nil, 2.0}, \"text\", [a: 1]]",
    "x",
    "y = x",
    "y = {x, x, x}",
    'String.upcase("abc")',
    "Enum.sum([1, 2, x])",
    "Map.get(Map.put(Map.new(), :a, x), :a)",
    ":lists.reverse([1, 2])",
    "send(self(), {:hi, x})",
    "z = String.length(\"abc\")",
    "is_pid(self())",
    "Enum",
    "List.first([])",
    "String.upcase(1)",
    "Enum.fetch!([1], 5)",
    "Map.fetch!(Map.new(), x)",
    "Integer.pow(2, 3)",
    "x + 1",
    "x = x + 1",
    "1 - x * (2 + x)",
    "{x - 10, [2 * 3]}",
    "Enum.sum([x + 1, 2])",
]  # fmt: skip
COMPILED = ["x + 1.0", "x + :a", "x + nope", "-x", "x / 2", "true + 1", "nope", "_ = 1",
             "String.nope(1)", "Nope.f(1)", "&String.upcase/1", "[x | []]",
            "Kernel.hd([])", "String.upcase(\"#{x}\")", "%{a: 1}", "{x, y} = {1, 2}", "x = x + 1.5",
            "Integer.is_odd(1)", "fn -> 1 end", "if x, do: 1", "'ab'", "y",
            f"{1 << 64} * x"]  # fmt: skip


def _planned(prompt: Lines, line: str) -> bool:
    node = parse(line + "\n")
    inner = node.args[1] if name_bound(node) else node
    return plan(inner, prompt.evaluator.env, prompt.evaluator.bindings) is not None


@pytest.mark.parametrize("line", SIMPLE)
def test_a_simple_line_gives_the_same_answer_as_a_compiled_one(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with shell() as prompt:
        prompt.run("x = 7")
        simple = prompt.run(line)
        bound = dict(prompt.evaluator.bindings)
        planned = _planned(prompt, line)
        monkeypatch.setattr(running_lines, "plan", lambda *_given: None)
        prompt.evaluator.bindings.clear()
        prompt.run("x = 7")

        assert prompt.run(line) == simple
        assert prompt.evaluator.bindings == bound
    assert planned or line == "is_pid(self())"


@pytest.mark.parametrize("line", COMPILED)
def test_all_other_lines_are_compiled(line: str) -> None:
    with shell() as prompt:
        prompt.run("x = 7")

        assert not _planned(prompt, line)


def test_a_users_own_module_is_called_in_place_of_the_librarys() -> None:
    with shell() as prompt:
        prompt.run("defmodule Stack do\n def size(l), do: length(l)\nend")

        assert prompt.run("Stack.size([1, 2])") == "2"
        prompt.run("defmodule Tuple do\n def to_list(_), do: :own\nend")
        assert prompt.run("Tuple.to_list({1})") == ":own"
        assert evaluated((1,), {}) == 1
