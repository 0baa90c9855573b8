"""The reports for programs: JSON, JUnit XML, and GitHub workflow commands."""

from collections.abc import Sequence
from typing import Any

from kvshell.transcript.format.document import Document
from kvshell.transcript.format.grammar import ParseError
from kvshell.transcript.match.outcome import Checked, Played, Status
from kvshell.transcript.report.failures import failure_lines, where
from kvshell.transcript.report.replay_options import escaped, escaped_property
from kvshell.transcript.report.reports import FAILING, Report, Totals, Write, steps_of, summary
from kvshell.views.json_line import dumps
from kvshell.views.safe import markup


class JsonReport(Report):
    """Writes a JSON object per document, each on one line, and one with the totals."""

    def __init__(self, write: Write) -> None:
        self._write = write

    def played(self, played: Played) -> None:
        """Write the object of the document."""
        document = played.document
        self._object(
            {
                "v": 1,
                "path": document.path,
                "title": document.title,
                "code": played.code,
                "ms": round(played.ms, 3),
                "commands": [_command(document, each) for each in played.checked],
            }
        )

    def malformed(self, error: ParseError) -> None:
        """Write an object with the position of the error."""
        self._object(
            {
                "v": 1,
                "path": error.path,
                "code": 2,
                "error": error.message,
                "line": error.line,
                "column": error.column,
            }
        )

    def finish(self, totals: Totals) -> None:
        """Write the object with the totals."""
        self._object({"v": 1, "totals": {**totals._asdict(), "ms": round(totals.ms, 3)}})

    def _object(self, value: dict[str, Any]) -> None:
        self._write(dumps(value))


def _command(document: Document, checked: Checked) -> dict[str, Any]:
    failure = checked.failure
    found: dict[str, Any] = {
        "line": checked.line,
        "step": document.steps[checked.block.step].title,
        "input": checked.entry.command.text,
        "status": checked.status.value,
        "ms": round(checked.ms, 3),
        "printed": list(checked.printed),
        "events": list(checked.events),
    }
    if failure is not None:
        found["failure"] = {
            "kind": failure.kind,
            "line": failure.line,
            "summary": failure.summary,
            "follows": failure.follows or None,
        }
    return found


class JunitReport(Report):
    """Writes JUnit XML: a suite per document, a case per step."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._suites: list[str] = []

    def played(self, played: Played) -> None:
        """Add a suite for the document."""
        document = played.document
        steps = steps_of(played.checked)
        failures = sum(_is(step, Status.failed, Status.unreached) for step in steps)
        errors = sum(_is(step, Status.hung) for step in steps)
        skipped = sum(all(each.status is Status.skipped for each in step) for step in steps)
        lines = [
            f'  <testsuite name={_quoted(document.path)} tests="{len(steps)}" '
            f'failures="{failures}" errors="{errors}" skipped="{skipped}" '
            f'time="{played.ms / 1000:.3f}">'
        ]
        for step in steps:
            lines += _case(document, step, self.command)
        self._suites.append("\n".join([*lines, "  </testsuite>"]))

    def malformed(self, error: ParseError) -> None:
        """Add a suite with the error."""
        path, message = _quoted(error.path), _quoted(str(error))
        self._suites.append(
            f'  <testsuite name={path} tests="1" failures="0" errors="1" skipped="0">\n'
            f'    <testcase name="parse" classname={path} line="{error.line}">'
            f"<error message={message}/></testcase>\n  </testsuite>"
        )

    def finish(self, totals: Totals) -> None:
        """Write all suites."""
        del totals  # each suite has its own totals
        self._write('<?xml version="1.0" encoding="utf-8"?>')
        self._write('<testsuites name="kvshell replay">')
        for suite in self._suites:
            self._write(suite)
        self._write("</testsuites>")


def _is(step: Sequence[Checked], *statuses: Status) -> bool:
    return any(each.status in statuses for each in step)


def _case(document: Document, step: Sequence[Checked], command: str) -> list[str]:
    name = document.steps[step[0].block.step].title or document.title or document.path
    seconds = sum(each.ms for each in step) / 1000
    head = (
        f"    <testcase name={_quoted(name)} "
        f"classname={_quoted(document.path)} file={_quoted(document.path)} "
        f'line="{step[0].line}" time="{seconds:.3f}">'
    )
    lines = [head]
    for each in step:
        if each.status in FAILING:
            tag = "error" if each.status is Status.hung else "failure"
            failure = each.failure
            message = failure.summary if failure is not None else "not reached"
            lines_shown = failure_lines(document, each, command) if failure is not None else []
            shown = "\n".join(lines_shown)
            text = markup(shown)
            lines.append(f"      <{tag} message={_quoted(message)}>{text}</{tag}>")
    if all(each.status is Status.skipped for each in step):
        why = _quoted(step[0].block.attributes.skip)
        lines.append(f"      <skipped message={why}/>")
    return [*lines, "    </testcase>"]


def _quoted(text: str) -> str:
    r"""Return a text as a quoted XML attribute; newlines are written `\n`, as XML drops them."""
    return '"' + markup(text, quote=True).replace("\n", "\\n") + '"'


class GithubReport(Report):
    """Writes a workflow command per failure: `::error file=...,line=...,title=...::MESSAGE`."""

    def __init__(self, write: Write) -> None:
        self._write = write

    def checked(self, document: Document, checked: Checked) -> None:
        """Write the failure of a command, if it failed."""
        failure = checked.failure
        if failure is not None and checked.status in FAILING:
            message = failure.summary
            if failure.follows:
                message = f"follows from line {failure.follows}: {message}"
            self._error(document.path, failure.line, message)

    def played(self, played: Played) -> None:
        """Write how many commands of the document were not reached, if any."""
        unreached = [each for each in played.checked if each.status is Status.unreached]
        if unreached:
            step = where(played.document, unreached[0].block.step)
            message = f"{len(unreached)} commands not reached, from {step}"
            self._error(played.document.path, unreached[0].line, message)

    def malformed(self, error: ParseError) -> None:
        """Write the error and its position."""
        self._error(error.path, error.line, error.message, error.column)

    def finish(self, totals: Totals) -> None:
        """Write the totals in one line."""
        self._write(summary(totals))

    def _error(self, path: str, line: int, message: str, column: int = 0) -> None:
        place = f"file={escaped_property(path)},line={line}" + (f",col={column}" if column else "")
        self._write(f"::error {place},title=kvshell replay::{escaped(message)}")
