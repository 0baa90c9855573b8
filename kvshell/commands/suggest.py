"""The nearest of some words to a word that is none of them.

Our own edit distance: difflib costs 14 ms to import and a millisecond a miss.
"""

from collections.abc import Iterable


def distance(left: str, right: str, limit: int) -> int:
    """Return how many letters must be added, dropped, changed or swapped; at most `limit + 1`."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and b == left[i - 2]:
                cost = min(cost, earlier[j - 2] + 1)  # strat -> start is one slip
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def nearest(word: str, words: Iterable[str]) -> str | None:
    """Return the word meant by `word`, None when nothing is near; the first of equals wins."""
    wanted = word.lower()[:40]
    limit = 0 if len(wanted) < 2 else 1 if len(wanted) < 5 else 2
    best: str | None = None
    best_cost = float(limit) + 1
    for candidate in words:
        lowered = candidate.lower()
        cost: float = distance(wanted, lowered, limit)
        if cost > limit and len(wanted) >= 3 and lowered.startswith(wanted):
            cost = limit  # a beginning: proc for processes
        if cost and lowered[:1] != wanted[:1]:
            cost += 0.5  # the first letter is seldom wrong
        if cost < best_cost:
            best, best_cost = candidate, cost
    return best
