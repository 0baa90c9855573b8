"""The interface of reports, and the reports for people."""

import sys
from collections.abc import Callable, Sequence
from time import monotonic
from typing import NamedTuple, TextIO

from kvshell.commands.view import Role
from kvshell.transcript.format.document import Document
from kvshell.transcript.format.grammar import ParseError
from kvshell.transcript.format.holes import printable
from kvshell.transcript.match.outcome import Checked, Played, Status
from kvshell.transcript.report.failures import failure_lines, milliseconds, where
from kvshell.views import Caps, safe
from kvshell.views.colours import paint

FAILING = (Status.failed, Status.hung, Status.unreached)


class Totals(NamedTuple):
    """The totals of a replay.

    Attributes:
        files: the number of documents.
        malformed: how many of them are not valid transcripts.
        commands: the number of commands; the next five add up to it.
        passed: the commands that passed.
        failed: the commands that failed or hung.
        skipped: the commands that were skipped.
        unreached: the commands that were not reached.
        xfailed: the commands that failed as expected.
        ms: the time in milliseconds.
        code: the exit code.
        prose: the number of lines of Elixir that were shown and not run.
    """

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
    prose: int = 0


class Report:
    """Receives all results of a replay in the order in which they occur.

    Attributes:
        command: the command line that, followed by a path, reproduces the replay.
    """

    command = "kvshell replay"

    def begin(self, document: Document) -> None:
        """Called before a document is played."""

    def checked(self, document: Document, checked: Checked) -> None:
        """Called after each command, with its outcome."""

    def played(self, played: Played) -> None:
        """Called after a document was played."""

    def malformed(self, error: ParseError) -> None:
        """Called for a file that is not a valid transcript."""

    def finish(self, totals: Totals) -> None:
        """Called at the end of the replay."""


def totals_of(played: Sequence[Played], malformed: int, ms: float, code: int) -> Totals:
    """Return the totals of a replay."""
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
        sum(document.document.prose for document in played),
    )


def steps_of(checked: Sequence[Checked]) -> list[list[Checked]]:
    """Group commands by step, in the order in which they ran."""
    groups: list[list[Checked]] = []
    for each in checked:
        if not groups or groups[-1][-1].block.step != each.block.step:
            groups.append([])
        groups[-1].append(each)
    return groups


