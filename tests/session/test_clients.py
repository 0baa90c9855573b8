"""Other clients: `as b LINE` runs in a process of its own and does not block the prompt."""

import threading
from collections.abc import Callable

import pytest

from kvshell.terms import inspect
from tests.session.typist import Typist


def test_the_answer_of_a_client_is_an_event(kv: Typist) -> None:
    kv("start manager")

    assert kv("as b create store s1") == ":ok"
    assert kv.events == ["b: #PID<0.105.0>"]
    assert kv("lookup s1") == "{:ok, #PID<0.105.0>}"


def test_a_client_holds_a_call_open_while_the_prompt_goes_on(kv: Typist) -> None:
    kv("start manager", "suspend manager", "as b create store s1")

    assert kv("lookup s1") == ":error"
    assert kv.events == []
    kv("resume manager")
    assert kv.events == ["b: #PID<0.105.0>"]


def test_a_second_line_for_a_busy_client_queues(kv: Typist) -> None:
    kv("start manager", "suspend manager", "as b create store s1", "as b lookup s1", "as b self")
    assert kv.events == []

    kv("resume manager")

    assert kv.events == ["b: #PID<0.105.0>", "b: {:ok, #PID<0.105.0>}", "b: #PID<0.104.0>"]


def test_clients_read_the_bindings_of_the_shell_and_make_their_own(kv: Typist) -> None:
    kv("start manager", "x = create store s1", "as b x = self", "as b x", "as c x", "x")

    assert kv("x") == "#PID<0.104.0>"
    assert kv.events == ["b: #PID<0.105.0>", "b: #PID<0.105.0>", "c: #PID<0.104.0>"]


def test_a_client_reads_a_binding_in_elixir(kv: Typist) -> None:
    kv("t = :ets.new(:t, [:public])")

    kv(
        "as b :ets.insert(t, {1, :one})",
        "as c :ets.lookup(t, 1)",
        "as b two = 2",
        "as b {two, two}",
    )
    assert kv.events == ["b: true", "c: [{1, :one}]", "b: 2", "b: {2, 2}"]

    kv("as c is_integer(two)")
    assert "undefined function two/0" in kv.events[-1]


def test_the_line_of_a_client_is_the_rest_of_the_line(kv: Typist) -> None:
    kv("start manager", "as b create store s1; lookup s1; get s9 x; self")

    assert kv.events == [
        "b: #PID<0.105.0>",
        "b: {:ok, #PID<0.105.0>}",
        "b: ** (MatchError) no match of right hand side value: :error",
    ]


def test_a_client_may_run_read_only_commands(kv: Typist) -> None:
    kv(
        "start manager",
        "create store s1",
        "as b registry",
        "as b tree",
        "as b help put",
        "as b cache",
    )

    assert kv.events[0] == (
        "b: name  pid  process  owner  table  state\ns1  #PID<0.104.0>  alive  yes  yes  fresh"
    )
    assert all(not event.startswith("b: **") for event in kv.events)


def test_a_client_opens_and_resets_nothing(kv: Typist) -> None:
    kv("as b exit", "as b reset")

    assert kv.events == [
        "b: ** (CommandError) that needs the prompt: type it without as",
        "b: ** (CommandError) reset ends this client too: type it without as",
    ]


def test_a_client_keeps_its_mail_and_its_results(kv: Typist) -> None:
    kv("start manager", "create store s1", "as b monitor s1", "stop s1", "as b flush", "as b v(1)")

    assert ":DOWN" in kv.events[1]
    assert "$line" not in kv.events[1]
    assert kv.events[2] == kv.events[0]


def test_a_killed_client_starts_anew_with_its_next_line(kv: Typist) -> None:
    kv("as b x = self", "kill #PID<0.101.0>", "as b self", "as b x")

    assert kv.events[:3] == [
        "b: #PID<0.101.0>",
        "b: ** (EXIT from #PID<0.101.0>) shell process exited with reason: killed",
        "b: #PID<0.102.0>",
    ]
    assert kv.events[3].startswith("b: ** (CommandError) ")
    assert dict(kv.session.clients) == {"b": kv.session.runtime.pid(102)}


