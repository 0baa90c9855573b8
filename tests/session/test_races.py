"""The chapter's two races and what holds them open; see the oracle's cases 08.*."""

from collections.abc import Callable

from tests.session.test_samples import NO_PROCESS
from tests.session.typist import Typist

TIME_OUT = (
    '** (exit) exited in: GenServer.call(KV.Registry, {:create, "s1"}, 5000)\n'
    "    ** (EXIT) time out"
)


def test_08_1_a_cast_create_waits_in_the_mailbox_of_a_suspended_registry(kv: Typist) -> None:
    kv("start manager ets-cast")

    assert kv.all(
        "suspend manager",
        "create store s1",
        "lookup s1",
        "step manager",
        "lookup s1",
        "resume manager",
    ) == [
        ":ok",
        ":ok",
        ":error",
        'handled {:create, "s1"}, 0 left',
        "{:ok, #PID<0.104.0>}",
        ":ok",
    ]


def test_08_2_two_queued_creates_make_one_bucket(kv: Typist) -> None:
    kv("start manager ets-cast", "suspend manager", "create store s1; create store s1")

    assert kv("step manager 5") == (
        'handled {:create, "s1"}, 1 left\nhandled {:create, "s1"}, 0 left'
    )
    assert kv.all("resume manager", "stores", "lookup s1") == [
        ":ok",
        '["s1"]',
        "{:ok, #PID<0.104.0>}",
    ]


def test_08_3_a_stopped_bucket_is_stale_until_the_registry_reads_its_mail(kv: Typist) -> None:
    kv("start manager", "b = create store s1")

    assert kv.all("suspend manager; stop b", "lookup s1", "get b k")[:2] == [
        ":ok\n:ok",
        "{:ok, #PID<0.104.0>}",
    ]
    assert kv.all("resume manager", "lookup s1") == [":ok", ":error"]


def test_08_4_and_5_the_order_in_the_mailbox_decides(kv: Typist) -> None:
    kv("start manager ets-cast", "create store s1", "{:ok, b} = lookup s1")
    kv("suspend manager; stop b; create store s1; resume manager")
    assert kv("lookup s1") == "{:ok, #PID<0.105.0>}"

    kv("suspend manager; create store s1; stop s1; resume manager")
    assert kv("lookup s1") == ":error"


def test_08_6_a_call_to_a_suspended_registry_times_out_in_virtual_time(kv: Typist) -> None:
    kv("start manager", "suspend manager")

    assert kv("create store s1") == TIME_OUT
    assert kv.hints == ["as b create store s1"]
    assert kv.all("lookup s1", "resume manager", "lookup s1") == [
        ":error",
        ":ok",
        "{:ok, #PID<0.104.0>}",
    ]


def test_08_8_suspending_is_not_counted(kv: Typist) -> None:
    kv("start manager", "suspend manager", "suspend manager", "resume manager")

    assert kv("create store s1") == "#PID<0.104.0>"


def test_08_9_suspending_missing_and_dead_processes_exits(kv: Typist) -> None:
    kv("start manager", "b = create store s1", "stop b")

    assert kv("suspend :nobody") == ("** (exit) exited in: :sys.suspend(:nobody)\n" + NO_PROCESS)
    assert kv("suspend b") == ("** (exit) exited in: :sys.suspend(#PID<0.104.0>)\n" + NO_PROCESS)


def test_step_of_a_process_that_is_not_suspended_says_what_to_type(kv: Typist) -> None:
    kv("start manager")

    assert kv("step manager") == (
        "** (CommandError) KV.Registry is not suspended: type suspend manager first"
    )
    assert kv.all("suspend manager", "step manager") == [":ok", "nothing to handle, 0 left"]


def test_a_message_that_crashes_is_handled_too(kv: Typist) -> None:
    kv("start manager", "suspend manager", "cast manager :boom")

    assert kv("step manager") == "handled :boom, 0 left"
    assert kv.events[0].startswith("GenServer KV.Registry terminating")


def test_the_bogus_barrier_works_here(kv: Typist) -> None:
    kv("start manager", "bucket = create store shopping")

    assert kv("stop bucket; create store bogus; lookup shopping") == (":ok\n#PID<0.105.0>\n:error")


def test_the_bogus_barrier_fails_when_the_call_was_there_first(kv: Typist) -> None:
    kv("start manager", "bucket = create store shopping", "suspend manager")
    kv("as b create store bogus", "stop bucket")

    assert kv("step manager") == 'handled {:create, "bogus"}, 1 left'
    assert kv("lookup shopping") == "{:ok, #PID<0.104.0>}"
    assert kv.events == ["b: #PID<0.106.0>"]


def test_a_bucket_can_be_held_and_stopped_while_it_is(kv: Typist) -> None:
    kv("start manager", "b = create store s1", "suspend b")

    assert kv.all("as c put s1 milk 1", "stop b", "settle")[1:] == [":ok", ":ok"]
    assert kv.events[0].startswith("c: ** (exit) exited in: GenServer.call(#PID<0.104.0>")


def test_in_the_map_lookup_waits_behind_the_create(opened: Callable[..., Typist]) -> None:
    kv = opened("map")
    kv("start manager")

    assert kv("create store a; lookup a") == ":ok\n{:ok, #PID<0.104.0>}"
