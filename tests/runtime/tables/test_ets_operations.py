"""ets as operations: what a watcher sees, what is counted, and which line wrote a row."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kvshell.runtime import Op, Runtime, ets, process
from kvshell.runtime.processes.operation import KINDS
from kvshell.runtime.processes.record import NOTHING
from kvshell.runtime.tables.access import key_in
from kvshell.runtime.tables.table import Table
from kvshell.terms import A, ArgumentError, Atom, List, Term
from tests.nodes import SCHEDULERS, node

ANY = Atom("_")
ONE = Atom("$1")
ALL: Term = List([((ONE, ANY), [], [True])])
ROW: Term = List([(("k", ANY), [], [True])])
ROWS: Term = List([("k", 1), ("l", 2)])


@pytest.fixture
def table(runtime: Runtime) -> Table:
    ets.new(A.t, [A.named_table, A.public])
    ets.insert(A.t, ROWS)
    found = runtime.tables.find(A.t)
    assert found is not None
    return found


@pytest.fixture
def seen(runtime: Runtime, table: Table) -> Iterator[list[Op]]:
    """Collect the Ops announced from here on, and check that no lock is held at that time."""
    ops: list[Op] = []

    def watch(op: Op) -> None:
        assert not op.actor.effect.locked()
        assert not op.actor.lock.locked()
        assert not table.lock.locked()
        ops.append(op)

    runtime.watch = watch
    yield ops
    runtime.watch = None


@pytest.mark.parametrize("runtime", ["controlled"], indirect=True)
@pytest.mark.parametrize(
    ("code", "kind", "term", "key"),
    [
        (lambda: ets.lookup(A.t, "k"), "ets_read", (A.lookup, "k"), "k"),
        (lambda: ets.member(A.t, "k"), "ets_read", (A.member, "k"), "k"),
        (lambda: ets.lookup_element(A.t, "k", 2), "ets_read", (A.lookup_element, "k"), "k"),
        (lambda: ets.match(A.t, ("k", ONE)), "ets_read", (A.match, "k"), "k"),
        (lambda: ets.match(A.t, (ONE, 1)), "ets_scan", (A.match, (ONE, 1)), None),
        (lambda: ets.match_object(A.t, ANY), "ets_scan", (A.match_object, ANY), None),
        (lambda: ets.select(A.t, ROW), "ets_read", (A.select, "k"), "k"),
        (lambda: ets.select(A.t, ALL), "ets_scan", (A.select, ALL), None),
        (lambda: ets.select_count(A.t, ALL), "ets_scan", (A.select_count, ALL), None),
        (lambda: ets.tab2list(A.t), "ets_scan", (A.tab2list, None), None),
        (lambda: ets.first(A.t), "ets_scan", (A.first, None), None),
        (lambda: ets.last(A.t), "ets_scan", (A.last, None), None),
        (lambda: ets.next(A.t, "k"), "ets_scan", (A.next, "k"), None),
        (lambda: ets.prev(A.t, "k"), "ets_scan", (A.prev, "k"), None),
        (lambda: ets.info(A.t), "ets_scan", (A.info, None), None),
        (lambda: ets.whereis(A.t), "ets_scan", (A.whereis, None), None),
        (lambda: ets.insert(A.t, ("k", 2)), "ets_write", (A.insert, ("k", 2)), "k"),
        (lambda: ets.insert(A.t, ROWS), "ets_write_all", (A.insert, ROWS), None),
        (lambda: ets.insert_new(A.t, ("k", 2)), "ets_write", (A.insert_new, ("k", 2)), "k"),
        (lambda: ets.delete(A.t, "k"), "ets_write", (A.delete, "k"), "k"),
        (lambda: ets.delete_object(A.t, ("k", 1)), "ets_write", (A.delete_object, ("k", 1)), "k"),
        (lambda: ets.take(A.t, "k"), "ets_write", (A.take, "k"), "k"),
        (lambda: ets.update_counter(A.t, "k", 1), "ets_write", (A.update_counter, "k"), "k"),
        (lambda: ets.update_element(A.t, "k", (2, 3)), "ets_write", (A.update_element, "k"), "k"),
        (lambda: ets.match_delete(A.t, ("k", ANY)), "ets_write", (A.match_delete, "k"), "k"),
        (lambda: ets.select_delete(A.t, ALL), "ets_write_all", (A.select_delete, ALL), None),
        (
            lambda: ets.delete_all_objects(A.t),
            "ets_write_all",
            (A.delete_all_objects, None),
            None,
        ),
        (lambda: ets.setopts(A.t, List()), "ets_write_all", (A.setopts, List()), None),
        (lambda: ets.rename(A.t, A.u), "ets_rename", (A.rename, A.u), None),
        (lambda: ets.delete(A.t), "ets_delete_table", (A.delete, None), None),
    ],
)
def test_an_operation_is_announced_before_it_takes_effect(
    table: Table, seen: list[Op], code: Callable[[], Term], kind: str, term: Term, key: Term
) -> None:
    code()

    (op,) = seen
    assert op.kind == kind
    assert op.kind in KINDS
    assert op.actor is process.self_().record
    assert op.target is table
    assert op.term == term
    assert key_in(op.target, op) == (NOTHING if key is None else key)


def test_a_new_table_is_announced_with_the_table_to_be(runtime: Runtime, seen: list[Op]) -> None:
    ets.new(A.u, [A.named_table])

    (op,) = seen
    assert (op.kind, op.target.name, op.term) == ("ets_new", A.u, (A.new, A.u))
    assert key_in(op.target, op) is NOTHING


def test_give_away_is_announced_with_the_receiver(runtime: Runtime, seen: list[Op]) -> None:
    pid = process.spawn(process.receive)
    seen.clear()

    ets.give_away(A.t, pid, A.gift)

    assert (seen[0].kind, seen[0].term) == ("ets_give_away", (A.give_away, pid))


def test_an_operation_on_a_missing_table_is_announced_by_name(
    runtime: Runtime, seen: list[Op]
) -> None:
    with pytest.raises(ArgumentError):
        ets.lookup(A.nope, "k")

    (op,) = seen
    assert (op.kind, op.target, op.term) == ("ets_read", A.nope, (A.lookup, "k"))


def test_a_row_that_fits_no_table_has_no_key(runtime: Runtime, seen: list[Op]) -> None:
    ets.new(A.pairs, [A.named_table, (A.keypos, 2)])
    seen.clear()

    with pytest.raises(ArgumentError):
        ets.insert(A.pairs, ("k",))

    assert key_in(seen[0].target, seen[0]) is NOTHING


def test_foldl_is_one_operation_per_row_and_one_for_the_end(
    runtime: Runtime, seen: list[Op]
) -> None:
    assert ets.foldl(lambda row, acc: acc + row[1], 0, A.t) == 3

    assert [op.kind for op in seen] == ["ets_scan"] * 3
    assert [op.term for op in seen] == [(A.foldl, None), (A.foldl, "k"), (A.foldl, "l")]


def test_the_table_is_found_when_the_operation_takes_effect(runtime: Runtime, table: Table) -> None:
    def somebody_deletes_it(_op: Op) -> None:
        runtime.watch = None
        ets.delete(A.t)

    runtime.watch = somebody_deletes_it

    with pytest.raises(ArgumentError, match="does not refer to an existing ETS table"):
        ets.insert(A.t, ("m", 1))


def test_others_may_write_between_two_rows_of_a_foldl(runtime: Runtime, table: Table) -> None:
    def visit(row: Any, acc: list[Any]) -> list[Any]:
        ets.delete(A.t, "k")
        ets.delete(A.t, "l")
        ets.insert(A.t, ("m", 3)) if row[0] == "k" else None
        return [*acc, row[0]]

    assert ets.foldl(visit, [], A.t) == ["k", "m"]


def test_a_table_that_is_deleted_ends_its_foldl(runtime: Runtime, table: Table) -> None:
    def visit(_row: Any, acc: int) -> int:
        ets.delete(A.t)
        ets.new(A.t, [A.named_table])
        return acc

    with pytest.raises(ArgumentError, match="does not refer to an existing ETS table"):
        ets.foldl(visit, 0, A.t)


# -- counters and lines --------------------------------------------------------------------------


def test_reads_are_counted_if_requested(runtime: Runtime, table: Table) -> None:
    ets.lookup(A.t, "k")
    assert table.reads == 0

    table.count_reads()
    ets.lookup(A.t, "k")
    ets.lookup(A.t, "nope")
    ets.lookup(A.t, (1.0,))
    ets.member(A.t, "k")
    ets.member(A.t, "nope")
    ets.lookup_element(A.t, "k", 2)
    table.peek("k")
    ets.tab2list(A.t)
    assert (table.reads, table.hits, table.misses) == (6, 3, 3)

    table.count_reads(False)
    ets.lookup(A.t, "k")
    assert table.reads == 6


def test_a_runtime_counts_the_reads_of_all_its_tables(runtime: Runtime, table: Table) -> None:
    runtime.tables.count_reads()
    ets.new(A.o, [A.named_table, A.ordered_set])

    ets.lookup(A.t, "k")
    ets.lookup(A.o, "k")

    assert [each.info()[-3:] for each in runtime.tables.all()] == [(1, 1, 0), (1, 0, 1)]


def test_a_key_knows_the_line_that_wrote_it_last(runtime: Runtime, table: Table) -> None:
    assert table.line_of("k") is None

    runtime.line = 7
    ets.insert(A.t, ("k", 2))
    assert (table.line_of("k"), table.line_of("l")) == (7, None)

    runtime.line = 8
    ets.update_counter(A.t, "k", 1)
    ets.insert(A.t, [("l", 1), ("m", 1)])
    assert [table.line_of(key) for key in "klm"] == [8, 8, 8]

    runtime.line = None
    ets.insert(A.t, ("l", 2))
    ets.delete(A.t, "m")
    ets.insert(A.t, ("m", 2))
    assert [table.line_of(key) for key in "klm"] == [8, None, None]


def test_a_table_is_seen_from_outside(runtime: Runtime, table: Table) -> None:
    info = table.info()

    assert (info.ref, info.name, info.named, info.kind) == (table.ref, A.t, True, A.set)
    assert info.owner is process.self_().record
    assert (info.size, info.keypos, info.heir, info.protection) == (2, 1, None, A.public)
    assert table.rows() == [("k", 1), ("l", 2)]
    assert table.peek("k") == List([("k", 1)])
    assert table.shown() is A.t


def test_the_memory_of_a_large_table_is_a_guess(runtime: Runtime, table: Table) -> None:
    before = ets.info(A.t, A.memory)

    ets.insert(A.t, [(number, number) for number in range(5_000)])

    assert ets.info(A.t, A.memory) == pytest.approx(before + 5_000 * 7, abs=50)


@pytest.mark.parametrize(
    ("row", "words"),
    [  # what :ets.info(t, :memory) grew by on OTP 25
        ((A.a, 1), 7),
        (("foo", 1), 10),
        ((A.list, [1, 2, 3], {A.a: 1}), 20),
        ((A.float, 1.5), 9),
        ((A.bin, "x" * 200), 13),
        ((A.big, 1 << 80), 10),
        ((1, List([1], 2)), 9),
        ((1, "é"), 10),
        ((True, b"\xff"), 10),
    ],
)
@pytest.mark.parametrize("runtime", ["controlled"], indirect=True)
def test_memory_grows_as_on_the_beam(runtime: Runtime, row: Term, words: int) -> None:
    tab = ets.new(A.m, [])
    assert ets.info(tab, A.memory) == 305

    ets.insert(tab, row)

    assert ets.info(tab, A.memory) == 305 + words


def test_a_deleted_table_cannot_be_renamed_given_away_or_removed(
    runtime: Runtime, table: Table
) -> None:
    heir = process.spawn(process.receive)
    assert runtime.tables.remove(table) is True

    assert runtime.tables.remove(table) is False
    with pytest.raises(KeyError):
        runtime.tables.rename(table, A.u)
    with pytest.raises(KeyError):
        runtime.tables.give(table, heir.record)
    table.heir = (heir.record, 1)
    runtime.tables.owner_died(table, table.owner)
    assert not heir.record.tables


# -- invalid arguments ---------------------------------------------------------------------------


def test_values_that_are_not_terms_are_refused_with_their_position(
    runtime: Runtime, table: Table
) -> None:
    with pytest.raises(TypeError, match=r"row\[1\]: set is not a term"):
        ets.insert(A.t, ("m", {1}))
    with pytest.raises(TypeError, match="key: set is not a term"):
        ets.lookup(A.t, {1})

    assert table.size == 2


def test_python_lists_and_dicts_become_terms(runtime: Runtime, table: Table) -> None:
    ets.insert(A.t, ([1], {"a": [2]}))

    ((key, value),) = ets.lookup(A.t, [1])

    assert key == List([1])
    assert value.get("a") == List([2])


def test_a_default_row_without_a_key_is_refused(runtime: Runtime) -> None:
    tab = ets.new(A.pairs, [(A.keypos, 2)])  # the BEAM crashes here

    with pytest.raises(ArgumentError, match="argument error"):
        ets.update_counter(tab, "k", 1, (1,))


def test_a_row_as_deep_as_a_term_may_be_is_stored(runtime: Runtime, table: Table) -> None:
    deep: Term = 1
    for _ in range(199):
        deep = (deep,)

    ets.insert(A.t, ("deep", deep))

    assert ets.lookup_element(A.t, "deep", 2) == deep


def test_a_thread_that_is_no_process_has_no_tables() -> None:
    for code in (
        lambda: ets.lookup(A.t, 1),
        lambda: ets.member(A.t, 1),
        lambda: ets.lookup_element(A.t, 1, 1),
        lambda: ets.insert(A.t, (1, 2)),
        lambda: ets.new(A.t),
    ):
        with pytest.raises(RuntimeError, match="this thread is not a process"):
            code()


def test_two_runtimes_have_tables_of_their_own() -> None:
    with node(SCHEDULERS[0]):
        ets.new(A.t, [A.named_table])
        with node(SCHEDULERS[0]):
            assert ets.whereis(A.t) is A.undefined
        assert ets.info(A.t, A.size) == 0
