"""Fixtures that drive a real node; without Elixir these tests are skipped."""

from collections.abc import Iterator

import pytest

from kvshell.engines.available import start
from kvshell.engines.beam.node import BeamNode, elixir_path
from kvshell.engines.beam_runner import BeamRunner
from kvshell.engines.cluster_runner import ClusterRunner

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


@pytest.fixture
def cluster(elixir: str) -> Iterator[ClusterRunner]:
    """A cluster of three nodes on which a manager runs."""
    runner = start("beam", nodes=3)
    assert isinstance(runner, ClusterRunner)
    with runner:
        runner.run("start manager")
        assert runner.settle(20)
        yield runner
