"""The edit distance and the nearest word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvshell.commands import COMMANDS, parse
from kvshell.commands.nearest import distance, nearest


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [("", "", 0), ("a", "", 1), ("strat", "start", 1), ("lokup", "lookup", 1), ("ab", "ba", 1),
     ("kitten", "sitting", 3), ("put", "get", 2)],
)  # fmt: skip
def test_the_edit_distance_counts_changes_and_swaps(left: str, right: str, expected: int) -> None:
    assert distance(left, right, 9) == expected


@given(st.text(max_size=12), st.text(max_size=12))
def test_distance_is_symmetric_and_bounded(left: str, right: str) -> None:
    cost = distance(left, right, 20)

    assert cost == distance(right, left, 20)
    assert abs(len(left) - len(right)) <= cost <= max(len(left), len(right))
    assert (cost == 0) == (left == right)
    assert distance(left, right, 2) == cost or cost > 2


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("read s1 milk", "get s1 milk"), ("write s1 milk 1", "put s1 milk 1"),
     ("find s1", "lookup s1"), ("list", "stores"), ("run", "start manager"),
     ("remove s1 milk", "del s1 milk"), ("new store s1", "create store s1"),
     ("new store", "create store NAME")],
)  # fmt: skip
def test_an_everyday_word_means_a_store_rather_than_a_table(typed: str, meant: str) -> None:
    assert parse(typed).parts[0].problems[0].message.endswith(f"did you mean `{meant}`?")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("stopp s1", "stop s1"), ("sto s1", "stop s1"), ("stpo s1", "stop s1"),
     ("stopp s1 :shutdown", "stop s1 :shutdown"), ("stopp", "stop PROCESS"),
     ("stopp registry", "stop manager"), ("stopp node n1", "stop node n1"),
     ("starrt manager", "start manager"), ("starrt maneger", "start manager"),
     ("starrt n1", "start manager"), ("starrt node n1", "start node n1"),
     ("creat s1", "create store s1"), ("creat bucket s1", "create store s1"),
     ("ets inser", "ets insert TABLE ROW"), ("etss inser", "ets insert TABLE ROW")],
)  # fmt: skip
def test_a_typo_in_the_first_word_of_several_commands_means_the_one_that_fits(
    typed: str, meant: str
) -> None:
    assert parse(typed).parts[0].problems[0].message.endswith(f"did you mean `{meant}`?")


def test_without_a_similar_word_there_is_no_suggestion() -> None:
    assert nearest("xyzzy", ["lookup", "put"]) is None
    assert nearest("", ["a"]) is None


def test_a_prefix_counts_as_similar() -> None:
    assert nearest("proc", ["put", "processes"]) == "processes"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.words)
def test_one_typo_in_a_longer_word_is_recognised(command: object) -> None:
    path = command.path  # type: ignore[attr-defined]  # a row
    word = path[0]
    if len(word) < 5:
        return
    slipped = word[0] + word[2] + word[1] + word[3:]
    if slipped == word:
        return

    message = parse(" ".join((slipped, *path[1:]))).parts[0].problems[0].message

    assert "did you mean" in message
    assert word in message
