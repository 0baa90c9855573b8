"""Turns the output of a command into the lines that a document expects, with named holes.

Lines that still match keep the author's text. The others are rewritten, tables with aligned
columns.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from kvshell.transcript.format.document import Out, Pattern
from kvshell.transcript.format.holes import escape_start, write_parts, write_pattern
from kvshell.transcript.match.bindings import Known
from kvshell.transcript.match.difference import Pair
from kvshell.transcript.match.expectation import Expectation, Printed
from kvshell.transcript.match.line_match import Budget, GaveUpError, LinePattern
from kvshell.transcript.match.table_cells import (
    cell_patterns,
    cells,
    column_names,
    is_row,
    is_table_line,
    one_form,
    one_form_pattern,
)
from kvshell.transcript.write.layout import LayoutRow, laid_out, reword, runs
from kvshell.transcript.write.process_names import Namer
from kvshell.views.widths import cell_width


class Piece(NamedTuple):
    """A line to write.

    Attributes:
        text: its text, if it is a new line.
        source: the number of the source line that is kept; 0 for a new line.
        printed: the printed line.
        cells: the cells of the line, if it is a row.
        holes: whether it contains holes.
        at: the number of the line it replaces.
    """

    text: str
    source: int = 0
    printed: str = ""
    cells: tuple[str, ...] = ()
    holes: bool = False
    at: int = 0


class IdentityError(Exception):
    """A name would have to be bound to another process; only the user can decide that."""

    def __init__(self, expected: str, got: str) -> None:
        super().__init__(f"expected {expected}, got {got}")


class Composer:
    """Composes the lines of one entry, and binds names in the scope of its namer."""

    def __init__(
        self,
        namer: Namer,
        hints: Sequence[str],
        line: int,
        *,
        accept: bool,
        pids: bool = True,
    ) -> None:
        self._namer = namer
        self._hints = list(hints)
        self._line = line
        self._accept = accept
        self._pids = pids  # False if the answer contains process names itself
        self._budget = Budget()

    def new(self, printed: Sequence[str]) -> list[str]:
        """Return the lines for the output of a command for which none was expected."""
        return [
            piece.text for piece in arranged([self._new(printed, i) for i in range(len(printed))])
        ]

    def again(
        self, expectation: Expectation, printed: Printed, pairs: Sequence[Pair]
    ) -> list[Piece]:
        """Return the lines for output that differs from what was expected."""
        pieces: list[Piece] = []
        for pair in pairs:
            item = expectation.out[pair.expected] if pair.expected >= 0 else None
            if item is None:
                pieces.append(self._new(printed.lines, pair.printed))
            elif not isinstance(item, Out):
                if not pieces or pieces[-1].source != item.line:
                    pieces.append(Piece("...", item.line, at=item.line))
            elif pair.printed >= 0:
                piece = self._pair(expectation, printed, pair, item)
                pieces.append(piece._replace(at=item.line))
        return arranged(pieces)

    def events(self, texts: Sequence[str]) -> list[str]:
        """Return the event lines, without their `~`, where no events were expected."""
        return [write_parts(self._named(text)) for text in texts]

    def _new(self, printed: Sequence[str], index: int) -> Piece:
        text = printed[index]
        if is_row(text):
            return self._new_row(printed, index)
        pattern = self._named(text)
        written = write_pattern(pattern, pids=self._pids)
        return Piece(written, 0, text, holes=_has_hole(pattern))

    def _new_row(self, printed: Sequence[str], index: int) -> Piece:
        row = cells(printed[index])
        hints = _row_hints(printed, index, row)
        patterns = [self._namer.named(cell, hints, self._line) for cell in row]
        return _row_piece(printed[index], patterns, pids=self._pids)

    def _named(self, text: str) -> Pattern:
        return self._namer.named(text, self._hints, self._line)

    def _pair(self, expectation: Expectation, printed: Printed, pair: Pair, item: Out) -> Piece:
        line = expectation.lines[pair.expected]
        assert line is not None
        actual = printed.lines[pair.printed]
        form = printed.form(expectation.modes[pair.expected])[pair.printed]
        bound = self._bindings(line, form)
        if bound is not None:
            for name, kind, text in bound:
                self._namer.scope.bind(name, kind, text, item.line)
            parts = tuple(cells(item.text)) if is_row(item.text) else ()
            return Piece(item.text, item.line, actual, parts, holes=line.holes > 0)
        if line.holes and not self._accept and self._loosely(line, form):
            raise IdentityError(item.text.strip(), actual.strip())
        if is_row(item.text) and is_row(actual):
            old = cell_patterns(one_form_pattern(item.pattern))
            new = cells(one_form(actual))
            if len(old) == len(new):
                return self._row(item, actual, old, new, printed.lines, pair.printed)
        if is_row(actual):
            return self._new_row(printed.lines, pair.printed)
        pattern = reword(item.pattern, actual, Known(self._namer.scope), self._named)
        self._bind(pattern, actual, item.line)
        written = write_pattern(pattern, pids=self._pids)
        return Piece(written, 0, actual, holes=_has_hole(pattern))

    def _row(
        self,
        item: Out,
        actual: str,
        old: Sequence[Pattern],
        new: Sequence[str],
        printed: Sequence[str],
        index: int,
    ) -> Piece:
        """Return a row of a table in which some cells have changed."""
        hints = _row_hints(printed, index, list(new))
        patterns: list[Pattern] = []
        for pattern, text in zip(old, new, strict=True):
            line = LinePattern(pattern, cells=True)
            bound = self._bindings(line, text)
            if bound is not None:
                for name, kind, value in bound:
                    self._namer.scope.bind(name, kind, value, item.line)
                patterns.append(pattern)
                continue
            if line.holes and not self._accept and self._loosely(line, text):
                raise IdentityError("".join(map(_shown, pattern)), text)
            changed = reword(
                pattern,
                text,
                Known(self._namer.scope),
                lambda literal: self._namer.named(literal, hints, self._line),
            )
            self._bind(changed, text, item.line)
            patterns.append(changed)
        return _row_piece(actual, patterns, pids=self._pids)

    def _bind(self, pattern: Pattern, text: str, number: int) -> None:
        """Bind the names of the holes that a reworded line keeps."""
        for name, kind, value in self._bindings(LinePattern(pattern), text) or ():
            self._namer.scope.bind(name, kind, value, number)

    def _bindings(self, line: LinePattern, text: str) -> tuple[tuple[str, str, str], ...] | None:
        try:
            return next(line.bindings(text, Known(self._namer.scope), self._budget), None)
        except GaveUpError:
            return None

    def _loosely(self, line: LinePattern, text: str) -> bool:
        try:
            return line.matches(text, None, self._budget)
        except GaveUpError:
            return False


def arranged(pieces: Sequence[Piece]) -> list[Piece]:
    """Realign tables that contain a hole and a new line; all other lines are unchanged."""
    arranged_ = list(pieces)
    for run in runs([piece.printed or piece.text for piece in pieces]):
        table = pieces[run.start : run.stop]
        if not any(piece.holes for piece in table) or all(piece.source for piece in table):
            continue
        # Rows are redrawn with their cells; a rule keeps its text, which may be a title.
        lines = laid_out(
            [
                LayoutRow(piece.printed if piece.cells else piece.text, piece.cells)
                for piece in table
            ]
        )
        if lines is None:
            continue
        for index, line in zip(run, lines, strict=True):
            arranged_[index] = pieces[index]._replace(text=line, source=0)
        title = pieces[run.start - 1] if run.start else None
        if title is not None and not title.source and title.printed.startswith("  "):
            width = cell_width(lines[0])
            text = title.text.strip()
            centred = " " * ((width - cell_width(text)) // 2) + text
            arranged_[run.start - 1] = title._replace(text=centred)
    return arranged_


def _row_piece(printed: str, patterns: Sequence[Pattern], *, pids: bool) -> Piece:
    """Return a row with these cells; if it cannot be aligned, it is as wide as printed."""
    texts = tuple(write_parts(pattern, pids=pids) for pattern in patterns)
    holes = any(_has_hole(pattern) for pattern in patterns)
    line = (
        escape_start(_refilled(printed, texts)) if holes else write_pattern((printed,), pids=pids)
    )
    return Piece(line, 0, printed, texts, holes=holes)


def _refilled(printed: str, texts: Sequence[str]) -> str:
    """Replace the cells of a printed row, keeping the width of each."""
    first, *pieces = re.split("([│┃║])", printed.strip())
    line = first
    inner = iter(texts)
    for index, piece in enumerate(pieces):
        if index % 2 == 0 or index == len(pieces) - 1:
            line += piece
            continue
        text = next(inner)
        lead = piece[: len(piece) - len(piece.lstrip())] if piece.strip() else ""
        space = cell_width(piece) - cell_width(lead) - cell_width(text)
        line += lead + text + " " * max(space, 1 if piece.endswith(" ") else 0)
    return line


def _row_hints(printed: Sequence[str], index: int, row: list[str]) -> list[str]:
    names = column_names(printed, index) if is_table_line(printed[index]) else []
    named = row[names.index("name")] if "name" in names and len(names) == len(row) else ""
    return [hint for hint in (named.strip('"'), row[0].strip('"')) if hint]


def _has_hole(pattern: Pattern) -> bool:
    return any(not isinstance(part, str) for part in pattern)


def _shown(part: object) -> str:
    return part if isinstance(part, str) else str(getattr(part, "text", ""))
