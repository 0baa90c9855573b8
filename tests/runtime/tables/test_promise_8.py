"""Promise 8 of the runtime: table operations are atomic, reads lock-free, protection enforced."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kvshell.runtime import Runtime, ets, process
from kvshell.terms import A, ArgumentError, Atom, List, Pid, Term
from tests.nodes import SCHEDULERS, node

both = pytest.mark.parametrize("scheduler", SCHEDULERS)
few = settings(max_examples=20)
KINDS = st.sampled_from([A.set, A.ordered_set, A.bag, A.duplicate_bag])
NO_RIGHT = "insufficient access rights"


def together(rt: Runtime, *works: Callable[[], Any]) -> None:
    """Run each function in a separate process and wait for all of them."""
    for work in works:
        process.spawn_monitor(work)
    for _ in works:
        assert process.receive()[4] is A.normal
    rt.settle()
    assert rt.drain_events() == []


@both
@few
@given(counts=st.lists(st.integers(0, 30), min_size=1, max_size=4))
def test_promise_8_no_count_is_lost(scheduler: str, counts: list[int]) -> None:
    with node(scheduler) as rt:
        table = ets.new(A.t, [A.public])
        ets.insert(table, (A.hits, 0))

        def count(times: int) -> None:
            for _ in range(times):
                ets.update_counter(table, A.hits, 1)

        together(rt, *(lambda n=n: count(n) for n in counts))

        assert ets.lookup_element(table, A.hits, 2) == sum(counts)


@both
@few
@given(kind=KINDS, clients=st.integers(2, 5))
def test_promise_8_one_client_wins_each_insert_new_and_each_take(
    scheduler: str, kind: Atom, clients: int
) -> None:
    with node(scheduler) as rt:
        table = ets.new(A.t, [A.public, kind])
        won: list[tuple[int, int]] = []
        taken: list[Term] = []

        def claim(client: int) -> None:
            for key in range(10):
                if ets.insert_new(table, [(key, client), (key + 100, client)]):
                    won.append((key, client))

        def take() -> None:
            for key in range(10):
                taken.extend(ets.take(table, key))

        together(rt, *(lambda c=c: claim(c) for c in range(clients)))
        assert sorted(key for key, _client in won) == list(range(10))
        # All or nothing: both rows are always written by the same client.
        for key, client in won:
            assert ets.lookup(table, key + 100) == List([(key + 100, client)])
        together(rt, *[take] * clients)

        assert sorted(taken) == sorted((key, client) for key, client in won)
        assert ets.info(table, A.size) == 10


@few
@given(kind=KINDS)
def test_promise_8_a_reader_sees_all_rows_of_an_insert_or_none(kind: Atom) -> None:
    """Both elements of a row are written together, so no reader on any thread sees only one."""
    with node("free") as rt:
        table = ets.new(A.t, [A.public, A.set])
        torn: list[Term] = []

        def write() -> None:
            for number in range(100):
                ets.insert(table, (A.pair, number, number))

        def read() -> None:
            for _ in range(100):
                for _key, one, other in ets.lookup(table, A.pair):
                    if one != other:
                        torn.append((one, other))

        together(rt, write, read, read)

        assert torn == []


def test_promise_8_a_lookup_takes_no_lock() -> None:
    """A writer stopped in the middle of an operation does not block a reader."""
    with node("free") as rt:
        table = ets.new(A.t, [A.public])
        ets.insert(table, (A.k, 1))
        record = rt.tables.find(table)
        assert record is not None
        read = []

        with record.lock:
            read += [
                ets.lookup(table, A.k),
                ets.member(table, A.k),
                ets.lookup_element(table, A.k, 2),
            ]

        assert read == [List([(A.k, 1)]), True, 1]


def test_promise_8_a_traversal_is_one_operation_per_row() -> None:
    """A search may let another process run between any two of them."""
    with node("controlled") as rt:
        table = ets.new(A.t, [A.ordered_set])
        ets.insert(table, [(n, n) for n in range(5)])
        seen: list[str] = []
        rt.watch = lambda op: seen.append(op.kind)
        total = ets.foldl(lambda row, acc: acc + row[1], 0, table)
        rt.watch = None

        assert total == 10
        assert len(seen) >= 5
        assert set(seen) <= {"ets_read", "ets_scan"}


def test_promise_8_a_traversal_continues_while_others_write() -> None:
    """Rows deleted in the meantime are skipped, and none is visited twice."""
    for kind in (A.set, A.ordered_set, A.bag):
        with node("free") as rt:
            table = ets.new(A.t, [A.public, kind])
            ets.insert(table, [(n, n) for n in range(200)])
            seen: list[int] = []
            started = threading.Event()

            def walk() -> None:
                def visit(row: Term, acc: int) -> int:
                    started.set()  # noqa: B023  # ends within the round
                    seen.append(row[0])  # noqa: B023
                    return acc

                ets.foldl(visit, 0, table)  # noqa: B023

            def write() -> None:
                started.wait()  # noqa: B023
                for number in range(0, 200, 2):
                    ets.delete(table, number)  # noqa: B023
                    ets.insert(table, (1000 + number, 0))  # noqa: B023

            together(rt, walk, write)

            assert len(seen) == len(set(seen))
            assert set(range(1, 200, 2)) <= set(seen)


OPERATIONS: dict[str, tuple[bool, Callable[[Term, Pid], Any]]] = {
    "lookup": (False, lambda t, _p: ets.lookup(t, A.k)),
    "lookup_element": (False, lambda t, _p: ets.lookup_element(t, A.k, 2)),
    "member": (False, lambda t, _p: ets.member(t, A.k)),
    "tab2list": (False, lambda t, _p: ets.tab2list(t)),
    "first": (False, lambda t, _p: ets.first(t)),
    "next": (False, lambda t, _p: ets.next(t, A.k)),
    "match": (False, lambda t, _p: ets.match(t, (A.k, A._))),
    "foldl": (False, lambda t, _p: ets.foldl(lambda _row, acc: acc, 0, t)),
    "insert": (True, lambda t, _p: ets.insert(t, (A.k, 1))),
    "insert_new": (True, lambda t, _p: ets.insert_new(t, (A.k, 1))),
    "delete key": (True, lambda t, _p: ets.delete(t, A.none)),
    "delete_object": (True, lambda t, _p: ets.delete_object(t, (A.none, 1))),
    "take": (True, lambda t, _p: ets.take(t, A.none)),
    "update_counter": (True, lambda t, _p: ets.update_counter(t, A.k, 0)),
    "update_element": (True, lambda t, _p: ets.update_element(t, A.k, (2, 1))),
    "select_delete": (True, lambda t, _p: ets.match_delete(t, (A.none, A._))),
}


@both
@pytest.mark.parametrize("protection", [A.public, A.protected, A.private])
@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_promise_8_protection_is_enforced(scheduler: str, protection: Atom, name: str) -> None:
    writes, operation = OPERATIONS[name]
    with node(scheduler) as rt:
        me = process.self_()
        table = ets.new(A.t, [protection])
        ets.insert(table, (A.k, 1))
        refused: list[str] = []

        def stranger() -> None:
            try:
                operation(table, me)
            except ArgumentError as error:
                refused.append(str(error))

        operation(table, me)
        together(rt, stranger)

        allowed = protection is A.public or (protection is A.protected and not writes)
        assert [NO_RIGHT in text for text in refused] == ([] if allowed else [True])


@both
def test_promise_8_only_the_owner_gives_away_and_info_is_for_all(scheduler: str) -> None:
    with node(scheduler) as rt:
        me = process.self_()
        table = ets.new(A.t, [A.private])
        refused: list[str] = []

        def stranger() -> None:
            assert ets.info(table, A.size) == 0
            try:
                ets.give_away(table, me, A.gift)
            except ArgumentError as error:
                refused.append(str(error))

        together(rt, stranger)

        assert len(refused) == 1
        assert NO_RIGHT in refused[0]
