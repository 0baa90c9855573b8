"""key(): hashes and compares terms as `===` does."""

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given

from kvshell.terms import A, Function, List, Map, Opaque, Pid, Ref, alias, equal, key, unkey
from kvshell.terms.values import Capture
from tests.terms.strategies import terms

PLAIN = [1, "a", A.a, None, Pid(100), Ref(1), Opaque([]), b"\xff", 10**30]
DISTINCT: list[Any] = [
    *PLAIN,
    1.0,
    True,
    False,
    0,
    "",
    0.5,
    alias("A"),
    (1,),
    (1.0,),
    (True,),
    ((1,),),
    ((1.0,),),
    (),
    List(),
    List([1]),
    List([1.0]),
    List([True]),
    List([1], 1),
    List([(A.a, 1)]),
    Map(),
    Map({1: 1}),
    Map({1.0: 1}),
    Map({1: 1.0}),
    Map({1: True}),
    (Map(),),
    (List(),),
    List([List()]),
    List([Map()]),
    Map({"k": List()}),
    Map({"k": ()}),
]


@pytest.mark.parametrize("value", PLAIN)
def test_a_plain_term_is_its_own_key(value: object) -> None:
    assert key(value) is value
    assert key((value, "x")) == (value, "x")


def test_every_two_of_these_terms_are_different_keys() -> None:
    for left, right in combinations(DISTINCT, 2):
        assert key(left) != key(right)
        assert not equal(left, right)

    assert len({key(value) for value in DISTINCT}) == len(DISTINCT)


def test_oracle_04_13_a_set_keeps_1_and_1_0_apart() -> None:
    table = {key(1): "int", key(1.0): "float", key(True): "true"}

    assert table[key(1)] == "int"
    assert table[key(1.0)] == "float"
    assert table[key(True)] == "true"


def test_zero_and_minus_zero_are_one_key_as_on_otp_25() -> None:
    assert key(0.0) == key(-0.0)


def test_values_that_are_not_terms_have_no_key() -> None:
    with pytest.raises(TypeError, match="set is not a term"):
        key({1})
    with pytest.raises(TypeError, match="list is not a term"):
        key((1, [2]))


def test_an_endlessly_nested_key_is_a_clear_error() -> None:
    deep: Any = 1
    for _ in range(10_000):
        deep = (deep,)

    with pytest.raises(ValueError, match="nested deeper than 200 levels"):
        key(deep)


def test_functions_are_keys_by_identity() -> None:
    capture = Capture("KV.Bucket.get/2", 1, 16313657, 1, lambda state: state)
    one, other = Function(capture), Function(capture)

    assert key(one) is one
    assert not equal(one, other)


@pytest.mark.slow
@given(terms)
def test_unkey_is_the_inverse_of_key(value: object) -> None:
    again = unkey(key(value))

    assert key(again) == key(value)
    assert hash(key(again)) == hash(key(value))
    assert type(again) is type(value)
