"""Cases 01.* and 03.*: the first tutorial's session, from Python, on both schedulers.

One difference concerns all of them: the published KeyVal.Store answers `get` with Map.fetch, `{:ok,
value}` or `:error`; kvshell's `plain` design uses Map.get, as the chapter's KV.Bucket does.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from kvshell.otp import gen_server, sys
from kvshell.runtime import Runtime, process
from kvshell.systems.key_val import manager, server
from kvshell.terms import A, List, Pid, Term, inspect
from tests.nodes import SCHEDULERS, node, said

NO_PROCESS = (
    "    ** (EXIT) no process: the process is not alive or there's no process currently associated "
    "with the given name, possibly because its application isn't started"
)


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as runtime:
        manager.start()
        yield runtime


def crashes(rt: Runtime) -> list[str]:
    rt.settle()
    return [event.text for event in rt.drain_events() if event.kind in {"crash", "unexpected"}]


def test_01_1_nothing_is_running_before_the_manager_is_started() -> None:
    with node("controlled"):
        assert process.whereis(manager.NAME) is None
        assert said(lambda: manager.create_store("store1")) == (
            '** (exit) exited in: GenServer.call(KeyVal.Manager, {:create_store, "store1"}, 5000)\n'
            + NO_PROCESS
        )


def test_01_2_and_01_3_the_manager_is_started_once(rt: Runtime) -> None:
    pid = process.whereis(manager.NAME)

    assert inspect(pid) == "#PID<0.101.0>"
    assert manager.start() == (A.error, (A.already_started, pid))


def test_01_4_and_01_12_a_store_is_its_bare_pid_and_the_same_for_its_name(rt: Runtime) -> None:
    one, two = manager.create_store("store1"), manager.create_store("store2")

    assert isinstance(one, Pid)
    assert one is not two
    assert manager.create_store("store1") is one
    assert inspect(sys.get_state(manager.NAME)) == (
        f'%{{"store1" => {inspect(one)}, "store2" => {inspect(two)}}}'
    )


def test_01_5_to_01_9_put_get_and_del(rt: Runtime) -> None:
    """Map.get returns the value where the article shows {:ok, value}, and nil for its :error."""
    one, two = manager.create_store("store1"), manager.create_store("store2")

    assert server.put(one, "name", "Arpit") is A.ok
    assert server.put(one, A.age, 27) is A.ok
    assert server.put(two, "name", "Elixir") is A.ok
    assert (server.get(one, "name"), server.get(one, A.age)) == ("Arpit", 27)
    assert server.get(two, A.age) is None
    assert server.get(one, "nope") is None
    assert server.delete(one, "name") is A.ok
    assert (server.get(one, "name"), server.get(two, "name")) == (None, "Elixir")
    assert server.delete(one, "never-there") is A.ok


def test_01_10_nil_is_a_value_and_a_key(rt: Runtime) -> None:
    """A stored nil can be told from a missing key by `keys`, but not by `get`, as with Map.get."""
    pid = manager.create_store("store1")
    server.put(pid, "nil", None)
    server.put(pid, None, 1)

    assert server.get(pid, "nil") is None
    assert server.get(pid, None) == 1
    assert server.keys(pid) == List([None, "nil"])


def test_01_11_keys_are_any_term_and_compare_strictly(rt: Runtime) -> None:
    pid = manager.create_store("store1")
    for key, value in ((1, A.int), (1.0, A.float), ("a", 1), (List([97]), 2), (A.a, 3)):
        server.put(pid, key, value)

    assert (server.get(pid, 1), server.get(pid, 1.0)) == (A.int, A.float)
    assert inspect(sys.get_state(pid)) == (
        "%{1 => :int, 1.0 => :float, :a => 3, 'a' => 2, \"a\" => 1}"
    )


def test_01_13_the_name_is_any_term(rt: Runtime) -> None:
    names: list[Term] = ["store1", A.store1, None, (A.a, 1)]

    assert len({manager.create_store(name) for name in names}) == 4
    assert len(sys.get_state(manager.NAME)) == 4


def test_01_14_the_last_put_wins_in_the_order_sent(rt: Runtime) -> None:
    pid = manager.create_store("store2")
    for number in range(1, 6):
        server.put(pid, "k", number)

    assert server.get(pid, "k") == 5


def test_01_15_and_01_16_a_wrong_cast_ends_the_manager_and_no_store(rt: Runtime) -> None:
    pid = manager.create_store("store1")
    server.put(pid, A.a, 3)
    boss = process.whereis(manager.NAME)
    assert boss is not None

    assert server.put(boss, "k", 1) is A.ok
    (report,) = crashes(rt)
    assert report == (
        "GenServer KeyVal.Manager terminating\n"
        "** (RuntimeError) attempted to cast GenServer KeyVal.Manager but no handle_cast/2 clause "
        "was provided\n"
        'Last message: {:"$gen_cast", {:put, "k", 1}}\n'
        f'State: %{{"store1" => {inspect(pid)}}}'
    )
    assert process.whereis(manager.NAME) is None
    assert server.get(pid, A.a) == 3
    manager.start()
    new = manager.create_store("store1")
    assert new is not pid
    assert (server.get(new, A.a), server.get(pid, A.a)) == (None, 3)


def test_03_1_to_03_5_a_stopped_store_leaves_a_stale_pid(rt: Runtime) -> None:
    pid = manager.create_store("store1")
    server.put(pid, "k", "v")

    assert gen_server.stop(pid) is A.ok
    assert not process.alive(pid)
    assert manager.create_store("store1") is pid
    assert server.put(pid, "k", "v2") is A.ok
    assert server.delete(pid, "k") is A.ok
    shown = inspect(pid)
    assert said(lambda: server.get(pid, "k")) == (
        f'** (exit) exited in: GenServer.call({shown}, {{:get, "k"}}, 5000)\n{NO_PROCESS}'
    )
    assert said(lambda: gen_server.stop(pid)) == (
        f"** (exit) exited in: GenServer.stop({shown}, :normal, :infinity)\n{NO_PROCESS}"
    )
    assert process.exit(pid, A.kill) is True
    assert process.send(pid, A.hello) is A.hello
    assert process.info(pid) is None
    assert crashes(rt) == []


def test_03_6_a_kill_is_true_and_reported_by_nobody(rt: Runtime) -> None:
    pid = manager.create_store("store2")

    assert process.exit(pid, A.kill) is True
    assert not process.alive(pid)
    assert manager.create_store("store2") is pid
    assert said(lambda: server.get(pid, "k")).endswith(NO_PROCESS)
    assert crashes(rt) == []


def test_03_7_and_03_8_exit_signals_of_another(rt: Runtime) -> None:
    pid = manager.create_store("store3")

    assert process.exit(pid, A.normal) is True
    assert process.alive(pid)
    assert process.exit(pid, A.boom) is True
    assert not process.alive(pid)
    assert crashes(rt) == []


def test_03_9_an_unknown_call_ends_the_store(rt: Runtime) -> None:
    """The client's stack is not compared, because ours would be Python's."""
    pid = manager.create_store("store4")
    server.put(pid, "k", 1)
    shown = inspect(pid)
    cause = "** (FunctionClauseError) no function clause matching in KeyVal.Server.handle_call/3"

    assert said(lambda: gen_server.call(pid, A.boom)) == (
        f"** (exit) exited in: GenServer.call({shown}, :boom, 5000)\n"
        f"    ** (EXIT) an exception was raised:\n        {cause}"
    )
    assert crashes(rt) == [
        f"GenServer {shown} terminating\n{cause}\n"
        "Last message (from #PID<0.100.0>): :boom\n"
        'State: %{"k" => 1}\n'
        "Client #PID<0.100.0> is alive"
    ]
    assert manager.create_store("store4") is pid


def test_03_10_an_unknown_cast_is_ok_and_ends_the_store(rt: Runtime) -> None:
    pid = manager.create_store("store5")

    assert gen_server.cast(pid, A.boom) is A.ok
    assert crashes(rt) == [
        f"GenServer {inspect(pid)} terminating\n"
        "** (FunctionClauseError) no function clause matching in KeyVal.Server.handle_cast/2\n"
        'Last message: {:"$gen_cast", :boom}\n'
        "State: %{}"
    ]
    assert not process.alive(pid)


def test_03_11_a_raising_handler_ends_the_store(rt: Runtime) -> None:
    pid = manager.create_store("store6")

    assert sys.replace_state(pid, lambda _state: A.oops) is A.oops
    assert said(lambda: server.get(pid, "k")) == (
        f'** (exit) exited in: GenServer.call({inspect(pid)}, {{:get, "k"}}, 5000)\n'
        "    ** (EXIT) an exception was raised:\n"
        "        ** (BadMapError) expected a map, got: :oops"
    )
    (report,) = crashes(rt)
    assert report.splitlines()[-3:] == [
        'Last message (from #PID<0.100.0>): {:get, "k"}',
        "State: :oops",
        "Client #PID<0.100.0> is alive",
    ]


def test_03_12_a_plain_message_is_reported_and_the_store_goes_on(rt: Runtime) -> None:
    pid = manager.create_store("store7")

    assert process.send(pid, A.hello) is A.hello
    assert crashes(rt) == [
        f"KeyVal.Server {inspect(pid)} received unexpected message in handle_info/2: :hello"
    ]
    assert process.alive(pid)


def test_03_13_what_is_no_pid(rt: Runtime) -> None:
    """nil and an unknown atom name no process; a string and a number cannot be servers at all."""

    def get_said(what: Any) -> str:
        return said(lambda: server.get(what, "k"))

    def put_said(what: Any) -> str:
        return said(lambda: server.put(what, "k", 1))

    for nobody in (None, A.not_there):
        assert get_said(nobody) == (
            f'** (exit) exited in: GenServer.call({inspect(nobody)}, {{:get, "k"}}, 5000)\n'
            + NO_PROCESS
        )
        assert put_said(nobody) == ":ok"
    clause = "** (FunctionClauseError) no function clause matching in GenServer."
    for nonsense in ("store1", 42):
        assert get_said(nonsense).startswith(f"{clause}whereis/1")
        assert put_said(nonsense).startswith(f"{clause}cast/2")


def test_03_14_stop_is_silent_for_shutdown_and_reported_for_any_other_reason(rt: Runtime) -> None:
    for reason in (A.shutdown, (A.shutdown, A.bye)):
        assert gen_server.stop(manager.create_store(reason), reason) is A.ok
    assert crashes(rt) == []
    pid = manager.create_store("c")
    assert gen_server.stop(pid, A.oops) is A.ok
    assert crashes(rt) == [
        f"GenServer {inspect(pid)} terminating\n** (stop) :oops\nLast message: []\nState: %{{}}"
    ]


def test_03_15_stopping_the_manager_leaves_the_stores_alive_and_nameless(rt: Runtime) -> None:
    pid = manager.create_store("d")

    assert gen_server.stop(manager.NAME) is A.ok
    assert process.alive(pid)
    assert said(lambda: manager.create_store("d")).endswith(NO_PROCESS)


def test_03_16_nobody_is_linked(rt: Runtime) -> None:
    pid = manager.create_store("d")

    for each in (pid, process.self_(), process.whereis(manager.NAME)):
        seen = rt.observe(each)  # type: ignore[arg-type]
        assert seen is not None
        assert seen.links == ()
