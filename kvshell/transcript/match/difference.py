"""Finds the best alignment of expected and printed output that do not match.

The alignment maximises the matching lines, then the holes that can be kept, then the similarity of
paired lines. Reports show it, `--update` uses it, and a line that matches on its own still binds
its holes.
"""

from collections.abc import Sequence
from typing import NamedTuple

from kvshell.transcript.format.document import DocumentEntry, Gap, Out
from kvshell.transcript.match.bindings import Known, Scope
from kvshell.transcript.match.expectation import Expectation, Printed
from kvshell.transcript.match.line_match import Budget, GaveUpError, LinePattern, is_error
from kvshell.transcript.match.outcome import Mismatch, ShownOutput
from kvshell.transcript.match.table_cells import Mode, cell_patterns, cells, column_names, is_row
from kvshell.views.widths import cell_width

MAX_CELLS = 100_000
_MATCHED = 1_000_000
_HOLE = 1_000
_CHANGED = 100  # a pair that differs only in names
_PAIRED = 30  # any pair: prefer a changed line to a removed and an added one
_SWALLOWED = 20  # a line in a gap: more than any similarity, less than a pair


class Pair(NamedTuple):
    """The indices of an expected line and of its printed line; -1 if there is none.

    A gap has one pair for each line it covers, or a single pair without a printed line.
    """

    expected: int
    printed: int
    matches: bool


def align(expectation: Expectation, printed: Printed, scope: Scope) -> list[Pair]:
    """Return the best alignment, as pairs in order."""
    table = _Table(expectation, printed, scope)
    rows, columns = len(expectation.lines), len(printed.lines)
    head = 0
    while head < min(rows, columns) and table.matches(head, head):
        head += 1
    tail = 0
    while tail < min(rows, columns) - head and table.matches(rows - tail - 1, columns - tail - 1):
        tail += 1
    pairs = [Pair(i, i, matches=True) for i in range(head)]
    pairs += table.between(range(head, rows - tail), range(head, columns - tail))
    offset = columns - rows
    pairs += [Pair(i, i + offset, matches=True) for i in range(rows - tail, rows)]
    return pairs


class _Table:
    """The scores of possible pairs, and the path with the best total."""

    def __init__(self, expectation: Expectation, printed: Printed, scope: Scope) -> None:
        self.expectation = expectation
        self.printed = printed
        self.known = Known(scope)
        self.budget = Budget()

    def matches(self, row: int, column: int) -> bool:
        """Whether expected line `row` on its own matches printed line `column`."""
        line = self.expectation.lines[row]
        if line is None:
            return False
        text = self.printed.form(self.expectation.modes[row])[column]
        return self._tried(line, text, self.known)

    def _tried(self, line: LinePattern, text: str, known: Known | None) -> bool:
        try:
            return line.matches(text, known, self.budget)
        except GaveUpError:
            return False

    def score(self, row: int, column: int) -> int:
        line = self.expectation.lines[row]
        assert line is not None
        mode = self.expectation.modes[row]
        text = self.printed.form(mode)[column]
        if self._tried(line, text, self.known):
            return _MATCHED + line.holes * _HOLE
        if line.holes and self._tried(line, text, None):
            return _CHANGED + line.holes * _HOLE
        return _PAIRED + _likeness(self.expectation.out[row].text, text, mode)  # type: ignore[union-attr]  # never a gap

    def between(self, rows: range, columns: range) -> list[Pair]:
        if len(rows) * len(columns) > MAX_CELLS:
            return self._side_by_side(rows, columns)
        lines = self.expectation.lines
        errors = [is_error(self.printed.lines[column]) for column in columns]
        height, width = len(rows), len(columns)
        best = [[0] * (width + 1) for _ in range(height + 1)]
        for i in range(height - 1, -1, -1):
            for j in range(width, -1, -1):
                best[i][j] = self._best(i, j, best, rows, columns, errors)
        pairs: list[Pair] = []
        i = j = 0
        while i < height or j < width:
            if i == height:
                pairs.append(Pair(-1, columns[j], matches=False))
                j += 1
            elif lines[rows[i]] is None:
                took = bool(pairs) and pairs[-1].expected == rows[i]
                if best[i][j] == best[i + 1][j]:
                    if not took:
                        pairs.append(Pair(rows[i], -1, matches=True))
                    i += 1
                elif j < width and not errors[j] and best[i][j] == best[i][j + 1] + _SWALLOWED:
                    pairs.append(Pair(rows[i], columns[j], matches=True))
                    j += 1
                else:
                    pairs.append(Pair(-1, columns[j], matches=False))
                    j += 1
            elif j < width and best[i][j] == best[i + 1][j + 1] + self.score(rows[i], columns[j]):
                pairs.append(Pair(rows[i], columns[j], self.matches(rows[i], columns[j])))
                i, j = i + 1, j + 1
            elif best[i][j] == best[i + 1][j]:
                pairs.append(Pair(rows[i], -1, matches=False))
                i += 1
            else:
                pairs.append(Pair(-1, columns[j], matches=False))
                j += 1
        return pairs

    def _best(
        self,
        i: int,
        j: int,
        best: list[list[int]],
        rows: range,
        columns: range,
        errors: list[bool],
    ) -> int:
        found = best[i + 1][j]
        if j == len(columns):
            return found
        if self.expectation.lines[rows[i]] is not None:
            found = max(found, best[i + 1][j + 1] + self.score(rows[i], columns[j]))
            return max(found, best[i][j + 1])
        swallowed = 0 if errors[j] else _SWALLOWED
        return max(found, best[i][j + 1] + swallowed)

    def _side_by_side(self, rows: range, columns: range) -> list[Pair]:
        """Pair lines in order without a search; gaps cover nothing, and the rest is at the end."""
        pairs = []
        column = columns.start
        for row in rows:
            if self.expectation.lines[row] is None:
                pairs.append(Pair(row, -1, matches=True))
            elif column < columns.stop:
                pairs.append(Pair(row, column, self.matches(row, column)))
                column += 1
            else:
                pairs.append(Pair(row, -1, matches=False))
        pairs += [Pair(-1, rest, matches=False) for rest in range(column, columns.stop)]
        return pairs


