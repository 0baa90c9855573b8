"""ets against a model: a plain list of keys with their rows, searched from the front."""

from functools import cmp_to_key
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from kvshell.runtime import Runtime, ets
from kvshell.runtime.tables.key_order import KeyOrder, rank
from kvshell.terms import A, ArgumentError, Atom, List, Map, Term, compare, equal, sort_key

KEYS = st.sampled_from(
    [1, 1.0, 2, 2.5, True, None, "1", "a", A.a, (1,), (1.0,), List([1]), Map({1: 1}), Map({1.0: 1})]
)
ROWS = st.tuples(KEYS, st.sampled_from([0, 1, 1.0, "v"]))
ANY = Atom("_")


class Model:
    """The rows of one table, grouped by key, the groups in term order."""

    def __init__(self, kind: Atom) -> None:
        self.kind = kind
        self.groups: list[list[Any]] = []

    def same(self, one: Term, other: Term) -> bool:
        return compare(one, other) == 0 if self.kind is A.ordered_set else equal(one, other)

    def group(self, key: Term) -> list[Any]:
        return next((rows for rows in self.groups if self.same(rows[0][0], key)), [])

    def put(self, row: tuple[Term, ...]) -> None:
        rows = self.group(row[0])
        if not rows:
            self.groups.append([row])
            self.groups.sort(key=cmp_to_key(_by_key))
        elif self.kind is A.duplicate_bag:
            rows.append(row)
        elif self.kind is not A.bag:
            rows[:] = [row]
        elif not any(equal(row, each) for each in rows):
            rows.append(row)

    def put_all(self, rows: list[tuple[Term, ...]]) -> None:
        keys: list[Term] = []
        for row in rows:
            if not any(self.same(row[0], key) for key in keys):
                keys.append(row[0])
        for key in keys:
            mine = [row for row in rows if self.same(row[0], key)]
            for row in reversed(mine) if self.kind is A.bag else mine:
                self.put(row)

    def keep(self, wanted: Any) -> None:
        self.groups = [kept for rows in self.groups if (kept := list(filter(wanted, rows)))]

    def rows(self) -> list[Any]:
        return [row for rows in self.groups for row in rows]


def _by_key(one: list[Any], other: list[Any]) -> int:
    """Order two groups by key; of 1 and 1.0, which compare as equal, the integer comes first."""
    left, right = one[0][0], other[0][0]
    exactly = sort_key(left, exact=True), sort_key(right, exact=True)
    return compare(left, right) or (exactly[0] > exactly[1]) - (exactly[0] < exactly[1])


