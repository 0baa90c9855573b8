"""Registry, on both schedulers, as in the recorded sessions."""

from collections.abc import Iterator
from typing import Any

import pytest

from kvshell.otp import agent, gen_server, registry, supervisor, sys
from kvshell.runtime import Runtime, ets, process
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import A, Atom, List, Pid, Term, alias, inspect
from tests.nodes import SCHEDULERS, node, said

R = alias("R")
D = alias("D")
PARTITION = Atom("Elixir.R.PIDPartition0")


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as runtime:
        registry.start_link(A.unique, R)
        registry.start_link(A.duplicate, D)
        yield runtime


def registered(key: Term, value: Term = None) -> Pid:
    """Start a process that registers under `key` and stays alive; return its pid."""
    me = process.self_()

    def life() -> None:
        registry.register(R, key, value)
        process.send(me, A.registered)
        process.receive()

    pid = process.spawn(life)
    process.receive(lambda message: message is A.registered)
    return pid


def test_a_unique_key_has_one_process(rt: Runtime) -> None:
    partition = process.whereis(PARTITION)

    assert registry.register(R, A.a, 1) == (A.ok, partition)
    me = process.self_()
    assert registry.register(R, A.a, 2) == (A.error, (A.already_registered, me))
    assert registry.lookup(R, A.a) == List([(me, 1)])
    assert registry.keys(R, me) == List([A.a])
    assert registry.count(R) == 1
    other = registered(A.b)
    assert registry.register(R, A.b, 2) == (A.error, (A.already_registered, other))
    assert registry.unregister(R, A.a) is A.ok
    assert registry.unregister(R, A.never) is A.ok
    assert registry.lookup(R, A.a) == List()


def test_a_duplicate_key_has_several_processes(rt: Runtime) -> None:
    me = process.self_()
    for key, value in ((A.k, 1), (A.k, 2), (A.j, 3)):
        assert registry.register(D, key, value)[0] is A.ok

    assert registry.lookup(D, A.k) == List([(me, 1), (me, 2)])
    assert registry.keys(D, me) == List([A.j, A.k, A.k])
    assert registry.count(D) == 3
    assert registry.unregister(D, A.k) is A.ok
    assert registry.lookup(D, A.k) == List()
    assert registry.count(D) == 1


def test_dispatch_runs_in_the_caller_if_there_are_entries(rt: Runtime) -> None:
    me = process.self_()
    registry.register(D, A.k, 1)
    seen: list[Any] = []

    assert registry.dispatch(D, A.k, lambda es: seen.append((process.self_(), es))) is A.ok
    assert registry.dispatch(D, A.nobody, seen.append) is A.ok
    assert seen == [(me, List([(me, 1)]))]


def test_registering_links_to_the_partition_and_unregistering_unlinks(rt: Runtime) -> None:
    partition = process.whereis(PARTITION)
    assert partition is not None
    registry.register(R, A.a, None)
    registry.register(R, A.b, None)
    registry.unregister(R, A.a)
    assert partition in links()

    registry.unregister(R, A.b)
    assert partition not in links()


def links() -> tuple[Pid, ...]:
    seen = current().runtime.observe(process.self_())
    assert seen is not None
    return seen.links


def test_item_25_a_partitions_death_kills_registered_processes(rt: Runtime) -> None:
    pid = registered(A.a)
    process.flag(A.trap_exit, True)

    process.exit(process.whereis(PARTITION), A.kill)  # type: ignore[arg-type]
    rt.settle()

    assert not process.alive(pid)
    assert process.whereis(PARTITION) is not None  # restarted by its supervisor
    assert registry.lookup(R, A.a) == List()


def test_item_25_lookup_may_find_the_dead_and_whereis_may_not(rt: Runtime) -> None:
    pid = registered(A.dead, 7)
    sys.suspend(PARTITION)
    process.exit(pid, A.kill)
    assert not process.alive(pid)

    assert registry.lookup(R, A.dead) == List([(pid, 7)])
    assert registry.whereis_name((R, A.dead)) is A.undefined
    assert gen_server.whereis(registry.via(R, A.dead)) is None
    assert (registry.count(R), registry.keys(R, pid)) == (1, List([A.dead]))

    assert registry.register(R, A.dead, 8)[0] is A.ok
    sys.resume(PARTITION)
    rt.settle()
    assert registry.lookup(R, A.dead) == List([(process.self_(), 8)])
    assert registry.keys(R, pid) == List()


def test_a_dead_process_is_removed(rt: Runtime) -> None:
    pid = registered(A.a)
    process.exit(pid, A.boom)
    rt.settle()

    assert (registry.lookup(R, A.a), registry.count(R)) == (List(), 0)


def test_via_names_work_with_a_registry(rt: Runtime) -> None:
    name = registry.via(R, "bucket")
    _ok, pid = agent.start(lambda: 5, name=name)

    assert agent.get(name, lambda state: state) == 5
    assert registry.lookup(R, "bucket") == List([(pid, None)])
    assert agent.start(lambda: 6, name=name) == (A.error, (A.already_started, pid))
    assert agent.start(lambda: 6, name=registry.via(R, "other", A.value))[0] is A.ok
    assert registry.lookup(R, "other").items[0][1] is A.value
    assert gen_server.cast(registry.via(R, "nobody"), A.x) is A.ok
    assert said(lambda: gen_server.call(registry.via(R, "nobody"), A.x)).startswith(
        '** (exit) exited in: GenServer.call({:via, Registry, {R, "nobody"}}, :x, 5000)\n'
        "    ** (EXIT) no process"
    )
    assert agent.stop(name) is A.ok
    rt.settle()
    assert gen_server.whereis(name) is None


def test_every_misuse_has_elixirs_error(rt: Runtime) -> None:
    unknown = "** (ArgumentError) unknown registry: Nope"
    nope = alias("Nope")
    assert said(lambda: registry.lookup(nope, 1)) == unknown
    assert said(lambda: registry.register(nope, 1, 1)) == unknown
    assert said(lambda: gen_server.whereis(registry.via(nope, 1))) == unknown
    assert said(lambda: gen_server.whereis(registry.via(D, 1))) == (
        "** (ArgumentError) :via is not supported for duplicate registries"
    )
    assert said(lambda: registry.start_link(A.nope, R)) == (
        "** (ArgumentError) expected :keys to be given and be one of :unique or :duplicate, "
        "got: :nope"
    )
    assert said(lambda: registry.start_link(A.unique, "x")) == (  # type: ignore[arg-type]
        '** (ArgumentError) expected :name to be an atom, got: "x"'
    )
    assert registry.start_link(A.unique, R) == (A.error, (A.already_started, rt.whereis(R)))


def test_a_registry_consists_of_a_supervisor_and_partitions(rt: Runtime) -> None:
    assert inspect(supervisor.which_children(R)) == (
        f"[{{R.PIDPartition0, {inspect(process.whereis(PARTITION))}, :worker, "
        "[Registry.Partition]}]"
    )
    assert ets.info(R, A.owner) is process.whereis(R)


def test_a_hundred_clients_and_one_key_have_one_winner(rt: Runtime) -> None:
    me = process.self_()

    def client() -> None:
        answer = registry.register(R, A.prize, process.self_())
        process.send(me, (A.answer, process.self_(), answer[0]))
        process.receive()

    pids = [process.spawn(client) for _ in range(100)]
    answers = [process.receive() for _ in pids]

    winners = [pid for _tag, pid, answer in answers if answer is A.ok]
    assert registry.lookup(R, A.prize) == List([(winners[0], winners[0])])
    assert len(winners) == 1
