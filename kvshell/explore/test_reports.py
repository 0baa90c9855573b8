"""The reports on explored tests: text, a JSON object for each test, or JUnit XML."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from kvshell.terms import inspect
from kvshell.testing.suite import TestCase
from kvshell.views.json_line import dumps

WORDS: Final = {
    "green": "green in all schedules",
    "luck": "green by luck",
    "partial": "green in the schedules that were run",
    "red": "red",
    "refused": "without a verdict",
    "skipped": "skipped",
}
MEANT: Final = {
    "luck": "passes in the order of a plain run, and fails in another",
    "red": "fails in the order of a plain run",
}
_FAILING: Final = frozenset({"luck", "red", "refused"})


class ExploredTest(NamedTuple):
    """The result for one test, as plain data that a forked process can send back."""

    name: str
    line: int
    status: str
    lines: tuple[str, ...]
    counts: str = ""
    sentence: str = ""
    place: str = ""
    verdicts: tuple[Mapping[str, Any], ...] = ()  # verdicts as JSON data, one for each law


class ExploreTextReport:
    """Writes each test after it has been explored, and a summary at the end."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._found: list[tuple[TestCase, ExploredTest]] = []

    def test_done(self, case: TestCase, each: ExploredTest) -> None:
        """Write the result of a test, below the heading of its module."""
        if not self._found or self._found[-1][0] is not case:
            self._write(f"\n{inspect(case.record.module)} [{case.file}]\n")
        self._write("\n".join([*each.lines, ""]))
        self._found.append((case, each))

    def finish(self) -> None:
        """Write the number of tests by result, and the name of each test that may fail."""
        if len(self._found) < 2:
            return
        counts = {status: sum(each.status == status for _, each in self._found) for status in WORDS}
        parts = [f"{number} {WORDS[status]}" for status, number in counts.items() if number]
        lines = [f"{len(self._found)} tests: {', '.join(parts)}"]
        lines += [f"  {WORDS[status]}: {MEANT[status]}" for status in MEANT if counts[status]]
        lines += [""] if any(each.status in _FAILING for _, each in self._found) else []
        for case, each in self._found:
            if each.status in _FAILING:
                module = inspect(case.record.module)
                counted = f" ({each.counts})" if each.counts else ""
                lines.append(f"{module}, {each.name}: {WORDS[each.status]}{counted}")
        self._write("\n" + "\n".join(lines) + "\n")


class ExploreJsonReport:
    """Writes a JSON object for each test after it has been explored."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    def test_done(self, case: TestCase, each: ExploredTest) -> None:
        """Write the result of a test, with a verdict for each law."""
        fields = {
            "module": inspect(case.record.module),
            "file": case.file,
            "line": each.line,
            "test": each.name,
            "status": each.status,
            "verdicts": list(each.verdicts),
        }
        if each.sentence:
            fields["failure"] = each.sentence
        if each.place:
            fields["place"] = each.place
        self._write(dumps(fields) + "\n")

    def finish(self) -> None:
        """Do nothing: everything has been written."""


class ExploreJunitReport:
    """Writes JUnit XML at the end; tests that are red or green by luck are failures."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._cases: list[str] = []
        self._failures = 0

    def test_done(self, case: TestCase, each: ExploredTest) -> None:
        """Add the result of a test to the document."""
        head = (
            f"  <testcase classname={quoteattr(inspect(case.record.module))}"
            f' name={quoteattr(each.name)} file={quoteattr(case.file)} line="{each.line}"'
        )
        if each.status == "skipped":
            self._cases.append(f"{head}><skipped/></testcase>")
        elif each.status == "green":
            self._cases.append(f"{head}/>")
        else:
            self._failures += 1
            message = WORDS[each.status] + (f" ({each.counts})" if each.counts else "")
            text = escape("\n".join(each.lines).strip())
            self._cases.append(
                f"{head}><failure message={quoteattr(message)}>{text}</failure></testcase>"
            )

    def finish(self) -> None:
        """Write the document."""
        head = f'tests="{len(self._cases)}" failures="{self._failures}"'
        self._write('<?xml version="1.0" encoding="utf-8"?>\n')
        self._write(f'<testsuite name="kvshell test --explore" {head}>\n')
        self._write("\n".join([*self._cases, "</testsuite>\n"]))


ExploreReport = ExploreTextReport | ExploreJsonReport | ExploreJunitReport
