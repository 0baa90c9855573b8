import pytest

from kvshell.commands.assist.completion import complete
from kvshell.commands.assist.fuzzy import matched
from kvshell.commands.snapshot import Snapshot, StoreRow

STORES = Snapshot(
    design="ets",
    stores=(StoreRow("s1", "#PID<0.104.0>"), StoreRow("shopping", "#PID<0.105.0>")),
)


def offered(text: str) -> list[str]:
    return [each.text for each in complete(text, STORES)]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("gts", "get s1"),
        ("gtshp", "get shopping"),
        ("crst", "create store"),
        ("regy", "registry"),
        ("get sping", "shopping"),
        ("lookup spg", "shopping"),
    ],
)
def test_letters_match_in_order_if_nothing_starts_with_them(typed: str, wanted: str) -> None:
    assert wanted in offered(typed)


def test_exact_prefixes_exclude_fuzzy_matches() -> None:
    assert all(text.startswith("st") for text in offered("st"))


@pytest.mark.parametrize("typed", ["x", "zz", "get q", "rx"])
def test_the_first_letter_must_match(typed: str) -> None:
    assert offered(typed) == []


@pytest.mark.parametrize(
    ("letters", "word", "count"),
    [("gt", "get", 2), ("gts", "get", 2), ("tg", "get", 0), ("", "get", 0), ("g", "", 0)],
)
def test_letters_only_count_in_order(letters: str, word: str, count: int) -> None:
    assert matched(letters, word) == count
