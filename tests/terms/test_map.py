"""Map: persistent, keyed by `===`, always in term order."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvshell.terms import A, List, Map, key
from kvshell.terms.map import SMALL
from tests.terms.strategies import scalars, terms


def test_put_and_delete_return_another_map() -> None:
    empty = Map()
    one = empty.put("k", 1)
    two = one.put("k", 2).put("j", 3)

    assert (len(empty), len(one), len(two)) == (0, 1, 2)
    assert one.get("k") == 1
    assert two.get("k") == 2
    assert two.delete("k") == Map({"j": 3})
    assert two.delete("missing") is two
    assert two.pop("k") == (2, Map({"j": 3}))
    assert two.pop("missing", A.none) == (A.none, two)


def test_1_and_1_0_and_true_are_three_keys() -> None:
    numbers = (
        Map().put(1, "int").put(1.0, "float").put(True, "true").put((1,), "a").put((1.0,), "b")
    )

    assert len(numbers) == 5
    assert numbers.get(1) == "int"
    assert numbers.get(1.0) == "float"
    assert numbers.get(True) == "true"
    assert numbers[(1.0,)] == "b"
    assert 1.0 in numbers.delete(1)


def test_a_missing_key_gives_nil_or_the_default() -> None:
    assert Map().get("k") is None
    assert Map().get("k", A.none) is A.none
    with pytest.raises(KeyError):
        Map()["k"]


def test_keys_with_equal_hashes_coexist() -> None:
    pairs: list[tuple[Any, Any]] = [(0, "zero"), ("", "empty"), (-1, "a"), (-2, "b"), (0.0, "f")]
    small = Map(pairs)
    large = Map([*pairs, *((f"k{n}", n) for n in range(SMALL))])

    for name, value in pairs:
        assert small.get(name) == value
        assert large.get(name) == value
        assert large.put(name, 1).get(name) == 1


def test_a_map_iterates_in_term_order_at_any_size() -> None:
    names: list[Any] = [*range(40, 0, -1), 2.5, A.b, A.a, None, (1,), List([1]), List(), "b", "a"]
    large = Map((name, 1) for name in names)

    assert large.keys() == [*range(1, 41), 2.5, A.a, A.b, None, (1,), List(), List([1]), "a", "b"]
    assert list(large) == large.items()
    assert large.values() == [1] * len(names)


def test_python_containers_are_converted_on_the_way_in() -> None:
    assert Map({"k": [1]}).get("k") == List([1])
    assert Map().put("k", {"j": [1]}).get("k") == Map({"j": List([1])})


def test_values_that_are_not_terms_are_refused() -> None:
    with pytest.raises(TypeError, match="map: set is not a term"):
        Map().put("k", {1})
    with pytest.raises(TypeError, match="map key: object is not a term"):
        Map().put(object(), 1)


def test_nesting_of_maps_is_counted_as_they_grow() -> None:
    deep = Map()
    for _ in range(199):
        deep = Map().put("k", deep)

    with pytest.raises(ValueError, match="nested deeper than 200 levels"):
        Map().put("k", deep)
    with pytest.raises(ValueError, match="nested deeper than 200 levels"):
        Map().put(deep, 1)


def test_maps_are_equal_however_they_were_built() -> None:
    large = Map({n: n for n in range(SMALL + 1)})
    back = large.delete(0)

    assert back == Map({n: n for n in range(1, SMALL + 1)})
    assert hash(back) == hash(Map({n: n for n in range(1, SMALL + 1)}))
    assert Map({1: 1}) != Map({1: 1.0})
    assert Map() != {}


@pytest.mark.slow
@given(st.lists(st.tuples(st.sampled_from(["put", "delete"]), scalars, scalars), max_size=80))
def test_a_map_behaves_like_a_dictionary_of_keys(steps: list[tuple[str, Any, Any]]) -> None:
    ours, model = Map(), dict[Any, Any]()

    for step, name, value in steps:
        if step == "put":
            ours, model[key(name)] = ours.put(name, value), value
        else:
            ours = ours.delete(name)
            model.pop(key(name), None)

    assert len(ours) == len(model)
    for form, value in ours.forms():
        assert key(model[form]) == key(value)


@pytest.mark.slow
@given(st.lists(st.tuples(terms, terms), max_size=6))
def test_the_last_pair_with_a_key_wins(pairs: list[tuple[Any, Any]]) -> None:
    grown = Map()
    for name, value in pairs:
        grown = grown.put(name, value)

    assert grown == Map(pairs)
    assert key(grown) == key(Map(grown.items()))


def test_a_map_of_a_map_is_that_map() -> None:
    small, large = Map({"k": 1}), Map({n: n for n in range(SMALL + 1)})

    assert Map(small) == small
    assert Map(large) == large
    assert large[3] == 3
    assert 3 in large
    assert 3.0 not in large
    assert large.delete(3).get(3) is None
