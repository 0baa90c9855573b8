"""`kvshell test` with a project's own macros: assertions, set-up and tests that they write.

Except for times, the output is that of `mix test --trace --seed 0` with Elixir 1.14.
"""

import re
from pathlib import Path

import pytest

from kvshell.explore.test_command import test as run
from tests.testing.test_command import flags, given

HELPERS = """
defmodule Helpers do
  defmacro __using__(_) do
    quote do
      use ExUnit.Case
      import Helpers

      setup do
        {:ok, base: 10}
      end
    end
  end

  defmacro assert_even(x) do
    quote do
      n = unquote(x)
      assert rem(n, 2) == 0, "#{unquote(Macro.to_string(x))} is odd"
    end
  end

  defmacro cases(name, pairs) do
    for {a, b} <- pairs do
      quote do
        test unquote("#{name} #{a}") do
          assert unquote(a) * 2 == unquote(b)
        end
      end
    end
  end
end
"""
TESTS = """defmodule ATest do
  use Helpers

  test "even", %{base: b} do
    assert_even b
    assert_even 1 + 2
  end

  cases "double", [{1, 2}, {2, 5}]
end
"""
PRINTED = """
ATest [test/a_test.exs]
  * test even [L#4]

  1) test even (ATest)
     test/a_test.exs:4
     1 + 2 is odd
     code: assert_even 1 + 2
     stacktrace:
       test/a_test.exs:6: (test)

  * test double 1 [L#9]
  * test double 2 [L#9]

  2) test double 2 (ATest)
     test/a_test.exs:9
     Assertion with == failed
     code:  assert 2 * 2 == 5
     left:  4
     right: 5
     stacktrace:
       test/a_test.exs:9: (test)
"""


def test_a_projects_own_macros_write_tests_and_assertions(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "lib/helpers.ex").write_text(HELPERS)
    (project / "test/a_test.exs").write_text(TESTS)

    code = run(given("test/a_test.exs"), flags())

    printed = re.sub(r" \([\d.]+ms\)", "", capsys.readouterr().out)
    assert code == 1
    assert printed.startswith(PRINTED), printed