class Machine(RuleBasedStateMachine):
    """Runs every operation on one table and compares the result with the model."""

    kind = A.set

    def __init__(self) -> None:
        super().__init__()
        self.runtime = Runtime("controlled")
        self.runtime.enter()
        self.tab = ets.new(A.t, [self.kind])
        self.model = Model(self.kind)

    def teardown(self) -> None:
        self.runtime.stop()

    @rule(row=ROWS)
    def insert(self, row: tuple[Term, ...]) -> None:
        assert ets.insert(self.tab, row) is True
        self.model.put(row)

    @rule(rows=st.lists(ROWS, max_size=6))
    def insert_list(self, rows: list[tuple[Term, ...]]) -> None:
        assert ets.insert(self.tab, rows) is True
        self.model.put_all(rows)

    @rule(rows=st.lists(ROWS, max_size=3))
    def insert_new(self, rows: list[tuple[Term, ...]]) -> None:
        new = not any(self.model.group(row[0]) for row in rows)
        assert ets.insert_new(self.tab, rows) is new
        if new:
            self.model.put_all(rows)

    @rule(key=KEYS)
    def delete(self, key: Term) -> None:
        assert ets.delete(self.tab, key) is True
        self.model.keep(lambda row: not self.model.same(row[0], key))

    @rule(key=KEYS)
    def take(self, key: Term) -> None:
        assert ets.take(self.tab, key) == List(self.model.group(key))
        self.model.keep(lambda row: not self.model.same(row[0], key))

    @rule(row=ROWS)
    def delete_object(self, row: tuple[Term, ...]) -> None:
        assert ets.delete_object(self.tab, row) is True
        self.model.keep(lambda each: not equal(each, row))

    @rule(value=st.sampled_from([0, 1, 1.0, "v"]))
    def match_delete(self, value: Term) -> None:
        assert ets.match_delete(self.tab, (ANY, value)) is True
        self.model.keep(lambda row: not equal(row[1], value))

    @rule(row=ROWS)
    def select_delete(self, row: tuple[Term, ...]) -> None:
        doomed = [each for each in self.model.rows() if equal(each, row)]
        if isinstance(row[0], Map):  # as a pattern it also matches larger maps
            return
        assert ets.select_delete(self.tab, [(row, [], [True])]) == len(doomed)
        self.model.keep(lambda each: not equal(each, row))

    @rule()
    def delete_all_objects(self) -> None:
        assert ets.delete_all_objects(self.tab) is True
        self.model.groups = []

    @rule(key=KEYS, by=st.integers(-2, 2))
    def update_counter(self, key: Term, by: int) -> None:
        if self.kind not in {A.set, A.ordered_set}:
            return
        rows = self.model.group(key)
        old = rows[0][1] if rows else 0
        if type(old) is not int:
            return
        assert ets.update_counter(self.tab, key, by, (A.new, 0)) == old + by
        self.model.put((rows[0][0] if rows else key, old + by))

    @rule(key=KEYS, value=st.sampled_from([7, "w"]))
    def update_element(self, key: Term, value: Term) -> None:
        if self.kind not in {A.set, A.ordered_set}:
            return
        rows = self.model.group(key)
        assert ets.update_element(self.tab, key, (2, value)) is bool(rows)
        if rows:
            self.model.put((rows[0][0], value))

    @rule(key=KEYS)
    def read(self, key: Term) -> None:
        rows = self.model.group(key)
        assert ets.lookup(self.tab, key) == List(rows)
        assert ets.member(self.tab, key) is bool(rows)
        assert ets.match_object(self.tab, (ANY, ANY)) == List(self.model.rows())

    @rule(key=KEYS)
    def neighbours(self, key: Term) -> None:
        keys = [rows[0][0] for rows in self.model.groups]
        if self.kind is A.ordered_set:
            greater = [each for each in keys if compare(each, key) > 0]
            smaller = [each for each in keys if compare(each, key) < 0]
            assert equal(ets.next(self.tab, key), greater[0] if greater else ets.END)
            assert equal(ets.prev(self.tab, key), smaller[-1] if smaller else ets.END)
        elif self.model.group(key):
            after = keys[1 + [equal(each, key) for each in keys].index(True) :]
            assert equal(ets.next(self.tab, key), after[0] if after else ets.END)
        else:
            with pytest.raises(ArgumentError):
                ets.next(self.tab, key)

    @rule()
    def walk(self) -> None:
        rows = ets.foldl(lambda row, acc: [*acc, row], [], self.tab)
        assert List(rows) == List(self.model.rows())
        keys = [rows[0][0] for rows in self.model.groups]
        last = -1 if self.kind is A.ordered_set else 0
        assert equal(ets.first(self.tab), keys[0] if keys else ets.END)
        assert equal(ets.last(self.tab), keys[last] if keys else ets.END)

    @invariant()
    def the_same_rows_in_the_same_order(self) -> None:
        rows = self.model.rows()
        assert ets.tab2list(self.tab) == List(rows)
        assert ets.info(self.tab, A.size) == len(rows)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [A.set, A.ordered_set, A.bag, A.duplicate_bag], ids=repr)
def test_a_table_does_what_the_model_does(kind: Atom) -> None:
    machine = type("Machine", (Machine,), {"kind": kind})

    run_state_machine_as_test(machine, settings=settings(max_examples=60, stateful_step_count=30))


STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "drop", "step", "clear", "hold"]), st.integers(0, 5)),
    max_size=400,
)


@pytest.mark.slow
@given(STEPS)
def test_a_walk_visits_existing_keys_in_term_order(steps: list[Any]) -> None:
    walk, keys = KeyOrder([]), set[int]()

    for what, key in steps:
        if what == "add":
            walk.add(key)
            keys.add(key)
        elif what == "drop":
            walk.drop(key)
            keys.discard(key)
        elif what == "clear" and key == 0:
            walk.clear()
            keys.clear()
        else:
            place = walk.after(rank(key))  # of a key that may not exist
            following = sorted(each for each in keys if each > key)
            assert (None if place is None else walk.key(place)) == next(iter(following), None)

    visited, place = [], walk.after(None)
    while place is not None:
        visited.append(walk.key(place))
        place = walk.after(place)
    assert visited == sorted(keys)


def test_keys_that_are_equal_but_not_identical_are_separate() -> None:
    walk = KeyOrder([1.0, 1])

    first = walk.after(None)

    assert first is not None
    assert type(walk.key(first)) is int
    second = walk.after(first)
    assert second is not None
    assert type(walk.key(second)) is float
    assert walk.after(second) is None
