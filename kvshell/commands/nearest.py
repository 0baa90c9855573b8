"""Finds the words closest to an unknown word.

The edit distance is our own: difflib takes 14 ms to import and a millisecond per lookup.
"""

from collections.abc import Iterable
from typing import Final

LONGEST: Final = 40  # of a longer word only the beginning is compared


def distance(left: str, right: str, limit: int) -> int:
    """Return the edit distance (insert, delete, change or swap letters), at most `limit + 1`."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    # Each letter that only one of them has costs an edit: this rejects nearly all pairs of words.
    if len(set(left).difference(right)) > limit or len(set(right).difference(left)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and b == left[i - 2]:
                cost = min(cost, earlier[j - 2] + 1)  # strat -> start is one typo
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def nearest(word: str, words: Iterable[str]) -> str | None:
    """Return the word closest to `word`, or None if none is close; the first one wins a tie."""
    return next(iter(nearby(word, words, 1)), None)


def nearby(word: str, words: Iterable[str], most: int) -> list[str]:
    """Return up to `most` words that `word` may stand for, closest first; ties keep their order.

    Words that are a full edit further away than the closest one are left out.
    """
    wanted = word.lower()[:LONGEST]
    limit = 0 if len(wanted) < 2 else 1 if len(wanted) < 5 else 2
    found: list[tuple[float, int, str]] = []
    for place, candidate in enumerate(words):
        lowered = candidate.lower()
        cost: float = distance(wanted, lowered, limit)
        if cost > limit and len(wanted) >= 3 and lowered.startswith(wanted):
            cost = limit  # a prefix: proc for processes
        if cost and lowered[:1] != wanted[:1]:
            cost += 0.5  # the first letter is rarely wrong
        if cost < limit + 1:
            found.append((cost, place, candidate))
    found.sort()
    return [candidate for cost, _, candidate in found[:most] if cost < found[0][0] + 1]