def test_one_client_can_use_another(kv: Typist) -> None:
    kv("as b as c self", "settle")

    assert kv.events == ["b: :ok", "c: #PID<0.102.0>"]


def test_a_host_can_get_the_results_directly(kv: Typist) -> None:
    kv("start manager")

    created, looked = kv.session.run_as("b", "create store s1; registry")

    assert created.ok
    assert looked.view is not None
    assert kv.events == []


def test_a_clients_answer_after_the_line_is_an_event(kv: Typist) -> None:
    kv("start manager", "create store s1", "suspend s1")

    assert kv.session.run_as("b", "put s1 k v") == []
    kv("resume s1")

    assert kv.events == ["b: :ok"]


def test_a_client_can_compare_and_repeat(kv: Typist) -> None:
    kv("start manager", "as b repeat 3 create store s{n}", "as b compare lookup a", "stores")

    assert "3" in kv.events[0]
    assert "ets-cast" in kv.events[1]
    assert kv("stores") == '["s1", "s2", "s3"]'


def test_a_client_is_a_shell_of_its_own(kv: Typist) -> None:
    kv("as b kill shell; self")

    assert kv.events == ["b: ** (EXIT from #PID<0.101.0>) shell process exited with reason: killed"]
    assert kv("self") == "#PID<0.100.0>"


@pytest.mark.parametrize("scheduler", ["controlled", "free"])
def test_a_client_can_kill_the_shell(opened: Callable[..., Typist], scheduler: str) -> None:
    kv = opened("ets", scheduler)
    kv("x = self", "self", "as b kill #PID<0.100.0>")

    assert sorted(kv.events) == [
        "** (EXIT from #PID<0.100.0>) shell process exited with reason: killed",
        "b: true",
    ]
    assert kv.session.counter == 1
    assert kv("self") == "#PID<0.102.0>"
    assert kv.session.bindings == {}


def test_a_cast_of_a_client_has_no_sender_and_its_call_has(kv: Typist) -> None:
    kv("start manager", "create store s1", "suspend s1", "as b put s1 milk 1", "as c state s1")

    assert "#PID<0.105.0>" in kv("mailbox s1")
    assert "KV.Registry" not in kv("info #PID<0.105.0>")
    assert "waits for" in kv("info #PID<0.105.0>")


def test_a_client_works_on_real_threads(opened: Callable[..., Typist]) -> None:
    kv = opened("ets", "free")
    kv("start manager", "suspend manager", "as b create store s1")
    assert kv("lookup s1") == ":error"

    kv("resume manager")

    assert kv.events == ["b: #PID<0.105.0>"]


@pytest.mark.parametrize("line", ["put s1 k v", "get s1 k", "lookup s1", "self"])
def test_a_client_that_repeats_for_ever_ends_with_the_session(
    opened: Callable[..., Typist], line: str
) -> None:
    kv = opened("ets", "free")
    kv("start manager", "create store s1")
    kv.session.run(f"as b repeat 100000000 {line}")
    kv.session.settle(0.05)

    kv.session.close()

    left = [t for t in threading.enumerate() if t.name == "kvshell-scheduler" and t.is_alive()]
    assert left == []


def test_a_client_that_repeats_for_ever_ends_when_it_is_killed(
    opened: Callable[..., Typist],
) -> None:
    kv = opened("ets", "free")
    kv("start manager", "create store s1")
    kv.session.run("as b repeat 100000000 lookup s1")
    kv.session.settle(0.05)

    kv.session.run(f"kill {inspect(kv.session.clients['b'])}")

    assert kv.session.settle(10)
    assert kv.session.runtime.zombies() == []
