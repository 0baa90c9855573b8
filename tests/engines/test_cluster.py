"""Several nodes: placement, deaths, splits, orphans; nothing is left behind. Loopback only."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kvshell.commands.result import Result
from kvshell.commands.view import TableView
from kvshell.engines.available import start
from kvshell.engines.beam.cluster import Cluster, _free_port
from kvshell.engines.beam.node import EngineError
from kvshell.engines.cluster_runner import ClusterRunner
from kvshell.session.client import plain
from tests.engines.typed import lines, said

pytestmark = pytest.mark.slow


def table(runner: ClusterRunner, text: str) -> list[list[str]]:
    return table_of(lines(runner, text))


def table_of(results: list[Result]) -> list[list[str]]:
    (result,) = results
    assert isinstance(result.view, TableView), result
    return [[cell.text for cell in row] for row in result.view.rows]


def command_lines() -> str:
    shown = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                shown.append((folder / "cmdline").read_bytes().decode("utf-8", "replace"))
            except OSError:
                continue
    return "\n".join(shown)


def test_stores_are_spread_and_found_from_every_node(cluster: ClusterRunner) -> None:
    for number in range(30):
        assert lines(cluster, f"create store s{number}")[0].ok

    rows = table(cluster, "registry")
    assert {row[2] for row in rows} == {"a", "b", "c"}
    for node in "abc":
        assert said(cluster, f"on {node} lookup s7")[0].startswith("{:ok, #PID<")
    assert [row[1] for row in table(cluster, "cache")] == ["30", "30", "30"]


def test_a_dead_node_loses_its_rows_but_not_the_manager(cluster: ClusterRunner) -> None:
    lines(cluster, "create store s1 on a", "create store s2 on c", "monitor s2", "stop node c")

    (flushed,) = said(cluster, "flush")
    assert ":noconnection}" in flushed
    assert said(cluster, "lookup s2", "create store s3 on c") == [
        ":error",
        '{:error, {:nodedown, :"kv_c@127.0.0.1"}}',
    ]
    assert said(cluster, "put s1 k 1; get s1 k") == [":ok", "1"]
    assert lines(cluster, "create store s4")[0].ok


def test_a_crashed_node_is_reported_dead_and_can_be_restarted(
    cluster: ClusterRunner,
) -> None:
    lines(cluster, "create store s1 on b", "create store s2 on c", "put s2 k 1")
    for name in ("b", "c"):
        os.kill(cluster.cluster.nodes[name].system_pid, signal.SIGKILL)
    while cluster.cluster.dead() != ["b", "c"]:
        os.sched_yield()

    assert [event.text for event in cluster.events()] == [
        "node b has died, and its stores with it: start node b starts it again",
        "node c has died, and its stores with it: start node c starts it again",
    ]
    assert cluster.events() == []
    assert [row[:2] for row in table(cluster, "nodes")] == [
        ["a", "this node"],
        ["b", "dead"],
        ["c", "dead"],
    ]
    assert said(cluster, "get s2 k", "connect a b", "on c self", "create store s3 on a")[:3] == [
        "** (MatchError) no match of right hand side value: :error",
        "** (CommandError) b is down: start node b starts it again",
        "** (CommandError) c is down: start node c starts it again",
    ]
    assert said(cluster, "start node b", "stop node b", "stop node b") == [
        ":ok",
        ":ok",
        "** (CommandError) b is down: start node b starts it again",
    ]
    assert [row[:2] for row in table(cluster, "nodes")][1:] == [["b", "stopped"], ["c", "dead"]]
    assert said(cluster, "start node c", "create store s4 on c; put s4 k 2; get s4 k")[-1] == "2"


def test_a_stopped_node_gives_no_answer_and_is_not_shown_as_empty(elixir: str) -> None:
    with start("beam", nodes=2) as two:
        assert isinstance(two, ClusterRunner)
        lines(two, "start manager", "create store s1 on b")
        two.run_source(":persistent_term.put(:kvshell_silent_ms, 1_500)")
        os.kill(two.cluster.nodes["b"].system_pid, signal.SIGSTOP)

        (row,) = table_of(two.run("registry"))
        assert (row[0], *row[2:]) == ("s1", "b", "unknown", "no answer")
        assert table_of(two.run("nodes"))[1] == ["b", "no answer", "-", "-", "-"]
        created = [plain(each) for each in two.run("create store s2 on b; create store s3 on a")]
        assert created[0] == '{:error, {:timeout, :"kv_b@127.0.0.1"}}'
        assert created[1].startswith("#PID<")


def test_a_split_is_seen_survived_and_healed_with_an_orphan(cluster: ClusterRunner) -> None:
    lines(cluster, "create store s1 on b", "put s1 milk 1", "b = lookup s1", "{:ok, b} = lookup s1")

    assert said(cluster, "disconnect a b") == ["true"]
    (get,) = said(cluster, "get $b milk")
    assert get.endswith("** (EXIT) no connection to kv_b@127.0.0.1")
    assert said(cluster, "cast b :lost", "lookup s1") == [":ok", ":error"]
    assert said(cluster, "on c lookup s1")[0].startswith("{:ok, #PID<")
    lines(cluster, "on c send(KV.Table, :pull)")  # all rows of a, which has none of b
    assert said(cluster, "on c lookup s1")[0].startswith("{:ok, #PID<")

    lines(cluster, "on b start manager", "on b create store tea on b", "create store tea on a")
    cluster.events()
    assert said(cluster, "connect a b") == ["true"]

    states = [(row[0], row[2], row[4]) for row in table(cluster, "registry")]
    assert states == [("s1", "b", "fresh"), ("tea", "a", "fresh"), ("-", "b", "orphan")]
    assert said(cluster, "get s1 milk") == ["1"]


def test_a_new_manager_takes_over_the_rows(cluster: ClusterRunner) -> None:
    for number in range(20):
        lines(cluster, f"create store s{number}")

    lines(cluster, "kill manager")
    assert said(cluster, "lookup s7")[0].startswith("{:ok, #PID<")
    lines(cluster, "start manager", "stop s7")

    assert said(cluster, "lookup s7", "lookup s8")[0] == ":error"
    assert len(table(cluster, "registry")) == 19


def test_waiting_for_names_to_settle_has_a_limit(
    elixir: str,
) -> None:
    with start("beam", nodes=2) as two:
        assert isinstance(two, ClusterRunner)
        idle = "nothing runs yet: start manager"
        assert said(two, "registry", "lookup s1", "on b lookup s1") == [
            idle,
            *(2 * [f"** (CommandError) {idle}"]),
        ]
        lines(two, "start manager", "disconnect a b")
        two.run("on b :sys.suspend(:global_name_server)")
        assert two.cluster.connect("a", "b")

        settled = two.run_source("Kvshell.Cluster.settled(200)")

        assert plain(settled) == '{:error, {:not_settled, [:"kv_b@127.0.0.1"]}}'
        two.run("on b :sys.resume(:global_name_server)")
        assert plain(two.run_source("Kvshell.Cluster.settled(1_000)")) == ":ok"


def test_waiting_for_the_engines_own_line_has_a_limit(cluster: ClusterRunner) -> None:
    with pytest.raises(EngineError, match=r"node a has not answered within 0\.2 s"):
        cluster.run_source("Process.sleep(:infinity)", timeout_s=0.2)

    cluster.line_s = 0.2
    (result,) = cluster.run("sleep 60s")
    assert result.error == "** (exit) interrupted"
    assert said(cluster, "1 + 1") == ["2"]


def test_ctrl_c_ends_a_line_on_the_node_that_runs_it(cluster: ClusterRunner) -> None:
    lines(cluster, "on b x = 5")

    def press(*_signal: object) -> None:
        if cluster._asked is not None and not cluster.interrupted:
            cluster.interrupt()

    before = signal.signal(signal.SIGALRM, press)
    signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
    try:
        (result,) = cluster.run("on b sleep 60s")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

    assert result.error == "** (exit) interrupted"
    assert said(cluster, "on b x", "1 + 1") == ["5", "2"]


def test_a_bucket_that_dies_without_a_manager_loses_its_row(
    cluster: ClusterRunner,
) -> None:
    lines(cluster, "create store s1 on b", "create store s2 on c", "kill manager", "stop s1")

    assert said(cluster, "lookup s1", "on c lookup s1") == [":error", ":error"]
    assert said(cluster, "lookup s2")[0].startswith("{:ok, #PID<")


def test_a_name_on_an_unreachable_node_is_reassigned(
    cluster: ClusterRunner,
) -> None:
    lines(cluster, *(f"create store s{n} on b" for n in range(3)), "put s1 k 1")
    lines(cluster, "disconnect a b", "disconnect c b", "create store s2 on c")

    assert [row[0] for row in table(cluster, "registry")] == ["s2"]
    assert said(cluster, "connect a b", "connect c b") == ["true", "true"]

    rows = [(row[0], row[2], row[4]) for row in table(cluster, "registry")]
    assert rows == [
        ("s0", "b", "fresh"),
        ("s1", "b", "fresh"),
        ("s2", "c", "fresh"),
        ("-", "b", "orphan"),
    ]
    assert said(cluster, "get s1 k", "on b get s1 k") == ["1", "1"]


def test_the_cookie_is_on_no_command_line_and_in_no_file_of_the_user(
    cluster: ClusterRunner,
) -> None:
    cookie = cluster.cluster._cookie

    assert cookie not in command_lines()
    for path in cluster.cluster._folder.path.rglob("*"):
        if path.is_file():
            assert (
                cookie not in path.read_text(errors="replace") or path.stat().st_mode & 0o077 == 0
            )


def test_all_nodes_listen_on_loopback_only(cluster: ClusterRunner) -> None:
    own = {node.system_pid for node in cluster.cluster.nodes.values()}
    inodes = set()
    for pid in own:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            target = str(link.readlink())
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
    listening = [
        fields[1]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if (fields := line.split())[3] == "0A" and fields[9] in inodes
    ]

    assert listening
    assert {address.partition(":")[0] for address in listening} == {"0100007F"}


OWNER = """
import sys, time
from kvshell.engines.available import start
runner = start("beam", nodes=2)
runner.run("start manager")
nodes = runner.cluster.nodes.values()
cluster = runner.cluster
print(*[node.system_pid for node in nodes], cluster._epmd, cluster._folder.path, flush=True)
time.sleep(60)
"""


def test_a_killed_owner_leaves_neither_nodes_nor_epmd(elixir: str) -> None:
    owner = subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    *pids, port, home = owner.stdout.readline().split()
    watched = [os.pidfd_open(int(pid)) for pid in pids]
    owner.kill()

    assert owner.communicate(timeout=30)[0] == ""
    import select

    for descriptor in watched:
        assert select.select([descriptor], [], [], 30)[0], "a node is still there"
        os.close(descriptor)
    _await(lambda: f"epmd\0-port\0{port}" not in command_lines())
    assert not Path(home).exists()


def _await(done: object) -> None:
    """Poll until `done` returns true: there is no descriptor that reports the end of an orphan."""
    assert callable(done)
    for _ in range(3000):
        if done():
            return
        os.sched_yield()
        with Path("/proc/uptime").open() as stream:
            stream.read()
    raise AssertionError("still there")


def test_joined_nodes_are_left_running(elixir: str, tmp_path: Path) -> None:
    theirs = Cluster(2)
    try:
        names = [theirs.full_name(name) for name in theirs.nodes]
        home = tmp_path / "home"
        home.mkdir()
        (home / ".erlang.cookie").write_text(theirs._cookie)
        (home / ".erlang.cookie").chmod(0o400)
        lines_ = "start manager\ncreate store s1 on kv_b\nlookup s1\nregistry\nstop node kv_b\n"
        done = subprocess.run(
            [sys.executable, "-m", "kvshell", "--engine", "beam", "--join", ",".join(names)],
            input=lines_,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env={**os.environ, "HOME": str(home), "ERL_EPMD_PORT": theirs._epmd},
        )

        answers = done.stdout.splitlines()
        assert answers[0].startswith("{:ok, #PID<"), (done.stdout, done.stderr)
        assert answers[2] == f"{{:ok, {answers[1]}}}"
        assert "kv_b" in done.stdout
        assert "neither ends it" in answers[-1]
        assert theirs.disconnect("a", "b")  # they still run
    finally:
        theirs.close()


def test_nodes_with_long_names_can_be_joined_and_a_missing_one_is_named(
    elixir: str, cluster: ClusterRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".erlang.cookie").write_text("short")
    (tmp_path / ".erlang.cookie").chmod(0o400)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ERL_EPMD_PORT", cluster.cluster._epmd)
    lines_ = 'IO.puts(node()); IO.gets("")'
    theirs = subprocess.Popen(
        [elixir, "--sname", "short", "-e", lines_],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert theirs.stdin is not None
    assert theirs.stdout is not None
    name = theirs.stdout.readline().strip()

    with start("beam", join=name) as runner:
        assert isinstance(runner, ClusterRunner)
        assert table(runner, "nodes")[1] == ["short", "connected", "shell", "0", "-"]
        assert said(runner, "start manager")[0].startswith("{:ok, #PID<")
    with pytest.raises(EngineError, match=r"x does not answer: is x@nobody\.here up"):
        start("beam", join="x@nobody.here")

    theirs.communicate(timeout=30)


def test_without_epmd_joining_fails_and_the_error_names_the_port(
    elixir: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = str(_free_port())
    monkeypatch.setenv("ERL_EPMD_PORT", port)

    with pytest.raises(EngineError, match=f"answers on port {port}: start the nodes first"):
        start("beam", join="a@127.0.0.1")


@pytest.mark.parametrize(
    ("nodes", "join", "design"), [(0, "nonsense", ""), (2, "a@b", ""), (2, "", "plain")]
)
def test_impossible_options_are_refused_before_anything_starts(
    elixir: str, nodes: int, join: str, design: str
) -> None:
    with pytest.raises(EngineError):
        start("beam", design, nodes, join)
