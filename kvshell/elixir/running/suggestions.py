"""`Did you mean`: functions with names similar to that of an undefined one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

LEAST: Final = 0.77
MOST: Final = 5


def similar(name: str, arity: int, known: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return functions to suggest for `name/arity`: its other arities, or else similar names."""
    same = [(each, other) for each, other in known if each == name and other != arity]
    if same:
        return sorted(same)
    rated = [(jaro(name, each), each, other) for each, other in known]
    best = sorted((each for each in rated if each[0] > LEAST), key=lambda each: -each[0])[:MOST]
    return sorted((each, other) for _rate, each, other in best)


def did_you_mean(found: list[tuple[str, int]]) -> str:
    """Return the sentence that lists the suggestions; "" if there are none."""
    if not found:
        return ""
    lines = "".join(f"      * {name}/{arity}\n" for name, arity in found)
    return f". Did you mean:\n\n{lines}"


def jaro(one: Sequence[str], other: Sequence[str]) -> float:
    """Return the Jaro similarity of two strings or lists of graphemes, from 0.0 to 1.0 (equal)."""
    if one == other:
        return 1.0
    if not one or not other:
        return 0.0
    if len(one) > len(other):
        one, other = other, one
    reach = max(len(other) // 2 - 1, 0)
    taken = [False] * len(other)
    pairs = []
    for index, char in enumerate(one):
        for spot in range(max(0, index - reach), min(len(other), index + reach + 1)):
            if not taken[spot] and other[spot] == char:
                taken[spot] = True
                pairs.append(spot)
                break
    if not pairs:
        return 0.0
    matched = len(pairs)
    # A pair that precedes the previous one is transposed.
    transpositions = sum(1 for one_, two in pairwise(pairs) if two < one_)
    return (matched / len(one) + matched / len(other) + (matched - transpositions) / matched) / 3
