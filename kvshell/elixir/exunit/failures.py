"""Formats failed tests, line for line as mix prints them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kvshell.elixir.exunit.cases import ElixirTest
from kvshell.elixir.exunit.failing import AssertionFailedError
from kvshell.elixir.exunit.running import CaseResult, TestFailure
from kvshell.terms import (
    A,
    Atom,
    ElixirError,
    FunctionClauseError,
    List,
    format_banner,
    format_exit,
    inspect,
)
from kvshell.terms.printing.errors import UndefinedFunctionError
from kvshell.terms.printing.exceptions import call_text
from kvshell.terms.printing.inspection import Printer

PAD = "     "
WIDTH = 80


def failure_text(
    number: int,
    test: ElixirTest,
    failures: Sequence[TestFailure],
    source: Sequence[str] = (),
    logged: str = "",
) -> str:
    """Return the report of a failed test; `source` are the lines of its file."""
    head = f"{number:3}) {test.name} ({inspect(test.module)})\n{PAD}{test.file}:{test.line}\n"
    text = head + _failure(failures[0], test, source)
    if logged:
        lines = ["The following output was logged:", *logged.rstrip("\n").split("\n"), ""]
        text += "\n" + "\n".join(_indented(lines))
    return text


def case_text(number: int, result: CaseResult) -> str:
    """Return the report of a module whose setup_all failed."""
    name = inspect(result.module)
    head = f"{number:3}) {name}: failure on setup_all callback, all tests have been invalidated\n"
    return head + _failure(result.failures[0], None, ())


def assertion_text(
    error: AssertionFailedError, stack: List, test: ElixirTest, source: Sequence[str]
) -> str:
    """Return the report of a failed assertion: the message, the code, and both sides."""
    lines = _assertion(error, TestFailure(A.error, error, stack), test, source)
    return "\n".join(line.removeprefix(PAD) for line in lines)


def _failure(failure: TestFailure, test: ElixirTest | None, source: Sequence[str]) -> str:
    error = failure.value
    lines: list[str]
    if isinstance(error, AssertionFailedError):
        lines = _assertion(error, failure, test, source)
    else:
        kind = failure.kind
        banner = (
            f"** (EXIT from {inspect(kind[1])}) {format_exit(error)}"
            if type(kind) is tuple
            else _banner(kind, error)
        )
        lines = _indented(banner.split("\n"))
        if type(kind) is not tuple:
            code = _code_line(failure.stack, test, source)
            if code:
                lines.append(f"{PAD}code: {code}")
    if type(failure.kind) is not tuple and (test is None or test.written):
        lines.append(f"{PAD}stacktrace:")
        lines += [f"{PAD}  {place}" for place in places(failure, test)]
    return "\n".join(lines) + "\n"


def _banner(kind: Any, error: Any) -> str:
    """Return the banner of an error as mix prints it, without iex's indentation of arguments."""
    if isinstance(error, UndefinedFunctionError):
        return f"** (UndefinedFunctionError) {error}"
    if isinstance(error, FunctionClauseError):
        error.width = None  # unlike iex, ExUnit does not break the lines of an argument
    text: str = format_banner(kind, error)
    if isinstance(error, FunctionClauseError):
        text = text.replace("\n    ", "\n")
        return f"{text}\n" if "\nAttempted function clauses" in text else text
    struct = error.struct if isinstance(error, ElixirError) else None
    message = struct.get(A.message) if struct is not None else None
    return f"{text}\n" if type(message) is str and message.endswith("\n") else text


def _indented(lines: list[str]) -> list[str]:
    return [PAD + line for line in lines]


def _assertion(
    error: AssertionFailedError,
    failure: TestFailure,
    test: ElixirTest | None,
    source: Sequence[str],
) -> list[str]:
    lines = _indented(error.message.split("\n"))
    if error.pinned:
        lines.append(f"{PAD}The following variables were pinned:")
        lines += [f"{PAD}  {name} = {inspect(value)}" for name, value in error.pinned]
    if error.mailbox is not None:
        lines.append(PAD + _mailbox_head(error))
    if error.doctest:
        lines += [f"{PAD}doctest:", *(f"{PAD}  {line}" for line in error.doctest.split("\n"))]
    written = test is None or test.written
    code = error.expression or (
        _code_line(failure.stack, test, source) if written and not error.doctest else ""
    )
    labelled = bool(error.sides)
    if code:
        label = "code:  " if labelled and len(error.sides) > 1 else "code: "
        lines += _value(label, code, PAD)
    for side in error.sides:
        label = f"{side.label}:".ljust(7 if len(error.sides) > 1 else 6)
        text = side.text
        if text is None:
            indent = len(PAD) + len(label)
            shown = Printer().text(side.value, WIDTH - indent, indent)
            lines += f"{PAD}{label}{shown}".split("\n")
        else:
            lines += _value(label, text, PAD)
    if error.arguments:
        lines += _arguments(error)
    if error.mailbox:
        lines.append(f"{PAD}mailbox:")
        for index, (pattern, value) in enumerate(error.mailbox):
            if index:
                lines.append("")
            lines.append(f"{PAD}  pattern: {pattern}")
            lines += _value("value:   ", inspect(value, width=WIDTH - 16), PAD + "  ")
    return lines


def _mailbox_head(error: AssertionFailedError) -> str:
    assert error.mailbox is not None
    if not error.mailbox:
        return "The process mailbox is empty."
    count = getattr(error.mailbox, "total", len(error.mailbox))
    noun = "message" if count == 1 else "messages"
    return f"Showing {len(error.mailbox)} of {count} {noun} in the mailbox"


def _value(label: str, text: str, pad: str) -> list[str]:
    first, *rest = text.split("\n")
    margin = pad + " " * len(label)
    return [f"{pad}{label}{first}", *[margin + line if line else line for line in rest]]


def _arguments(error: AssertionFailedError) -> list[str]:
    lines = [f"{PAD}arguments:", ""]
    for index, value in enumerate(error.arguments, 1):
        lines += [f"{PAD}    # {index}", *_value("    ", inspect(value), PAD), ""]
    return lines


def _code_line(stack: List, test: ElixirTest | None, source: Sequence[str]) -> str:
    """Return the source line at which the test failed, or ""."""
    if test is None:
        return ""
    for module, name, _arity, where in stack.items:
        if module is test.module and name is Atom(test.name):
            place = dict(where.items)
            line = place.get(A.line, 0) if place.get(A.file) == test.file else 0
            if 0 < line <= len(source):
                return str(source[line - 1]).strip()
    return ""


def places(failure: TestFailure, test: ElixirTest | None) -> list[str]:
    """Return the lines of a failure's stacktrace; the test itself is shown as `(test)`."""
    if isinstance(failure.value, AssertionFailedError) and failure.value.origin:
        return [failure.value.origin]
    lines = []
    if isinstance(failure.value, UndefinedFunctionError):
        lines.append(str(getattr(failure.value, "call", "")))
    for module, name, arity, where in failure.stack.items:
        place = dict(where.items)
        at = f"{place.get(A.file)}:{place.get(A.line)}: " if place else ""
        if test is not None and module is test.module and name is Atom(test.name):
            lines.append(f"{at}(test)")
            continue
        count = len(arity) if type(arity) is List else arity
        lines.append(f"{at}{call_text(module, name, f'/{count}')}")
    return lines
