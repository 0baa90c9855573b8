"""Modules typed at the prompt: functions, structs, attributes, new versions, warnings."""

import pytest

from tests.elixir.core.evaluating import shell

COUNTER = """
defmodule Counter do
  @step 2
  def up(n, by \\\\ @step)
  def up(n, by) when is_integer(n), do: n + by
  def even?(0), do: true
  def even?(n), do: odd?(n - 1)
  def odd?(0), do: false
  def odd?(n), do: even?(n - 1)
  def list(0), do: []
  def list(n), do: [n | list(n - 1)]
  def count(0, acc), do: acc
  def count(n, acc), do: count(n - 1, acc + 1)
  def hello, do: greeting(:you)
  defp greeting(who), do: {:hello, who}
end
"""


def test_functions_have_defaults_and_guards() -> None:
    with shell() as lines:
        assert lines.run(COUNTER).startswith("{:module, Counter,")
        assert lines.run("{Counter.up(1), Counter.up(1, 5), Counter.hello()}") == (
            "{3, 6, {:hello, :you}}"
        )
        assert lines.run("Counter.up(:a)").startswith(
            "** (FunctionClauseError) no function clause matching in Counter.up/2"
        )
        assert lines.run("Counter.greeting(1)").startswith(
            "** (UndefinedFunctionError) function Counter.greeting/1 is undefined or private"
        )


def test_tail_calls_are_jumps_and_bodies_recurse_deep() -> None:
    with shell() as lines:
        lines.run(COUNTER)
        assert lines.run("Counter.count(200_000, 0)") == "200000"
        assert lines.run("Counter.even?(200_001)") == "false"
        assert lines.run("length(Counter.list(100_000))") == "100000"


def test_tail_calls_across_modules_are_jumps() -> None:
    with shell() as lines:
        lines.run("defmodule A do def f(0), do: :done; def f(n), do: B.g(n - 1) end")
        lines.run("defmodule B do def g(0), do: :done; def g(n), do: A.f(n - 1) end")
        assert lines.run("A.f(100_000)") == ":done"


def test_an_endless_recursion_raises_system_limit() -> None:
    with shell() as lines:
        lines.run("defmodule Deep do def f(n), do: 1 + f(n + 1) end")
        assert lines.run("Deep.f(0)").startswith("** (SystemLimitError)")
        assert lines.run("1 + 1") == "2"


def test_a_new_version_is_called_at_once() -> None:
    with shell() as lines:
        lines.run("defmodule V do def f, do: 1 end")
        lines.run("g = fn -> V.f() end")
        assert lines.run("defmodule V do def f, do: 2 end").startswith("{:module, V,")
        assert lines.warnings == ["redefining module V (current version defined in memory)"]
        assert lines.run("g.()") == "2"


def test_structs_are_defined_built_and_updated() -> None:
    with shell() as lines:
        lines.run("defmodule U do\n @enforce_keys [:name]\n defstruct [:name, age: 1]\nend")
        assert lines.all('u = %U{name: "a"}', "u.age") == "1"
        assert lines.run("%U{name: n} = %{u | age: 3}; n") == '"a"'
        assert lines.run("%U{}") == (
            "** (ArgumentError) the following keys must also be given when building struct U: "
            "[:name]\n    expanding struct: U.__struct__/1"
        )
        assert lines.run("%U{name: 1, nope: 2}").startswith("** (KeyError) key :nope not found\n")
        assert lines.run("%U{%{} | age: 4}").startswith("** (BadStructError)")


def test_a_user_can_define_exceptions() -> None:
    with shell() as lines:
        lines.run('defmodule E do defexception [:n]; def message(e), do: "n is #{e.n}" end')
        assert lines.run("raise E, n: 3") == "** (E) n is 3"
        assert lines.run("try do raise E, n: 1 rescue e in E -> e.n end") == "1"


def test_a_function_keeps_the_attributes_value_at_its_definition() -> None:
    with shell() as lines:
        lines.run("defmodule At do\n @x 1\n def a, do: @x\n @x 2\n def b, do: @x\nend")
        assert lines.run("{At.a(), At.b()}") == "{1, 2}"


