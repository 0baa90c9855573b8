"""The output of `mix test --trace` for a suite."""

import time
from collections.abc import Callable

from kvshell.elixir.exunit.failures import case_text, failure_text
from kvshell.elixir.exunit.reporting import TestCounts, result_line
from kvshell.elixir.exunit.running import CaseResult, TestResult
from kvshell.terms import inspect
from kvshell.testing.suite import Choice, TestCase, TestSuite


class TestTextReport:
    """Writes each test when it ends, with its failure below, and the counts at the end."""

    def __init__(self, suite: TestSuite, write: Callable[[str], None]) -> None:
        self._suite = suite
        self._write = write
        self._began = time.monotonic()
        self._numbers = 0
        self.counts = TestCounts()

    def filters(self, choice: Choice, lines: list[int]) -> None:
        """Write the filters, as mix does, with the selected `lines`."""
        included = [f'line: "{line}"' for line in lines]
        included += [each.shown for each in (*choice.only, *choice.include)]
        excluded = [":test"] if lines or choice.only else []
        excluded += [each.shown for each in choice.exclude]
        if excluded:
            self._write(f"Excluding tags: [{', '.join(excluded)}]\n")
        if included:
            self._write(f"Including tags: [{', '.join(included)}]\n")
        if excluded or included:
            self._write("\n")

    def began(self, case: TestCase) -> None:
        """Write the heading of a module, and its excluded and skipped tests."""
        self._write(f"\n{inspect(case.record.module)} [{case.file}]\n")
        for test in case.tests:
            if test.name in case.excluded:
                self._write(f"  * {test.name} (excluded) [L#{test.line}]\n")
            elif test.skipped:
                self._write(f"  * {test.name} (skipped) [L#{test.line}]\n")
        left_out = len(case.tests) - len(case.chosen)
        self.counts = self.counts._replace(
            tests=self.counts.tests + len(case.tests),
            doctests=self.counts.doctests + sum(each.documents is not None for each in case.tests),
            excluded=self.counts.excluded + left_out,
        )

    def test_done(self, case: TestCase, result: TestResult) -> None:
        """Write the result of a test, unless `began` has written that it is skipped."""
        if result.status != "skipped":
            self._write(result_line(result))
        counts = self.counts
        if result.status == "skipped":
            self.counts = counts._replace(skipped=counts.skipped + 1)
        elif result.status == "failed":
            self.counts = counts._replace(failures=counts.failures + 1)
            source = self._suite.sources.get(case.file, [])
            text = failure_text(
                self.counts.failures, result.test, result.failures, source, result.logged
            )
            self._write(f"\n{text}\n")

    def ended(self, _case: TestCase, result: CaseResult) -> None:
        """Write the failure of a module's `setup_all`, and the tests that it made invalid."""
        invalid = [found for found in result.results if found.status == "invalid"]
        for found in invalid:
            self._write(f"  * {found.test.name} (0.0ms) [L#{found.test.line}]\n")
        self.counts = self.counts._replace(invalid=self.counts.invalid + len(invalid))
        if result.failures:
            self._write(f"\n{case_text(self.counts.failures, result)}\n")

    def finish(self) -> None:
        """Write the duration, the counts and the seed."""
        spent = time.monotonic() - self._began
        if self.counts.tests and self.counts.tests == self.counts.excluded:
            self._write("\nAll tests have been excluded.\n")
        self._write(f"\nFinished in {spent:.2f} seconds (0.00s async, {spent:.2f}s sync)\n")
        self._write(f"{self.counts.summary}\n\nRandomized with seed {self._suite.seed}\n")
