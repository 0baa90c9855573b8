"""A program written as one Python generator function: set-up, clients, final checks.

The generator yields once: the code before the `yield` is the set-up, the yielded functions are the
clients, and the code after it are the final checks.
"""

import linecache
import os
from collections.abc import Callable, Generator, Iterable, Mapping
from pathlib import PurePath
from types import TracebackType
from typing import Any, Final

from kvshell.explore.program.assert_values import asserted
from kvshell.explore.program.program import (
    CHECK,
    Doing,
    Ending,
    Observed,
    ScheduleFailure,
    by_name,
    called,
    cycles,
    in_order,
    kinds,
    registered,
    unfinished,
    waits_for,
)
from kvshell.runtime import Exit, NotAtRest, Runtime, WaitsForever, process
from kvshell.terms import A, ElixirError, Pid, format_banner, inspect
from kvshell.terms import term as as_term

Client = Callable[[], object]
Clients = Generator[Client | Iterable[Client], Any, None]

_SHAPE: Final = "a program yields its clients, once: def program(): set-up; yield a, b; checks"
_OURS: Final = f"{PurePath(__file__).parent.parent.parent}{os.sep}"


class Expect(AssertionError):  # noqa: N818  # named like an assertion: raise Expect(...)
    """A client's expectation failed; this client ends, the others continue."""

    def __init__(self, place: str, expected: str, actual: str) -> None:
        super().__init__(f"{place}: expected {expected}, got {actual}")
        self.place, self.expected, self.actual = place, expected, actual


class Written:
    """The program of a generator function, which can be run repeatedly.

    `errors` holds the exceptions of the clients and the final checks of the last run.
    """

    def __init__(self, program: Callable[[], Clients]) -> None:
        self.title = getattr(program, "__name__", "program")
        self.expects = True
        self.errors: list[BaseException] = []
        self._program = program
        self._steps: Clients
        self._alone = False  # whether a single client was yielded, not a tuple
        self._said: dict[str, str] = {}
        self._results: dict[str, object] = {}
        self._failures: list[ScheduleFailure] = []
        self._pids: dict[str, Pid] = {}
        self._words: dict[Pid, str] = {}

    @property
    def repeatable(self) -> None:
        """None: the code of a set-up may store state anywhere."""

    def begin(self, runtime: Runtime) -> tuple[Pid, tuple[Pid, ...]]:
        """Run the code before the `yield`, settle, and spawn the clients.

        Raises:
            TypeError: the program is not a generator function that yields functions.
        """
        driver = self._enter(runtime)
        self._said, self._results, self._failures, self.errors = {}, {}, [], []
        self._steps = self._program()
        if not isinstance(self._steps, Generator):
            raise TypeError(_SHAPE)
        clients = self._yielded()
        given = self._steps.gi_frame.f_locals  # type: ignore[attr-defined]  # it is a generator's
        self._words = {pid: name for name, pid in given.items() if isinstance(pid, Pid)}
        runtime.settle()
        self._pids = {
            name: process.spawn(lambda name=name, code=code: self._run(name, code), label=name)  # type: ignore[misc]
            for name, code in clients.items()
        }
        return driver, tuple(self._pids.values())

    def _enter(self, runtime: Runtime) -> Pid:
        """Make the calling thread the driver."""
        return runtime.enter()

    def _yielded(self) -> dict[str, Client]:
        try:
            yielded = next(self._steps)
        except StopIteration:
            raise TypeError(_SHAPE) from None
        self._alone = callable(yielded)
        clients = [yielded] if callable(yielded) else list(yielded)
        named: dict[str, Client] = {}
        for place, code in enumerate(clients, 1):
            if not callable(code):
                raise TypeError(f"{_SHAPE}; {code!r} is not a function")
            name = getattr(code, "__name__", "<client>")
            number = f"client {place}"
            named[number if name.startswith("<") or name in named else name] = code
        return named

    def _run(self, name: str, code: Client) -> None:
        """Run a client. Runs in its process."""
        try:
            result = code()
        except Exit as exit_:
            if exit_.reason is not A.normal:
                self._failed(name, exit_)
        except Exception as error:  # noqa: BLE001  # whatever a client raises is its failure
            self._failed(name, error)
        else:
            self._results[name] = result
            self._said[name] = _shown(result)

    def _failed(self, client: str, error: BaseException) -> None:
        line, text = _place(error)
        text = text or client
        expected, actual = _wanted(error, text, again=client == CHECK)
        self.errors.append(error)
        self._said[client] = actual
        self._failures.append(ScheduleFailure(client, line, text, expected, actual))

    def end(self, runtime: Runtime) -> Ending:
        """Send the results to the generator, run the code after the `yield`; return the outcome.

        A client that still waits is a deadlock. If a client failed, the final checks are skipped.
        """
        names = self.names(runtime)
        for name, pid in self._pids.items():
            if name not in self._said and not _ended(runtime, pid):
                failure = self._unfinished(runtime, name, pid)
                self._said[name] = failure.actual
                self._failures.append(failure)
        if not self._failures:
            runtime.settle()
            self._check()
        self._steps.close()
        return Ending(
            tuple(  # in the order of the clients, not in the order they ended
                Observed(who, 0, "", by_name(self._said[who], names))
                for who in (*self._pids, CHECK)
                if who in self._said
            ),
            tuple(
                failure._replace(
                    expected=by_name(failure.expected, names),
                    actual=by_name(failure.actual, names),
                    report=by_name(failure.report, names),
                )
                for failure in in_order(self._failures, self._pids)
            ),
            cycles(runtime.drain_events(), names),
        )

    def _unfinished(self, runtime: Runtime, name: str, pid: Pid) -> ScheduleFailure:
        return ScheduleFailure(name, 0, name, "an end", unfinished(runtime, pid))

    def _check(self) -> None:
        results = tuple(self._results.get(name) for name in self._pids)
        try:
            self._steps.send(results[0] if self._alone else results)
        except StopIteration:
            return
        except WaitsForever as error:
            self._failed(CHECK, error)
            return
        except NotAtRest:  # a process is stuck: not a failure, but no verdict
            raise
        except (Exit, Exception) as error:  # noqa: BLE001  # whatever is raised is a failure
            self._failed(CHECK, error)
            return
        raise TypeError(_SHAPE)

    def doing(self, client: Pid) -> Doing | None:
        """Return None: a client's signals say more than its current line of Python."""
        del client
        return None

    def names(self, runtime: Runtime) -> Mapping[Pid, str]:
        """Return the names of the clients, of registered processes, and the set-up's variables."""
        clients = {pid: name for name, pid in self._pids.items()}
        return called(clients, kinds(runtime) | self._words | registered(runtime))


