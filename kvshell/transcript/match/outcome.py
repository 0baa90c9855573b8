"""The results of a replay: a Checked for each command, a Played for each document."""

from enum import Enum
from typing import NamedTuple

from kvshell.transcript.format.document import CodeBlock, Document, DocumentEntry


class Status(Enum):
    """The outcome of a command; `xfailed` means that it failed, as its block declares."""

    passed = "passed"
    failed = "failed"
    hung = "hung"
    skipped = "skipped"
    unreached = "not reached"
    xfailed = "failed as expected"


class ShownOutput(NamedTuple):
    """A line of a shown difference: its number (0 if printed), its mark, and a note below it."""

    line: int
    mark: str
    text: str
    note: str = ""


class Mismatch(NamedTuple):
    """Why a command failed.

    Attributes:
        kind: output, silence, identity, event, unbound, effort, passed, hang or tests.
        line: the line in the file.
        summary: the reason in one line.
        rows: the difference, line by line.
        sentences: further explanation.
        follows: the line of the failure that caused this one, or 0.
    """

    kind: str
    line: int
    summary: str
    rows: tuple[ShownOutput, ...] = ()
    sentences: tuple[str, ...] = ()
    follows: int = 0


class Checked(NamedTuple):
    """A command of the document and its outcome.

    Attributes:
        block: its block.
        entry: the command and its expected output.
        status: the outcome.
        failure: why it failed, or None.
        ran: whether it was run to its end.
        printed: the lines of its output.
        events: the lines of its events.
        ms: the time it took, in milliseconds.
        bound: after a failure, the names bound so far, each with its text and line.
    """

    block: CodeBlock
    entry: DocumentEntry
    status: Status
    failure: Mismatch | None = None
    ran: bool = False
    printed: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    ms: float = 0.0
    bound: tuple[tuple[str, str, int], ...] = ()

    @property
    def line(self) -> int:
        """The line of the command in the file."""
        return self.entry.command.line


class Played(NamedTuple):
    """A document that was played.

    Attributes:
        document: the document.
        checked: its commands, in the order in which they ran.
        ms: the time it took, in milliseconds.
        interrupted: whether Ctrl-C ended it.
    """

    document: Document
    checked: tuple[Checked, ...]
    ms: float
    interrupted: bool = False

    def count(self, *statuses: Status) -> int:
        """Return how many commands have one of these statuses."""
        return sum(1 for each in self.checked if each.status in statuses)

    @property
    def code(self) -> int:
        """The exit code of a replay of this document.

        130: interrupted, 4: hung, 1: failed or not reached, 3: nothing was checked, otherwise 0.
        """
        if self.interrupted:
            return 130
        if self.count(Status.hung):
            return 4
        if self.count(Status.failed, Status.unreached):
            return 1
        return 0 if self.checked else 3
