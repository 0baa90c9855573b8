"""Runs lines on an engine, settling after each."""

from typing import Protocol

from kvshell.commands.result import Result
from kvshell.session.client import plain


class Engine(Protocol):
    """A runner of lines on one or several nodes."""

    def run(self, text: str) -> list[Result]: ...

    def settle(self, timeout_s: float | None = None) -> bool: ...


def lines(runner: Engine, *texts: str) -> list[Result]:
    results = []
    for text in texts:
        results += runner.run(text)
        assert runner.settle(20)
    return results


def said(runner: Engine, *texts: str) -> list[str]:
    """Return the printed answer of each command of these lines."""
    return [plain(result) for result in lines(runner, *texts)]
