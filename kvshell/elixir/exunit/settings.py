"""ExUnit.start, ExUnit.configure and ExUnit.run; the command line overrides their options."""

from weakref import WeakKeyDictionary

from kvshell.elixir.exunit.cases import tests_of
from kvshell.elixir.exunit.failures import case_text, failure_text
from kvshell.elixir.exunit.reporting import TestCounts, result_line
from kvshell.elixir.exunit.running import TestResult, run_case
from kvshell.elixir.library import output
from kvshell.elixir.library.kinds import LIST
from kvshell.elixir.library.registry import EMPTY_LIST, Cost, Library
from kvshell.elixir.modules.code_server import ElixirCode
from kvshell.elixir.modules.record import ModuleRecord
from kvshell.runtime.processes.thread_context import current
from kvshell.runtime.runtime import Runtime
from kvshell.terms import A, Atom, Map, Term, inspect

EXUNIT = Library("ExUnit", Cost.WAITS)


_configured: WeakKeyDictionary[Runtime, dict[str, Term]] = WeakKeyDictionary()


def configuration() -> dict[str, Term]:
    """Return the options set with ExUnit.configure in the caller's runtime."""
    return _configured.setdefault(current().runtime, {})


@EXUNIT.function(options=LIST)
def start(options: Term = EMPTY_LIST) -> Term:
    """Sets options like `configure`; ExUnit itself is always started here."""
    return configure(options)


@EXUNIT.function(options=LIST)
def configure(options: Term) -> Term:
    """Sets options of ExUnit; those of the command line take precedence."""
    given = (each for each in options.items if type(each) is tuple and type(each[0]) is Atom)
    configuration().update({name.name: value for name, value in given})
    return A.ok


@EXUNIT.function(additional_modules=LIST)
def run(additional_modules: Term = EMPTY_LIST) -> Term:
    """Runs the test modules that have not run yet; returns the number of tests by outcome."""
    code = current().runtime.code
    assert isinstance(code, ElixirCode)
    again = set(additional_modules.items)
    counts = TestCounts()
    for module, record in list(code.modules.items()):
        if tests_of(record) and (module in again or not record.data.get("ran")):
            record.data["ran"] = True
            counts = _run(record, counts)
    output.write(A.stdio, f"\n{counts.summary}\n")
    return Map(
        [
            (A.excluded, counts.excluded),
            (A.failures, counts.failures + counts.invalid),
            (A.skipped, counts.skipped),
            (A.total, counts.tests),
        ]
    )


def _run(record: ModuleRecord, counts: TestCounts) -> TestCounts:
    """Run the tests of a module and print their results."""
    failures = [counts.failures]

    def report(result: TestResult) -> None:
        text = result_line(result)
        if result.failures:
            failures[0] += 1
            text += f"\n{failure_text(failures[0], result.test, result.failures)}\n"
        output.write(A.stdio, text)

    output.write(A.stdio, f"\n{inspect(record.module)} [{record.file}]\n")
    tests = tests_of(record)
    seed = configuration().get("seed", 0)
    result = run_case(record, tests, seed=seed if type(seed) is int else 0, on_result=report)
    if result.failures:
        output.write(A.stdio, f"\n{case_text(0, result)}\n")
    statuses = [each.status for each in result.results]
    return TestCounts(
        counts.tests + len(tests),
        failures[0],
        0,
        counts.skipped + statuses.count("skipped"),
        counts.invalid + statuses.count("invalid"),
        counts.doctests + sum(each.documents is not None for each in tests),
    )
