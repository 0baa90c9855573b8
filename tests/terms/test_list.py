"""List: immutable, possibly improper, never a tuple."""

import pytest

from kvshell.terms import A, List, Map, Ref, inspect
from kvshell.terms.list import cons


def test_a_list_is_not_a_tuple() -> None:
    assert List([1, 2]) == List([1, 2])
    assert List([1, 2]) != (1, 2)
    assert List([A.create, "x"]) != (A.create, "x")
    assert hash(List([1, 2])) == hash(List([1, 2]))
    assert List([1]) != List([1.0])
    assert List([1]) != List([True])


def test_a_tuple_pattern_does_not_match_a_list() -> None:
    match List([A.create, "x"]):
        case (A.create, "x"):
            matched = "tuple"
        case List((A.create, "x")):
            matched = "list"
        case _:
            matched = "nothing"

    assert matched == "list"


def test_an_improper_list_has_a_tail_that_is_not_a_list() -> None:
    ref = Ref(7)
    alias_tag = List.cons(A.alias, ref)

    assert not alias_tag.proper
    assert alias_tag.head is A.alias
    assert alias_tag.tail is ref
    assert inspect(alias_tag) == f"[:alias | {inspect(ref)}]"
    assert alias_tag != List([A.alias, ref])


def test_cons_before_a_list_is_a_proper_list() -> None:
    assert List.cons(1, List([2, 3])) == List([1, 2, 3])
    assert List([1, 2, 3]).tail == List([2, 3])
    assert List.cons(1, List([2], 3)) == List([1, 2], 3)


def test_python_lists_inside_are_converted() -> None:
    nested = List([[1, {"k": [2]}], (3, [4])])

    assert nested == List([List([1, Map({"k": List([2])})]), (3, List([4]))])


def test_a_list_is_read_like_a_sequence() -> None:
    items = List([1, 2, 3])

    assert len(items) == 3
    assert list(items) == [1, 2, 3]
    assert items[0] == 1
    assert items[1:] == List([2, 3])
    assert items + List([4]) == List([1, 2, 3, 4])
    assert 2 in items
    assert 2.0 not in items
    assert not List()
    with pytest.raises(TypeError):
        items + (4,)  # type: ignore[operator]  # noqa: RUF005


def test_the_empty_list_has_no_head_and_no_tail() -> None:
    with pytest.raises(IndexError):
        _ = List().head
    with pytest.raises(IndexError):
        _ = List().tail


def test_nesting_of_lists_is_counted_as_they_grow() -> None:
    deep = List()
    for _ in range(199):
        deep = List([deep])

    assert deep.depth == 200
    with pytest.raises(ValueError, match="nested deeper than 200 levels"):
        List([deep])
    with pytest.raises(ValueError, match="nested deeper than 200 levels"):
        List.cons(1, (deep,))


def test_values_that_are_not_terms_are_refused_with_their_position() -> None:
    with pytest.raises(TypeError, match=r"list\[1\]\[0\]: set is not a term"):
        List([1, ({2},)])


def test_a_list_of_a_list_is_that_list() -> None:
    items = List([1], 2)

    assert List(items) == items
    assert len({List([1]), List([1]), List([1.0])}) == 2
    assert List() == List(())


def test_a_long_list_is_built_and_taken_apart_cell_by_cell() -> None:
    made = List()
    for number in range(50_000):
        made = cons(number, made)
    assert (len(made), made.head, made.tail.head) == (50_000, 49_999, 49_998)
    total, rest = 0, made
    while rest.size:
        total, rest = total + rest.head, rest.tail
    assert total == sum(range(50_000))
    assert made == List(range(49_999, -1, -1))


def test_views_of_a_tuple_share_it() -> None:
    whole = List((1, 2, 3))
    assert (whole.tail, whole.tail.tail.tail) == (List((2, 3)), List())
    assert cons(0, whole.tail).items == (0, 2, 3)
    assert (cons(0, whole.tail) + whole).items == (0, 2, 3, 1, 2, 3)


def test_cells_keep_an_improper_end_and_count_their_depth() -> None:
    improper = cons(1, cons(2, 3))
    assert (improper.items, improper.last, improper.proper) == ((1, 2), 3, False)
    assert improper.tail.tail == 3
    deep: object = 0
    for _ in range(200):
        deep = cons(deep, List())
    with pytest.raises(ValueError, match="nested deeper than 200 levels"):
        cons(deep, List())
