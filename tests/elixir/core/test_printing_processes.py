"""IO prints through the group leader of the printing process; timers and nodes as on the BEAM."""

from kvshell.runtime import group_leader, process
from tests.elixir.core.evaluating import shell


def test_io_asks_the_group_leader_that_was_set() -> None:
    with shell() as lines:
        lines.run("me = self()")
        lines.run(
            "p = spawn(fn -> Process.group_leader(self(), me); IO.puts(:hi);"
            ' IO.write(["a", ?b]); IO.inspect({1, 2}); send(me, :done) end)'
        )
        answer = (
            "receive do {:io_request, ^p, ref, asked} -> send(p, {:io_reply, ref, :ok}); asked end"
        )
        assert lines.run(answer) == '{:put_chars, :unicode, "hi\\n"}'
        assert lines.run(answer) == '{:put_chars, :unicode, "ab"}'
        assert lines.run(answer) == '{:put_chars, :unicode, "{1, 2}\\n"}'
        assert lines.run("receive do x -> x end") == ":done"


def test_a_device_that_is_dead_or_refuses_is_an_error() -> None:
    with shell() as lines:
        lines.run("me = self()")
        lines.run("dead = spawn(fn -> :ok end)")
        assert lines.run('IO.puts(dead, "x")') == "** (ErlangError) Erlang error: :terminated"
        lines.run(
            "d = spawn(fn -> receive do {:io_request, from, ref, _} ->"
            " send(from, {:io_reply, ref, {:error, :request}}) end end)"
        )
        assert lines.run('IO.puts(d, "x")') == (
            "** (ArgumentError) errors were found at the given arguments: unknown error: request"
        )


def test_a_client_whose_leader_is_known_prints_through_it() -> None:
    with shell() as lines:
        assert group_leader.leader_to_ask() is None
        lines.run("leader = Process.group_leader()")
        assert group_leader.leader_to_ask() is lines.evaluator.bindings["leader"]
        assert lines.run('IO.puts("hello")') == ":ok"
        events = process.self_().record.runtime.drain_events()
        assert [event.text for event in events if event.kind == "output"] == ["hello\n"]


def test_a_cancelled_timer_answers_according_to_its_options() -> None:
    with shell() as lines:
        lines.run("t = Process.send_after(self(), :x, 1000)")
        assert lines.run("Process.cancel_timer(t, async: true)") == ":ok"
        assert lines.run("receive do {:cancel_timer, ^t, left} -> left end") == "1000"
        assert lines.run("Process.cancel_timer(t, info: false)") == ":ok"
        assert lines.run("Process.cancel_timer(t)") == "false"
        assert lines.run("Process.cancel_timer(t, [:a])") == "** (ArgumentError) argument error"


def test_agents_run_functions_by_name_and_report_their_initial_call() -> None:
    with shell() as lines:
        lines.run("{:ok, a} = Agent.start_link(Map, :new, [], spawn_opt: [priority: :high])")
        assert lines.run(":proc_lib.translate_initial_call(a)") == "{Map, :new, 0}"
        assert lines.run("Process.info(a, :priority)") == "{:priority, :high}"
        lines.run("Agent.update(a, Map, :put, [:x, 1])")
        assert lines.run("Agent.get(a, Map, :get, [:x])") == "1"
        lines.run(":sys.suspend(a)")
        assert lines.run(":sys.change_code(a, Agent, 1, {Map, :put, [:y, 2]})") == ":ok"
        lines.run(":sys.resume(a)")
        assert lines.run(":sys.get_state(a)") == "%{x: 1, y: 2}"


def test_calls_to_all_nodes_reach_this_node() -> None:
    with shell() as lines:
        lines.run("{:ok, a} = Agent.start_link(fn -> 1 end, name: :one)")
        asked = "GenServer.multi_call(:one, {:get, fn x -> x end})"
        assert lines.run(asked) == "{[nonode@nohost: 1], []}"
        assert lines.run("GenServer.abcast(:one, {:cast, fn x -> x + 1 end})") == ":abcast"
        assert lines.run("Agent.get(a, & &1)") == "2"
        assert lines.run("GenServer.abcast(:x, :one, 1)").startswith("** (FunctionClauseError)")
