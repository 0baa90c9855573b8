"""The manager of a cluster: stopped, started again, and always of the same design."""

import pytest

from kvshell.engines.available import start
from kvshell.engines.beam.node import EngineError
from kvshell.engines.cluster_runner import ClusterRunner
from tests.engines.typed import said

pytestmark = pytest.mark.slow


def test_the_manager_is_stopped_on_every_node_and_started_again(cluster: ClusterRunner) -> None:
    said(cluster, "create store s1 on b", "create store s2 on c")

    assert said(cluster, "stop manager") == [":ok"]
    assert said(cluster, "registry") == ["nothing runs yet: start manager"]
    for node in "abc":
        assert said(cluster, f"on {node} Process.whereis(KV.BucketSupervisor)") == ["nil"]

    assert said(cluster, "start manager")[0].startswith("{:ok, #PID<")
    said(cluster, "create store s3 on b")
    (restarted,) = said(cluster, "restart manager")
    assert restarted.startswith("{:ok, #PID<")
    assert said(cluster, "lookup s3", "on c lookup s3") == [":error", ":error"]
    assert said(cluster, "create store s4 on c; put s4 k 1; get s4 k")[-1] == "1"
    assert said(cluster, "on b restart manager")[0].startswith("{:ok, #PID<")


def test_a_cluster_refuses_another_design_and_continues(
    cluster: ClusterRunner,
) -> None:
    said(cluster, "create store s1 on b", "put s1 k 1")
    refusal = "** (CommandError) a cluster has its own design: leave map out"

    for line in ("start manager map", "restart manager map", "on b start manager map"):
        assert said(cluster, line) == [refusal]
    assert said(cluster, "get s1 k") == ["1"]


def test_node_commands_work_only_in_the_first_nodes_shell(cluster: ClusterRunner) -> None:
    for line, words in (
        ("stop node c", "stop node"),
        ("start node d", "start node"),
        ("disconnect a c", "disconnect"),
        ("connect a c", "connect"),
        ("on c self", "on"),
    ):
        refusal = f"** (CommandError) {words} is for the first node's shell: type it without on"
        assert said(cluster, f"on b {line}") == [refusal]
    assert said(cluster, "on b create store s1 on c; put s1 k 1; get s1 k")[-1] == "1"
    assert "there is one node here" not in said(cluster, "on b nodes")[0]


def test_a_node_is_joined_once(elixir: str) -> None:
    with pytest.raises(EngineError, match=r"--join names ja@127\.0\.0\.1 twice"):
        start("beam", join="ja@127.0.0.1,ja@127.0.0.1")


def test_nodes_can_be_linked_after_the_shell_has_died(cluster: ClusterRunner) -> None:
    (died,) = said(cluster, "Process.exit(self(), :kill)")
    assert died.startswith("** (EXIT from ")

    assert said(cluster, "disconnect b c", "connect b c") == ["true", "true"]
