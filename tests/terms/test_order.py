"""Erlang's term order."""

from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given

from kvshell.terms import A, Capture, Function, List, Map, Opaque, Pid, Ref, compare, key, sort_key
from tests.terms.strategies import terms

CAPTURE = Capture("KV.Bucket.get/2", 1, 16313657, 1, lambda state: state)

# As Enum.sort orders them in iex; Opaque, which the BEAM does not have, is where ports are.
SORTED: list[Any] = [
    -(10**30),
    -1.5,
    1,
    1.5,
    2,
    A.a,
    A.aa,
    A.b,
    False,
    None,
    True,
    A.z,
    A.é,
    Ref(1),
    Ref(2),
    Function(CAPTURE, (1,)),
    Function(CAPTURE, (2,)),
    Opaque(1),
    Pid(100),
    Pid(101),
    (),
    (1,),
    (1, 2),
    (2, 1),
    (0, 0, 0),
    Map(),
    Map({A.a: 2}),
    Map({A.b: 1}),
    Map({A.a: 1, A.b: 1}),
    List(),
    List([1], 2),
    List([1]),
    List([1, 2]),
    List([2]),
    "",
    "a",
    "ab",
    "b",
    "é",
    b"\xff",
]


def test_oracle_15_22_terms_sort_by_kind_then_by_value() -> None:
    mixed: list[Any] = [A.b, 1, "s", (1,), List([1]), Map(), None]

    ordered = sorted(mixed, key=sort_key)

    assert ordered == [1, A.b, None, (1,), Map(), List([1]), "s"]


def test_every_two_neighbours_are_in_order() -> None:
    shuffled = list(SORTED)
    Random(1).shuffle(shuffled)

    assert [key(each) for each in sorted(shuffled, key=sort_key)] == [key(e) for e in SORTED]
    for left, right in pairwise(SORTED):
        assert compare(left, right) == -1
        assert compare(right, left) == 1


def test_1_and_1_0_compare_equal() -> None:
    assert compare(1, 1.0) == 0
    assert compare((1, "a"), (1.0, "a")) == 0
    assert sort_key(1) == sort_key(1.0)
    assert hash(sort_key(1)) == hash(sort_key(1.0))


def test_the_keys_of_maps_put_integers_first() -> None:
    # iex: %{2 => 1, 1.0 => 2, 3 => 3} prints %{2 => 1, 3 => 3, 1.0 => 2}
    assert Map({2: 1, 1.0: 2, 3: 3}).keys() == [2, 3, 1.0]
    # iex: %{2 => 1} < %{1.0 => 1} is true, %{a: 2} < %{a: 1.0} is false
    assert compare(Map({2: 1}), Map({1.0: 1})) == -1
    assert compare(Map({A.a: 2}), Map({A.a: 1.0})) == 1


def test_pids_sort_by_their_path_where_they_have_one() -> None:
    first, second = Pid(105, (0, 1)), Pid(104, (0, 2))

    assert compare(first, second) == -1


@pytest.mark.slow
@given(terms, terms)
def test_the_order_is_total(left: object, right: object) -> None:
    assert compare(left, right) == -compare(right, left)
    if key(left) == key(right):
        assert compare(left, right) == 0


def test_values_that_are_not_terms_cannot_be_ordered() -> None:
    with pytest.raises(TypeError, match="set is not a term"):
        sort_key({1})


def test_endlessly_nested_values_cannot_be_ordered() -> None:
    deep: Any = 1
    for _ in range(10_000):
        deep = (deep,)

    with pytest.raises(ValueError, match="nested deeper than 200 levels"):
        sort_key(deep)
