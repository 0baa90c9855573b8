"""The death of a node: who is told and when, and what to type in a shell without its node."""

import os

import pytest

from kvshell.commands.assist.advice import advice, now
from kvshell.engines.available import start
from kvshell.engines.cluster_runner import ClusterRunner
from kvshell.session.client import plain
from kvshell.shell.hosts.sentences import parts

pytestmark = pytest.mark.slow


def test_after_losing_its_own_node_the_shell_says_what_can_still_be_done(elixir: str) -> None:
    with start("beam", nodes=2) as two:
        assert isinstance(two, ClusterRunner)
        two.cluster.nodes["a"].port.kill()
        while two.cluster.dead() != ["a"]:
            os.sched_yield()
        gone = (
            "** (CommandError) a, the shell's own node, is gone: leave kvshell and start it again"
        )

        for line in ("self", "nodes", "registry", "start node a"):
            assert [plain(each) for each in two.run(line)] == [gone]
        assert len(two.run("on b self; self")) == 2


def test_a_death_is_reported_while_repeat_goes_on(cluster: ClusterRunner) -> None:
    cluster.run("create store s1 on a")
    told: list[tuple[int, str]] = []
    rounds = 0

    def went_on(done: int, _total: int) -> None:
        nonlocal rounds
        rounds = done
        if done == 2:
            cluster.cluster.nodes["b"].port.kill()
            while cluster.cluster.dead() != ["b"]:
                os.sched_yield()

    cluster.on_progress = went_on
    cluster.on_notice = lambda event: told.append((rounds, event.text))
    cluster.run("repeat 5 put s1 k 1")

    assert told == [(2, "node b has died, and its stores with it: start node b starts it again")]
    assert cluster.events() == []


def test_nothing_is_advised_that_a_shell_without_its_node_refuses(elixir: str) -> None:
    with start("beam", nodes=2) as two:
        assert isinstance(two, ClusterRunner)
        two.cluster.nodes["a"].port.kill()
        while two.cluster.dead() != ["a"]:
            os.sched_yield()
        two.run("self")
        snapshot = two.snapshot()

    assert [each.line for each in advice(snapshot)] == ["exit"]
    assert [each.text for each in parts(snapshot)] == ["the node is gone"]
    assert now(snapshot) == "The node is gone."
