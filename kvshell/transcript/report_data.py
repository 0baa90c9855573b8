"""The reports for programs: JSON, JUnit XML, GitHub's workflow commands."""

import json
from collections.abc import Sequence
from html import escape
from typing import Any

from kvshell.transcript.document import Document
from kvshell.transcript.grammar import ParseError
from kvshell.transcript.normal import printable
from kvshell.transcript.notes import escaped, escaped_property
from kvshell.transcript.outcome import Checked, Played, Status
from kvshell.transcript.report import FAILING, Report, Totals, steps_of
from kvshell.transcript.report_text import Write, summary
from kvshell.transcript.show import failure_lines, where


class JsonReport(Report):
    """One object per document, one on a line, and one with the totals."""

    def __init__(self, write: Write) -> None:
        self._write = write

    def played(self, played: Played) -> None:
        """Write the document."""
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
        """Write where it is malformed."""
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
        """Write the sums."""
        self._object({"v": 1, "totals": {**totals._asdict(), "ms": round(totals.ms, 3)}})

    def _object(self, value: dict[str, Any]) -> None:
        self._write(json.dumps(value, ensure_ascii=False))


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
    """JUnit XML: a suite per document, a case per step."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._suites: list[str] = []

    def played(self, played: Played) -> None:
        """Write the document."""
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
        """Write where it is malformed."""
        path, message = _quoted(error.path), _quoted(str(error))
        self._suites.append(
            f'  <testsuite name={path} tests="1" failures="0" errors="1" skipped="0">\n'
            f'    <testcase name="parse" classname={path} line="{error.line}">'
            f"<error message={message}/></testcase>\n  </testsuite>"
        )

    def finish(self, totals: Totals) -> None:
        """Write everything."""
        del totals  # each suite has its own
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
            text = escape(_clean(shown), quote=False)
            lines.append(f"      <{tag} message={_quoted(message)}>{text}</{tag}>")
    if all(each.status is Status.skipped for each in step):
        why = _quoted(step[0].block.attributes.skip)
        lines.append(f"      <skipped message={why}/>")
    return [*lines, "    </testcase>"]


def _quoted(text: str) -> str:
    """An attribute's value, quotes included."""
    return f'"{escape(_clean(text))}"'


def _clean(text: str) -> str:
    """The text without what XML cannot hold."""
    lines = (printable(line) for line in text.split("\n"))
    return "\n".join(lines).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")


class GithubReport(Report):
    """`::error file=...,line=...,title=kvshell replay::what is wrong`."""

    def __init__(self, write: Write) -> None:
        self._write = write

    def checked(self, document: Document, checked: Checked) -> None:
        """Take a command."""
        failure = checked.failure
        if failure is not None and checked.status in FAILING:
            said = failure.summary
            if failure.follows:
                said = f"follows from line {failure.follows}: {said}"
            self._error(document.path, failure.line, said)

    def played(self, played: Played) -> None:
        """Write the document."""
        unreached = [each for each in played.checked if each.status is Status.unreached]
        if unreached:
            step = where(played.document, unreached[0].block.step)
            said = f"{len(unreached)} commands not reached, from {step}"
            self._error(played.document.path, unreached[0].line, said)

    def malformed(self, error: ParseError) -> None:
        """Write where it is malformed."""
        self._error(error.path, error.line, error.message, error.column)

    def finish(self, totals: Totals) -> None:
        """Write the sums."""
        self._write(summary(totals))

    def _error(self, path: str, line: int, said: str, column: int = 0) -> None:
        place = f"file={escaped_property(path)},line={line}" + (f",col={column}" if column else "")
        self._write(f"::error {place},title=kvshell replay::{escaped(said)}")
