"""Registry: patterns, partitions, listeners, meta. The BEAM's answers are quoted."""

from collections.abc import Iterator
from typing import Any

import pytest

from kvshell.otp import registry, supervisor
from kvshell.otp.gen import modules
from kvshell.runtime import Runtime, ets, process
from kvshell.terms import A, Atom, List, Term, alias, inspect, sort_key
from tests.nodes import SCHEDULERS, node, said

D, U = alias("D"), alias("U")
ONE, TWO, ANY = Atom("$1"), Atom("$2"), Atom("_")


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as made:
        yield made


@pytest.fixture(params=[1, 3])
def duplicate(rt: Runtime, request: pytest.FixtureRequest) -> Runtime:
    """A registry with duplicate keys, in which the driver has registered k: 1, k: 2 and j: 3."""
    registry.start_link(A.duplicate, D, partitions=request.param)
    for key, value in ((A.k, 1), (A.k, 2), (A.j, 3)):
        registry.register(D, key, value)
    return rt


def of(entries: List) -> list[Term]:
    return [value for _pid, value in entries]


def test_entries_are_selected_by_patterns(duplicate: Runtime) -> None:
    me = process.self_()
    assert registry.values(D, A.k, me) == List([1, 2])
    assert registry.values(D, A.none, me) == List()
    assert of(registry.match(D, A.k, ANY)) == [1, 2]
    assert of(registry.match(D, A.k, ONE, [(Atom(">"), ONE, 1)])) == [2]
    assert registry.count_match(D, A.k, 2) == 1
    spec = [((ONE, ANY, TWO), List(), List([((ONE, TWO),)]))]
    assert sorted(registry.select(D, spec), key=sort_key) == [(A.j, 3), (A.k, 1), (A.k, 2)]
    assert registry.count_select(D, [((ANY, ANY, ANY), List(), List([True]))]) == 3
    assert said(lambda: registry.select(D, [(A.x, List(), List([True]))])) == (
        "** (ArgumentError) invalid match specification in Registry.select/2: [{:x, [], [true]}]"
    )


def test_entries_are_removed_by_pattern(duplicate: Runtime) -> None:
    """iex> Registry.unregister_match(D, :k, 1); Registry.keys(D, self())   # [:k, :j]"""
    me = process.self_()
    assert registry.keys(D, me) == List([A.j, A.k, A.k])
    assert registry.unregister_match(D, A.k, 1) is A.ok
    assert registry.values(D, A.k, me) == List([2])
    assert registry.keys(D, me) == List([A.k, A.j])
    registry.unregister_match(D, A.k, 2)
    assert registry.keys(D, me) == List([A.j])
    assert registry.count(D) == 1


def test_partitions_and_listeners_work(rt: Runtime) -> None:
    process.register(process.self_(), A.ear)
    _ok, sup = registry.start_link(A.unique, U, partitions=3, listeners=[A.ear])
    me = process.self_()
    for key in (A.a, A.b, A.c):
        registry.register(U, key, 1)

    assert [inspect(row[0]) for row in supervisor.which_children(sup)] == [
        "U.PIDPartition2",
        "U.PIDPartition1",
        "U.PIDPartition0",
    ]
    assert sorted(registry.keys(U, me), key=sort_key) == [A.a, A.b, A.c]
    assert process.flush() == [(A.register, U, key, me, 1) for key in (A.a, A.b, A.c)]
    registry.unregister(U, A.b)
    assert process.flush() == [(A.unregister, U, A.b, me)]
    assert registry.whereis_name((U, A.b)) is A.undefined
    assert registry.whereis_name((U, A.c)) is me


def test_dead_processes_are_removed_from_every_partition(rt: Runtime) -> None:
    registry.start_link(A.unique, U, partitions=4)
    pid = process.spawn(
        lambda: [registry.register(U, number, 1) for number in range(10)] and process.receive()
    )
    rt.settle()
    assert registry.count(U) == 10
    process.exit(pid, A.kill)
    rt.settle()
    assert registry.count(U) == 0


def test_only_the_owner_updates_a_value(rt: Runtime) -> None:
    registry.start_link(A.unique, U)
    registry.start_link(A.duplicate, D)
    registry.register(U, A.a, 2)

    assert registry.update_value(U, A.a, lambda value: value + 1) == (3, 2)
    assert of(registry.lookup(U, A.a)) == [3]
    assert registry.update_value(U, A.none, lambda value: value) is A.error
    assert said(lambda: registry.update_value(D, A.a, lambda value: value)) == (
        "** (ArgumentError) Registry.update_value/3 is not supported for duplicate registries"
    )


