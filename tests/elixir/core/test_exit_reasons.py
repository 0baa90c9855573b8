"""Exit reasons are those that the BEAM gives for the same functions."""

import pytest

from tests.elixir.core.evaluating import shell
from tests.elixir.library.iex import iex

MODULE = """
defmodule RR do
  def with_(x), do: (with {:ok, y} <- x, do: y, else: ({:error, _} -> 0))
  def try_(x), do: (try do x rescue _ -> 0 else 1 -> 2 end)
  def call(x), do: x.()
  def call(x, a), do: x.(a)
  def and_(x), do: x and true
  def or_(x), do: x or true
  def not_(x), do: not x
  def cond_(x), do: (cond do x -> 1 end)
  def field(x), do: x.field
  def update(x), do: %{x | a: 1}
  def fetch(x), do: Map.fetch!(x, :a)
  def byte(x), do: <<x::8>>
  def apply_(x), do: apply(x, :foo, [])
  def error(x), do: :erlang.error(x)
  def fetch_keyword(x), do: Keyword.fetch!(x, :a)
  def throw_(x), do: throw(x)
end
"""


REASONS = [
    ("with_, [5]", "{:with_clause, 5}"),
    ("try_, [5]", "{:try_clause, 5}"),
    ("call, [5]", "{:badfun, 5}"),
    ("call, [:a, 1]", "{:badfun, :a}"),
    ("call, [&RR.and_/1]", "{:badarity, {&RR.and_/1, []}}"),
    ("and_, [1]", "{:badbool, :and, 1}"),
    ("or_, [nil]", "{:badbool, :or, nil}"),
    ("not_, [1]", ":badarg"),
    ("cond_, [nil]", ":cond_clause"),
    ("field, [5]", "{:badkey, :field, 5}"),
    ("field, [%{}]", "{:badkey, :field, %{}}"),
    ("update, [%{}]", "{:badkey, :a}"),
    ("fetch, [%{}]", "{:badkey, :a}"),
    ('byte, ["x"]', ":badarg"),
    ("apply_, [5]", ":badarg"),
    ("error, [{:badmatch, 1}]", "{:badmatch, 1}"),
    ("error, [:boo]", ":boo"),
    ("throw_, [5]", "{:nocatch, 5}"),
    ("fetch_keyword, [[]]", "%KeyError{key: :a, term: [], message: nil}"),
]


def test_an_error_has_erlangs_exit_reason() -> None:
    with shell() as lines:
        lines.run(MODULE)
        found = []
        for call, _reason in REASONS:
            lines.run(f"spawn_monitor(RR, :{call})")
            lines.run("{reason, stack} = receive do {:DOWN, _, _, _, reason} -> reason end")
            found.append((call, lines.run("reason")))
            assert lines.run("is_list(stack)") == "true"

        assert found == REASONS


# From iex 1.14: what it prints when the shell exits along with a linked process, without stacks.
ENDS = {
    "GenServer.start_link(Nope, [])": "an exception was raised:\n    ** (UndefinedFunctionError) "
    "function Nope.init/1 is undefined (module Nope is not available)",
    "GenServer.start_link(Enum, [])": "an exception was raised:\n    ** (UndefinedFunctionError) "
    "function Enum.init/1 is undefined or private",
    "Agent.start_link(Nope, :f, [])": "an exception was raised:\n    ** (UndefinedFunctionError) "
    "function Nope.f/0 is undefined (module Nope is not available)",
    "Supervisor.start_link(Nope, [])": "an exception was raised:\n    ** (UndefinedFunctionError) "
    "function Nope.init/1 is undefined (module Nope is not available)",
    "Supervisor.start_link([], strategy: :bogus)": "bad supervisor configuration, invalid "
    "strategy: :bogus",
    "DynamicSupervisor.start_link(strategy: :one_for_one, max_children: -1)": "bad supervisor "
    "configuration, invalid max_children: -1",
}


@pytest.mark.parametrize("line", ENDS)
def test_the_shell_ends_with_a_server_that_cannot_start(line: str) -> None:
    with iex() as prompt:
        answer = prompt.ask(line)

    head, _, reason = answer.partition(" shell process exited with reason: ")
    assert head.startswith("** (EXIT from #PID<")
    assert reason == ENDS[line]


def test_a_module_that_is_defined_later_is_available_then() -> None:
    with iex() as prompt:
        assert "not available" in prompt.ask("GenServer.start_link(Late, [])")
        prompt.ask("defmodule Late do\n  def one, do: 1\nend")

        assert "Late.init/1 is undefined or private" in prompt.ask("GenServer.start_link(Late, [])")


def test_an_undefined_server_is_an_answer_to_those_who_are_not_linked_or_trap_exits() -> None:
    with iex() as prompt:
        error = "{:error, {:undef, [{Nope, :init, [[]], []}]}}"
        assert prompt.ask("GenServer.start(Nope, [])") == error
        prompt.ask("Process.flag(:trap_exit, true)")
        assert prompt.ask("GenServer.start_link(Nope, [])") == error
        assert "{:EXIT, " in prompt.ask("flush()")
