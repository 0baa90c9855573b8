"""Matches one pattern against one line and yields the bindings.

Most patterns are *simple*: from left to right, each hole can end at one position only, and one pass
decides. For the others, a first pass from right to left finds the positions from which the rest can
match if names are ignored; a second one, from left to right through these positions only, finds the
bindings in order of preference (`any` as short, words and numbers as long as possible). Without
names that is polynomial; with names every step is counted, and `Budget` ends a hostile search.
"""

import re
from collections.abc import Iterator

from kvshell.transcript.format.document import Hole, Pattern
from kvshell.transcript.match.bindings import DISTINCT, Bindings, Known

STEPS = 300_000
VERTICALS = "│┃║"

_UNIT = r"\d+(?:\.\d+)?\s?(?:ns|us|µs|μs|ms|s|min|m|h)\b"
_CLOCK = r"\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?"
SHAPES = {
    "pid": re.compile(r"#PID<\d+\.\d+\.\d+>"),
    "ref": re.compile(r"#Reference<\d+(?:\.\d+)+>"),
    "num": re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"),
    "dur": re.compile(rf"{_UNIT}(?: {_UNIT})*"),
    "time": re.compile(rf"\d{{4}}-\d\d-\d\d(?:[ T]{_CLOCK})?|{_CLOCK}"),
    "int": re.compile(r"-?\d+"),
    "word": re.compile(r"[\w-]+"),
    "hex": re.compile(r"(?:0[xX])?[0-9a-fA-F]+"),
    "any": re.compile(r".+", re.DOTALL),
}
_CELL = re.compile(f"[^{VERTICALS}]+")
# Kinds whose holes may end before their longest match if the rest of the line needs that.
_ELASTIC = {"int": re.compile(r"\d+"), "word": re.compile(r"[\w-]+")}
_ERROR = re.compile(r"\s*\*\* \(")


class GaveUpError(Exception):
    """The holes of an expectation can be placed in too many ways."""


class Budget:
    """The number of steps left for matching one expectation."""

    __slots__ = ("left",)

    def __init__(self, steps: int = STEPS) -> None:
        self.left = steps

    def spend(self, steps: int = 1) -> None:
        """Subtract `steps`; GaveUpError if none are left."""
        self.left -= steps
        if self.left < 0:
            raise GaveUpError


def is_error(line: str) -> bool:
    """Whether the line begins an error, which only literal text may match."""
    return "** (" in line and _ERROR.match(line) is not None


