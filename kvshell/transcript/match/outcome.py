"""The results of a replay: one Checked per command, one Played per document. Records only."""

from enum import Enum
from typing import NamedTuple

from kvshell.transcript.format.document import CodeBlock, Document, DocumentEntry


class Status(Enum):
    """The outcome of a command. `xfailed`: it failed, as its block declares."""

    passed = "passed"
    failed = "failed"
    hung = "hung"
    skipped = "skipped"
    unreached = "not reached"
    xfailed = "failed as expected"


class ShownOutput(NamedTuple):
    """A line of a difference: its line number (0: printed), its mark, and a note below it."""

    line: int
    mark: str
    text: str
    note: str = ""


class Mismatch(NamedTuple):
    """Why a command failed.

    `kind` is output, silence, identity, event, unbound, effort, passed or hang; `line` is the line
    in the file; `summary` is one line of text; `follows` is the line of the failure that caused
    this one, or 0.
    """

    kind: str
    line: int
    summary: str
    rows: tuple[ShownOutput, ...] = ()
    sentences: tuple[str, ...] = ()
    follows: int = 0


class Checked(NamedTuple):
    """A command of the document and its outcome.

    `ran` tells whether it was completed; `printed` and `events` are its output lines.
    """

    block: CodeBlock
    entry: DocumentEntry
    status: Status
    failure: Mismatch | None = None
    ran: bool = False
    printed: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    ms: float = 0.0
    bound: tuple[tuple[str, str, int], ...] = ()  # name, text, line: set on failure

    @property
    def line(self) -> int:
        """Return the line of the command."""
        return self.entry.command.line


class Played(NamedTuple):
    """A played document: its commands in the order in which they ran."""

    document: Document
    checked: tuple[Checked, ...]
    ms: float
    interrupted: bool = False

    def count(self, *statuses: Status) -> int:
        """Return the number of commands with one of the statuses."""
        return sum(1 for each in self.checked if each.status in statuses)

    @property
    def code(self) -> int:
        """Return 130: interrupted, 4: hung, 1: failed or not reached, 3: nothing checked, or 0."""
        if self.interrupted:
            return 130
        if self.count(Status.hung):
            return 4
        if self.count(Status.failed, Status.unreached):
            return 1
        return 0 if self.checked else 3
