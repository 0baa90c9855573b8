"""ElixirProgram: an ExUnit test as a program, explored from its body on; its process is the client.

As in ExUnit, `setup` runs in the process of the test, which keeps its mailbox, dictionary, flags
and tables; the system settles before the body begins. `setup_all` runs in the driver.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from kvshell.elixir.exunit.cases import ElixirTest
from kvshell.elixir.exunit.context import TestRun, begin
from kvshell.elixir.exunit.failing import AssertionFailedError
from kvshell.elixir.exunit.failures import assertion_text
from kvshell.elixir.exunit.running import (
    TIMEOUT,
    TestFailure,
    context_of,
    context_of_case,
    set_up,
    undo,
)
from kvshell.elixir.exunit.time_limit import is_down
from kvshell.elixir.library import chance
from kvshell.elixir.library.system import files
from kvshell.elixir.modules.code_server import ElixirCode
from kvshell.elixir.modules.record import ModuleRecord
from kvshell.elixir.project import Project, start_application
from kvshell.explore.program.function_program import Client, Clients, Written
from kvshell.explore.program.program import CHECK, WAITS, ScheduleFailure, acting, kinds, unfinished
from kvshell.runtime import Exit, NotAtRest, Runtime, process
from kvshell.runtime.processes.crash_report import stack_now, stack_of
from kvshell.runtime.processes.exits import Thrown, banner_of
from kvshell.runtime.processes.thread_context import current
from kvshell.session import Session
from kvshell.session.elixir_shell import take_own
from kvshell.systems.designs.own_lines import OWN
from kvshell.terms import (
    A,
    Atom,
    List,
    Pid,
    format_exit,
    format_places,
    inspect,
)
from kvshell.testing.suite import below_here

_COMPARED: Final = re.compile(r"(?P<word>Assertion|Refute) with (?P<operator>\S+) failed")

_EQUAL: Final = frozenset({"==", "==="})


class ElixirProgram(Written):
    """A test of a module, which can be run repeatedly with the same compiled code."""

    kind = "test"
    _session: Session

    def __init__(
        self,
        code: ElixirCode,
        record: ModuleRecord,
        test: ElixirTest,
        projects: Sequence[Project],
        source: Sequence[str],
        *,
        seed: int = 0,
        timeout_ms: int | None = TIMEOUT,
    ) -> None:
        super().__init__(self._steps_of_test)
        self.title = test.name
        self._code = code
        self._record = record
        self._test = test
        self._projects = projects
        self._source = source
        self._seed = seed
        limit = test.tags.get(A.timeout, timeout_ms)
        self._limit: int | None = limit if type(limit) is int else None
        self._began = 0
        self._stuck = ""  # the set-up that waits for ever
        self._runs: tuple[TestRun, ...] = ()
        self._linked: dict[
            TestRun, list[Pid]
        ] = {}  # the processes linked to the test's process when it ended

    def begin(self, runtime: Runtime) -> tuple[Pid, tuple[Pid, ...]]:
        """Start the application and run the set-ups; the client continues with the test's body."""
        runtime.code = self._code
        files.read_with(runtime, below_here)
        driver, clients = super().begin(runtime)
        (client,) = clients
        reference = process.monitor(client)
        self._stuck = ""
        try:
            process.receive(
                lambda message: message is A.the_test_is_set_up or is_down(message, reference)
            )
        except NotAtRest:
            self._stuck = "setup"
            return driver, clients
        process.demonitor(reference)
        runtime.settle()
        process.send(client, A.begin_the_test)
        return driver, clients

    def names(self, runtime: Runtime) -> Mapping[Pid, str]:
        """Return the names of processes; one with the name of the test is shown as its module."""
        names = dict(super().names(runtime))
        like_test = inspect(Atom(self._test.name))
        named = [pid for pid, name in names.items() if name == like_test]
        if named:
            module = kinds(runtime)[named[0]]
            others = {names[pid].partition("#")[0] for pid in acting(runtime) if pid in names}
            names[named[0]] = f"{module} ({like_test})" if module in others else module
        return names

    def _enter(self, runtime: Runtime) -> Pid:
        self._session = Session("controlled", runtime=runtime)
        return self._session.shell

    @property
    def session(self) -> Session:
        """The session of the current run, for observation; its design runs the test's modules."""
        state = self._session.state
        take_own(state, self._code)
        state.design = state.designs.get(OWN, state.design)
        return self._session

    def _steps_of_test(self) -> Clients:
        for project in self._projects:
            start_application(self._code, project)
        driver = process.self_()
        of_module, run = TestRun(), TestRun()
        self._runs, self._linked = (run, of_module), {}
        begin(of_module)
        before = _links()
        module = self._record.module
        context = context_of_case(self._record)
        state: Any = self._record.data["case"]
        failed: BaseException | None = None
        try:
            context = set_up(self._record, state.all_setups, context)
        except (Exception, Exit, Thrown) as error:  # noqa: BLE001  # it is the test's
            failed = error
        self._linked[of_module] = [pid for pid in _links() if pid not in before]

        self._began = current().runtime.now_ms()

        def test() -> object:
            begin(run)
            chance.seed_test(module, Atom(self._test.name), self._seed)
            failure, own = failed, context
            try:
                if failure is None:
                    own = set_up(self._record, self._test.setups, context_of(self._test, own))
            except (Exception, Exit, Thrown) as error:  # noqa: BLE001  # it is the test's
                failure = error
            process.send(driver, A.the_test_is_set_up)
            process.receive(lambda message: message is A.begin_the_test)
            if failure is not None:
                raise failure
            assert self._test.run is not None
            self._test.run(own)
            self._linked[run] = _links()
            return A.ok

        yield test

    def _run(self, name: str, code: Client) -> None:
        """Run the test; anything it raises is a failure, including `exit(:normal)` and a throw."""
        try:
            self._results[name] = result = code()
        except (Exception, Exit, Thrown) as error:  # noqa: BLE001  # it is the test's
            self._failed(name, error)
        else:
            self._said[name] = _shown(result)
        if self._limit is not None and current().runtime.now_ms() - self._began >= self._limit:
            self._failures.clear()
            self._said[name] = late = f"test timed out after {self._limit}ms"
            line = self._test.line
            text = self._text(line, name)
            self._failures.append(
                ScheduleFailure(name, line, text, f"an end within {self._limit}ms", late)
            )

    def _unfinished(self, runtime: Runtime, name: str, pid: Pid) -> ScheduleFailure:
        """Report the end of the test's process as ExUnit does, at the line of the test."""
        seen = runtime.observe(pid)
        if seen is None or seen.status != "dead":
            line = self._line(stack_now(pid.record))
            why = unfinished(runtime, pid)
            why = f"{self._stuck} {why}" if self._stuck else why
            return ScheduleFailure(name, line, self._text(line, name), "an end", why)
        why = f"** (EXIT from {inspect(pid)}) {format_exit(seen.reason)}"
        return ScheduleFailure(
            name, self._test.line, self._text(self._test.line, name), "an end", why
        )

    def _check(self) -> None:
        """Check as usual; then stop what each test started and run its on_exit callbacks."""
        super()._check()
        for run in self._runs:
            if run.exits:  # so that the effects of stopping are explored, too
                _shut_down(self._linked.get(run, []))
                for failure in undo(run, self._limit):
                    self._record_failure(CHECK, _raised(failure), failure.stack)

    def _failed(self, client: str, error: BaseException) -> None:
        self._record_failure(client, error, stack_of(error))

    def _record_failure(self, client: str, error: BaseException, stack: List) -> None:
        line = self._line(stack)
        text = self._text(line, client)
        expected, actual = _wanted(error)
        self.errors.append(error)
        self._said[client] = actual
        report = ""
        if isinstance(error, AssertionFailedError):
            report = assertion_text(error, stack, self._test, self._source)
        self._failures.append(ScheduleFailure(client, line, text, expected, actual, report))

    def _text(self, line: int, client: str) -> str:
        return self._source[line - 1].strip() if 0 < line <= len(self._source) else client

    def _line(self, stack: List) -> int:
        for place in format_places(stack):
            file, _, rest = place.partition(":")
            number = rest.partition(":")[0]
            if file == self._test.file and number.isdigit():
                return int(number)
        return self._test.line


