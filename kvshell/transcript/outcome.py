"""What a replay found out: one Checked per command, one Played per document. Records only."""

from enum import Enum
from typing import NamedTuple

from kvshell.transcript.document import Block, Document, Entry


class Status(Enum):
    """What became of a command. `xfailed`: it failed, and its block says that it would."""

    passed = "passed"
    failed = "failed"
    hung = "hung"
    skipped = "skipped"
    unreached = "not reached"
    xfailed = "failed as expected"


class Shown(NamedTuple):
    """A line of a difference: its number in the file (0: printed), its mark, a note below it."""

    line: int
    mark: str
    text: str
    note: str = ""


class Failure(NamedTuple):
    """Why a command failed.

    `kind` is output, silence, identity, event, unbound, effort, passed or hang; `line` is where
    to look in the file; `summary` says it in one line; `follows` is the line of the failure that
    this one follows from, or 0.
    """

    kind: str
    line: int
    summary: str
    rows: tuple[Shown, ...] = ()
    sentences: tuple[str, ...] = ()
    follows: int = 0


class Checked(NamedTuple):
    """A command of the document and what came of it.

    `ran` is whether it ran to its end; `printed` and `events` are the lines of then.
    """

    block: Block
    entry: Entry
    status: Status
    failure: Failure | None = None
    ran: bool = False
    printed: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    ms: float = 0.0
    bound: tuple[tuple[str, str, int], ...] = ()  # name, text, line: when it failed

    @property
    def line(self) -> int:
        """Where the command stands."""
        return self.entry.command.line


class Played(NamedTuple):
    """A document, played: its commands in the order in which they ran."""

    document: Document
    checked: tuple[Checked, ...]
    ms: float
    interrupted: bool = False

    def count(self, *statuses: Status) -> int:
        """How many commands have one of the statuses."""
        return sum(1 for each in self.checked if each.status in statuses)

    @property
    def code(self) -> int:
        """The exit code this document asks for."""
        if self.interrupted:
            return 130
        if self.count(Status.hung):
            return 4
        if self.count(Status.failed, Status.unreached):
            return 1
        return 0 if self.checked else 3
