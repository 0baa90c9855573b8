"""Cases 08.* and 09.7: races held open by `suspend`, and what Process.info returns."""

from collections.abc import Iterator

import pytest

from kvshell.otp import agent, dynamic_supervisor, gen_server, sys
from kvshell.runtime import Runtime, process
from kvshell.systems import DESIGNS, Design
from kvshell.systems.kv import bucket_supervisor
from kvshell.terms import A, List, Pid, Term, alias, inspect
from tests.nodes import SCHEDULERS, node, said

REGISTRY = alias("KV.Registry")


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as runtime:
        DESIGNS["ets-cast"].start()
        yield runtime


@pytest.fixture
def kv(rt: Runtime) -> Design:
    return DESIGNS["ets-cast"]


def registry() -> Pid:
    pid = process.whereis(REGISTRY)
    assert pid is not None
    return pid


def mail() -> str:
    return inspect(process.info(registry(), A.messages), width=None)


def created(rt: Runtime, kv: Design, name: str) -> Pid:
    kv.create(name)
    rt.settle()
    pid = kv.pid(rt, name)
    assert pid is not None
    return pid


def test_08_1_a_create_waits_in_the_mailbox(rt: Runtime, kv: Design) -> None:
    assert sys.suspend(REGISTRY) is A.ok
    assert kv.create("shopping") is A.ok
    assert kv.lookup("shopping") is A.error
    pid = registry()
    assert mail() == '{:messages, ["$gen_cast": {:create, "shopping"}]}'
    assert process.info(pid, A.message_queue_len) == (A.message_queue_len, 1)
    assert process.info(pid, A.status) == (A.status, A.waiting)
    assert inspect(process.info(pid, A.current_function)) == (
        "{:current_function, {:sys, :suspend_loop, 6}}"
    )
    assert sys.resume(REGISTRY) is A.ok
    rt.settle()
    assert kv.lookup("shopping")[0] is A.ok
    assert mail() == "{:messages, []}"


def test_08_2_two_creates_make_one_bucket(rt: Runtime, kv: Design) -> None:
    sys.suspend(REGISTRY)
    kv.create("twice")
    kv.create("twice")
    assert process.info(registry(), A.message_queue_len) == (A.message_queue_len, 2)
    sys.resume(REGISTRY)
    rt.settle()

    assert inspect(dynamic_supervisor.count_children(bucket_supervisor.NAME)) == (
        "%{active: 1, specs: 1, supervisors: 0, workers: 1}"
    )


def test_08_3_a_stopped_bucket_is_stale_until_its_down_is_handled(rt: Runtime, kv: Design) -> None:
    pid = created(rt, kv, "shopping")
    sys.suspend(REGISTRY)
    assert agent.stop(pid) is A.ok
    rt.settle()

    assert kv.lookup("shopping") == (A.ok, pid)
    assert mail().startswith("{:messages, [{:DOWN, #Reference<")
    assert mail().endswith(f":process, {inspect(pid)}, :normal}}]}}")
    assert said(lambda: kv.get(pid, "milk")).startswith(
        f"** (exit) exited in: GenServer.call({inspect(pid)}, "
        "{:get, #Function<1.16313657/1 in KV.Bucket.get/2>}, 5000)\n    ** (EXIT) no process"
    )
    sys.resume(REGISTRY)
    rt.settle()
    assert kv.lookup("shopping") is A.error


@pytest.mark.parametrize("death_first", [True, False])
def test_08_4_and_08_5_the_order_in_the_mailbox_decides(
    rt: Runtime, kv: Design, death_first: bool
) -> None:
    pid = created(rt, kv, "x")
    sys.suspend(REGISTRY)
    if death_first:
        agent.stop(pid)
        rt.settle()
    kv.create("x")
    if not death_first:
        agent.stop(pid)
        rt.settle()
    seen = rt.observe(registry())
    assert seen is not None
    heads = [message[0].name for message in seen.mailbox]
    assert heads == (["DOWN", "$gen_cast"] if death_first else ["$gen_cast", "DOWN"])
    sys.resume(REGISTRY)
    rt.settle()

    now = kv.pid(rt, "x")
    assert (now is None) is not death_first
    assert now is not pid