def test_a_registry_has_metadata(rt: Runtime) -> None:
    registry.start_link(A.unique, U, meta=[(A.a, 1)])

    assert registry.meta(U, A.a) == (A.ok, 1)
    assert registry.meta(U, A.b) is A.error
    assert registry.put_meta(U, A.b, 2) is A.ok
    assert registry.meta(U, A.b) == (A.ok, 2)
    assert registry.delete_meta(U, A.b) is A.ok
    assert registry.meta(U, A.b) is A.error
    assert said(lambda: registry.meta(alias("Nope"), A.a)).startswith(
        "** (ArgumentError) unknown registry: Nope. Either the registry name is invalid"
    )


def test_messages_can_be_sent_through_a_registry(rt: Runtime) -> None:
    registry.start_link(A.unique, U)
    registry.register(U, A.a, 1)

    assert registry.send((U, A.a), A.hi) is A.hi
    assert process.flush() == [A.hi]
    assert said(lambda: registry.send((U, A.zz), A.hi)) == "** (ArgumentError) argument error"


@pytest.mark.parametrize("parallel", [False, True])
def test_dispatch_passes_entries_to_a_function(duplicate: Runtime, parallel: bool) -> None:
    me = process.self_()

    def tell(entries: Any, *more: Term) -> Term:
        return process.send(me, (List(of(entries)), *more))

    modules.define_here("Teller", tell=tell)
    registry.dispatch(D, A.k, tell, parallel=parallel)
    registry.dispatch(D, A.k, (alias("Teller"), A.tell, [A.more]))
    registry.dispatch(D, A.none, tell)

    assert process.flush() == [(List([1, 2]),), (List([1, 2]), A.more)]


def test_a_registry_can_be_a_child(rt: Runtime) -> None:
    spec = registry.child_spec([(A.keys, A.unique), (A.name, U)])
    assert inspect(spec, width=None) == (
        "%{id: U, start: {Registry, :start_link, [[keys: :unique, name: U]]}, type: :supervisor}"
    )
    supervisor.start_link([spec])
    assert registry.count(U) == 0


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "expected :keys to be given and be one of :unique or :duplicate, got: nil"),
        ({"keys": A.unique}, "expected :name option to be present"),
        ({"keys": A.unique, "name": "x"}, 'expected :name to be an atom, got: "x"'),
        (
            {"keys": A.unique, "name": U, "partitions": 0},
            "expected :partitions to be a positive integer, got: 0",
        ),
        (
            {"keys": A.unique, "name": U, "listeners": ["x"]},
            'expected :listeners to be a list of named processes, got: ["x"]',
        ),
        (
            {"keys": A.unique, "name": U, "meta": 5},
            "expected :meta to be a keyword list, got: 5",
        ),
        (
            {"keys": A.unique, "name": U, "compressed": 1},
            "expected :compressed to be a boolean, got: 1",
        ),
    ],
)
def test_invalid_options_are_refused(rt: Runtime, options: dict[str, Any], told: str) -> None:
    assert said(lambda: registry.start_link(**options)) == f"** (ArgumentError) {told}"


def test_keys_are_the_same_only_when_they_match(rt: Runtime) -> None:
    """As for `===`, 1 and 1.0 are two keys."""
    registry.start_link(A.unique, U)
    assert registry.register(U, 1, A.a)[0] is A.ok
    assert registry.register(U, 1.0, A.b)[0] is A.ok
    assert said(lambda: registry.keys(U, process.self_())) == "[1.0, 1]"


def test_parallel_dispatch_sends_no_exit_to_the_caller(duplicate: Runtime) -> None:
    process.flag(A.trap_exit, True)
    registry.dispatch(D, A.k, lambda _entries: None, parallel=True)
    assert process.flush() == []


def test_the_tables_have_the_beams_structure(rt: Runtime) -> None:
    """`:ets.tab2list(R)` is as on the BEAM, with one partition and with two."""
    registry.start_link(A.unique, U)
    ((first, about), (second, more)) = ets.tab2list(U)
    keys, (owner, pids), listeners = more[2:]
    assert (first, about) == (-2, (A.unique, 1, keys))
    assert (second, more[:2], listeners) == (-1, (A.unique, 1), List())
    assert owner is process.whereis(alias("U.PIDPartition0"))
    registry.start_link(A.duplicate, Atom("plain"), partitions=2, listeners=[A.me])
    found = {row[0]: row[1:] for row in ets.tab2list(Atom("plain"))}
    assert found[-2] == ((A.duplicate, 2, None),)
    assert found[-1] == ((A.duplicate, 2, None, None, List([A.me])),)
    assert {ets.info(each, A.name).name for each in ets.all_()} >= {
        "Elixir.U.KeyPartition0", "Elixir.plain.PIDPartition1",
    }  # fmt: skip
    assert (ets.info(pids, A.size), ets.info(found[1][0], A.size)) == (0, 0)
