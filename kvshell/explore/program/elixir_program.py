"""An ExUnit test as a program: `setup` is the set-up, the test body is its client."""

import re
from collections.abc import Sequence
from typing import Any, Final

from kvshell.elixir.exunit.cases import ElixirTest
from kvshell.elixir.exunit.context import TestRun, begin
from kvshell.elixir.exunit.failing import AssertionFailedError
from kvshell.elixir.exunit.running import context_of, set_up
from kvshell.elixir.library.system import files
from kvshell.elixir.modules.code_server import ElixirCode
from kvshell.elixir.modules.record import ModuleRecord
from kvshell.elixir.project import Project, start_application
from kvshell.explore.program.function_program import Clients, Written
from kvshell.explore.program.program import ScheduleFailure
from kvshell.runtime import Exit, Runtime
from kvshell.runtime.processes.crash_report import stack_of
from kvshell.runtime.processes.exits import Thrown
from kvshell.session import Session
from kvshell.session.elixir_shell import take_own
from kvshell.systems.designs.own_lines import OWN
from kvshell.terms import A, Map, Pid, format_banner, format_places, inspect
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
    ) -> None:
        super().__init__(self._steps_of_test)
        self.title = test.name
        self._code = code
        self._record = record
        self._test = test
        self._projects = projects
        self._source = source

    def begin(self, runtime: Runtime) -> tuple[Pid, tuple[Pid, ...]]:
        """Start the application and run the set-ups; the test body is the client."""
        runtime.code = self._code
        files.read_with(runtime, below_here)
        return super().begin(runtime)

    def _enter(self, runtime: Runtime) -> Pid:
        self._session = Session("controlled", runtime=runtime)
        return self._session.shell

    @property
    def session(self) -> Session:
        """The session of the current run, for observation; its commands mean the test's modules."""
        world = self._session.world
        take_own(world, self._code)
        world.design = world.designs.get(OWN, world.design)
        return self._session

    def _steps_of_test(self) -> Clients:
        for project in self._projects:
            start_application(self._code, project)
        run = TestRun()
        begin(run)
        module = self._record.module
        base = Map([(A.module, module), (A.case, module), (A.async_, False)])
        state: Any = self._record.data["case"]
        if state.all_setups:
            base = set_up(self._record, state.all_setups, base)
        context = set_up(self._record, self._test.setups, context_of(self._test, base))

        def test() -> object:
            begin(run)
            assert self._test.run is not None
            self._test.run(context)
            return A.ok

        yield test

    def _failed(self, client: str, error: BaseException) -> None:
        line = self._line(error)
        text = self._source[line - 1].strip() if 0 < line <= len(self._source) else client
        expected, actual = _wanted(error)
        self.errors.append(error)
        self._said[client] = actual
        self._failures.append(ScheduleFailure(client, line, text, expected, actual))

    def _line(self, error: BaseException) -> int:
        for place in format_places(stack_of(error)):
            file, _, rest = place.partition(":")
            number = rest.partition(":")[0]
            if file == self._test.file and number.isdigit():
                return int(number)
        return self._test.line


def _wanted(error: BaseException) -> tuple[str, str]:
    if isinstance(error, AssertionFailedError):
        return _asserted(error)
    if isinstance(error, Exit):
        return "no exit", format_banner(A.exit, error.reason)
    if isinstance(error, Thrown):
        return "no throw", format_banner(A.throw, error.value)
    return "no error", format_banner(A.error, error)


def _asserted(error: AssertionFailedError) -> tuple[str, str]:
    """Return the expected and the actual value of an assertion."""
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
    if left is not None and right is not None:  # of a doctest
        return _shown(right.value), _shown(left.value)
    if error.mailbox is not None:
        return error.expression or "a message", error.message.rpartition("failed, ")[2]
    wanted_text, got, value = error.message.partition(", got ")
    if got:
        return wanted_text.removeprefix("Expected "), value
    return "no failure", error.message.partition("\n")[0]


def _shown(value: object) -> str:
    return inspect(value, width=None)
