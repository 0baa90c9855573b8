"""`explain LINE`: its Elixir, its Python, and who sends what to whom."""

import re

import pytest

from kvshell.commands import COMMANDS, parse
from kvshell.commands.help.code_lines import elixir_line, python_line
from kvshell.commands.help.explain import explain
from kvshell.commands.result import CommandError
from kvshell.commands.table.row import Command
from kvshell.commands.types.simple_types import DESIGNS
from kvshell.views import Caps
from kvshell.views.plain import plain_lines

CAPS = Caps(tty=False, colour="none", unicode=True, width=None, plain=True, json=False)


def shown(line: str, design: str) -> list[str]:
    return plain_lines(explain(line, design), CAPS)


def test_a_call_is_explained_with_its_reply() -> None:
    assert shown("create store s1", "ets") == [
        "create store s1 (design ets)",
        '  Elixir  KV.Registry.create(KV.Registry, "s1")',
        '  Python  registry.create("s1")',
        "  nr  from                 does     to                   what",
        '   1  shell                call     KV.Registry          {:create, "s1"}',
        '   2  KV.Registry          read     table KV.Registry    "s1": no row, so it is new',
        "   3  KV.Registry          call     KV.BucketSupervisor  start a child",
        "   4  KV.BucketSupervisor  spawn    the bucket           KV.Bucket, linked, :temporary",
        "   5  KV.Registry          monitor  the bucket           to hear of its death",
        '   6  KV.Registry          write    table KV.Registry    {"s1", pid}',
        "   7  KV.Registry          reply    shell                the pid",
    ]


def test_a_cast_is_explained_as_handled_later() -> None:
    lines = shown("create store s1", "ets-cast")

    assert any("the shell goes on with :ok" in line for line in lines)
    assert any("later: write" in line for line in lines)


def test_a_store_named_by_name_is_looked_up_first() -> None:
    lines = shown("x = get s1 milk", "ets")

    assert '  Elixir  {:ok, s1} = KV.Registry.lookup(KV.Registry, "s1")' in lines
    assert '  Elixir  x = KV.Bucket.get(s1, "milk")' in lines
    assert '  Python  bucket.get(s1, "milk")' in lines
    assert any("no process is asked" in line for line in lines)


@pytest.mark.parametrize("line", ["count self", "get self k", "call self :x", "suspend shell"])
def test_a_call_of_the_shell_to_itself_is_explained_as_an_exit(line: str) -> None:
    assert any("attempted to call itself" in each for each in shown(line, "ets"))


def test_each_command_of_a_line_is_explained() -> None:
    lines = shown("create store a; lookup a", "plain")

    assert lines[0] == "create store a; lookup a, back to back"
    assert '    Elixir  KeyVal.Manager.create_store("a")' in lines


def test_read_only_commands_are_explained_as_sending_nothing() -> None:
    assert shown("registry", "map")[-1] == (
        "  Sends nothing: it looks from outside and waits for no process."
    )


