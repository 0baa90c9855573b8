"""The five designs: what they answer and which race each has, on both schedulers."""

from collections.abc import Iterator

import pytest

from kvshell.otp import gen_server, sys
from kvshell.runtime import Runtime, process
from kvshell.systems import DESIGNS, Design, crash
from kvshell.terms import A, List, Map, Pid, inspect
from tests.nodes import SCHEDULERS, node, said

KV = [DESIGNS[name] for name in ("map", "ets-cast", "ets")]
EVERY = [DESIGNS["plain"], *KV, DESIGNS["library"]]


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as runtime:
        yield runtime


def started(design: Design) -> Pid:
    _ok, pid = design.start()
    return pid  # type: ignore[no-any-return]


def made(rt: Runtime, design: Design, name: str) -> Pid:
    design.create(name)
    rt.settle()
    _ok, pid = design.lookup(name)
    return pid  # type: ignore[no-any-return]


@pytest.mark.parametrize("design", EVERY, ids=lambda d: d.name)
def test_starting_twice_returns_already_started(rt: Runtime, design: Design) -> None:
    pid = started(design)

    assert design.start() == (A.error, (A.already_started, pid))
    assert rt.whereis(design.manager) is pid


def test_the_first_processes_have_fixed_numbers(rt: Runtime) -> None:
    assert inspect(started(DESIGNS["ets"])) == "#PID<0.103.0>"
    assert inspect(DESIGNS["ets"].create("a")) == "#PID<0.104.0>"


@pytest.mark.parametrize("design", EVERY, ids=lambda d: d.name)
def test_stores_are_isolated(rt: Runtime, design: Design) -> None:
    """As in iex: case 01.6 of the recorded sessions."""
    started(design)
    one, two = made(rt, design, "s1"), made(rt, design, "s2")
    design.put(one, "k", 1)
    design.put(two, 1, A.int)
    design.put(two, 1.0, A.float)

    assert (design.get(one, "k"), design.get(two, "k")) == (1, None)
    assert (design.get(two, 1), design.get(two, 1.0)) == (A.int, A.float)
    assert inspect(design.keys(two)) == "[1, 1.0]"


@pytest.mark.parametrize("design", EVERY, ids=lambda d: d.name)
def test_delete_answers_as_in_its_tutorial(rt: Runtime, design: Design) -> None:
    started(design)
    pid = made(rt, design, "s1")
    design.put(pid, "k", 1)

    assert design.delete(pid, "k") == (A.ok if design.name == "plain" else 1)
    assert design.get(pid, "k") is None


@pytest.mark.parametrize("design", EVERY, ids=lambda d: d.name)
def test_creating_twice_gives_one_store(rt: Runtime, design: Design) -> None:
    started(design)

    assert made(rt, design, "s1") is made(rt, design, "s1")
    assert [entry.name for entry in design.entries(rt)] == ["s1"]
    assert design.names() == List(["s1"])


def test_the_plain_manager_never_forgets(rt: Runtime) -> None:
    """As in iex: cases 03.1-03.4 of the recorded sessions."""
    design = DESIGNS["plain"]
    started(design)
    pid = made(rt, design, "s1")
    assert gen_server.stop(pid, A.normal) is A.ok

    assert design.create("s1") is pid
    assert design.put(pid, "k", 1) is A.ok
    assert said(lambda: design.get(pid, "k")).startswith(
        '** (exit) exited in: GenServer.call(#PID<0.102.0>, {:get, "k"}, 5000)\n    ** (EXIT) no p'
    )


def test_the_plain_stores_outlive_their_manager(rt: Runtime) -> None:
    """As in iex: case 03.15 of the recorded sessions."""
    design = DESIGNS["plain"]
    started(design)
    pid = made(rt, design, "s1")
    design.stop()

    assert process.alive(pid)
    assert "no process" in said(lambda: design.create("s1"))


@pytest.mark.parametrize("design", KV, ids=lambda d: d.name)
def test_dead_stores_are_forgotten_on_down(rt: Runtime, design: Design) -> None:
    started(design)
    pid = made(rt, design, "s1")
    gen_server.stop(pid, A.shutdown)
    rt.settle()

    assert design.lookup("s1") is A.error
    assert design.pid(rt, "s1") is None


@pytest.mark.parametrize("design", KV, ids=lambda d: d.name)
def test_08_3_a_stale_row_while_the_registry_is_suspended(rt: Runtime, design: Design) -> None:
    started(design)
    pid = made(rt, design, "s1")
    sys.suspend(design.manager)
    gen_server.stop(pid, A.normal)
    rt.settle()
    seen = rt.observe(rt.whereis(design.manager))  # type: ignore[arg-type]

    assert design.pid(rt, "s1") is pid
    assert seen is not None
    assert seen.mailbox[0][0] is A.DOWN
    sys.resume(design.manager)
    rt.settle()
    assert design.pid(rt, "s1") is None


def test_08_5_create_queued_before_the_death_loses_the_name(rt: Runtime) -> None:
    design = DESIGNS["ets-cast"]
    started(design)
    pid = made(rt, design, "x")
    sys.suspend(design.manager)
    design.create("x")
    gen_server.stop(pid, A.normal)
    sys.resume(design.manager)
    rt.settle()

    assert design.lookup("x") is A.error


