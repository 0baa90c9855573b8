"""ExUnit files below `kvshell_paths` as pytest tests: one item per test.

All items of a file come from a single run of the file, as `kvshell test` runs it.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kvshell.elixir.exunit.failures import case_text, failure_text
from kvshell.elixir.exunit.running import CaseResult, TestResult
from kvshell.elixir.library import output
from kvshell.elixir.project import CompileFailure
from kvshell.terms import inspect
from kvshell.testing.command import compile_error
from kvshell.testing.selection import TestTarget
from kvshell.testing.suite import Choice, TestCase, TestSuite


class ExUnitFile(pytest.File):
    """A test file: compiled when it is collected, run when the first of its tests runs."""

    _suite: TestSuite
    _found: dict[tuple[str, str], tuple[TestResult, CaseResult]] | None = None

    def collect(self) -> Iterable["ExUnitItem"]:
        """Return an item for each test."""
        self._suite = TestSuite([TestTarget(self.path)], Choice())
        try:
            with _running(self._suite):
                self._suite.load()
        except CompileFailure as failure:
            raise self.CollectError(compile_error(failure)) from None
        yield from self._items()

    def _items(self) -> Iterator["ExUnitItem"]:
        for case in self._suite.cases:
            for test in case.tests:
                name = f"{inspect(case.record.module)}::{test.name}"
                key = (inspect(case.record.module), test.name)
                item: ExUnitItem = ExUnitItem.from_parent(self, name=name, key=key, line=test.line)
                yield item

    def result(self, key: tuple[str, str]) -> tuple[TestResult, CaseResult]:
        """Return the result of a test; the first call runs all tests of the file."""
        if self._found is None:
            self._found = {}
            suite = TestSuite([TestTarget(self.path)], Choice())
            with _running(suite):
                suite.load()
                suite.run(lambda _case: None, lambda _case, _result: None, self._ended)
        return self._found[key]

    def _ended(self, case: TestCase, result: CaseResult) -> None:
        assert self._found is not None
        for each in result.results:
            self._found[inspect(case.record.module), each.test.name] = (each, result)

    def source(self, result: TestResult) -> list[str]:
        """Return the lines of the file that contains a test."""
        return self._suite.sources.get(result.test.file, [])


class _running:  # noqa: N801  # named like a function, since it is used as one
    """A context in which the runtime of a suite is entered; it is stopped at the end."""

    def __init__(self, suite: TestSuite) -> None:
        self._suite = suite

    def __enter__(self) -> None:
        self._suite.runtime.enter()
        output.write_with(lambda _device, text: _write(text))

    def __exit__(self, *_error: object) -> None:
        self._suite.runtime.stop()


def _write(text: str) -> None:
    sys.stdout.write(text)  # pytest captures the output


class ExUnitItem(pytest.Item):
    """One test of a file."""

    def __init__(self, *, key: tuple[str, str], line: int, **given: Any) -> None:
        super().__init__(**given)
        self.key = key
        self.line = line

    def runtest(self) -> None:
        """Raise ExUnitError with ExUnit's report if the test failed; skip it if it is tagged so."""
        file = self.parent
        assert isinstance(file, ExUnitFile)
        found, case = file.result(self.key)
        if found.status == "skipped":
            pytest.skip(found.why or "@tag :skip")
        if found.status == "invalid":
            raise ExUnitError(case_text(0, case))
        if found.failures:
            raise ExUnitError(failure_text(1, found.test, found.failures, file.source(found)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return ExUnit's text instead of a Python traceback."""
        if not isinstance(excinfo.value, ExUnitError):
            return super().repr_failure(excinfo, style)
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return the location of the test."""
        return self.path, self.line - 1, self.name


class ExUnitError(Exception):
    """A test failed; the message is the report that mix prints."""