def test_compiling_a_module_prints_elixirs_warnings() -> None:
    with shell() as lines:
        lines.run("defmodule W do\n @unused 1\n def f(a, b), do: a\n defp p, do: Nope.x()\nend")
        assert lines.warnings == [
            'variable "b" is unused (if the variable is not meant to be used, prefix it with an '
            "underscore)",
            "function p/0 is unused",
            "module attribute @unused was set but never used",
            "Nope.x/0 is undefined (module Nope is not available or is yet to be defined)",
        ]


def test_a_call_of_an_undefined_local_function_does_not_compile() -> None:
    with shell() as lines:
        assert lines.run("defmodule W3 do\n def f, do: nope(1)\nend") == (
            "** (CompileError) iex:2: undefined function nope/1 (expected W3 to define such a "
            "function or for it to be imported, but none are available)"
        )
        assert lines.run("W3.f()").startswith("** (UndefinedFunctionError)")


def test_a_process_can_receive_in_a_loop() -> None:
    with shell() as lines:
        lines.run(
            "defmodule Loop do\n def loop(n) do\n receive do\n"
            " {:inc, from} -> send(from, n + 1); loop(n + 1)\n :stop -> :ok\n end\n end\nend"
        )
        lines.run("p = spawn(fn -> Loop.loop(0) end)")
        lines.run("send(p, {:inc, self()}); send(p, {:inc, self()})")
        assert lines.run("receive do n -> n end") == "1"
        assert lines.run("receive do n -> n end") == "2"


def test_an_endless_recursion_through_the_library_raises_system_limit() -> None:
    with shell() as lines:
        lines.run("defmodule Nest do def f(n), do: Enum.sort_by([n], fn x -> f(x + 1) end) end")
        assert lines.run("Nest.f(0)").startswith("** (SystemLimitError)")


def test_the_nesting_of_a_term_is_limited() -> None:
    with shell() as lines:
        lines.run("defmodule N do def f(0, a), do: a; def f(n, a), do: f(n - 1, {a}) end")
        assert lines.run("N.f(1000, 1)").startswith("** (SystemLimitError)")


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("def length(x), do: x; def a, do: length([1])", "Kernel.length/1"),
        ("def max(x, y), do: {x, y}; def a(x), do: x |> max(2)", "Kernel.max/2"),
        ("def max(x, y), do: {x, y}; def a, do: &max/2", "Kernel.max/2"),
        ("def a + b, do: {a, b}; def a, do: 1 + 2", "Kernel.+/2"),
        ("def tap(x, y), do: {x, y}; def a, do: tap(1, 2)", "Kernel.tap/2"),
        ("import Enum; def count(x), do: x; def a, do: count([1])", "Enum.count/1"),
        ("def a, do: v(1); def v(x), do: x", "IEx.Helpers.v/1"),
        ("def v(0), do: 0; def v(n), do: v(n - 1)", "IEx.Helpers.v/1"),
    ],
)
def test_a_call_may_not_mean_two_functions(body: str, name: str) -> None:
    with shell() as lines:
        assert lines.run(f"defmodule Two do\n  {body}\nend") == (
            f"** (CompileError) iex:2: imported {name} conflicts with local function"
        )


@pytest.mark.parametrize(
    "body",
    [
        "def max(x, y), do: {x, y}; def a, do: Two.max(1, 2)",
        "def max(x, y), do: {x, y}",
        "import Kernel, except: [length: 1]; def length(x), do: x; def a, do: length([1])",
        "import Enum, except: [count: 1]; def count(x), do: x; def a, do: count([1])",
        "import IEx.Helpers, only: []; def a, do: v(1); def v(x), do: x",
        "def v(x, y), do: x + y; def a, do: v(1, 2)",
    ],
)
def test_a_function_may_have_the_name_of_an_imported_one(body: str) -> None:
    with shell() as lines:
        assert lines.run(f"defmodule Two do\n  {body}\nend").startswith("{:module, Two,")