@pytest.mark.parametrize(
    ("line", "elixir", "python"),
    [
        ("put s1 k {:a, 1}", 'KV.Bucket.put(s1, "k", {:a, 1})', 'bucket.put(s1, "k", (A.a, 1))'),
        ("put b k [1, 2]", 'KV.Bucket.put(b, "k", [1, 2])', 'bucket.put(b, "k", List([1, 2]))'),
        ("put b k $x", 'KV.Bucket.put(b, "k", x)', 'bucket.put(b, "k", x)'),
        ("put b me self()", 'KV.Bucket.put(b, "me", self())',
         'bucket.put(b, "me", process.self_())'),
        ("kill manager", "Process.exit(Process.whereis(KV.Registry), :kill)",
         "process.exit(registry.NAME, A.kill)"),
        ("kill #PID<0.104.0>", "Process.exit(pid(0, 104, 0), :kill)",
         "process.exit(runtime.pid(104), A.kill)"),
        ('state "my list"', ":sys.get_state(pid)", "runtime.observe(pid).state"),
        ("stop b", "Agent.stop(b, :normal)", "agent.stop(b, A.normal)"),
        ("stop b shutdown", "Agent.stop(b, :shutdown)", "agent.stop(b, A.shutdown)"),
        ("ets delete t", ":ets.delete(t)", "ets.delete(t)"),
        ("ets new foo set", ":ets.new(:foo, [:set])", "ets.new(A.foo, [A.set])"),
        ("call :foo {:a}", "GenServer.call(:foo, {:a})", "gen_server.call(A.foo, (A.a,))"),
        ("call buckets %{a: 1.5}", "GenServer.call(KV.BucketSupervisor, %{a: 1.5})",
         "gen_server.call(bucket_supervisor.NAME, Map({A.a: 1.5}))"),
        ('call KV.Registry :"a b"', 'GenServer.call(KV.Registry, :"a b")',
         'gen_server.call(alias("KV.Registry"), Atom("a b"))'),
        ("monitor shell", "Process.monitor(self())", "process.monitor(process.self_())"),
        ("repeat 2 lokup x", "for n <- 1..2, do: lokup x",
         'for n in range(1, 2 + 1): session.run("lokup x")'),
        ("exit b shutdown", "Process.exit(b, :shutdown)", "process.exit(b, A.shutdown)"),
        ("exit", "System.halt()", "session.close()"),
        ("crash manager", "GenServer.call(KV.Registry, :boom)",
         "gen_server.call(registry.NAME, A.boom)"),
        ("link manager", "Process.link(Process.whereis(KV.Registry))",
         "process.link(registry.NAME)"),
        ("send b {#PID<0.104.0>, $x}", "send(b, {pid(0, 104, 0), x})",
         "process.send(b, (runtime.pid(104), x))"),
        ('send b {"$5", $x}', 'send(b, {"$5", x})', 'process.send(b, ("$5", x))'),
        ('%{"k" => v} = state b', '%{"k" => v} = :sys.get_state(b)', "runtime.observe(b).state"),
        ("sleep 5s", "Process.sleep(5000)", "process.sleep(5000)"),
        ("repeat 3 self", "for n <- 1..3, do: self()",
         'for n in range(1, 3 + 1): session.run("self")'),
        ("as b lookup x", 'spawn(fn -> KV.Registry.lookup(KV.Registry, "x") end)',
         'session.client("b", "lookup x")'),
    ],
)  # fmt: skip
def test_the_elixir_and_python_lines_are_shown(line: str, elixir: str, python: str) -> None:
    part = parse(line).parts[0]

    assert (elixir_line(part, "ets"), python_line(part, "ets")) == (elixir, python)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", "usage: explain LINE"),
        ("lokup s1", "no command lokup: did you mean `lookup s1`?"),
        ("put s1", "usage: put STORE KEY VALUE"),
    ],
)
def test_an_inexplicable_line_says_what_to_type(line: str, sentence: str) -> None:
    with pytest.raises(CommandError) as raised:
        explain(line, "ets")

    assert str(raised.value) == sentence


@pytest.mark.parametrize("design", DESIGNS)
def test_every_example_can_be_explained(design: str) -> None:
    for command in COMMANDS:
        for example in command.examples:
            if parse(example.line).parts[0].complete:
                assert shown(example.line, design)


def test_race_commands_are_explained_without_messages() -> None:
    assert shown("explore lookup s", "ets")[-1] == (
        "  Sends nothing here: it runs in fresh systems of its own, and yours is not touched."
    )
    assert shown("deliver s to manager", "ets")[-1] == (
        "  Sends nothing: it lets a signal arrive that was sent earlier."
    )


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.words)
def test_no_placeholder_is_left_in_the_explanation_of_an_example(command: Command) -> None:
    for design in DESIGNS:
        for example in command.examples:
            try:
                lines = shown(example.line, design)
            except CommandError:
                continue  # the example shows how the line is refused
            left = [line for line in lines if re.search(r"<[a-z]\w*>", line)]
            assert not left, (design, example.line, left)
