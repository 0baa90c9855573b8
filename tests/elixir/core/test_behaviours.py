"""Servers, supervisors and protocols that users define."""

from kvshell.runtime.processes.thread_context import current
from tests.elixir.core.evaluating import Lines, shell

STACK = """
defmodule Stack do
  use GenServer
  def start(items), do: GenServer.start(__MODULE__, items)
  @impl true
  def init(items), do: {:ok, items}
  @impl true
  def handle_call(:pop, _from, [head | tail]), do: {:reply, head, tail}
  def handle_call({:slow, f}, _from, state), do: {:reply, f.(), state}
  @impl true
  def handle_cast({:push, item}, state), do: {:noreply, [item | state]}
end
"""


def _server(lines: Lines) -> object:
    return lines.evaluator.bindings["s"].record.behaviour.callbacks


def test_a_users_genserver_runs() -> None:
    with shell() as lines:
        lines.run(STACK)
        lines.run("{:ok, s} = Stack.start([1])")
        assert lines.run("GenServer.cast(s, {:push, :a})") == ":ok"
        assert lines.run("{GenServer.call(s, :pop), GenServer.call(s, :pop)}") == "{:a, 1}"
        assert "(EXIT) an exception was raised" in lines.run("GenServer.call(s, :pop)")


def test_clauses_that_never_wait_are_inferred() -> None:
    with shell() as lines:
        lines.run(STACK)
        lines.run("{:ok, s} = Stack.start([1])")
        callbacks = _server(lines)
        assert callbacks.runs_in_caller(lines.evaluator.evaluate(":pop"))  # type: ignore[attr-defined]
        assert not callbacks.runs_in_caller(  # type: ignore[attr-defined]
            lines.evaluator.evaluate("{:slow, fn -> 1 end}")
        )


def test_a_running_server_switches_to_the_new_code() -> None:
    with shell() as lines:
        lines.run(STACK)
        lines.run("{:ok, s} = Stack.start([1, 2])")
        lines.run(STACK.replace("{:reply, head, tail}", "{:reply, {:new, head}, tail}"))
        assert lines.run("GenServer.call(s, :pop)") == "{:new, 1}"


def test_two_runtimes_have_separate_modules() -> None:
    with shell() as one:
        one.run("defmodule Mine do def f, do: 1 end")
        with shell() as other:
            assert other.run("Mine.f()").startswith("** (UndefinedFunctionError)")
        assert current().runtime.code is one.code
        assert one.run("Mine.f()") == "1"


def test_a_crash_names_the_line_in_the_module() -> None:
    with shell() as lines:
        lines.run(
            "defmodule Bad do\n use GenServer\n def init(x), do: {:ok, x}\n"
            " def handle_call(:match, _from, s) do\n  {:reply, :ok = s, s}\n end\nend"
        )
        lines.run("{:ok, s} = GenServer.start(Bad, 1)")
        assert "iex:5: Bad.handle_call/3" in lines.run("GenServer.call(s, :match)")


def test_child_spec_contains_the_options_of_use() -> None:
    with shell() as lines:
        lines.run("defmodule B do use Agent, restart: :temporary end")
        assert lines.run("B.child_spec(1)") == (
            "%{id: B, restart: :temporary, start: {B, :start_link, [1]}}"
        )


SIZE = """
defprotocol Size do
  def size(x)
end
"""


def test_protocols_dispatch_on_the_type() -> None:
    with shell() as lines:
        lines.run(SIZE)
        lines.run("defimpl Size, for: BitString do def size(s), do: byte_size(s) end")
        lines.run("defmodule Box do defstruct [:n]; defimpl Size do def size(b), do: b.n end end")
        assert lines.run('{Size.size("abc"), Size.size(%Box{n: 9})}') == "{3, 9}"
        assert lines.run("Size.size(1)") == (
            "** (Protocol.UndefinedError) protocol Size not implemented for 1 of type Integer"
        )


def test_the_librarys_protocols_use_a_users_implementations() -> None:
    with shell() as lines:
        lines.run("defmodule P do defstruct [:x] end")
        lines.run('defimpl String.Chars, for: P do def to_string(p), do: "p#{p.x}" end')
        lines.run('defimpl Inspect, for: P do def inspect(p, _opts), do: "#P<#{p.x}>" end')
        assert lines.run('"<#{%P{x: 1}}>"') == '"<p1>"'
        assert lines.run("[%P{x: 2}]") == "[#P<2>]"


def test_structs_print_their_fields_in_order() -> None:
    with shell() as lines:
        lines.run("defmodule U do defstruct [:name, age: 1] end")
        assert lines.run("%U{}") == "%U{name: nil, age: 1}"
        assert lines.run("%{%U{} | __struct__: Nope}") == "%{__struct__: Nope, age: 1, name: nil}"
