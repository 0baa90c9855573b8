"""Functions: a program written in Python - anybody's servers, and clients that are functions."""

from collections.abc import Callable, Mapping
from typing import Any

from kvshell.explore.names import by_name, called, registered
from kvshell.explore.program import Doing, Ending, Failure, Seen
from kvshell.runtime import Exit, Runtime, process
from kvshell.terms import A, ElixirError, Pid, Term, format_banner, inspect
from kvshell.terms import term as as_term


class Expect(AssertionError):  # noqa: N818  # raised as one asserts: raise Expect(...)
    """A client's expectation was not met; the client ends here, the others go on."""

    def __init__(self, place: str, expected: str, actual: str) -> None:
        super().__init__(f"{place}: expected {expected}, got {actual}")
        self.place, self.expected, self.actual = place, expected, actual


class Functions:
    """A set-up, clients that are functions, and a final check.

    `setup` runs in the driver; what it returns is given to every client and to `check`. What a
    client returns is what it saw. A client that raises AssertionError failed an expectation; one
    that exits or raises an Elixir error has that as its result; any other exception is a failure.

    All state must live in processes and tables: every schedule begins with `setup`, and a program
    that keeps something elsewhere is refused.
    """

    def __init__(
        self,
        setup: Callable[[], Any],
        clients: Mapping[str, Callable[[Any], Term]],
        check: Callable[[Any], object] | None = None,
        title: str = "",
    ) -> None:
        self.title = title or getattr(setup, "__module__", "program")
        self.expects = True
        self._setup = setup
        self._clients = dict(clients)
        self._check = check
        self._given: Any = None
        self._said: dict[str, str] = {}
        self._failures: list[Failure] = []
        self._pids: dict[str, Pid] = {}

    def begin(self, runtime: Runtime) -> tuple[Pid, tuple[Pid, ...]]:
        """Run `setup`, settle, and spawn the clients."""
        driver = runtime.enter()
        self._said, self._failures = {}, []
        self._given = self._setup()
        runtime.settle()
        self._pids = {
            name: process.spawn(lambda name=name, code=code: self._run(name, code), label=name)  # type: ignore[misc]
            for name, code in self._clients.items()
        }
        return driver, tuple(self._pids.values())

    def _run(self, name: str, code: Callable[[Any], Term]) -> None:
        try:
            self._said[name] = inspect(as_term(code(self._given)), width=None)
        except Exit as exit_:
            self._said[name] = format_banner(A.exit, exit_.reason)
        except ElixirError as error:
            self._said[name] = format_banner(A.error, error.struct)
        except Expect as wrong:
            self._fail(name, wrong.place, wrong.expected, wrong.actual)
        except AssertionError as wrong:
            self._fail(name, name, _said(wrong), "it was not so")
        except Exception as error:  # noqa: BLE001  # whatever a client raises is its failure
            self._fail(name, name, "an end", f"{type(error).__name__}: {error}")

    def _fail(self, client: str, text: str, expected: str, actual: str) -> None:
        self._said[client] = f"{text}: {actual}" if text != client else actual
        self._failures.append(Failure(client, 0, text, expected, actual))

    def end(self, runtime: Runtime) -> Ending:
        """Run `check` and collect; a client that still waits is a deadlock."""
        names = self.names(runtime)
        for name, pid in self._pids.items():
            if name not in self._said:
                self._fail(name, name, "an end", unfinished(runtime, pid))
        if self._check is not None:
            runtime.settle()
            try:
                self._check(self._given)
            except AssertionError as wrong:
                self._fail("check", "check", _said(wrong), "it was not so")
        return Ending(
            tuple(
                Seen(client, 0, "", by_name(said, names))
                for client, said in sorted(self._said.items())
            ),
            tuple(
                failure._replace(
                    expected=by_name(failure.expected, names), actual=by_name(failure.actual, names)
                )
                for failure in self._failures
            ),
            cycles(runtime, names),
        )

    def doing(self, client: Pid) -> Doing | None:
        """Return nothing: clients in Python have no lines."""
        del client
        return None

    def names(self, runtime: Runtime) -> Mapping[Pid, str]:
        """Return the clients' names and the registered ones; those of the set-up's pids as well."""
        given = self._given if isinstance(self._given, Mapping) else {}
        words = {pid: name for name, pid in given.items() if isinstance(pid, Pid)}
        clients = {pid: name for name, pid in self._pids.items()}
        return called(clients, words | registered(runtime))


def _said(wrong: AssertionError) -> str:
    return str(wrong).strip().partition("\n")[0] or "an assertion"


def unfinished(runtime: Runtime, pid: Pid) -> str:
    """Say why a client did not come to its end."""
    seen = runtime.observe(pid)
    if seen is None or seen.status == "dead":
        return format_banner((A.EXIT, pid), None if seen is None else seen.reason)
    return f"waits for ever for {seen.waiting_for or 'a message'}"


def cycles(runtime: Runtime, names: Mapping[Pid, str]) -> tuple[str, ...]:
    """Return the cycles of calls that closed in this run."""
    return tuple(
        by_name(event.text, names) for event in runtime.drain_events() if event.kind == "cycle"
    )
