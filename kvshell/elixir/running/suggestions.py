"""Did you mean: functions with names similar to an undefined one."""

from __future__ import annotations

from typing import Final

LEAST: Final = 0.77
MOST: Final = 5


def similar(name: str, arity: int, known: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return the suggestions: other arities of the name, or similar names."""
    same = [(each, other) for each, other in known if each == name and other != arity]
    if same:
        return sorted(same)
    rated = [(jaro(name, each), each, other) for each, other in known]
    best = sorted((each for each in rated if each[0] > LEAST), key=lambda each: -each[0])[:MOST]
    return sorted((each, other) for _rate, each, other in best)


def told(found: list[tuple[str, int]]) -> str:
    """Return the sentence that lists them; empty if there are none."""
    if not found:
        return ""
    lines = "".join(f"      * {name}/{arity}\n" for name, arity in found)
    return f". Did you mean:\n\n{lines}"


def jaro(one: str, other: str) -> float:
    """Return the Jaro distance of two texts: 1.0 for equal ones."""
    if one == other:
        return 1.0
    if not one or not other:
        return 0.0
    reach = max(len(one), len(other)) // 2 - 1
    taken = [False] * len(other)
    matched: list[str] = []
    for index, letter in enumerate(one):
        for at in range(max(0, index - reach), min(len(other), index + reach + 1)):
            if not taken[at] and other[at] == letter:
                taken[at] = True
                matched.append(letter)
                break
    if not matched:
        return 0.0
    back = [letter for letter, hit in zip(other, taken, strict=True) if hit]
    moved = sum(a != b for a, b in zip(matched, back, strict=True)) / 2
    count = len(matched)
    return (count / len(one) + count / len(other) + (count - moved) / count) / 3
