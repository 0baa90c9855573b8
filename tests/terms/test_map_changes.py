"""The changes that a map remembers after `follow`."""

from kvshell.terms import Map, key
from kvshell.terms.map import REMEMBERED


def many(count: int = 100) -> Map:
    made = Map({f"k{number}": number for number in range(count)})
    made.follow()
    return made


def test_puts_and_deletes_are_recorded_latest_first() -> None:
    before = many()
    after = before.put("new", 1).delete("k5").put("k7", 0).put((1, 2), 3)

    assert after.changes_since(before) == [key((1, 2)), "k7", "k5", "new"]
    assert before.changes_since(before) == []


def test_an_unfollowed_map_records_nothing() -> None:
    before = Map({f"k{number}": number for number in range(100)})

    assert before.put("new", 1).changes_since(before) is None


def test_a_small_map_records_nothing() -> None:
    before = Map({"a": 1})
    before.follow()

    assert before.put("b", 2).changes_since(before) is None


def test_changes_between_two_derived_maps_are_unknown() -> None:
    before = many()
    one, other = before.put("a", 1), before.put("b", 2)

    assert one.changes_since(other) is None
    assert other.changes_since(one) is None


def test_changes_older_than_a_few_hundred_are_unknown() -> None:
    before = many()
    after = middle = before
    for number in range(REMEMBERED + 10):
        after = after.put("k1", number)
        if number == REMEMBERED - 100:
            middle = after

    assert after.changes_since(before) is None
    assert after.changes_since(middle) == ["k1"] * 109