def _ended(runtime: Runtime, pid: Pid) -> bool:
    """Whether a client ended itself with `exit(self(), :normal)`."""
    seen = runtime.observe(pid)
    return seen is not None and seen.status == "dead" and seen.reason is A.normal


def _shown(result: object) -> str:
    try:
        return inspect(as_term(result), width=None)
    except TypeError:
        return f"a {type(result).__name__}"  # its address differs in every schedule


def _place(error: BaseException) -> tuple[int, str]:
    """Return the innermost line outside kvshell: its number and text."""
    found: TracebackType | None = None
    trace = error.__traceback__
    while trace is not None:
        if not trace.tb_frame.f_code.co_filename.startswith(_OURS):
            found = trace
        trace = trace.tb_next
    if found is None:
        return 0, ""
    return found.tb_lineno, linecache.getline(
        found.tb_frame.f_code.co_filename, found.tb_lineno
    ).strip()


def _wanted(error: BaseException, text: str, *, again: bool) -> tuple[str, str]:
    """Return the expected and actual values from an error's message."""
    if isinstance(error, Expect):
        return error.expected, error.actual
    if isinstance(error, AssertionError):
        return asserted(error, text, again=again)
    if isinstance(error, WaitsForever):
        return "an end", waits_for(error.awaited)
    if isinstance(error, Exit):
        return "an answer", format_banner(A.exit, error.reason)
    if isinstance(error, ElixirError):
        return "an answer", format_banner(A.error, error.struct)
    return "an end", f"{type(error).__name__}: {error}"
