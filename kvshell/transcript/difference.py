"""A mismatch as a person reads it: expected and printed lines side by side, tables by cell."""

from collections.abc import Sequence

from kvshell.transcript.align import Pair
from kvshell.transcript.document import Entry, Gap, Out
from kvshell.transcript.expect import Expectation, Printed
from kvshell.transcript.lines import Budget, Line
from kvshell.transcript.outcome import Failure, Shown
from kvshell.transcript.scope import Known, Scope
from kvshell.transcript.tables import cell_patterns, cells, column_names, is_row
from kvshell.views.widths import cell_width

MOST_ROWS = 60


def difference(
    entry: Entry,
    expectation: Expectation,
    printed: Printed,
    pairs: Sequence[Pair],
    scope: Scope,
) -> Failure:
    """Return the failure of an entry whose lines were aligned like this."""
    rows: list[Shown] = []
    summary = ""
    line = 0
    layout = _layout(expectation, printed)
    for place, pair in enumerate(pairs):
        if pair.matches:
            follows = place + 1 < len(pairs) and not pairs[place + 1].matches
            if follows:
                rows.append(_context(expectation, pair, layout))
            continue
        more, what = _pair_rows(expectation, printed, pair, scope, layout)
        rows += more
        if not summary:
            summary, line = what, _line_of(entry, expectation, pairs, place)
    if len(rows) > MOST_ROWS:
        rest = len(rows) - MOST_ROWS
        rows = [*rows[:MOST_ROWS], Shown(0, " ", f"... and {rest} more lines")]
    return Failure("output", line or entry.command.line, summary, tuple(rows))


Layout = dict[int, list[int]]  # number of cells -> the width of each column


def _layout(expectation: Expectation, printed: Printed) -> Layout:
    """The widths at which expected and printed rows stand exactly below each other."""
    layout: Layout = {}
    texts = [item.text for item in expectation.out if isinstance(item, Out)]
    for text in [*texts, *printed.lines]:
        if is_row(text):
            row = cells(text)
            widths = layout.setdefault(len(row), [0] * len(row))
            widths[:] = [max(w, cell_width(c)) for w, c in zip(widths, row, strict=True)]
    return layout


def _spread(text: str, layout: Layout) -> str:
    """A table row with its cells padded to the layout; any other line as it is."""
    if not is_row(text):
        return text
    row = cells(text)
    padded = [
        cell + " " * (width - cell_width(cell))
        for cell, width in zip(row, layout[len(row)], strict=True)
    ]
    return f"│ {' │ '.join(padded)} │"


def _context(expectation: Expectation, pair: Pair, layout: Layout) -> Shown:
    item = expectation.out[pair.expected]
    return Shown(item.line, " ", "..." if isinstance(item, Gap) else _spread(item.text, layout))


def _pair_rows(
    expectation: Expectation, printed: Printed, pair: Pair, scope: Scope, layout: Layout
) -> tuple[list[Shown], str]:
    """The lines of one pair that differs, and what it says in one line."""
    item = expectation.out[pair.expected] if pair.expected >= 0 else None
    actual = printed.lines[pair.printed] if pair.printed >= 0 else None
    if not isinstance(item, Out):
        assert actual is not None
        return [Shown(0, "+", actual)], f"printed a line that is not expected: {actual}"
    expected = Shown(item.line, "-", item.text)
    if actual is None:
        return [expected], f"expected {item.text}, got no such line"
    if is_row(item.text) and is_row(actual):
        shown = _spread(actual, layout)
        note, summary = _cells_note(expectation, pair, shown, scope)
        if summary:
            expected = expected._replace(text=_spread(item.text, layout))
            return [expected, Shown(0, "+", shown, note)], summary
    return [expected, Shown(0, "+", actual)], f"expected {item.text}, got {actual}"


def _cells_note(expectation: Expectation, pair: Pair, shown: str, scope: Scope) -> tuple[str, str]:
    """What differs between two rows: below the row with carets, and by itself; empty if nothing."""
    line = expectation.lines[pair.expected]
    item = expectation.out[pair.expected]
    assert line is not None
    assert isinstance(item, Out)
    left, right = cells(item.text), cells(shown)
    if len(left) != len(right):
        summary = f"expected a row of {len(left)} cells, got {len(right)}"
        return summary, summary
    differing = _differing(line, left, right, scope)
    if not differing:
        return "", ""
    texts = [other.text if isinstance(other, Out) else "" for other in expectation.out]
    names = column_names(texts, pair.expected)
    called = [f'"{names[i]}"' if i < len(names) and names[i] else f"{i + 1}" for i in differing]
    main = differing[-1]
    got = right[main] or "(empty)"
    summary = f"cell {called[-1]}: expected {left[main] or '(empty)'}, got {got}"
    if len(called) > 1:
        summary += f" (and {', '.join(called[:-1])})"
    before = "│".join(shown.split("│")[: main + 1])
    return f"{' ' * (cell_width(before) + 2)}{'^' * cell_width(got)} {summary}", summary


def _differing(line: Line, left: Sequence[str], right: Sequence[str], scope: Scope) -> list[int]:
    """The numbers of the cells that do not match by themselves."""
    if not line.cells:
        return [i for i, cell in enumerate(left) if cell != right[i]]
    known, budget = Known(scope), Budget()
    patterns = cell_patterns(line.parts)
    return [
        i
        for i, pattern in enumerate(patterns)
        if not Line(pattern, cells=True).matches(right[i], known, budget)
    ]


def _line_of(entry: Entry, expectation: Expectation, pairs: Sequence[Pair], place: int) -> int:
    """The line of the file that a pair belongs to: for an extra line the one before it."""
    for pair in reversed(pairs[: place + 1]):
        if pair.expected >= 0:
            return expectation.out[pair.expected].line
    return entry.command.line
