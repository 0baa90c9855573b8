"""Event lines: what happened in the background, against the `~` lines, in any order (R8)."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kvshell.transcript.document import EventLine
from kvshell.transcript.lines import Budget, Line
from kvshell.transcript.scope import Bindings, Known, Scope


class EventMatch(NamedTuple):
    """Which `~` lines found no event, which events no line, and what was bound on the way."""

    missing: tuple[EventLine, ...]
    extra: tuple[str, ...]
    bindings: tuple[tuple[str, str, str, int], ...]  # name, kind, text, line


def match_events(
    expected: Sequence[EventLine], events: Sequence[str], scope: Scope, *, subset: bool
) -> EventMatch:
    """Pair every line with an event of its own; if that cannot be, as many as are quickly found."""
    lines = [Line(each.pattern) for each in expected]
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
    lines: Sequence[Line], events: Sequence[str], scope: Scope, budget: Budget
) -> list[int]:
    """The numbers of lines that any event fits, those that few fit before those that many do."""
    known = Known(scope)
    fits = [sum(line.matches(text, known, budget) for text in events) for line in lines]
    return sorted((i for i, count in enumerate(fits) if count), key=lambda index: fits[index])


def _pair(
    order: Sequence[int],
    lines: Sequence[Line],
    events: Sequence[str],
    scope: Scope,
    budget: Budget,
    best: list[tuple[int, Bindings]],
) -> list[tuple[int, Bindings]]:
    """Depth first, with backtracking: for each line in `order` its event and all bindings so far.

    Where no pairing of all exists, the longest beginning of `order` that has one.
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
    line: Line,
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