def _likeness(expected: str, text: str, mode: Mode) -> int:
    """Return a similarity from 0 to 9: by equal cells of rows, or by common start and end."""
    if mode is Mode.cells or is_row(text):
        left, right = cells(expected), cells(text)
        if left and len(left) == len(right):
            return 1 + 8 * sum(a == b for a, b in zip(left, right, strict=True)) // len(left)
    size = min(len(expected), len(text))
    same = 0
    while same < size and expected[same] == text[same]:
        same += 1
    back = 0
    while back < size - same and expected[-1 - back] == text[-1 - back]:
        back += 1
    return 9 * (same + back) // max(len(expected), len(text), 1)


MOST_ROWS = 60


def difference(
    entry: DocumentEntry,
    expectation: Expectation,
    printed: Printed,
    pairs: Sequence[Pair],
    scope: Scope,
) -> Mismatch:
    """Return the mismatch of an entry, to be shown with this alignment."""
    rows: list[ShownOutput] = []
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
        rows = [*rows[:MOST_ROWS], ShownOutput(0, " ", f"... and {rest} more lines")]
    return Mismatch("output", line or entry.command.line, summary, tuple(rows))


Layout = dict[int, list[int]]  # number of cells -> the width of each column


def _layout(expectation: Expectation, printed: Printed) -> Layout:
    """Return column widths at which expected and printed rows align."""
    layout: Layout = {}
    texts = [item.text for item in expectation.out if isinstance(item, Out)]
    for text in [*texts, *printed.lines]:
        if is_row(text):
            row = cells(text)
            widths = layout.setdefault(len(row), [0] * len(row))
            widths[:] = [max(w, cell_width(c)) for w, c in zip(widths, row, strict=True)]
    return layout


def _spread(text: str, layout: Layout) -> str:
    """Pad the cells of a table row to the widths of `layout`; other lines are unchanged."""
    if not is_row(text):
        return text
    row = cells(text)
    padded = [
        cell + " " * (width - cell_width(cell))
        for cell, width in zip(row, layout[len(row)], strict=True)
    ]
    return f"│ {' │ '.join(padded)} │"


def _context(expectation: Expectation, pair: Pair, layout: Layout) -> ShownOutput:
    item = expectation.out[pair.expected]
    return ShownOutput(
        item.line, " ", "..." if isinstance(item, Gap) else _spread(item.text, layout)
    )


def _pair_rows(
    expectation: Expectation, printed: Printed, pair: Pair, scope: Scope, layout: Layout
) -> tuple[list[ShownOutput], str]:
    """Return the lines that show a differing pair, and a summary in one line."""
    item = expectation.out[pair.expected] if pair.expected >= 0 else None
    actual = printed.lines[pair.printed] if pair.printed >= 0 else None
    if not isinstance(item, Out):
        assert actual is not None
        return [ShownOutput(0, "+", actual)], f"printed a line that is not expected: {actual}"
    expected = ShownOutput(item.line, "-", item.text)
    if actual is None:
        return [expected], f"expected {item.text}, got no such line"
    if is_row(item.text) and is_row(actual):
        shown = _spread(actual, layout)
        note, summary = _cells_note(expectation, pair, shown, scope)
        if summary:
            expected = expected._replace(text=_spread(item.text, layout))
            return [expected, ShownOutput(0, "+", shown, note)], summary
    return [expected, ShownOutput(0, "+", actual)], f"expected {item.text}, got {actual}"


def _cells_note(expectation: Expectation, pair: Pair, shown: str, scope: Scope) -> tuple[str, str]:
    """Describe how two rows differ: carets below the row, and a text; both "" if they do not."""
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


def _differing(
    line: LinePattern, left: Sequence[str], right: Sequence[str], scope: Scope
) -> list[int]:
    """Return the indices of the cells in which two rows differ."""
    if not line.cells:
        return [i for i, cell in enumerate(left) if cell != right[i]]
    known, budget = Known(scope), Budget()
    patterns = cell_patterns(line.parts)
    return [
        i
        for i, pattern in enumerate(patterns)
        if not LinePattern(pattern, cells=True).matches(right[i], known, budget)
    ]


def _line_of(
    entry: DocumentEntry, expectation: Expectation, pairs: Sequence[Pair], place: int
) -> int:
    """Return the source line of a pair, or of the pair before it if nothing was expected there."""
    for pair in reversed(pairs[: place + 1]):
        if pair.expected >= 0:
            return expectation.out[pair.expected].line
    return entry.command.line