class ReplayProgress:
    """Shows a line of progress on standard error if a replay takes longer than a second."""

    def __init__(self, stream: TextIO | None = None, *, on: bool | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._on = self._stream is not None and self._stream.isatty() if on is None else on
        self._begun = monotonic()
        self._next = self._begun + 1.0
        self._width = 0

    def report(self, path: str, done: int, total: int) -> None:
        """Show the progress; updated a few times a second at most."""
        if not self._on or monotonic() < self._next:
            return
        self._next = monotonic() + 0.2
        text = safe(f"replaying {path}: line {done} of {total}")
        self._stream.write("\r" + text.ljust(self._width))
        self._stream.flush()
        self._width = len(text)

    def clear(self) -> None:
        """Remove the line, before other output is written."""
        if self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()
            self._width = 0


Write = Callable[[str], None]


class TextReport(Report):
    """Writes a line per step, `ok  Two stores › Start (3 commands, 4 ms)`, or its failures."""

    def __init__(self, write: Write, caps: Caps) -> None:
        self._write = write
        self._caps = caps
        self._step: list[Checked] = []
        self._blank = False

    def begin(self, document: Document) -> None:
        """Forget the step of the previous document."""
        del document
        self._step = []

    def checked(self, document: Document, checked: Checked) -> None:
        """Add a command to its step, and write its failure if it failed."""
        if self._step and self._step[-1].block.step != checked.block.step:
            self._fold(document)
        self._step.append(checked)
        if checked.failure is not None and checked.status in FAILING:
            self._failed(document, checked)

    def played(self, played: Played) -> None:
        """Write the last step of the document."""
        self._fold(played.document)

    def malformed(self, error: ParseError) -> None:
        """Write the error and its position."""
        self._line(self._role(f"ERROR {printable(str(error))}", Role.error))

    def finish(self, totals: Totals) -> None:
        """Write the totals in one line, unless there was no document."""
        if totals.code != 3 or totals.files:
            self._line(self._role(summary(totals), Role.error if totals.code else Role.fresh))

    def _fold(self, document: Document) -> None:
        step, self._step = self._step, []
        if step:
            self._step_line(document, step)

    def _step_line(self, document: Document, step: Sequence[Checked]) -> None:
        name = where(document, step[0].block.step)
        reached = [each for each in step if each.status is not Status.unreached]
        unreached = len(step) - len(reached)
        if not any(each.status in FAILING for each in reached) and reached:
            mark = "skip" if all(each.status is Status.skipped for each in reached) else "ok"
            painted = self._role(f"{mark}  ", Role.pending if mark == "skip" else Role.fresh)
            self._line(f"{painted}{name} ({described(reached)})")
        if unreached:
            line = step[len(reached)].line if reached else step[0].line
            text = f"not reached  {name}, from line {line} ({_commands(unreached)})"
            self._line(self._role(text, Role.error))

    def _failed(self, document: Document, checked: Checked) -> None:
        if self._blank:
            self._write("")
        for number, line in enumerate(failure_lines(document, checked, self.command)):
            self._write(self._paint(line, number))
        self._write("")
        self._blank = False

    def _paint(self, line: str, number: int) -> str:
        if number == 0:
            return self._role(line, Role.error)
        mark = line[6:7] if line[:6].strip().isdigit() or not line[:6].strip() else line[2:3]
        if mark == "-" and "expected (file)" not in line:
            return self._role(line, Role.stale)
        if mark == "+":
            return self._role(line, Role.fresh)
        return line

    def _role(self, text: str, role: Role) -> str:
        return paint(text, role, self._caps)

    def _line(self, text: str) -> None:
        self._write(text)
        self._blank = True


class TraceReport(TextReport):
    """Writes a line per step below the name of the document, as `mix test --trace` does."""

    def begin(self, document: Document) -> None:
        """Write the name of the document."""
        super().begin(document)
        self._write(f"\n{printable(document.title or document.path)} [{document.path}]")

    def _step_line(self, document: Document, step: Sequence[Checked]) -> None:
        title = document.steps[step[0].block.step].title or document.title or "(no title)"
        name = printable(title)
        mark = _trace_mark(step)
        self._write(f"  * {name} ({mark}{described(step)}) [L#{step[0].block.line}]")


def _trace_mark(step: Sequence[Checked]) -> str:
    statuses = {each.status for each in step}
    for status in (Status.hung, Status.failed, Status.unreached):
        if status in statuses:
            return f"{status.value.upper()}, "
    return ""


def described(step: Sequence[Checked]) -> str:
    """Return a description of a step's commands: `3 commands, 1 skipped, 4 ms`."""
    parts = [_commands(len(step))]
    skipped = [each for each in step if each.status is Status.skipped]
    if skipped:
        why = printable(skipped[0].block.attributes.skip)
        some = f"{len(skipped)} " if len(skipped) < len(step) else ""
        parts.append(f"{some}skipped: {why}")
    xfailed = sum(1 for each in step if each.status is Status.xfailed)
    if xfailed:
        parts.append(f"{xfailed} failed as expected")
    if len(skipped) < len(step):
        parts.append(milliseconds(sum(each.ms for each in step)))
    return ", ".join(parts)


def _commands(count: int) -> str:
    return f"{count} command{'' if count == 1 else 's'}"


def summary(totals: Totals) -> str:
    """Return the totals in one line: `2 files, 14 commands: 13 passed, 1 failed (0.1 s)`."""
    counts = [
        (totals.passed, "passed"),
        (totals.failed, "failed"),
        (totals.xfailed, "failed as expected"),
        (totals.skipped, "skipped"),
        (totals.unreached, "not reached"),
        (totals.malformed, "malformed"),
    ]
    message = ", ".join(f"{count} {word}" for count, word in counts if count) or "nothing to run"
    files = f"{totals.files} file{'' if totals.files == 1 else 's'}"
    took = milliseconds(totals.ms)
    plural = "line of Elixir is" if totals.prose == 1 else "lines of Elixir are"
    prose = f"; {totals.prose} {plural} prose" if totals.prose else ""
    return f"{files}, {_commands(totals.commands)}: {message} ({took}){prose}"
