"""Formats the results of tests and their summary, as `mix test --trace` prints them."""

from typing import NamedTuple

from kvshell.elixir.exunit.running import TestResult


class TestCounts(NamedTuple):
    """The number of tests by outcome; `tests` counts all of them."""

    tests: int = 0
    failures: int = 0
    excluded: int = 0
    skipped: int = 0
    invalid: int = 0
    doctests: int = 0  # included in `tests`

    @property
    def summary(self) -> str:
        """The summary line, such as `3 tests, 1 failure`."""
        plain = self.tests - self.doctests
        text = f"{_count(self.doctests, 'doctest')}, " if self.doctests else ""
        text += f"{_count(plain, 'test')}, " if plain else ""
        text += _count(self.failures, "failure")
        for name in ("excluded", "invalid", "skipped"):
            number = getattr(self, name)
            text += f", {number} {name}" if number else ""
        return text


def result_line(result: TestResult) -> str:
    """Return the line printed when a test ends."""
    spent = "skipped" if result.status == "skipped" else f"{result.ms:.1f}ms"
    return f"  * {result.test.name} ({spent}) [L#{result.test.line}]\n"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
