"""Commands for nodes are parsed everywhere, and completed and run only in a cluster."""

import pytest

from kvshell.commands.assist.completion import complete
from kvshell.commands.help.code_lines import elixir_line
from kvshell.commands.read.matcher import parse
from kvshell.commands.snapshot import EMPTY
from kvshell.commands.table import nodes
from kvshell.engines.beam_runner import BeamRunner
from kvshell.engines.cluster_runner import ClusterRunner
from kvshell.engines.elixir.session import ElixirSession
from kvshell.session import Session
from kvshell.session.client import plain

THREE = EMPTY._replace(nodes=("a", "b", "c"))
LINES = [
    "nodes",
    "on b lookup s1",
    "connect a b",
    "disconnect a b",
    "stop node b",
    "start node b",
    "create store s1 on b",
]


@pytest.mark.parametrize("line", LINES)
def test_with_one_node_the_commands_say_what_to_start(line: str) -> None:
    for made in (Session, ElixirSession):
        with made() as session:
            session.run("start manager")
            (result,) = session.run(line)

            assert result.error == nodes.ALONE


@pytest.mark.slow
def test_a_single_beam_node_says_so_too(runner: BeamRunner) -> None:
    runner.run("start manager")

    for line in LINES:
        assert [each.error for each in runner.run(line)] == [nodes.ALONE], line


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("create store s1 on", "usage: create store NAME [on NODE]"),
        ("create store s1 s2", "usage: create store NAME [on NODE]"),
        ("create store s1 on b c", "usage: create store NAME [on NODE]"),
        ("create store s1 on 7", "not a node: 7; type a name such as b"),
        ("connect a", "usage: connect NODE OTHER"),
        ("stop node", "usage: stop node NODE"),
        ("on b", "usage: on NODE LINE"),
        ("start ets", "no command start ets: did you mean `start manager ets`?"),
    ],
)
def test_a_wrong_line_is_explained(line: str, problem: str) -> None:
    assert parse(line).parts[0].problems[0].message == problem


def test_a_store_called_node_is_written_in_quotes() -> None:
    (stop,) = parse('stop "node"').parts

    assert stop.command is not None
    assert stop.command.words == "stop"


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("disconnect ", ["a", "b", "c"]),
        ("disconnect b ", ["a", "c"]),
        ("stop node ", ["a", "b", "c"]),
        ("create store s1 ", ["on"]),
        ("create store s1 o", ["on"]),
        ("create store s1 on ", ["a", "b", "c"]),
        ("on b look", ["lookup"]),
        ("nod", ["nodes"]),
    ],
)
def test_nodes_are_offered_if_there_are_any(text: str, offered: list[str]) -> None:
    assert [each.text for each in complete(text, THREE)] == offered
    assert "node" not in str([each.text for each in complete("st", EMPTY)])


def test_explain_writes_the_line_of_elixir() -> None:
    def elixir(line: str) -> str:
        return elixir_line(parse(line).parts[0], "ets")

    assert elixir("create store s1 on b") == (
        'KV.Registry.create(KV.Registry, "s1", :"kv_b@127.0.0.1")'
    )
    assert elixir("disconnect a b") == (
        ':erpc.call(:"kv_a@127.0.0.1", Node, :disconnect, [:"kv_b@127.0.0.1"])'
    )
    assert elixir("on b get s1 k") == (
        ':erpc.call(:"kv_b@127.0.0.1", fn -> '
        '{:ok, s1} = KV.Registry.lookup(KV.Registry, "s1"); KV.Bucket.get(s1, "k") end)'
    )


@pytest.mark.slow
def test_a_cluster_knows_its_nodes_and_binds_what_it_creates(cluster: ClusterRunner) -> None:
    said = [plain(each) for each in cluster.run("b = create store s1 on b; put $b k 1; get $b k")]

    assert said[1:] == [":ok", "1"]
    assert cluster.snapshot().nodes == ("a", "b", "c")
    assert plain(cluster.run("on b x = 5; x")[-1]) == "5"
    assert plain(cluster.run("stop node nosuch")[0]).endswith("no node nosuch: there are a, b, c")
