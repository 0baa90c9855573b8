"""The best alignment of what was expected with what was printed, when they do not match.

It maximises the lines that match, then the holes that can be kept, then the likeness of lines
that stand for each other; a report shows it, `--update` writes by it, and a line that matched by
itself still binds its holes (R12).
"""

from typing import NamedTuple

from kvshell.transcript.expect import Expectation, Printed
from kvshell.transcript.lines import Budget, GaveUpError, Line, is_error
from kvshell.transcript.scope import Known, Scope
from kvshell.transcript.tables import Mode, cells, is_row

MAX_CELLS = 100_000
_MATCHED = 1_000_000
_HOLE = 1_000
_CHANGED = 100  # a pair that differs by names alone
_PAIRED = 30  # any pair: rather a changed line than one that goes and another that comes
_SWALLOWED = 20  # a line in a gap: more than any likeness, less than a pair


class Pair(NamedTuple):
    """An expected line and the printed line beside it; -1 where there is none.

    A gap has one pair for each line it takes, or a single one with none.
    """

    expected: int
    printed: int
    matches: bool


def align(expectation: Expectation, printed: Printed, scope: Scope) -> list[Pair]:
    """Return the pairs in order."""
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
    """Scores of pairs, and the best path through them."""

    def __init__(self, expectation: Expectation, printed: Printed, scope: Scope) -> None:
        self.expectation = expectation
        self.printed = printed
        self.known = Known(scope)
        self.budget = Budget()

    def matches(self, row: int, column: int) -> bool:
        """Whether expected line `row` by itself matches printed line `column`."""
        line = self.expectation.lines[row]
        if line is None:
            return False
        text = self.printed.form(self.expectation.modes[row])[column]
        return self._tried(line, text, self.known)

    def _tried(self, line: Line, text: str, known: Known | None) -> bool:
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
        return _PAIRED + _likeness(self.expectation.out[row].text, text, mode)  # type: ignore[union-attr]  # not a gap

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
        """Too much for a search: in order, gaps with nothing, the rest at the end."""
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
    """0 to 9: table rows by equal cells, other lines by a common beginning and end."""
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
