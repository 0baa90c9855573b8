"""Views of a cluster show every process, table and name, on whichever node it is."""

import os
import signal

import pytest

from kvshell.commands.view import TableView
from kvshell.engines.available import start
from kvshell.engines.cluster_runner import ClusterRunner
from kvshell.engines.elixir.session import ElixirSession
from kvshell.session import Session
from kvshell.shell.hosts.protocol import PromptRunner
from kvshell.shell.hosts.session_prompt import SessionPrompt
from kvshell.views import DOCUMENT
from tests.engines.typed import said

pytestmark = pytest.mark.slow


def table(runner: ClusterRunner, text: str) -> list[list[str]]:
    (result,) = runner.run(text)
    assert isinstance(result.view, TableView), result
    return [[cell.text for cell in row] for row in result.view.rows]


def test_processes_of_every_node_are_listed_including_shells_and_bare_ones(
    cluster: ClusterRunner,
) -> None:
    own, bare = said(
        cluster, "create store s1 on b", "x = spawn(fn -> Process.sleep(:infinity) end)"
    )
    (there,) = said(cluster, "on c spawn(fn -> Process.sleep(:infinity) end)")
    said(cluster, "as bob 1 + 1", "suspend s1")

    rows = table(cluster, "processes")
    shells = [(node, name, status) for node, _, name, status, _ in rows if name in {"shell", "bob"}]
    assert shells == [
        ("a", "shell", "running"),
        ("a", "bob", "waiting"),
        ("b", "shell", "waiting"),
        ("c", "shell", "waiting"),
    ]
    assert ["a", bare, "-", "waiting", "0"] in rows
    assert ["b", own, "s1", "suspended", "0"] in rows
    last = there.removeprefix("#PID<0")
    assert "c" in [row[0] for row in rows if row[2] == "-" and row[1].endswith(last)]
    assert len({row[1] for row in rows}) == len(rows)
    assert bare in said(cluster, "tree")[0]


def test_tables_of_every_node_are_listed(cluster: ClusterRunner) -> None:
    said(cluster, "create store s1", "ets new mine")

    rows = table(cluster, "tables")

    names = [(row[0], row[2], row[6]) for row in rows if row[2] == "KV.Registry"]
    assert names == [(node, "KV.Registry", "1") for node in "abc"]
    assert [row[0] for row in rows if row[2] == ":mine"] == ["a"]
    assert "KV.Table" in said(cluster, "ets info KV.Registry")[0]


def test_the_history_of_a_name_is_told_on_both_sides_of_a_split(cluster: ClusterRunner) -> None:
    (pid,) = said(cluster, "create store s1 on b")

    assert said(cluster, "registry s1")[0].splitlines() == [
        "s1",
        f"  The table of this node says {pid}, on b.",
        f"  {pid} is alive.",
        "  next: get s1 milk",
    ]
    said(cluster, "disconnect a b")
    assert said(cluster, "registry s1")[0].splitlines()[1:] == [
        "  No row for this name in the table of this node.",
        "  It may be on b: no connection.",
        "  next: create store s1",
    ]
    assert "on b." in said(cluster, "on c registry s1")[0]


def test_creating_on_a_dead_node_returns_the_managers_error(cluster: ClusterRunner) -> None:
    os.kill(cluster.cluster.nodes["b"].system_pid, signal.SIGKILL)
    while cluster.cluster.dead() != ["b"]:
        os.sched_yield()

    answer, created = said(cluster, "create store s1 on b", "create store s1 on c")

    assert answer == '{:error, {:nodedown, :"kv_b@127.0.0.1"}}'
    assert created.startswith("#PID<")


def test_help_is_about_the_cluster_and_not_about_one_node(cluster: ClusterRunner) -> None:
    said(cluster, "create store s1")

    (about,) = said(cluster, "help nodes")
    (now,) = said(cluster, "help")

    assert "kv> nodes" in about
    assert "there is one node here" not in about
    assert "nothing runs" not in now
    assert "1 store" in now