def test_08_6_a_call_to_a_suspended_server_times_out_and_stays(rt: Runtime, kv: Design) -> None:
    created(rt, kv, "twice")
    sys.suspend(REGISTRY)

    assert said(lambda: gen_server.call(REGISTRY, A.anything, 20)) == (
        "** (exit) exited in: GenServer.call(KV.Registry, :anything, 20)\n    ** (EXIT) time out"
    )
    assert process.info(registry(), A.message_queue_len) == (A.message_queue_len, 1)
    table, refs = sys.get_state(REGISTRY)
    assert (table, [name for _ref, name in refs.items()]) == (REGISTRY, ["twice"])
    assert sys.get_status(REGISTRY)[3].items[1] is A.suspended


def test_08_7_the_stale_call_crashes_the_server_when_it_is_resumed(rt: Runtime, kv: Design) -> None:
    created(rt, kv, "twice")
    sys.suspend(REGISTRY)
    said(lambda: gen_server.call(REGISTRY, A.anything, 5))
    sys.resume(REGISTRY)
    rt.settle()

    (report,) = [event.text for event in rt.drain_events() if event.kind == "crash"]
    assert report.startswith(
        "GenServer KV.Registry terminating\n"
        "** (RuntimeError) attempted to call GenServer KV.Registry but no handle_call/3 clause was "
        "provided\nLast message (from #PID<0.100.0>): :anything\nState: {KV.Registry, %{#Reference<"
    )
    assert kv.lookup("twice") is A.error
    assert kv.names() == List()


def test_08_8_suspend_is_not_counted(rt: Runtime, kv: Design) -> None:
    for _ in range(2):
        assert sys.suspend(REGISTRY) is A.ok
    assert sys.resume(REGISTRY) is A.ok
    created(rt, kv, "one")
    assert sys.resume(REGISTRY) is A.ok


def test_08_9_suspend_of_nobody_and_of_one_that_is_no_server(rt: Runtime) -> None:
    assert said(lambda: sys.suspend(A.nope)).startswith(
        "** (exit) exited in: :sys.suspend(:nope)\n    ** (EXIT) no process"
    )
    plain = process.spawn(lambda: process.sleep(3_600_000))
    for look, name in ((sys.suspend, "suspend"), (sys.get_state, "get_state")):
        assert said(lambda look=look: look(plain, 10)) == (  # type: ignore[misc]
            f"** (exit) exited in: :sys.{name}({inspect(plain)}, 10)\n    ** (EXIT) time out"
        )
    seen = rt.observe(plain)
    assert seen is not None
    assert [(head, request) for head, _from, request in seen.mailbox] == [
        (A.system, A.suspend),
        (A.system, A.get_state),
    ]
    assert inspect(seen.mailbox[0][1]).startswith("{#PID<0.100.0>, [:alias | #Reference<")


KEYS = [
    "registered_name", "current_function", "initial_call", "status", "message_queue_len", "links",
    "dictionary", "trap_exit", "error_handler", "priority", "reductions", "suspending",
]  # fmt: skip


def test_09_7_what_process_info_tells(rt: Runtime, kv: Design) -> None:
    """The keys are in the BEAM's order; group leader, heap, stack and garbage are left out."""
    facts = process.info(registry())
    assert facts is not None
    names = [name.name for name, _value in facts]
    assert names == KEYS
    told: dict[str, Term] = {name.name: value for name, value in facts}
    assert told["registered_name"] is REGISTRY
    assert inspect(told["current_function"]) == "{:gen_server, :loop, 7}"
    assert inspect(told["initial_call"]) == "{:proc_lib, :init_p, 5}"
    assert (told["status"], told["message_queue_len"]) == (A.waiting, 0)
    assert told["links"] == List([process.whereis(alias("KV.Supervisor"))])
    assert inspect(told["dictionary"], width=None) == (
        '["$initial_call": {KV.Registry, :init, 1}, "$ancestors": [KV.Supervisor, #PID<0.100.0>]]'
    )
    assert told["trap_exit"] is False
    pid = created(rt, kv, "l")
    some = process.info(
        registry(), [A.registered_name, A.links, A.monitors, A.monitored_by, A.trap_exit]
    )
    assert inspect(some, width=None) == (
        f"[registered_name: KV.Registry, links: [{inspect(told['links'].items[0])}], "
        f"monitors: [process: {inspect(pid)}], monitored_by: [], trap_exit: false]"
    )
    assert process.info(process.self_(), A.registered_name) == (A.registered_name, List())
    assert said(lambda: process.info(registry(), A.nope)) == (
        "** (ArgumentError) errors were found at the given arguments:\n\n"
        "  * 2nd argument: invalid item or item list"
    )
