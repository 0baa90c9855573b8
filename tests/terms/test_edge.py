"""term(): which values may be sent, and how others are rejected."""

import collections
import enum
from typing import Any

import pytest

from kvshell.terms import A, List, Map, Opaque, Pid, term


def test_a_term_is_returned_unchanged() -> None:
    for value in (1, 1.5, "é", None, True, A.ok, Pid(1), (A.ok, ("x", (1.0,))), List([1]), Map()):
        assert term(value) is value


def test_python_containers_become_terms() -> None:
    assert term([1, [2]]) == List([1, List([2])])
    assert term({"k": {1: [2]}}) == Map({"k": Map({1: List([2])})})
    assert term((A.put, [1])) == (A.put, List([1]))
    assert type(term((A.put, [1]))[1]) is List


def test_bytes_that_are_utf_8_are_a_str() -> None:
    assert term(b"abc") == "abc"
    assert term((b"\xff", "é".encode())) == (b"\xff", "é")


def test_an_opaque_may_hold_any_python_object() -> None:
    inside = {1, 2}

    assert term((A.ok, Opaque(inside)))[1].value is inside


class _Colour(enum.IntEnum):
    RED = 1


_Point = collections.namedtuple("_Point", "x")  # what a user might send


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({1}, "message: set is not a term"),
        ((1, {"k": {2}}), 'message[1]["k"]: set is not a term'),
        ([[], [object()]], "message[1][0]: object is not a term"),
        ({(1, frozenset({2})): 1}, "message key (1, frozenset({2}))[1]: frozenset is not a term"),
        ((print,), "message[0]: builtin_function_or_method is not a term"),
        ((_Colour.RED,), "message[0]: _Colour is not a term"),
        (_Point(1), "message: _Point is not a term"),
        (1 + 2j, "message: complex is not a term"),
    ],
)
def test_values_that_are_not_terms_are_refused_with_their_position(
    value: object, problem: str
) -> None:
    with pytest.raises(TypeError) as refused:
        term(value)

    assert str(refused.value) == problem


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ((1, float("nan")), "message[1]: nan is not a term"),
        (float("inf"), "message: inf is not a term"),
        (("a\ud800",), "message[0]: a str with a lone surrogate is not a term"),
    ],
)
def test_values_impossible_on_the_beam_are_refused(value: object, problem: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011  # the text is compared below
        term(value)

    assert str(refused.value) == problem


def test_the_reported_position_starts_with_the_callers_text() -> None:
    with pytest.raises(TypeError, match=r"^state\[0\]: set is not a term$"):
        term(({1},), "state")


@pytest.mark.parametrize("wrap", [lambda x: (x,), lambda x: [x], lambda x: {"k": x}])
def test_endless_nesting_is_refused_in_one_short_sentence(wrap: Any) -> None:
    deep: Any = 1
    for _ in range(10_000):
        deep = wrap(deep)

    with pytest.raises(ValueError, match="a term is nested deeper than 200 levels") as refused:
        term(deep)

    assert len(str(refused.value)) < 120


def test_nesting_of_200_is_accepted() -> None:
    deep: Any = ()
    for _ in range(199):
        deep = (deep,)

    assert term(deep) is deep
    with pytest.raises(ValueError, match="nested deeper"):
        term((deep,))


def test_a_deep_list_inside_tuples_counts() -> None:
    deep = List()
    for _ in range(198):
        deep = List([deep])

    assert term((deep,)) == (deep,)
    with pytest.raises(ValueError, match="nested deeper"):
        term(((deep,),))
