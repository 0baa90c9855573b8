"""Fixtures that drive a real node; without Elixir these tests are skipped."""

import os
from collections.abc import Iterator
from itertools import combinations

import pytest

from kvshell.engines.available import start
from kvshell.engines.beam.node import BeamNode, elixir_path
from kvshell.engines.beam_runner import BeamRunner
from kvshell.engines.cluster_runner import ClusterRunner
from kvshell.session.client import plain

NO_ELIXIR = "needs Elixir, which is not installed: apt-get install elixir"


@pytest.fixture(scope="session")
def elixir() -> str:
    path = elixir_path()
    if path is None:
        pytest.skip(NO_ELIXIR)
    return path


@pytest.fixture
def node(elixir: str) -> Iterator[BeamNode]:
    with BeamNode() as started:
        yield started


@pytest.fixture(scope="module")
def shared(elixir: str) -> Iterator[BeamRunner]:
    """A runner on a node that the tests of a file share."""
    with BeamRunner() as runner:
        yield runner


@pytest.fixture
def runner(shared: BeamRunner) -> BeamRunner:
    """The shared runner, reset for this test."""
    shared.fresh("ets")
    return shared


class ThreeNodes:
    """Three nodes that the tests of a file share; each finds them as they were at the start."""

    def __init__(self) -> None:
        self._had_children = _has_children()  # a node that other tests of the file share
        self._runner = _three_started()

    def fresh(self) -> ClusterRunner:
        """Return a runner on nodes that are linked, on which nothing runs and nothing is bound."""
        if _as_at_the_start(self._runner):
            self._runner = ClusterRunner(self._runner.cluster)
        else:
            self._runner.close()
            self._runner = _three_started()
        return self._runner

    def close(self) -> None:
        self._runner.close()
        left = _has_children() and not self._had_children
        assert not left, "the nodes have ended, and a child is left"


def _three_started() -> ClusterRunner:
    runner = start("beam", nodes=3)
    assert isinstance(runner, ClusterRunner)
    return runner


def _has_children() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


RESET_S = 60.0  # on a busy machine

# What a test leaves on a node: managers, stores, tables, and processes that its lines started.
CLEAR = """
if is_pid(:global.whereis_name(KV.Registry)), do: Kvshell.Cluster.stop()
Kvshell.Cluster.stop_local()
if scope = Process.whereis(KV.Scope), do: GenServer.stop(scope)
clients = for {_name, pid} <- Kvshell.Bridge.clients(), do: pid
left = for pid <- Process.list() -- clients, Kvshell.Cluster.ours?(pid), do: pid
for pid <- left, do: Process.exit(pid, :kill)
"""


def _as_at_the_start(runner: ClusterRunner) -> bool:
    """Clear the nodes; return False if some are gone or cannot be brought together again."""
    cluster = runner.cluster
    if sorted(cluster.nodes) != ["a", "b", "c"] or cluster.dead():
        return False
    runners = {"a": runner, **runner._others}
    for one, other in combinations(runners, 2):
        cluster.connect(one, other)
    for each in runners.values():
        if plain(each.run_source("Kvshell.Cluster.settled()")) != ":ok":
            return False
    for each in runners.values():
        each.run_source(CLEAR)
    rested = runner.settle(RESET_S)
    runner.events()
    cleared = [each.talk.ask("reset", "", RESET_S) is not None for each in runners.values()]
    for each in runners.values():
        each.state.runtime.stop()
    return rested and all(cleared) and not cluster.dead()


@pytest.fixture(scope="module")
def three_nodes(elixir: str) -> Iterator[ThreeNodes]:
    nodes = ThreeNodes()
    try:
        yield nodes
    finally:
        nodes.close()


@pytest.fixture
def cluster(three_nodes: ThreeNodes) -> ClusterRunner:
    """A cluster of three nodes on which a manager runs."""
    runner = three_nodes.fresh()
    runner.run("start manager")
    assert runner.settle(20)
    return runner