def _links() -> list[Pid]:
    return list(current().links or ())


def _shut_down(linked: Sequence[Pid]) -> None:
    """End the processes linked to a test: under ExUnit the test ends with the reason :shutdown.

    A process that traps exits has already been notified.
    """
    for pid in linked:
        if pid.record is not None and not pid.record.trap_exit:
            process.exit(pid, A.shutdown)


def _raised(failure: TestFailure) -> BaseException:
    if failure.kind is A.error:
        error: BaseException = failure.value
        return error
    return Exit(failure.value) if failure.kind is A.exit else Thrown(failure.value)


def _wanted(error: BaseException) -> tuple[str, str]:
    if isinstance(error, AssertionFailedError):
        return _asserted(error)
    if isinstance(error, NotAtRest):
        return "an end", f"setup_all {WAITS} for a message"
    kind = "exit" if isinstance(error, Exit) else "throw" if isinstance(error, Thrown) else "error"
    return f"no {kind}", banner_of(error)


def _asserted(error: AssertionFailedError) -> tuple[str, str]:
    """Return the expected and the actual value of an assertion."""
    if error.unshown is not None:
        operator, value, other = error.unshown
        wanted = _shown(other) if operator in _EQUAL else f"{operator} {_shown(other)}"
        return wanted, f"{_shown(value)} ({error.message})"
    left, right = (
        next((side for side in error.sides if side.label == label), None)
        for label in ("left", "right")
    )
    if left is not None and left.text is not None and right is not None:
        other = "anything but " if "should have failed" in error.message else ""
        return f"{other}{left.text}", _shown(right.value)
    compared = _COMPARED.match(error.message)
    if left is not None and compared is not None:
        operator, wanted = compared["operator"], _shown((right or left).value)
        if compared["word"] == "Refute":
            return f"not {operator} {wanted}", _shown(left.value)
        return wanted if operator in _EQUAL else f"{operator} {wanted}", _shown(left.value)
    if left is not None and right is not None:  # a doctest
        return _shown(right.value), _shown(left.value)
    if error.mailbox is not None:
        return error.expression or "a message", error.message.rpartition("failed, ")[2]
    wanted_text, got, value = error.message.partition(", got ")
    if got:
        return wanted_text.removeprefix("Expected "), value
    return "no failure", error.message.partition("\n")[0]


def _shown(value: object) -> str:
    return inspect(value, width=None)
