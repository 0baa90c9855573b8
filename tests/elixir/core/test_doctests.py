"""`doctest Module`: names, order and failures as `mix test --trace` of Elixir 1.14 prints them."""

import pytest

from kvshell.elixir.exunit import cases
from kvshell.elixir.exunit.doc_examples import doc_tests
from kvshell.elixir.exunit.failures import failure_text
from kvshell.elixir.exunit.running import TestResult, run_case
from kvshell.terms import ElixirError
from tests.elixir.core.evaluating import shell

COUNTED = '''
defmodule Counted do
  @moduledoc """
  Counts.

      iex> Counted.add(1, 2)
      3
  """

  @doc """
  Adds.

      iex> Counted.add(1, 1)
      2
      iex> Counted.add(1, 2)
      5

      iex(1)> x = Counted.add(1,
      ...(1)>   2)
      iex(2)> x + 1
      4

      iex> Counted.add(1, :a)
      ** (ArithmeticError) bad argument in arithmetic expression
  """
  def add(a, b), do: a + b

  @doc """
      iex> Counted.boom("x")
      ** (RuntimeError) boom y

      iex> Counted.boom("x")
      ** (ArgumentError) boom x

      iex> :calm
      ** (RuntimeError) no

      iex> Counted.boom("x")
      1

      iex> [1, 2
      3

      iex> self()
      #PID<0.1.0>

      iex> {:ok, _} = {:error, 1}
  """
  def boom(s), do: raise("boom " <> s)
end
'''


def _tests(statement: str, text: str = COUNTED) -> list[TestResult]:
    """Run the tests of a `doctest` statement and return their results."""
    with shell() as lines:
        lines.evaluator.evaluate(text)
        test = f"defmodule CountedTest do\n  use ExUnit.Case\n  {statement}\nend"
        lines.evaluator.evaluate(test)
        record = lines.code.modules[lines.evaluator.evaluate("CountedTest")]
        return run_case(record, cases.tests_of(record)).results


def _said(result: TestResult) -> list[str]:
    printed = failure_text(1, result.test, result.failures).split("\n")[2:]
    return [line.removeprefix("     ") for line in printed if line.strip()]


def test_a_group_of_examples_is_a_test_and_keeps_its_bindings() -> None:
    found = _tests("doctest Counted, except: [boom: 1]")
    assert [(each.test.name, each.status) for each in found] == [
        ("doctest module Counted (1)", "passed"),
        ("doctest Counted.add/2 (2)", "failed"),
        ("doctest Counted.add/2 (3)", "passed"),
        ("doctest Counted.add/2 (4)", "passed"),
    ]
    assert _said(found[1]) == [
        "Doctest failed",
        "doctest:",
        "  iex> Counted.add(1, 2)",
        "  5",
        "code:  Counted.add(1, 2) === 5",
        "left:  3",
        "right: 5",
        "stacktrace:",
        "  iex:13: Counted (module)",
    ]


def test_other_failures_have_exunits_messages() -> None:
    wrong, other, calm, raised, broken, opaque, matched = map(
        _said, reversed(_tests("doctest Counted, only: [boom: 1]"))
    )
    assert wrong[:6] == [
        "Doctest failed: wrong message for RuntimeError", "expected:", '  "boom y"', "actual:",
        '  "boom x"', "doctest:",
    ]  # fmt: skip
    assert wrong[6:8] == ['  iex> Counted.boom("x")', '  ** (RuntimeError) "boom y"']
    assert other[0] == (
        "Doctest failed: expected exception ArgumentError but got RuntimeError with message "
        '"boom x"'
    )
    assert calm[0] == "Doctest failed: expected exception RuntimeError but nothing was raised"
    assert raised == [
        "** (RuntimeError) boom x", "stacktrace:", "  iex:49: Counted.boom/1",
        "  (for doctest at) iex:38: (test)",
    ]  # fmt: skip
    assert broken[0].startswith("Doctest did not compile, got: (TokenMissingError) iex:41:7:")
    assert opaque[4] == 'code:  inspect(self()) === "#PID<0.1.0>"'
    assert opaque[6] == 'right: "#PID<0.1.0>"'
    assert matched[:3] == [
        "match (=) failed", "code:  {:ok, _} = {:error, 1}", "left:  {:ok, _}",
    ]  # fmt: skip


def test_import_makes_the_functions_available() -> None:
    text = 'defmodule Counted do\n  @doc "\n  iex> one() + 1\n  2\n"\n  def one, do: 1\nend'
    (result,) = _tests("doctest Counted, import: true", text)
    assert result.status == "passed"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("doctest Nowhere", "iex:3: module Nowhere is not loaded and could not be found"),
        (
            "doctest Counted, only: [none: 0]",
            "iex: undefined or private function given to doctest:\n\n    Counted.none/0\n\n",
        ),
    ],
)
def test_an_unknown_function_in_only_is_reported(statement: str, said: str) -> None:
    with pytest.raises(ElixirError) as caught:
        _tests(statement)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("doc", "said"),
    [
        ("    iex> 1\n  2\n", 'f:2: indentation level mismatch on doctest line: "  2"'),
        ("iex(1 x\n", 'f:2: unknown IEx prompt: "iex(1 x".'),
    ],
)
def test_a_malformed_example_is_refused_with_its_line(doc: str, said: str) -> None:
    with pytest.raises(ElixirError) as caught:
        doc_tests(doc, 1 if "(" in doc else 0, "f")
    assert said in str(caught.value)


def test_a_fence_and_an_empty_line_end_an_example() -> None:
    doc = "```\niex> 1\n1\n```\n\n    iex> 2 +\n    ...> 3\n    [5,\n     6]\n\ntext\n"
    found = doc_tests(doc, 0, "f")
    assert [test.line for test in found] == [2, 6]
    assert [(e.source, e.answer) for test in found for e in test.examples] == [
        (" 1", "1"), (" 2 +\n 3", "[5,\n 6]"),
    ]  # fmt: skip
