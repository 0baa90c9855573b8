"""Matches the expected output of a command against its printed output.

Without gaps, the n-th line matches the n-th. With gaps, the first pass computes, from the last line
to the first, where the rest can match if new names are ignored: one integer per expected line, one
bit per printed line. Only these positions are then tried with names, shortest gaps first. A failed
state is never retried, and every step counts against a budget, so no document can make matching
slow.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kvshell.transcript.format.document import EventLine, Expected, Gap, Out
from kvshell.transcript.match.bindings import Bindings, Known, Scope
from kvshell.transcript.match.line_match import Budget, LinePattern, is_error
from kvshell.transcript.match.table_cells import (
    Mode,
    modes,
    one_form,
    one_form_pattern,
    trimmed_pattern,
)

Pairs = tuple[int, ...]  # for each expected line the index of its printed line; -1 for a gap


class OutputMatch(NamedTuple):
    """A match: the names it binds, with the source line of each, and the pairing of lines."""

    bindings: tuple[tuple[str, str, str, int], ...]  # name, kind, text, line
    pairs: Pairs


class Printed:
    """The printed lines, also available in the form that each mode compares."""

    __slots__ = ("_bits", "_errors", "_forms", "lines")

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self._forms: dict[Mode, Sequence[str]] = {Mode.exact: lines}
        self._bits: dict[tuple[Mode, str], int] = {}
        self._errors: int | None = None

    def form(self, mode: Mode) -> Sequence[str]:
        """Return all lines in the form that `mode` compares."""
        forms = self._forms.get(mode)
        if forms is None:
            change = one_form if mode is Mode.cells else str.strip
            forms = self._forms[mode] = [change(line) for line in self.lines]
        return forms

    def errors(self) -> int:
        """Return an integer whose set bits are the indices of lines that begin an error."""
        if self._errors is None:
            self._errors = bits([is_error(line) for line in self.lines])
        return self._errors

    def equal_to(self, text: str, mode: Mode) -> int:
        """Return an integer whose set bits are the indices of lines that equal `text`."""
        found = self._bits.get((mode, text))
        if found is None:
            found = bits([line == text for line in self.form(mode)])
            self._bits[mode, text] = found
        return found


def bits(flags: Sequence[bool]) -> int:
    """Return the integer whose bit n is `flags[n]`."""
    return int("".join("1" if flag else "0" for flag in reversed(flags)) or "0", 2)


class Expectation:
    """The expected lines of an entry, compiled."""

    def __init__(self, out: Sequence[Expected], *, flex: bool = False) -> None:
        kept = list(out)
        while kept and isinstance(last := kept[-1], Out) and not last.pattern:
            kept.pop()
        self.out = tuple(kept)
        self.modes = modes(kept, flex=flex)
        self.lines = [_compiled(item, mode) for item, mode in zip(kept, self.modes, strict=True)]
        self.has_gap = any(line is None for line in self.lines)

    def match(self, printed: Printed, scope: Scope | None, budget: Budget) -> OutputMatch | None:
        """Return the first match in order of preference, or None.

        Without a scope, names are ignored, and only the kinds of holes count. Raises GaveUpError if
        the budget is exhausted.
        """
        if not self.has_gap and len(self.lines) != len(printed.lines):
            return None
        able = self._able(printed, scope, budget) if self.has_gap else None
        if able is not None and not able[0] & 1:
            return None
        seen: set[tuple[int, int, Bindings]] = set()
        path: list[tuple[int, Bindings]] = [(0, ())]
        stack = [self._steps(0, 0, (), printed, scope, able, budget)]
        while stack:
            if len(stack) > len(self.lines):
                if path[-1][0] == len(printed.lines):
                    return self._found(path)
                stack.pop()
                path.pop()
                continue
            step = next(stack[-1], None)
            if step is None:
                stack.pop()
                path.pop()
                continue
            place, new = step
            index = len(stack)
            if self.has_gap or self._branches(index - 1):
                budget.spend()
                if (index, place, new) in seen:
                    continue
                seen.add((index, place, new))
            path.append(step)
            stack.append(self._steps(index, place, new, printed, scope, able, budget))
        return None

    def _branches(self, index: int) -> bool:
        line = self.lines[index]
        return line is None or line.literal is None

    def _steps(
        self,
        index: int,
        place: int,
        new: Bindings,
        printed: Printed,
        scope: Scope | None,
        able: list[int] | None,
        budget: Budget,
    ) -> Iterator[tuple[int, Bindings]]:
        """Yield where expected line `index` can end if it begins at printed line `place`.

        Each position comes with the bindings up to there.
        """
        if index == len(self.lines):
            return
        line = self.lines[index]
        if line is None:
            assert able is not None
            errors = printed.errors()
            while True:
                if able[index + 1] >> place & 1:
                    yield place, new
                if place >= len(printed.lines) or errors >> place & 1:
                    return
                place += 1
                budget.spend()
        if place < len(printed.lines) and (able is None or able[index + 1] >> (place + 1) & 1):
            text = printed.form(self.modes[index])[place]
            if line.literal is not None:
                if line.literal == text:
                    yield place + 1, new
                return
            budget.spend(len(new) // 16)
            known = None if scope is None else Known(scope, new)
            for more in line.bindings(text, known, budget):
                yield place + 1, (new + more if more else new)

    def _able(self, printed: Printed, scope: Scope | None, budget: Budget) -> list[int]:
        """Return the printed lines from which the rest can match, for each expected line.

        Each set of lines is an integer with one bit per line.
        """
        size = len(printed.lines)
        after = 1 << size
        able = [after]
        known = None if scope is None else Known(scope)
        for line, mode in zip(reversed(self.lines), reversed(self.modes), strict=True):
            if line is None:
                after = _smeared(after, ((1 << size) - 1) & ~printed.errors(), size)
            else:
                after >>= 1
                if line.literal is not None:
                    after &= printed.equal_to(line.literal, mode) if after else 0
                else:
                    after = self._testing(line, printed.form(mode), after, known, budget)
            able.append(after)
        able.reverse()
        return able

    def _testing(
        self,
        line: LinePattern,
        forms: Sequence[str],
        places: int,
        known: Known | None,
        budget: Budget,
    ) -> int:
        """Return those of the positions `places` at which `line` matches on its own, as bits."""
        flags = [False] * len(forms)
        place = 0
        while places:
            step = (places & -places).bit_length() - 1
            place += step
            places >>= step + 1
            budget.spend()
            flags[place] = line.matches(forms[place], known, budget)
            place += 1
        return bits(flags)

    def _found(self, path: list[tuple[int, Bindings]]) -> OutputMatch:
        bound: list[tuple[str, str, str, int]] = []
        pairs = []
        for index, item in enumerate(self.out):
            before, after = path[index], path[index + 1]
            pairs.append(-1 if isinstance(item, Gap) else before[0])
            bound += [(*binding, item.line) for binding in after[1][len(before[1]) :]]
        return OutputMatch(tuple(bound), tuple(pairs))


def _compiled(item: Expected, mode: Mode) -> LinePattern | None:
    if isinstance(item, Gap):
        return None
    if mode is Mode.cells:
        return LinePattern(one_form_pattern(item.pattern), cells=True)
    return LinePattern(trimmed_pattern(item.pattern) if mode is Mode.trimmed else item.pattern)


def _smeared(places: int, passable: int, size: int) -> int:
    """Return the positions from which a position in `places` is reached over passable lines only.

    Sets of positions are integers with one bit per position.
    """
    shift = 1
    while shift <= size:
        places |= passable & (places >> shift)
        passable &= passable >> shift
        shift <<= 1
    return places


class EventMatch(NamedTuple):
    """The result of matching events.

    Attributes:
        missing: the `~` lines without an event.
        extra: the events without a line.
        bindings: the names bound, each with its kind, its text and its line.
    """

    missing: tuple[EventLine, ...]
    extra: tuple[str, ...]
    bindings: tuple[tuple[str, str, str, int], ...]  # name, kind, text, line


def match_events(
    expected: Sequence[EventLine], events: Sequence[str], scope: Scope, *, subset: bool
) -> EventMatch:
    """Pair each `~` line with a different event, or as many as a limited search can pair."""
    lines = [LinePattern(each.pattern) for each in expected]
    budget = Budget()
    order = _rarest_first(lines, events, scope, budget)
    best: list[tuple[int, Bindings]] = []
    found = list(_pair(order, lines, events, scope, budget, best))
    for index in order[len(found) :]:
        step = next(_candidates(lines[index], events, found, scope, budget), None)
        if step is None:
            order = [other for other in order if other != index]
        else:
            found.append(step)
    taken = set(order)
    used = {step[0] for step in found}
    missing = tuple(each for i, each in enumerate(expected) if i not in taken)
    extra = () if subset else tuple(text for i, text in enumerate(events) if i not in used)
    bound: list[tuple[str, str, str, int]] = []
    before = 0
    for index, (_, new) in zip(order, found, strict=False):
        bound += [(*binding, expected[index].line) for binding in new[before:]]
        before = len(new)
    return EventMatch(missing, extra, tuple(bound))


def _rarest_first(
    lines: Sequence[LinePattern], events: Sequence[str], scope: Scope, budget: Budget
) -> list[int]:
    """Return the indices of the lines that match an event, those that match fewest events first."""
    known = Known(scope)
    fits = [sum(line.matches(text, known, budget) for text in events) for line in lines]
    return sorted((i for i, count in enumerate(fits) if count), key=lambda index: fits[index])


def _pair(
    order: Sequence[int],
    lines: Sequence[LinePattern],
    events: Sequence[str],
    scope: Scope,
    budget: Budget,
    best: list[tuple[int, Bindings]],
) -> list[tuple[int, Bindings]]:
    """Search, with backtracking, a different event for each line in `order`.

    If not all can be paired, return the longest prefix of `order` that can. `best` is updated with
    it.
    """
    path: list[tuple[int, Bindings]] = []
    stack = [_candidates(lines[order[0]], events, path, scope, budget)] if order else []
    while stack:
        step = next(stack[-1], None)
        if step is None:
            stack.pop()
            if path:
                path.pop()
            continue
        budget.spend()
        path.append(step)
        if len(path) > len(best):
            best[:] = path
        if len(path) == len(order):
            return path
        stack.append(_candidates(lines[order[len(path)]], events, path, scope, budget))
    return best


def _candidates(
    line: LinePattern,
    events: Sequence[str],
    path: Sequence[tuple[int, Bindings]],
    scope: Scope,
    budget: Budget,
) -> Iterator[tuple[int, Bindings]]:
    used = {index for index, _ in path}
    new = path[-1][1] if path else ()
    tried: set[str] = set()
    for index, text in enumerate(events):
        if index in used or text in tried:
            continue
        tried.add(text)
        for more in line.bindings(text, Known(scope, new), budget):
            yield index, new + more
