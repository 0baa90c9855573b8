"""The five designs: what each command answers in each of them."""

from collections.abc import Callable

import pytest

from tests.session.test_samples import NO_PROCESS
from tests.session.typist import Typist

KV = ("map", "ets-cast", "ets")
ALL = ("plain", *KV)
FIRST = {"plain": "#PID<0.102.0>", "map": ":ok", "ets-cast": ":ok", "ets": "#PID<0.104.0>"}


@pytest.fixture(params=ALL)
def any_kv(request: pytest.FixtureRequest, opened: Callable[..., Typist]) -> Typist:
    """A session with a running system, once for each design."""
    typist = opened(request.param)
    typist("start manager")
    return typist


def design(kv: Typist) -> str:
    return kv.session.design.name


def test_start_answers_the_manager_and_its_pid_is_that_of_the_samples(any_kv: Typist) -> None:
    number = 101 if design(any_kv) == "plain" else 103

    assert any_kv("v") == f"{{:ok, #PID<0.{number}.0>}}"
    assert any_kv("start manager") == f"{{:error, {{:already_started, #PID<0.{number}.0>}}}}"


def test_create_is_a_call_or_a_cast(any_kv: Typist) -> None:
    assert any_kv("create store s1") == FIRST[design(any_kv)]
    assert any_kv("create store s1") == FIRST[design(any_kv)]
    assert any_kv("stores") == '["s1"]'


def test_put_get_del_and_keys_work_in_every_design(any_kv: Typist) -> None:
    any_kv("create store s1")
    deleted = ":ok" if design(any_kv) == "plain" else "1"
    again = ":ok" if design(any_kv) == "plain" else "nil"

    assert any_kv.all(
        "put s1 milk 1",
        "put s1 beer 2",
        "get s1 milk",
        "keys s1",
        "del s1 milk",
        "del s1 milk",
        "get s1 milk",
    ) == [":ok", ":ok", "1", '["beer", "milk"]', deleted, again, "nil"]


def test_an_unknown_store_is_the_chapters_match_error(any_kv: Typist) -> None:
    for line in ("get s9 milk", "put s9 milk 1", "stop s9", 'stop "manager"'):
        assert any_kv(line) == "** (MatchError) no match of right hand side value: :error"
    assert any_kv.hints[0] == "create store s9"


def test_a_stopped_store_is_forgotten_or_kept(any_kv: Typist) -> None:
    any_kv("create store s1", "{:ok, b} = lookup s1")

    assert any_kv("stop b") == ":ok"
    assert any_kv("lookup s1") == (
        "{:ok, #PID<0.102.0>}" if design(any_kv) == "plain" else ":error"
    )


@pytest.mark.parametrize("name", KV)
def test_a_stop_and_a_lookup_back_to_back_find_the_row_gone(
    opened: Callable[..., Typist], name: str
) -> None:
    """The death of the store wakes the registry before it wakes the shell."""
    kv = opened(name)
    kv("start manager", "create store s1")

    assert kv("stop s1; lookup s1") == ":ok\n:error"


@pytest.mark.parametrize("name", KV)
def test_05_5_a_killed_bucket_is_forgotten(opened: Callable[..., Typist], name: str) -> None:
    kv = opened(name)
    kv("start manager", "create store k")

    assert kv.all("kill k", "lookup k") == ["true", ":error"]
    assert kv.events == []


@pytest.mark.parametrize("name", KV)
def test_05_6_a_crash_in_an_agents_function_kills_the_agent_and_exits_the_caller(
    opened: Callable[..., Typist], name: str
) -> None:
    kv = opened(name)
    kv("start manager", "create store c", "{:ok, c} = lookup c")

    assert kv("crash c") == (
        "** (exit) exited in: GenServer.call(#PID<0.104.0>,"
        " {:get, #Function<5.16313657/1 in KV.Bucket.crash/1>}, 5000)\n"
        "    ** (EXIT) an exception was raised:\n"
        "        ** (RuntimeError) oops in agent"
    )
    assert kv.events[0].startswith(
        "GenServer #PID<0.104.0> terminating\n** (RuntimeError) oops in agent\n"
    )
    assert kv.all("alive c", "lookup c") == ["false", ":error"]


@pytest.mark.parametrize("name", KV)
def test_05_7_a_dead_registry_takes_every_bucket_along(
    opened: Callable[..., Typist], name: str
) -> None:
    kv = opened(name)
    kv("start manager", "create store z", "{:ok, z} = lookup z")

    assert kv("crash manager").splitlines()[:3] == [
        "** (exit) exited in: GenServer.call(KV.Registry, :boom, 5000)",
        "    ** (EXIT) an exception was raised:",
        "        ** (FunctionClauseError) no function clause matching in KV.Registry.handle_call/3"
        if name != "ets-cast"
        else "        ** (RuntimeError) attempted to call GenServer KV.Registry but no"
        " handle_call/3 clause was provided",
    ]
    assert kv.all("alive z", "lookup z", "alive manager") == ["false", ":error", "true"]


@pytest.mark.parametrize("name", KV)
def test_the_fourth_death_in_five_seconds_stops_the_system(
    opened: Callable[..., Typist], name: str
) -> None:
    kv = opened(name)
    kv("start manager", "kill manager", "kill manager", "kill manager")
    assert kv("alive manager") == "true"

    kv("kill manager")

    assert kv("alive supervisor") == "false"
    kv("get s1 milk")
    assert "start manager" in kv.hints
    assert kv("start manager").startswith("{:ok, #PID<")


def test_without_a_names_table_the_error_says_that_nothing_runs(
    opened: Callable[..., Typist],
) -> None:
    missing = "** (CommandError) nothing runs yet: start manager"
    call = '** (exit) exited in: GenServer.call(KV.Registry, {:%s, "s1"}, 5000)\n' + NO_PROCESS

    assert opened("ets")("lookup s1").rstrip() == missing
    assert opened("ets")("create store s1") == call % "create"
    assert opened("ets-cast").all("create store s1", "lookup s1")[0] == ":ok"
    assert opened("map")("lookup s1") == call % "lookup"
    assert opened("ets")("get s1 milk").rstrip() == missing


def test_stop_manager_ends_the_whole_system(any_kv: Typist) -> None:
    any_kv("create store s1", "{:ok, b} = lookup s1")

    assert any_kv.all("stop manager", "alive b") == [
        ":ok",
        "true" if design(any_kv) == "plain" else "false",
    ]
    assert any_kv("stop manager").startswith("** (exit) exited in: GenServer.stop(K")


def test_restart_changes_the_design(any_kv: Typist) -> None:
    any_kv("create store s1")

    assert any_kv("restart manager map").startswith("{:ok, #PID<")
    assert any_kv.all("stores", "create store s1", "lookup s1")[:2] == ["[]", ":ok"]


def test_restart_starts_when_nothing_runs(kv: Typist) -> None:
    assert kv("restart manager") == "{:ok, #PID<0.103.0>}"


def test_only_one_system_runs_at_a_time(kv: Typist) -> None:
    kv("start manager")

    assert kv("start manager plain") == "{:error, {:already_started, #PID<0.103.0>}}"
    assert kv.hints == ["restart manager plain"]


def test_designs_says_which_one_runs(any_kv: Typist) -> None:
    text = any_kv("designs")

    assert all(name in text for name in ALL)
    assert f"{design(any_kv)} runs now" in text


def test_a_design_is_started_after_a_line_of_elixir_as_before(any_kv: Typist) -> None:
    any_kv("stop manager", "1 + 1")

    assert any_kv("start manager").startswith("{:ok, #PID<")
