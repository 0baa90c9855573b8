"""Nodes of others: joined, lost, left with stores on them, and joined again."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kvshell.engines.available import start
from kvshell.engines.beam.cluster import _await_port, _free_port
from kvshell.engines.cluster_runner import ClusterRunner
from tests.engines.typed import said

pytestmark = pytest.mark.slow

NAMES = ("ja@127.0.0.1", "jb@127.0.0.1")
NODE = 'IO.puts(node()); IO.gets("")'


class Theirs:
    """Two nodes that are not started by kvshell and have an epmd of their own."""

    def __init__(self, elixir: str, stack: ExitStack) -> None:
        self._elixir = elixir
        self._stack = stack
        self.nodes = {name: self.started(name) for name in NAMES}

    def started(self, name: str) -> "subprocess.Popen[str]":
        node = subprocess.Popen(
            [self._elixir, "--name", name, "-e", NODE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._stack.callback(node.communicate)  # closes its input, at which it ends
        assert node.stdout is not None
        assert node.stdout.readline().strip() == name
        return node

    def kill(self, name: str) -> None:
        self.nodes[name].kill()
        self.nodes[name].wait()


@pytest.fixture
def theirs(elixir: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Theirs]:
    (tmp_path / ".erlang.cookie").write_text("theirs")
    (tmp_path / ".erlang.cookie").chmod(0o400)
    port = _free_port()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ERL_EPMD_PORT", str(port))
    epmd = shutil.which("epmd")
    assert epmd is not None
    daemon = subprocess.Popen([epmd, "-port", str(port)], env={**os.environ, "HOME": "/"})
    try:
        _await_port(port)
        with ExitStack() as stack:
            yield Theirs(elixir, stack)
    finally:
        daemon.kill()
        daemon.wait()


SECOND = """
import sys
from kvshell.engines.available import start
from kvshell.session.client import plain
with start("beam", join=sys.argv[1]) as runner:
    for line in sys.argv[2:]:
        print(*map(plain, runner.run(line)))
        runner.settle(20)
print(repr(runner.left))
"""


def joined() -> ClusterRunner:
    runner = start("beam", join=",".join(NAMES))
    assert isinstance(runner, ClusterRunner)
    return runner


def awaited(runner: ClusterRunner) -> list[str]:
    """Return the texts of the next events, waiting until there are any."""
    while not (events := runner.events()):
        runner.settle(20)
    return [event.text for event in events]


def test_stores_on_joined_nodes_outlive_the_session(theirs: Theirs) -> None:
    with joined() as first:
        said(first, "start manager", "create store s1 on ja", "create store s2 on jb", "put s2 k 5")
        said(first, "create store s3")
        assert "on shell" not in said(first, "registry s3")[0]
    assert first.left == (
        "3 stores stay on ja, jb. kvshell --join finds them again: "
        "start manager takes them over, and stop manager ends them"
    )

    with joined() as second:
        assert said(second, "registry") == [
            "no manager runs, and 3 stores live on ja, jb: start manager takes them over"
        ]
        assert not any("reached" in event.text for event in second.events())
        assert said(second, "start manager", "get s2 k")[1] == "5"
        assert "orphan" not in said(second, "registry")[0]
        assert said(second, "stop s1", "lookup s1", "stop manager")[1:] == [":error", ":ok"]
        left = ':erpc.call(:"ja@127.0.0.1", fn -> Process.whereis(KV.Scope) end)'
        assert said(second, left) == ["nil"]
    assert second.left == ""


def test_the_loss_of_a_joined_node_is_reported_and_it_cannot_be_started(theirs: Theirs) -> None:
    with joined() as runner:
        said(runner, "start manager", "create store s1 on jb")
        theirs.kill("jb@127.0.0.1")

        assert awaited(runner)[0].startswith(
            "jb cannot be reached any more: it has ended, or the network is cut. "
            "kvshell did not start it and cannot start it again"
        )
        assert said(runner, "start node jb", "connect shell jb", "create store s2 on jb") == [
            "** (CommandError) kvshell did not start jb and cannot start it: when it runs again, "
            "connect shell jb reaches it",
            "false",
            '{:error, {:nodedown, :"jb@127.0.0.1"}}',
        ]
        assert "no connection" in said(runner, "nodes")[0]

        theirs.nodes["jb@127.0.0.1"] = theirs.started("jb@127.0.0.1")
        assert said(runner, "connect shell jb") == ["true"]
        assert said(runner, "create store s2 on jb; put s2 k 1; get s2 k")[-1] == "1"
        runner.events()
        said(runner, "disconnect shell jb")  # OTP itself may have cut the link already
        for text in (event.text for event in runner.events()):
            assert "cannot be reached" not in text


def test_a_second_session_takes_part_in_what_runs_and_leaves_it(theirs: Theirs) -> None:
    with joined() as first:
        said(first, "start manager", "create store s1 on ja", "put s1 k 1")

        done = subprocess.run(
            [sys.executable, "-c", SECOND, ",".join(NAMES), "get s1 k", "create store s2 on jb"],
            capture_output=True,
            text=True,
            check=True,
        )

        answer, created, left = done.stdout.splitlines()
        assert (answer, left) == ("1", "''")
        assert created.startswith("#PID<")
        assert said(first, "put s2 k 2; get s2 k")[-1] == "2"
