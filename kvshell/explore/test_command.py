"""`kvshell test --explore` and `kvshell explore TEST_FILE`: tests under every schedule."""

import sys
import textwrap
from argparse import Namespace
from collections.abc import Callable, Sequence

from kvshell.elixir.project import CompileFailure
from kvshell.explore.elixir_tests import TestSearch, explored, load, program_of
from kvshell.explore.program.elixir_program import ElixirProgram
from kvshell.explore.report.search_progress import Teletype
from kvshell.explore.test_reports import (
    ExploreJsonReport,
    ExploreJunitReport,
    ExploreReport,
    ExploreTextReport,
)
from kvshell.session.interrupts import Interrupts
from kvshell.terms import A
from kvshell.testing import command
from kvshell.testing.selection import UsageError
from kvshell.testing.suite import Choice, TestSuite
from kvshell.views.caps import Flags
from kvshell.views.output import emit_piece, narrate

NOTHING = 3


def test(given: Namespace, flags: Flags) -> int:
    """Run `kvshell test`, with or without `--explore`; return the exit code."""
    if not given.explore:
        return command.test(given, flags)
    search = TestSearch(given.law, given.budget, given.jobs, steps=given.steps, every=given.all)
    form = given.report or ("json" if flags.caps.json else "text")
    report = _report(form, flags.caps.width)
    return _reported(given.paths, command.choice_of(given), search, "test", report)


def explore(given: Namespace, flags: Flags, one: Callable[[ElixirProgram], int]) -> int:
    """Run `kvshell explore TEST_FILE[:LINE]`; return the exit code.

    A single test is passed to `one`, which reports it like a document.
    """
    search = TestSearch(
        given.law,
        given.budget,
        crashes=given.crash,
        timeouts=given.timeouts == "any",
        steps=given.steps,
        every=given.all,
    )
    report = _report("json" if flags.caps.json else "text", None)
    return _reported([given.path], Choice(), search, "explore", report, one)


def explore_only(given: Namespace, one: Callable[[ElixirProgram], int], option: str) -> int:
    """Run `kvshell explore TEST_FILE:LINE` with an `option`, such as `--replay`, for one test.

    `one` carries it out; returns the exit code.
    """
    single: ElixirProgram | None = None
    suite = _loaded([given.path], Choice(), "explore")
    if suite is not None:
        single = _single(suite)
        if single is None:
            narrate(f"explore: {option} is for one test: TEST_FILE:LINE chooses it")
    return command.UNUSABLE if single is None else one(single)


def _loaded(paths: Sequence[str], choice: Choice, mode: str) -> TestSuite | None:
    """Return the compiled suite; None after reporting why there is none."""
    try:
        return load(paths, choice)
    except UsageError as error:
        narrate(f"{mode}: {error}")
    except CompileFailure as failure:
        emit_piece(command.compile_error(failure))
    return None


def _report(form: str, width: int | None) -> ExploreReport:
    if form == "json":
        return ExploreJsonReport(emit_piece)
    return ExploreJunitReport(emit_piece) if form == "junit" else ExploreTextReport(_writer(width))


def _writer(width: int | None) -> Callable[[str], None]:
    """Return a function that writes a line, wrapped at words to the width of a terminal."""
    if width is None:
        return emit_piece

    def broken(line: str) -> str:
        if len(line) <= width:
            return line
        margin = line[: len(line) - len(line.lstrip())] + "  "
        return "\n".join(
            textwrap.wrap(line, width, subsequent_indent=margin, break_long_words=False)
        )

    return lambda text: emit_piece("\n".join(map(broken, text.split("\n"))))


def _reported(
    paths: Sequence[str],
    choice: Choice,
    search: TestSearch,
    mode: str,
    report: ExploreReport,
    one: Callable[[ElixirProgram], int] | None = None,
) -> int:
    suite = _loaded(paths, choice, mode)
    if suite is None:
        return command.UNUSABLE
    if not any(case.chosen for case in suite.cases):
        return _nothing(mode, choice)
    single = _single(suite) if one is not None else None
    if one is not None and single is not None:
        return one(single)
    with Teletype(sys.stderr) as teletype, Interrupts() as interrupts, interrupts.search() as stop:
        green = explored(suite, search, report, stop=stop, on_progress=teletype.report)
        if stop():
            return command.INTERRUPTED
    return command.GREEN if green else command.FAILED


def _nothing(mode: str, choice: Choice) -> int:
    """Report that there is no test to explore; return the exit code."""
    if choice.only:
        narrate(command.NOT_EXECUTED)
        return command.UNUSABLE
    narrate(
        f"{mode}: there is no test to explore: none begins before the line, or all are excluded"
    )
    return NOTHING if mode == "explore" else command.GREEN


def _single(suite: TestSuite) -> ElixirProgram | None:
    """Return the program of the only chosen test, or None."""
    chosen = [(case, test) for case in suite.cases for test in case.chosen]
    if len(chosen) != 1 or chosen[0][1].skipped or chosen[0][1].run is None:
        return None
    if chosen[0][1].tags.get(A.tmp_dir):  # which is reported like one of several: no verdict
        return None
    return program_of(suite, *chosen[0])
