"""ets on real threads: readers see a whole write or nothing of it, and no write is lost."""

import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from kvshell.runtime import Runtime, ets, process
from kvshell.terms import A, ArgumentError, Atom, Pid, Term

pytestmark = pytest.mark.parametrize("runtime", ["free"], indirect=True)

READERS = 3
WRITES = 400


@pytest.fixture(autouse=True)
def threads_switch_often() -> Iterator[None]:
    """Let the interpreter switch threads as often as it can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def is_transfer(message: Term) -> bool:
    return bool(message[0] is Atom("ETS-TRANSFER"))


def start(*codes: Callable[[], Term]) -> None:
    """Run each function in a separate process, all at once; they send their results or errors."""
    me = process.self_()

    def run(code: Callable[[], Term]) -> None:
        process.send(me, (A.ready,))
        process.receive(lambda m: m is A.go)
        try:
            answer = code()
        except ArgumentError as error:
            answer = str(error)
        process.send(me, (A.answer, answer))

    pids = [process.spawn(partial(run, code)) for code in codes]
    for _ in pids:
        process.receive(lambda m: m[0] is A.ready)
    for pid in pids:
        process.send(pid, A.go)


def answers(count: int) -> list[Term]:
    """Return the results that `count` processes of `start` have sent."""
    return [process.receive(lambda m: m[0] is A.answer)[1] for _ in range(count)]


@pytest.mark.parametrize("kind", [A.set, A.ordered_set, A.bag, A.duplicate_bag], ids=repr)
def test_a_list_of_rows_is_inserted_at_once(runtime: Runtime, kind: Atom) -> None:
    tab = ets.new(A.t, [kind, A.public])
    keys = [1, (1.0,), "k", A.k]

    def read() -> int:
        torn = 0
        while not ets.member(tab, A.stop):
            counts = [len(ets.lookup(tab, key).items) for key in keys]
            last = [ets.lookup(tab, key).items[-1:] for key in keys]
            values = [rows[0][1] if rows else 0 for rows in last]
            torn += counts != sorted(counts) or values != sorted(values)
        return torn

    start(*[read] * READERS)
    for number in range(1, WRITES):
        ets.insert(tab, [(key, number) for key in keys])
    ets.insert(tab, (A.stop, 1))

    assert answers(READERS) == [0] * READERS


@pytest.mark.parametrize("kind", [A.set, A.ordered_set], ids=repr)
def test_rows_are_deleted_by_pattern_at_once(runtime: Runtime, kind: Atom) -> None:
    tab = ets.new(A.t, [kind])
    ets.insert(tab, (A.round, 0))

    def read() -> int:
        torn = 0
        while not ets.member(tab, A.stop):
            number = ets.lookup_element(tab, A.round, 2)
            inserted = ets.member(tab, (number, 9))
            deleted = not ets.member(tab, (number, 0))
            torn += inserted and deleted and ets.member(tab, (number, 9))
        return torn

    start(*[read] * READERS)
    for number in range(WRITES):
        ets.insert(tab, [((number, place), number) for place in range(10)])
        ets.insert(tab, (A.round, number))
        ets.match_delete(tab, ((number, Atom("_")), number))
    ets.insert(tab, (A.stop, 1))

    assert answers(READERS) == [0] * READERS


def test_no_increment_is_lost(runtime: Runtime) -> None:
    tab = ets.new(A.t, [A.public])

    def count() -> None:
        for _ in range(WRITES):
            ets.update_counter(tab, A.n, 1, (A.n, 0))

    start(*[count] * READERS)
    answers(READERS)

    assert ets.lookup_element(tab, A.n, 2) == READERS * WRITES


def test_no_counted_read_is_lost(runtime: Runtime) -> None:
    tab = ets.new(A.t, [])
    ets.insert(tab, ("k", 1))
    table = runtime.tables.find(tab)
    assert table is not None
    table.count_reads()

    def read() -> None:
        for _ in range(WRITES):
            ets.lookup(tab, "k")
            ets.lookup(tab, "nope")

    start(*[read] * READERS)
    answers(READERS)

    assert (table.hits, table.misses) == (READERS * WRITES, READERS * WRITES)


def test_only_one_of_several_concurrent_insert_new_succeeds(runtime: Runtime) -> None:
    tab = ets.new(A.t, [A.public])

    def insert() -> int:
        return sum(ets.insert_new(tab, (number, 1)) for number in range(WRITES))

    start(*[insert] * READERS)

    assert sum(answers(READERS)) == WRITES


def test_only_one_of_several_concurrent_deletes_succeeds(runtime: Runtime) -> None:
    for _ in range(50):
        tab = ets.new(A.t, [A.public, A.named_table])
        start(*[partial(ets.delete, tab)] * READERS)

        done = answers(READERS)

        assert done.count(True) == 1
    assert len(runtime.tables) == 0


def test_a_name_is_taken_by_one_and_free_after_its_end(runtime: Runtime) -> None:
    def take_turns() -> int:
        taken = 0
        while taken < 50:
            try:
                ets.new(A.turn, [A.named_table])
            except ArgumentError:
                continue
            taken += 1
            ets.delete(A.turn)
        return taken

    start(*[take_turns] * READERS)

    assert answers(READERS) == [50] * READERS
    assert ets.whereis(A.turn) is A.undefined


def test_renaming_and_deleting_leave_no_name_behind(runtime: Runtime) -> None:
    def rename(old: Atom, new: Atom) -> None:
        for _ in range(WRITES):
            try:
                ets.rename(old, new)
            except ArgumentError:
                continue

    def remake() -> None:
        for _ in range(WRITES):
            try:
                ets.new(A.ping, [A.named_table, A.public])
                ets.delete(A.pong)
            except ArgumentError:
                continue

    start(partial(rename, A.ping, A.pong), partial(rename, A.pong, A.ping), remake)
    answers(3)
    runtime.settle(5)

    assert len(runtime.tables) == 0
    assert ets.whereis(A.ping) is A.undefined
    assert ets.whereis(A.pong) is A.undefined


def test_a_killed_process_writes_no_more(runtime: Runtime) -> None:
    me, tab = process.self_(), ets.new(A.t, [A.public])
    go, done = threading.Event(), threading.Event()

    def write() -> None:
        try:
            process.send(me, A.ready)
            go.wait(10)
            ets.insert(tab, (1, 1))
        finally:
            done.set()

    pid = process.spawn(write)
    process.receive(lambda m: m is A.ready)
    process.monitor(pid)
    process.exit(pid, A.kill)
    process.receive(lambda m: m[0] is A.DOWN)
    go.set()

    assert done.wait(10)
    assert ets.info(tab, A.size) == 0


def test_a_table_passed_around_is_never_lost(runtime: Runtime) -> None:
    tab = ets.new(A.t, [])
    me = process.self_()
    ring: list[Pid] = []

    def pass_on() -> None:
        process.receive(lambda m: m is A.go)
        mine = ring.index(process.self_())
        following = ring[mine + 1] if mine + 1 < len(ring) else me
        process.receive(is_transfer)
        ets.insert(tab, (mine, 1))
        ets.give_away(tab, following, A.next)

    ring += [process.spawn(pass_on) for _ in range(READERS)]
    for pid in ring:
        process.send(pid, A.go)
    ets.give_away(tab, ring[0], A.next)
    process.receive(is_transfer)

    assert ets.info(tab, A.owner) is me
    assert len(ets.tab2list(tab)) == READERS
