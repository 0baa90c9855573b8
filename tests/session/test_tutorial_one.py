"""The design `plain` compared with real iex sessions: the oracle's cases 01.* and 03.*."""

from collections.abc import Callable

import pytest

from tests.session.test_samples import NO_PROCESS
from tests.session.typist import Typist


@pytest.fixture
def plain(opened: Callable[..., Typist]) -> Typist:
    typist = opened("plain")
    typist("start manager")
    return typist


def test_01_1_nothing_runs_before_the_manager_is_started(opened: Callable[..., Typist]) -> None:
    kv = opened("plain")

    assert kv("create store store1") == (
        '** (exit) exited in: GenServer.call(KeyVal.Manager, {:create_store, "store1"}, 5000)\n'
        + NO_PROCESS
    )
    assert kv.hints == ["start manager"]


def test_01_2_and_3_starting_twice_returns_the_running_manager(
    opened: Callable[..., Typist],
) -> None:
    kv = opened("plain")

    assert kv("start manager") == "{:ok, #PID<0.101.0>}"
    assert kv("start manager") == "{:error, {:already_started, #PID<0.101.0>}}"
    assert kv("start manager ets") == "{:error, {:already_started, #PID<0.101.0>}}"


def test_01_4_and_6_two_stores_do_not_share(plain: Typist) -> None:
    assert plain.all(
        "pid1 = create store store1",
        "pid2 = create store store2",
        "put pid1 name Arpit",
        "put pid1 :age 27",
        "put pid2 name Elixir",
        "get pid1 name",
        "get pid1 :age",
        "get pid2 name",
        "get pid2 :age",
    ) == [
        "#PID<0.102.0>",
        "#PID<0.103.0>",
        ":ok",
        ":ok",
        ":ok",
        '"Arpit"',
        "27",
        '"Elixir"',
        "nil",
    ]


def test_01_8_and_9_deleting_is_a_cast(plain: Typist) -> None:
    plain("create store s1", "put s1 name Ada")

    assert plain.all("del s1 name", "get s1 name", "del s1 never-there") == [":ok", "nil", ":ok"]


def test_01_11_keys_are_terms_and_compare_strictly(plain: Typist) -> None:
    plain("create store s1", "put s1 1 :int", "put s1 1.0 :float", 'put s1 "a" 1', "put s1 :a 3")
    plain("put s1 'a' 2", "put s1 nil 1", 'put s1 "nil" nil', "put s1 :age 27")

    assert plain.all("get s1 1", "get s1 1.0") == [":int", ":float"]
    assert plain("state s1") == (
        "%{\n  1 => :int,\n  1.0 => :float,\n  :a => 3,\n  :age => 27,\n  nil => 1,\n"
        '  \'a\' => 2,\n  "a" => 1,\n  "nil" => nil\n}'
    )


def test_01_12_asking_twice_answers_the_same_pid(plain: Typist) -> None:
    plain("create store store1", "create store store2")

    assert plain("create store store1") == "#PID<0.102.0>"
    assert plain("state manager") == '%{"store1" => #PID<0.102.0>, "store2" => #PID<0.103.0>}'
    assert plain("stores") == '["store1", "store2"]'


def test_01_15_a_cast_the_manager_does_not_know_crashes_it_and_no_store(plain: Typist) -> None:
    plain("s = create store s1", "put s milk 1")

    assert plain('cast manager {:put, "k", 1}') == ":ok"
    assert plain.events == [
        "GenServer KeyVal.Manager terminating\n"
        "** (RuntimeError) attempted to cast GenServer KeyVal.Manager but no handle_cast/2 clause"
        " was provided\n"
        'Last message: {:"$gen_cast", {:put, "k", 1}}\n'
        'State: %{"s1" => #PID<0.102.0>}'
    ]
    assert plain.all("alive s", "get s milk", "start manager", "create store s1") == [
        "true",
        "1",
        "{:ok, #PID<0.103.0>}",
        "#PID<0.104.0>",
    ]


def test_03_1_to_3_the_manager_never_forgets_a_stopped_store(plain: Typist) -> None:
    plain("pid1 = create store store1")

    assert plain.all(
        "stop pid1",
        "alive pid1",
        "create store store1",
        "lookup store1",
        "put pid1 k v",
        "del pid1 k",
        "get pid1 k",
    ) == [
        ":ok",
        "false",
        "#PID<0.102.0>",
        "{:ok, #PID<0.102.0>}",
        ":ok",
        ":ok",
        '** (exit) exited in: GenServer.call(#PID<0.102.0>, {:get, "k"}, 5000)\n' + NO_PROCESS,
    ]


def test_03_4_and_5_stopping_a_dead_store_exits_and_killing_it_is_true(plain: Typist) -> None:
    plain("pid1 = create store store1", "stop pid1")

    assert plain("stop pid1") == (
        "** (exit) exited in: GenServer.stop(#PID<0.102.0>, :normal, :infinity)\n" + NO_PROCESS
    )
    assert plain("kill pid1") == "true"


def test_03_6_a_kill_is_not_logged(plain: Typist) -> None:
    plain("pid2 = create store store2")

    assert plain.all("kill pid2", "alive pid2", "create store store2") == [
        "true",
        "false",
        "#PID<0.102.0>",
    ]
    assert plain.events == []


def test_03_9_an_unknown_call_crashes_a_store_and_its_caller_hears_why(plain: Typist) -> None:
    plain("pid4 = create store store4", "put pid4 k 1")

    assert plain("crash pid4") == (
        "** (exit) exited in: GenServer.call(#PID<0.102.0>, :boom, 5000)\n"
        "    ** (EXIT) an exception was raised:\n"
        "        ** (FunctionClauseError) no function clause matching in"
        " KeyVal.Server.handle_call/3"
    )
    assert plain.events[0].startswith(
        "GenServer #PID<0.102.0> terminating\n"
        "** (FunctionClauseError) no function clause matching in KeyVal.Server.handle_call/3\n"
    )
    assert plain.all("alive pid4", "create store store4") == ["false", "#PID<0.102.0>"]


def test_03_10_an_unknown_cast_is_ok_for_the_caller(plain: Typist) -> None:
    plain("pid5 = create store store5")

    assert plain.all("cast pid5 :boom", "alive pid5") == [":ok", "false"]
    assert 'Last message: {:"$gen_cast", :boom}' in plain.events[0]


def test_03_14_only_a_reason_that_is_a_failure_is_logged(plain: Typist) -> None:
    plain("a = create store a", "b = create store b", "c = create store c")

    assert plain.all("stop a shutdown", "stop b {:shutdown, :bye}") == [":ok", ":ok"]
    assert plain.events == []
    assert plain("stop c oops") == ":ok"
    assert plain.events == [
        "GenServer #PID<0.104.0> terminating\n** (stop) :oops\nLast message: []\nState: %{}"
    ]


def test_03_15_stopping_the_manager_leaves_the_stores_alive_and_nameless(plain: Typist) -> None:
    plain("d = create store d", "put d milk 1")

    assert plain.all("stop manager", "alive d", "get d milk") == [":ok", "true", "1"]
    assert plain("create store d") == (
        '** (exit) exited in: GenServer.call(KeyVal.Manager, {:create_store, "d"}, 5000)\n'
        + NO_PROCESS
    )


def test_03_15_a_new_manager_makes_a_new_empty_store(plain: Typist) -> None:
    plain("d = create store d", "put d milk 1", "restart manager")

    assert plain.all("create store d", "get d milk", 'get "d" milk') == [
        "#PID<0.104.0>",
        "1",
        "nil",
    ]
