"""Program: what a search runs again and again, in every order of events that can make a difference."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from kvshell.runtime import Exit, Runtime, process
from kvshell.terms import A, ElixirError, Pid, Term, format_banner, inspect


class Failure(NamedTuple):
    """An expectation that was not met: where, what was expected and what came."""

    client: str
    place: str
    expected: str
    actual: str


class Ending(NamedTuple):
    """How one run ended: the result each client saw, and what failed."""

    results: tuple[tuple[str, str], ...]
    failures: tuple[Failure, ...]


class Program(Protocol):
    """A set-up, clients that run side by side, and final checks; the same in every run."""

    def begin(self, runtime: Runtime) -> tuple[Pid, tuple[Pid, ...]]:
        """Enter the runtime, set up, come to rest, spawn the clients; the driver and the clients.

        The calling thread is the driver from then on.
        """

    def end(self, runtime: Runtime) -> Ending:
        """Run the final checks and say how it ended. Runs in the driver, in the default policy."""


class Expect(AssertionError):
    """A client's expectation was not met; the client ends here, the others go on."""

    def __init__(self, place: str, expected: str, actual: str) -> None:
        super().__init__(f"{place}: expected {expected}, got {actual}")
        self.place, self.expected, self.actual = place, expected, actual


class Functions:
    """A program written in Python: clients are functions that return what they saw.

    `setup` runs in the driver and what it returns is given to every client. A client that raises
    AssertionError failed an expectation; one that exits or raises has that as its result.
    """

    def __init__(
        self,
        setup: Callable[[], Any],
        clients: dict[str, Callable[[Any], Term]],
        check: Callable[[Any], None] | None = None,
    ) -> None:
        self._setup = setup
        self._clients = clients
        self._check = check
        self._given: Any = None
        self._seen: dict[str, str] = {}
        self._failures: list[Failure] = []
        self._pids: dict[str, Pid] = {}

    def begin(self, runtime: Runtime) -> tuple[Pid, tuple[Pid, ...]]:
        """Run `setup`, settle, and spawn the clients."""
        driver = runtime.enter()
        self._seen, self._failures = {}, []
        self._given = self._setup()
        runtime.settle()
        self._pids = {
            name: process.spawn(lambda name=name, code=code: self._run(name, code), label=name)  # type: ignore[misc]
            for name, code in self._clients.items()
        }
        return driver, tuple(self._pids.values())

    def _run(self, name: str, code: Callable[[Any], Term]) -> None:
        try:
            self._seen[name] = inspect(code(self._given))
        except Exit as exit_:
            self._seen[name] = format_banner(A.exit, exit_.reason)
        except ElixirError as error:
            self._seen[name] = format_banner(A.error, error)
        except Expect as wrong:
            self._seen[name] = f"{wrong.place}: {wrong.actual}"
            self._failures.append(Failure(name, wrong.place, wrong.expected, wrong.actual))
        except AssertionError as wrong:
            self._seen[name] = f"failed: {wrong}"
            self._failures.append(Failure(name, name, str(wrong), "it was not so"))

    def end(self, runtime: Runtime) -> Ending:
        """Settle, run `check` and collect; a client that still waits is a deadlock."""
        for name, pid in self._pids.items():
            seen = runtime.observe(pid)
            if seen is not None and seen.status != "dead":
                self._seen[name] = f"waits for ever: {seen.waiting_for or 'a message'}"
                self._failures.append(Failure(name, name, "an end", self._seen[name]))
        if self._check is not None:
            try:
                self._check(self._given)
            except AssertionError as wrong:
                self._failures.append(Failure("check", "check", str(wrong), "it was not so"))
        return Ending(tuple(sorted(self._seen.items())), tuple(self._failures))
