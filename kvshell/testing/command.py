"""`kvshell test PATH...`: runs ExUnit files; the exit code reports the outcome.

0 green, 1 a test failed, 2 a file does not compile or a path is wrong, 130 interrupted.
"""

from argparse import Namespace

from kvshell.elixir.compile.writing.environment import CompileWarning
from kvshell.elixir.library import output
from kvshell.elixir.library.system.logger import entry
from kvshell.elixir.project import CompileFailure
from kvshell.runtime import Interrupted
from kvshell.runtime.events import LOGGED
from kvshell.runtime.processes.exits import PRINTED, Event, banner_of
from kvshell.terms import A, ElixirError, Term
from kvshell.testing.data_reports import TestJsonReport, TestJunitReport
from kvshell.testing.selection import TestTarget, UsageError, tag_filter, targets
from kvshell.testing.suite import Choice, TestSuite
from kvshell.testing.text_report import TestTextReport
from kvshell.views.caps import Flags
from kvshell.views.output import emit_error, emit_piece, narrate

GREEN, FAILED, UNUSABLE, INTERRUPTED = 0, 1, 2, 130
NOT_EXECUTED = "test: --only was given, but no test was executed"
_MOST_WARNINGS = 20
_PLACED = ("** (CompileError)", "** (SyntaxError)", "** (TokenMissingError)")


def test(given: Namespace, flags: Flags) -> int:
    """Run `kvshell test PATH...` and return the exit code."""
    try:
        found = targets(given.paths)
    except UsageError as error:
        narrate(f"test: {error}")
        return UNUSABLE
    except CompileFailure as failure:
        _to_stdout(compile_error(failure))
        return UNUSABLE
    choice = choice_of(given)
    suite = TestSuite(found, choice, free=bool(getattr(flags, "free", False)))
    suite.runtime.enter()
    suite.runtime.on_event = _printed
    try:
        with output.writing_with(_print):
            return _run(suite, found, given.report or ("json" if flags.caps.json else "text"))
    except CompileFailure as failure:
        _to_stdout(compile_error(failure))
        return UNUSABLE
    except (Interrupted, KeyboardInterrupt):
        return INTERRUPTED
    finally:
        suite.runtime.stop()


def test_path(path: str, flags: Flags) -> int:
    """Run `test PATH`, a line of a session, and return the exit code."""
    given = Namespace(
        paths=[path], only=[], include=[], exclude=[], seed=None, timeout=60_000, report=""
    )
    return test(given, flags)


def choice_of(given: Namespace) -> Choice:
    """Return the selection of tests that the arguments request."""
    return Choice(
        tuple(map(tag_filter, given.only)),
        tuple(map(tag_filter, given.exclude)),
        tuple(map(tag_filter, given.include)),
        given.seed,
        None if given.timeout == 0 else given.timeout,
    )


def compile_error(failure: CompileFailure) -> str:
    """Return the error text for a file that does not compile, as mix prints it."""
    error = failure.error
    banner = banner_of(error)
    struct = error.struct if isinstance(error, ElixirError) else None
    message = None if struct is None else struct.get(A.message)
    if type(message) is str and message.endswith("\n"):
        banner += "\n"  # mix keeps the line, iex does not
    line = getattr(error, "module_line", None)
    if line is not None and not banner.startswith(_PLACED):
        banner += f"\n    {failure.path.as_posix()}:{line}: (module)"
    return f"\n== Compilation error in file {failure.path.as_posix()} ==\n{banner}\n"


class Warnings:
    """Writes compiler warnings to standard error, at most 20 of them."""

    def __init__(self) -> None:
        self._said = 0

    def __call__(self, file: str, warning: CompileWarning) -> None:
        """Write a warning, unless 20 have been written."""
        self._said += 1
        if self._said <= _MOST_WARNINGS:
            place = warning.place or f"{file}:{warning.line}"
            _to_stderr(f"warning: {warning.text}\n  {place}\n\n")


def _run(suite: TestSuite, found: list[TestTarget], form: str) -> int:
    suite.load(Warnings(), _to_stderr)
    if form == "text":
        report = TestTextReport(suite, _to_stdout)
        report.filters(suite.choice, sorted(line for target in found for line in target.lines))
        suite.run(report.began, report.test_done, report.ended)
        report.finish()
        if suite.choice.only and not any(case.chosen for case in suite.cases):
            narrate(NOT_EXECUTED)
            return UNUSABLE
        return FAILED if report.counts.failures or report.counts.invalid else GREEN
    data = (TestJunitReport if form == "junit" else TestJsonReport)(suite, _to_stdout)
    suite.run(data.began, data.test_done, data.ended)
    data.finish()
    return FAILED if data.failures else GREEN


def _print(device: Term, text: str) -> None:
    (_to_stderr if device is A.stderr else _to_stdout)(text)


def _printed(event: Event) -> None:
    """Print the output of a group leader, and log entries."""
    if event.kind == PRINTED:
        _to_stdout(event.text)
    elif event.kind in LOGGED:
        _to_stdout(entry(event.text, event.level))
    elif event.kind == "notice":  # written by Logger, with its level
        level, _, text = event.text.removeprefix("[").partition("] ")
        _to_stdout(entry(text, level))


def _to_stdout(text: str) -> None:
    emit_piece(text)


def _to_stderr(text: str) -> None:
    emit_error(text)
