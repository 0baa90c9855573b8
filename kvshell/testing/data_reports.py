"""Reports for other programs: JSON, with a line per test, and JUnit XML."""

import json
from collections.abc import Callable
from xml.sax.saxutils import escape, quoteattr

from kvshell.elixir.exunit.failures import case_text, failure_text
from kvshell.elixir.exunit.running import CaseResult, TestResult
from kvshell.terms import inspect
from kvshell.testing.suite import TestCase, TestSuite


class TestJsonReport:
    """Writes a JSON object for each test when it ends."""

    def __init__(self, suite: TestSuite, write: Callable[[str], None]) -> None:
        self._suite = suite
        self._write = write
        self.failures = 0

    def began(self, case: TestCase) -> None:
        """Write the excluded tests."""
        for test in case.tests:
            if test.name in case.excluded:
                self._write_result(case, test.name, test.line, "excluded")

    def test_done(self, case: TestCase, result: TestResult) -> None:
        """Write the result of a test."""
        failed = result.status == "failed"
        self.failures += failed
        source = self._suite.sources.get(case.file, [])
        text = failure_text(self.failures, result.test, result.failures, source) if failed else ""
        self._write_result(case, result.test.name, result.test.line, result.status, result.ms, text)

    def ended(self, case: TestCase, result: CaseResult) -> None:
        """Write the tests invalidated by a failed `setup_all`."""
        for found in result.results:
            if found.status == "invalid":
                self.failures += 1
                message = case_text(0, result)
                self._write_result(case, found.test.name, found.test.line, "invalid", 0.0, message)

    def finish(self) -> None:
        """Do nothing: everything has been written."""

    def _write_result(
        self, case: TestCase, name: str, line: int, status: str, ms: float = 0.0, failure: str = ""
    ) -> None:
        fields = {
            "module": inspect(case.record.module),
            "file": case.file,
            "line": line,
            "test": name,
            "status": status,
            "ms": ms,
        }
        if failure:
            fields["failure"] = failure
        self._write(json.dumps(fields, ensure_ascii=False) + "\n")


class TestJunitReport(TestJsonReport):
    """Writes JUnit XML at the end."""

    def __init__(self, suite: TestSuite, write: Callable[[str], None]) -> None:
        super().__init__(suite, write)
        self._cases: list[str] = []

    def _write_result(
        self, case: TestCase, name: str, line: int, status: str, ms: float = 0.0, failure: str = ""
    ) -> None:
        head = (
            f"<testcase classname={quoteattr(inspect(case.record.module))} name={quoteattr(name)}"
            f' file={quoteattr(case.file)} line="{line}" time="{ms / 1000:.3f}"'
        )
        if status in {"excluded", "skipped"}:
            self._cases.append(f"  {head}><skipped/></testcase>")
        elif failure:
            self._cases.append(f"  {head}><failure>{escape(failure)}</failure></testcase>")
        else:
            self._cases.append(f"  {head}/>")

    def finish(self) -> None:
        """Write the document."""
        count = len(self._cases)
        self._write('<?xml version="1.0" encoding="utf-8"?>\n')
        self._write(f'<testsuite name="kvshell test" tests="{count}" failures="{self.failures}">\n')
        self._write("\n".join([*self._cases, "</testsuite>\n"]))
