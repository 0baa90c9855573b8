"""A changed line: what was expected and what was printed -> what is expected from now on (U3).

Holes whose kind and binding still fit stay where they are, only the literal text changes. The
two lines are aligned word by word; a hole may take a few words.
"""

import re
from collections.abc import Callable

from kvshell.transcript.document import Hole, Pattern
from kvshell.transcript.lines import SHAPES
from kvshell.transcript.patterns import joined
from kvshell.transcript.scope import DISTINCT, Known

MOST = 40_000  # pairs of words
REACH = 12  # words that one hole may take
_WORD = re.compile(r"#PID<[\d.]+>|#Reference<[\d.]+>|[\w.-]*\w|\s+|.")

Finish = Callable[[str], Pattern]  # literal text -> the same with its pids named


def reword(pattern: Pattern, text: str, known: Known, finish: Finish) -> Pattern:
    """Return the pattern of `text` that keeps what it can of `pattern`."""
    old = _words(pattern)
    new = _WORD.findall(text)
    if not any(isinstance(word, Hole) for word in old) or len(old) * len(new) > MOST:
        return finish(text)
    kept = _kept(old, new, known)
    parts: list[str | Hole] = []
    literal: list[str] = []
    place = 0
    bound: dict[str, str] = {}
    for hole, start, end in kept:
        taken = "".join(new[start:end])
        if bound.setdefault(hole.name or f"at {start}", taken) != taken:
            continue  # the same name for two texts
        literal += new[place:start]
        parts += [*finish("".join(literal)), hole]
        literal = []
        place = end
    parts += finish("".join([*literal, *new[place:]]))
    return joined(parts)


def _words(pattern: Pattern) -> list[str | Hole]:
    words: list[str | Hole] = []
    for part in pattern:
        words += [part] if isinstance(part, Hole) else _WORD.findall(part)
    return words


def _kept(old: list[str | Hole], new: list[str], known: Known) -> list[tuple[Hole, int, int]]:
    """Which holes of `old` stand for which words of `new`, by the best alignment of both."""
    best = [[(0, 0)] * (len(new) + 1) for _ in range(len(old) + 1)]  # score, words taken
    for i in range(len(old) - 1, -1, -1):
        word = old[i]
        for j in range(len(new), -1, -1):
            choice = (best[i + 1][j][0], -1)  # leave the expected word out
            if j < len(new):
                choice = max(choice, (best[i][j + 1][0], 0))
                if isinstance(word, Hole):
                    for size in range(1, min(REACH, len(new) - j) + 1):
                        if _fits(word, "".join(new[j : j + size]), known):
                            score = best[i + 1][j + size][0] + (3 if word.kind != "any" else 1)
                            choice = max(choice, (score, size))
                elif word == new[j]:
                    score = best[i + 1][j + 1][0] + (2 if word.strip() else 1)
                    choice = max(choice, (score, 1))
            best[i][j] = choice
    return _path(old, best, len(new))


def _path(
    old: list[str | Hole], best: list[list[tuple[int, int]]], width: int
) -> list[tuple[Hole, int, int]]:
    kept = []
    i = j = 0
    while i < len(old) and j <= width:
        taken = best[i][j][1]
        word = old[i]
        if taken == -1:
            i += 1
        elif taken == 0:
            j += 1
        else:
            if isinstance(word, Hole):
                kept.append((word, j, j + taken))
            i, j = i + 1, j + taken
    return kept


def _fits(hole: Hole, text: str, known: Known) -> bool:
    bound = known.get(hole.name) if hole.name else None
    if bound is not None:
        return bound == text
    if not SHAPES[hole.kind].fullmatch(text) or "** (" in text:
        return False
    return hole.kind not in DISTINCT or not hole.name or known.free(hole.name, hole.kind, text)
