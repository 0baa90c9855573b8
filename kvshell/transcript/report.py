"""Where a replay's findings go: one class per form, each a Report."""

import sys
from collections.abc import Sequence
from time import monotonic
from typing import NamedTuple, TextIO

from kvshell.transcript.document import Document
from kvshell.transcript.grammar import ParseError
from kvshell.transcript.outcome import Checked, Played, Status

FAILING = (Status.failed, Status.hung, Status.unreached)


class Totals(NamedTuple):
    """The sums of a whole replay."""

    files: int = 0
    malformed: int = 0
    commands: int = 0
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    unreached: int = 0
    xfailed: int = 0
    ms: float = 0.0
    code: int = 0


class Report:
    """Told of everything in the order in which it happens.

    Attributes:
        command: what to type, before a path, for another replay that comes to the same.
    """

    command = "kvshell replay"

    def begin(self, document: Document) -> None:
        """A document is about to be played."""

    def checked(self, document: Document, checked: Checked) -> None:
        """A command was judged."""

    def played(self, played: Played) -> None:
        """The document is at its end."""

    def malformed(self, error: ParseError) -> None:
        """A file is no transcript."""

    def finish(self, totals: Totals) -> None:
        """Nothing more comes."""


def totals_of(played: Sequence[Played], malformed: int, ms: float, code: int) -> Totals:
    """Return the sums."""
    count = [each.status for document in played for each in document.checked]
    return Totals(
        len(played) + malformed,
        malformed,
        len(count),
        count.count(Status.passed),
        count.count(Status.failed) + count.count(Status.hung),
        count.count(Status.skipped),
        count.count(Status.unreached),
        count.count(Status.xfailed),
        ms,
        code,
    )


def steps_of(checked: Sequence[Checked]) -> list[list[Checked]]:
    """The commands, grouped by step in the order in which they ran."""
    groups: list[list[Checked]] = []
    for each in checked:
        if not groups or groups[-1][-1].block.step != each.block.step:
            groups.append([])
        groups[-1].append(each)
    return groups


class Progress:
    """One line on a terminal's standard error while a replay takes longer than a second."""

    def __init__(self, stream: TextIO | None = None, *, on: bool | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._on = self._stream is not None and self._stream.isatty() if on is None else on
        self._begun = monotonic()
        self._next = self._begun + 1.0
        self._width = 0

    def tell(self, path: str, done: int, total: int) -> None:
        """Say how far it has come, a few times a second at most."""
        if not self._on or monotonic() < self._next:
            return
        self._next = monotonic() + 0.2
        text = f"replaying {path}: line {done} of {total}"
        self._stream.write("\r" + text.ljust(self._width))
        self._stream.flush()
        self._width = len(text)

    def clear(self) -> None:
        """Take the line away before anything else is written."""
        if self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()
            self._width = 0