class LinePattern:
    """A compiled pattern; `bindings` yields the ways in which it matches a line.

    If it is a table line (`cells`), no hole extends beyond its cell.
    """

    __slots__ = ("_simple", "cells", "holes", "literal", "names", "parts")

    def __init__(self, parts: Pattern, *, cells: bool = False) -> None:
        self.parts = parts
        self.cells = cells
        self.holes = sum(1 for part in parts if type(part) is not str)
        self.literal = "".join(map(str, parts)) if not self.holes else None
        self.names = frozenset(part.name for part in parts if type(part) is Hole) - {""}
        self._simple = all(self._ends_in_one_place(i) for i in range(len(parts)))

    def _ends_in_one_place(self, index: int) -> bool:
        part = self.parts[index]
        if isinstance(part, str):
            return True
        if part.kind not in _ELASTIC and part.kind != "any":
            return True
        after = self.parts[index + 1] if index + 1 < len(self.parts) else ""
        if not isinstance(after, str):
            return False
        if part.kind == "any":
            return not after or (self.cells and after[0] in VERTICALS)
        return not after or not _ELASTIC[part.kind].match(after)

    def matches(self, text: str, known: Known | None, budget: Budget) -> bool:
        """Whether the line matches; if `known` is None, names are ignored and only kinds count."""
        return next(self.bindings(text, known, budget), None) is not None

    def bindings(self, text: str, known: Known | None, budget: Budget) -> Iterator[Bindings]:
        """Yield the new bindings of each way to match, best first."""
        if self.literal is not None:
            if self.literal == text:
                yield ()
            return
        found = _ERROR.match(text) if "** (" in text else None
        guard = found.end() if found else 0
        if self._simple:
            bound = self._walk(text, known, guard)
            if bound is not None:
                yield bound
        else:
            yield from self._search(text, known, guard, budget)

    def _walk(self, text: str, known: Known | None, guard: int) -> Bindings | None:
        place = 0
        new: dict[str, tuple[str, str, str]] = {}
        for part in self.parts:
            if isinstance(part, str):
                if not text.startswith(part, place):
                    return None
                place += len(part)
                continue
            if place < guard:
                return None
            fixed = _fixed(part, known, new)
            if fixed is not None:
                if not text.startswith(fixed, place):
                    return None
                place += len(fixed)
                continue
            found = self._shape(part).match(text, place)
            if not found:
                return None
            place = found.end()
            if known is not None and part.name:
                if not _may_bind(part, found.group(), known, new):
                    return None
                new[part.name] = (part.name, part.kind, found.group())
        return tuple(new.values()) if place == len(text) else None

    def _search(
        self, text: str, known: Known | None, guard: int, budget: Budget
    ) -> Iterator[Bindings]:
        able = self._able(text, known, guard, budget)
        if 0 not in able[0]:
            return
        seen: set[tuple[int, int, Bindings]] = set()
        given: set[Bindings] = set()
        stack: list[Iterator[tuple[int, Bindings]]] = [iter([(0, ())])]
        while stack:
            reached = next(stack[-1], None)
            if reached is None:
                stack.pop()
                continue
            budget.spend()
            index = len(stack) - 1
            place, new = reached
            if (index, place, new) in seen:
                continue
            seen.add((index, place, new))
            if index == len(self.parts):
                if new not in given:
                    given.add(new)
                    yield new
                continue
            stack.append(self._steps(index, place, new, text, known, able[index + 1]))

    def _steps(
        self, index: int, place: int, new: Bindings, text: str, known: Known | None, able: set[int]
    ) -> Iterator[tuple[int, Bindings]]:
        part = self.parts[index]
        if isinstance(part, str):
            yield place + len(part), new
            return
        mine = {binding[0]: binding for binding in new}
        fixed = _fixed(part, known, mine)
        if fixed is not None:
            if text.startswith(fixed, place) and place + len(fixed) in able:
                yield place + len(fixed), new
            return
        for end in self._ends(part, text, place):
            if end not in able:
                continue
            if known is None or not part.name:
                yield end, new
            elif _may_bind(part, text[place:end], known, mine):
                yield end, (*new, (part.name, part.kind, text[place:end]))

    def _shape(self, hole: Hole) -> re.Pattern[str]:
        return _CELL if self.cells and hole.kind == "any" else SHAPES[hole.kind]

    def _ends(self, hole: Hole, text: str, place: int) -> "range | list[int]":
        found = self._shape(hole).match(text, place)
        if not found:
            return []
        if hole.kind == "any":
            return range(place + 1, found.end() + 1)
        if hole.kind in _ELASTIC:
            least = place + (2 if text[place] == "-" and hole.kind == "int" else 1)
            return range(found.end(), least - 1, -1)
        return [found.end()]

    def _able(self, text: str, known: Known | None, guard: int, budget: Budget) -> list[set[int]]:
        """Return, for each part, the positions from which the rest can match, ignoring names."""
        after = {len(text)}
        able = [after]
        for part in reversed(self.parts):
            budget.spend(len(after) + 1)
            fixed = part if isinstance(part, str) else _fixed(part, known, {})
            if fixed is not None:
                size = len(fixed)
                low = guard if type(part) is Hole else 0
                after = {
                    end - size
                    for end in after
                    if end - size >= low and text.startswith(fixed, end - size)
                }
            else:
                assert isinstance(part, Hole)
                after = self._starts(part, text, guard, after, budget)
            able.append(after)
        able.reverse()
        return able

    def _starts(
        self, hole: Hole, text: str, guard: int, after: set[int], budget: Budget
    ) -> set[int]:
        budget.spend((len(text) >> 3) + 1)
        if not after:
            return after
        if hole.kind == "any" and not self.cells:
            return set(range(guard, max(after)))
        starts: set[int] = set()
        elastic = _CELL if hole.kind == "any" else _ELASTIC.get(hole.kind)
        if elastic is None:
            found = ((place, SHAPES[hole.kind].match(text, place)) for place in range(len(text)))
            starts.update(place for place, shape in found if shape and shape.end() in after)
        else:
            for run in elastic.finditer(text):
                ends = [end for end in range(run.start() + 1, run.end() + 1) if end in after]
                if ends:
                    starts.update(range(run.start(), ends[-1]))
                    if hole.kind == "int" and run.start() and text[run.start() - 1] == "-":
                        starts.add(run.start() - 1)
        return {place for place in starts if place >= guard}


def _fixed(hole: Hole, known: Known | None, new: "dict[str, tuple[str, str, str]]") -> str | None:
    """Return the text that a hole is already bound to, or None."""
    if known is None or not hole.name:
        return None
    mine = new.get(hole.name)
    return mine[2] if mine is not None else known.get(hole.name)


def _may_bind(hole: Hole, text: str, known: Known, new: "dict[str, tuple[str, str, str]]") -> bool:
    if hole.kind not in DISTINCT or not known.distinct:
        return True
    taken = any(other[2] == text and other[1] == hole.kind for other in new.values())
    return not taken and known.free(hole.name, hole.kind, text)