def test_05_7_killing_the_registry_restarts_all_and_ends_every_bucket(rt: Runtime) -> None:
    design = DESIGNS["map"]
    registry = started(design)
    pid = made(rt, design, "z")
    process.exit(registry, A.kill)
    rt.settle()

    assert not process.alive(pid)
    assert rt.whereis(design.manager) not in (None, registry)
    assert design.lookup("z") is A.error


def test_the_fourth_kill_in_five_seconds_stops_the_whole_system(rt: Runtime) -> None:
    design = DESIGNS["ets"]
    started(design)
    for _ in range(4):
        process.exit(rt.whereis(design.manager), A.kill)  # type: ignore[arg-type]
        rt.settle()

    assert rt.whereis(design.supervisor) is None
    assert rt.processes() == [process.self_()]
    assert "budget" in {event.kind for event in rt.drain_events()}


def test_08_7_an_unknown_call_crashes_the_ets_registry(rt: Runtime) -> None:
    started(DESIGNS["ets-cast"])

    assert said(lambda: gen_server.call(DESIGNS["ets"].manager, A.anything)).endswith(
        "** (RuntimeError) attempted to call GenServer KV.Registry but no handle_call/3 clause "
        "was provided"
    )


def test_crash_behaves_as_in_cases_05_6_and_03_9(rt: Runtime) -> None:
    design = DESIGNS["ets"]
    started(design)
    bucket = made(rt, design, "s1")
    assert said(lambda: crash(rt, bucket)) == (
        "** (exit) exited in: GenServer.call(#PID<0.104.0>, {:get, #Function<5.16313657/1 in "
        "KV.Bucket.crash/1>}, 5000)\n"
        "    ** (EXIT) an exception was raised:\n"
        "        ** (RuntimeError) oops in agent"
    )


def test_stop_ends_everything(rt: Runtime) -> None:
    for design in EVERY:
        started(design)
        made(rt, design, "s1")
        assert design.stop() is A.ok
        rt.settle()
        assert rt.whereis(design.manager) is None
        if design.table_name is not None:
            assert rt.tables.find(design.table_name) is None


def test_controlled_a_cast_and_a_lookup_on_one_line_always_race() -> None:
    """On the BEAM the lookup came first in 1000 of 1000 runs."""
    with node("controlled") as rt:
        design = DESIGNS["ets-cast"]
        started(design)
        design.create("a")
        assert design.lookup("a") is A.error
        rt.settle()
        assert design.lookup("a")[0] is A.ok


def test_controlled_after_a_stop_on_one_line_the_lookup_finds_no_row() -> None:
    with node("controlled") as rt:
        design = DESIGNS["ets"]
        started(design)
        pid = made(rt, design, "a")
        gen_server.stop(pid, A.normal)
        assert design.lookup("a") is A.error


def test_controlled_create_right_after_a_kill_answers_the_dying_pid() -> None:
    """On the BEAM it did so in 971 of 1000 runs."""
    with node("controlled") as rt:
        design = DESIGNS["ets"]
        started(design)
        pid = made(rt, design, "a")
        process.exit(pid, A.kill)
        assert design.create("a") is pid


def test_the_state_of_a_store_is_a_map(rt: Runtime) -> None:
    design = DESIGNS["plain"]
    started(design)
    pid = made(rt, design, "s1")
    design.put(pid, "k", Map({"a": [1]}))

    assert inspect(sys.get_state(pid)) == '%{"k" => %{"a" => [1]}}'


# -- library: Elixir's own Registry keeps the names ------------------------------------------------

LIBRARY = DESIGNS["library"]


def test_a_bucket_registers_itself_and_the_registry_is_not_asked(rt: Runtime) -> None:
    started(LIBRARY)
    sys.suspend(LIBRARY.manager)

    pid = LIBRARY.create("s1")

    assert LIBRARY.lookup("s1") == (A.ok, pid)
    assert rt.observe(rt.whereis(LIBRARY.manager)).mailbox == ()  # type: ignore[union-attr,arg-type]
    sys.resume(LIBRARY.manager)


def test_the_library_design_has_the_second_race_too(rt: Runtime) -> None:
    started(LIBRARY)
    pid = LIBRARY.create("s1")
    assert LIBRARY.cleaner is not None
    sys.suspend(LIBRARY.cleaner)
    gen_server.stop(pid, A.normal)
    rt.settle()

    assert LIBRARY.lookup("s1") == (A.ok, pid)
    assert LIBRARY.pid(rt, "s1") is pid
    anew = LIBRARY.create("s1")  # the name of a dead process is free at once
    assert anew is not pid
    sys.resume(LIBRARY.cleaner)
    rt.settle()
    assert LIBRARY.lookup("s1") == (A.ok, anew)


def test_the_library_forgets_dead_stores(rt: Runtime) -> None:
    started(LIBRARY)
    gen_server.stop(LIBRARY.create("s1"), A.shutdown)
    rt.settle()

    assert LIBRARY.lookup("s1") is A.error
    assert LIBRARY.entries(rt) == []
    assert LIBRARY.names() == List([])


def test_without_a_system_the_library_has_no_names(rt: Runtime) -> None:
    assert LIBRARY.entries(rt) == []
    assert LIBRARY.pid(rt, "s1") is None
    assert "unknown registry: KV.Registry" in said(lambda: LIBRARY.lookup("s1"))
