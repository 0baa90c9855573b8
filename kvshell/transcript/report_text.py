"""The report for people: passed steps fold to one line, failures are shown in full."""

from collections.abc import Callable, Sequence

from kvshell.commands.view import Role
from kvshell.transcript.document import Document
from kvshell.transcript.grammar import ParseError
from kvshell.transcript.normal import printable
from kvshell.transcript.outcome import Checked, Played, Status
from kvshell.transcript.report import FAILING, Report, Totals
from kvshell.transcript.show import failure_lines, milliseconds, where
from kvshell.views import Caps
from kvshell.views.paint import paint

Write = Callable[[str], None]


class TextReport(Report):
    """`ok  Two stores › Start (3 commands, 4 ms)`, or how it failed."""

    def __init__(self, write: Write, caps: Caps) -> None:
        self._write = write
        self._caps = caps
        self._step: list[Checked] = []
        self._blank = False

    def begin(self, document: Document) -> None:
        """Begin with no step open."""
        del document
        self._step = []

    def checked(self, document: Document, checked: Checked) -> None:
        """Take a command."""
        if self._step and self._step[-1].block.step != checked.block.step:
            self._fold(document)
        self._step.append(checked)
        if checked.failure is not None and checked.status in FAILING:
            self._failed(document, checked)

    def played(self, played: Played) -> None:
        """Write the document."""
        self._fold(played.document)

    def malformed(self, error: ParseError) -> None:
        """Write where it is malformed."""
        self._line(self._role(f"ERROR {printable(str(error))}", Role.error))

    def finish(self, totals: Totals) -> None:
        """Write the sums."""
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
    """One line per step, as `mix test --trace` writes it, below the document's name."""

    def begin(self, document: Document) -> None:
        """Say what is played."""
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
    """`3 commands, 1 skipped, 4 ms`."""
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
    """`2 files, 14 commands: 13 passed, 1 failed (0.1 s)`."""
    counts = [
        (totals.passed, "passed"),
        (totals.failed, "failed"),
        (totals.xfailed, "failed as expected"),
        (totals.skipped, "skipped"),
        (totals.unreached, "not reached"),
        (totals.malformed, "malformed"),
    ]
    said = ", ".join(f"{count} {word}" for count, word in counts if count) or "nothing to run"
    files = f"{totals.files} file{'' if totals.files == 1 else 's'}"
    took = milliseconds(totals.ms)
    return f"{files}, {_commands(totals.commands)}: {said} ({took})"
