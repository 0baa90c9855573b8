"""Explores the tests of a suite: each is green in all schedules, green by luck, or red."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from typing import Final, NamedTuple

from kvshell.elixir.exunit.cases import ElixirTest
from kvshell.elixir.exunit.running import NO_FILES
from kvshell.elixir.library import output
from kvshell.explore.program.elixir_program import ElixirProgram
from kvshell.explore.program_loading import RefusedError, verdicts
from kvshell.explore.report.difference import wanted
from kvshell.explore.report.outcome_table import table
from kvshell.explore.report.sequence_chart import sequence
from kvshell.explore.report.verdict_text import as_json, headline, replayed, why_incomplete
from kvshell.explore.report_views import diagrams
from kvshell.explore.search.choices import STEPS
from kvshell.explore.search.forked import Forked, may_fork
from kvshell.explore.test_reports import WORDS, ExploredTest, ExploreReport
from kvshell.explore.verdict.verdict import SearchProgress, Verdict
from kvshell.runtime import NotAtRest
from kvshell.runtime.search.steps import FaultModel
from kvshell.terms import A
from kvshell.testing import command
from kvshell.testing.selection import targets
from kvshell.testing.suite import Choice, TestCase, TestSuite
from kvshell.views import DOCUMENT, render_view
from kvshell.views.output import emit_error
from kvshell.views.plain import chart_lines

LAWS: Final = {"spec": (True,), "beam": (False,), "both": (True, False)}
BUDGET: Final = 1_000


class TestSearch(NamedTuple):
    """How to search the schedules: the laws, the maximum number of schedules, and the faults.

    `crashes`, `timeouts` and `steps` are those of `kvshell explore`; with `every`, each outcome of
    a test is shown.
    """

    law: str = "both"
    budget: int = BUDGET
    jobs: int = 1
    crashes: int = 0
    timeouts: bool = False
    steps: int = STEPS
    every: bool = False

    @property
    def models(self) -> tuple[FaultModel, ...]:
        """The fault model for each law."""
        return tuple(FaultModel(spec, self.timeouts, self.crashes) for spec in LAWS[self.law])

    @property
    def names(self) -> tuple[str, ...]:
        """The laws to search, by name."""
        return ("spec", "beam") if self.law == "both" else (self.law,)


Stop = Callable[[], bool]
OnProgress = Callable[[SearchProgress], None]


def load(paths: Sequence[str], choice: Choice) -> TestSuite:
    """Compile the test files of the paths, and the code they test.

    Raises:
        UsageError: a path does not exist.
        CompileFailure: a file does not compile.
    """
    suite = TestSuite(targets(paths), choice)
    suite.runtime.enter()
    output.write_with(lambda _device, _text: None)  # a test prints in each schedule
    try:
        suite.load(command.Warnings(), emit_error)
    finally:
        suite.runtime.stop()
    nearest(suite)
    return suite


def nearest(suite: TestSuite) -> None:
    """Keep only one test of a file with a given line: the last one that begins at or before it.

    mix runs one such test of each module; here it is one test of the file.
    """
    for target in suite.targets:
        mine = [case for case in suite.cases if target.path.as_posix().endswith(case.file)]
        chosen = [(case, test) for case in mine for test in case.chosen]
        if len(target.lines) != 1 or len({id(case) for case, _test in chosen}) < 2:
            continue
        last, _test = max(chosen, key=lambda each: each[1].line)
        for case in mine:
            if case is not last:
                names = frozenset(test.name for test in case.tests)
                suite.cases[suite.cases.index(case)] = case._replace(excluded=names)


def program_of(suite: TestSuite, case: TestCase, test: ElixirTest) -> ElixirProgram:
    """Return a test as a program for the search."""
    source = suite.sources.get(case.file, [])
    return ElixirProgram(
        suite.code,
        case.record,
        test,
        suite.projects,
        source,
        seed=suite.seed,
        timeout_ms=suite.choice.timeout_ms,
    )


def explored(
    suite: TestSuite,
    search: TestSearch,
    report: ExploreReport,
    *,
    stop: Stop = lambda: False,
    on_progress: OnProgress = lambda _progress: None,
) -> bool:
    """Explore every chosen test and report it; return whether all are green in all schedules."""
    work = [(case, test) for case in suite.cases for test in case.chosen]
    green = True
    for (case, _test), each in zip(
        work, _each(suite, work, search, stop, on_progress), strict=False
    ):
        report.test_done(case, each)
        green = green and each.status in {"green", "skipped"}
    report.finish()
    return green


def _each(
    suite: TestSuite,
    work: Sequence[tuple[TestCase, ElixirTest]],
    search: TestSearch,
    stop: Stop,
    on_progress: OnProgress,
) -> Iterator[ExploredTest]:
    """Yield the result of each test, in order; `jobs` tests are searched at a time."""
    if search.jobs == 1 or not may_fork():
        for place, (case, test) in enumerate(work, 1):
            if stop():
                return
            progress = partial(_report_named, on_progress, f"{test.name}, {place} of {len(work)}")
            yield _explore(suite, case, test, search, stop, progress)
        return
    with ExitStack() as stack:
        running: list[Forked] = []
        for place, (case, test) in enumerate(work):
            while len(running) < min(place + search.jobs, len(work)):
                next_case, next_test = work[len(running)]
                alone = partial(_explore, suite, next_case, next_test, search, stop, _tell_nobody)
                running.append(Forked(alone))
                stack.callback(running[-1].close)
            found = running[place].result(stop)
            if stop():
                return
            if found is None:  # it raised in the other process: repeat it here to get the exception
                found = _explore(suite, case, test, search, stop, _tell_nobody)
            yield found


def _tell_nobody(_progress: SearchProgress) -> None:
    """Do nothing: the test is searched in the background."""


def _report_named(on_progress: OnProgress, what: str, progress: SearchProgress) -> None:
    on_progress(progress._replace(what=f"{what}: {progress.what}"))


def _explore(
    suite: TestSuite,
    case: TestCase,
    test: ElixirTest,
    search: TestSearch,
    stop: Stop,
    on_progress: OnProgress,
) -> ExploredTest:
    if test.skipped or test.run is None:
        line = f"  * {test.name} (skipped) [L#{test.line}]"
        return ExploredTest(test.name, test.line, "skipped", (line,))
    head = f"  * {test.name} [L#{test.line}]:"
    if test.tags.get(A.tmp_dir):
        line = f"{head} no verdict: {NO_FILES}"
        return ExploredTest(test.name, test.line, "refused", (line,), sentence=NO_FILES)
    program = program_of(suite, case, test)
    found: list[Verdict] = []
    try:
        if search.jobs == 1:
            found = verdicts(
                program,
                search.models,
                search.budget,
                stop=stop,
                on_progress=on_progress,
                steps=search.steps,
            )
        else:  # the processors are busy with the other tests
            for model in search.models:
                found += verdicts(program, (model,), search.budget, stop=stop, steps=search.steps)
    except (RefusedError, NotAtRest) as error:
        line = f"{head} no verdict: {error}"
        return ExploredTest(test.name, test.line, "refused", (line,), sentence=str(error))
    status = _status(found)
    failing = status in {"luck", "red"}
    sentence = headline(found).partition("\n")[0] if failing or status == "refused" else ""
    counts = ", ".join(
        _counted(*each, tell=failing) for each in zip(search.names, found, strict=True)
    )
    match status:
        case "green":
            lines = [f"{head} green in all schedules ({counts})"]
        case "refused":
            lines = [f"{head} {sentence} ({counts})"]
        case "partial":
            lines = [f"{head} green in the schedules that were run ({counts})"]
        case _:
            place = _typed(suite, case, test)
            lines = [
                f"{head} {WORDS[status]} ({counts})",
                *_failure(found, place, program if search.every else None),
            ]
    if search.every:
        shown = render_view(table(found, every=True), DOCUMENT).split("\n")
        lines += [*(f"      {line}".rstrip() for line in shown), ""]
    return ExploredTest(
        test.name,
        test.line,
        status,
        tuple(lines),
        counts,
        sentence,
        _place(found) if failing else "",
        tuple(as_json(each, every=search.every) for each in found),
    )


def _status(found: Sequence[Verdict]) -> str:
    if any(verdict.failing for verdict in found):
        return "red" if any(verdict.default_fails for verdict in found) else "luck"
    if any(verdict.endless for verdict in found):
        return "refused"
    return "green" if all(verdict.complete for verdict in found) else "partial"


def _counted(law: str, verdict: Verdict, *, tell: bool) -> str:
    """Return how many schedules there are under a law, and how many fail, if asked to `tell`."""
    plural = "" if verdict.schedules == 1 else "s"
    fails = "fails" if verdict.failing < 2 else "fail"
    many = f"{verdict.failing:,}" if verdict.failing else "none"
    failing = f", {many} {fails}" if tell else ""
    part = "" if verdict.complete else f", not all run: {why_incomplete(verdict)}"
    return f"{law}: {verdict.schedules:,} schedule{plural}{failing}{part}"


def _place(found: Sequence[Verdict]) -> str:
    verdict = next(each for each in found if each.failing)
    failures = verdict.outcomes[0].ending.failures
    return failures[0].place if failures else ""


def _typed(suite: TestSuite, case: TestCase, test: ElixirTest) -> str:
    """Return the argument that selects a test, `path:line`, with the path as the user gave it."""
    paths = (target.path.as_posix() for target in suite.targets)
    return f"{next((path for path in paths if path.endswith(case.file)), case.file)}:{test.line}"


def _failure(
    found: Sequence[Verdict], place: str, program: ElixirProgram | None = None
) -> list[str]:
    """Return lines about the shortest failing schedule: a sentence, the failing line, and a chart.

    With `program` there is a chart of each outcome, made by running one of its schedules again.
    """
    verdict = next(each for each in found if each.failing)
    lines = [headline(found)]
    for failure in verdict.outcomes[0].ending.failures[:1]:
        several = "\n" in failure.actual or failure.actual.startswith("** (")
        report = failure.report or (failure.actual if several else wanted(failure))
        lines += [f"{failure.place}", *(f"  {line}" for line in report.split("\n"))]
    again = f"kvshell explore {place}"
    walk = replayed(again, verdict.outcomes[0].token)
    if verdict.watched is None:
        lines += ["", walk]
    else:
        chart = sequence(verdict.watched, verdict.cause, verdict.explained, again=walk)
        charts = [chart] if program is None else diagrams(program, found, chart, again)
        for each in charts:
            lines += ["", *chart_lines(each, DOCUMENT)]
    return [*(f"      {line}".rstrip() for text in lines for line in text.split("\n")), ""]
