"""Views of several nodes show every process, table and name, wherever it is."""

import os
import signal

import pytest

from kvshell.commands.view import TableView
from kvshell.engines.cluster_runner import ClusterRunner
from kvshell.session.client import plain

pytestmark = pytest.mark.slow


def said(runner: ClusterRunner, *texts: str) -> list[str]:
    answers = []
    for text in texts:
        answers += [plain(result) for result in runner.run(text)]
        assert runner.settle(20)
    return answers


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