def test_a_cut_off_node_is_named_by_every_view_that_has_to_leave_it_out(
    cluster: ClusterRunner,
) -> None:
    said(cluster, "create store s1 on b", "create store s2 on c", "disconnect a b")

    for view in ("registry", "processes", "tables", "cache"):
        assert said(cluster, view)[0].splitlines()[-1].endswith("b: no connection")
    assert said(cluster, "tree")[0].splitlines()[-1] == "  b no connection"

    said(cluster, "disconnect b c", "disconnect a c")
    (names,) = said(cluster, "on c registry")
    assert names.splitlines()[-1] == "1 name; a, b: no connection"


def test_a_node_that_is_cut_off_from_the_manager_says_that_it_cannot_reach_one(
    cluster: ClusterRunner,
) -> None:
    said(cluster, "disconnect a c", "disconnect b c")

    unreached = (
        "no manager can be reached from c (a, b: no connection): connect a c, "
        "or start manager for one on this side"
    )
    assert said(cluster, "on c registry") == [unreached]
    assert said(cluster, "on c nodes")[0].splitlines()[-1] == unreached
    assert said(cluster, "registry") == ["no names yet: create store s1; c: no connection"]


def test_designs_of_a_cluster_advise_nothing_that_it_refuses(cluster: ClusterRunner) -> None:
    own = "a cluster has its own design, ets with a table on each node: "

    assert said(cluster, "designs")[0].splitlines()[-1] == f"{own}it runs now"
    said(cluster, "as bob designs")
    assert cluster.events()[-1].text.endswith(f"{own}it runs now")
    said(cluster, "stop manager")
    assert said(cluster, "designs")[0].splitlines()[-1] == f"{own}start manager starts it"


def test_what_a_process_does_behind_a_split_cannot_be_known(cluster: ClusterRunner) -> None:
    (pid,) = said(cluster, "b = create store s1 on b")
    said(cluster, "disconnect a b")

    commands = ["alive", "info", "mailbox", "step", "crash"]
    assert said(cluster, *(f"{command} $b" for command in commands)) == [
        f"** (RuntimeError) cannot be known: {pid} is on kv_b@127.0.0.1, "
        "and there is no connection to it"
    ] * len(commands)


def test_the_link_that_is_missing_after_a_split_is_named_once(cluster: ClusterRunner) -> None:
    said(cluster, "disconnect a b", "disconnect a c", "disconnect b c")
    cluster.events()

    said(cluster, "connect a b", "connect a c")

    texts: list[str] = []
    while not texts:
        texts += [event.text for event in cluster.events()]
    assert texts == ["b and c are still apart: connect b c links them, too"]
    assert said(cluster, "connect b c", "disconnect a a", "connect b b") == [
        "true",
        "** (CommandError) disconnect is for two nodes: a is one and the same",
        "** (CommandError) connect is for two nodes: b is one and the same",
    ]
    assert cluster.events() == []


def test_an_explanation_in_a_cluster_says_what_differs_from_one_node(
    cluster: ClusterRunner,
) -> None:
    for line in ("explain create store p on b", "explain create store p; lookup p"):
        *_, last = said(cluster, line)[0].splitlines()
        assert last.strip().endswith("writes a row to each node's table.")


def test_the_welcome_says_who_answers_and_on_which_nodes(cluster: ClusterRunner) -> None:
    def welcome(runner: PromptRunner) -> list[str]:
        return [block.text for block in SessionPrompt(runner, lambda: DOCUMENT).welcome()]

    versions = cluster.node.versions
    assert welcome(cluster)[2] == f"{versions} answers, on the nodes a, b, c: help nodes"
    with start("beam") as one:
        assert welcome(one)[2] == f"{versions} answers: help engines"
    with ElixirSession() as own:
        assert welcome(own)[2].startswith("each command runs as the Elixir that explain shows")
    with Session() as native:
        assert len(welcome(native)) == 3
