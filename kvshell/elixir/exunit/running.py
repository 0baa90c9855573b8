"""Runs tests: set-ups, body and clean-up, each test in its own process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kvshell.elixir.exunit.cases import CaseState, ElixirTest, Setup
from kvshell.elixir.exunit.context import TestRun, begin, merged
from kvshell.elixir.exunit.time_limit import down_within, end
from kvshell.elixir.library import chance
from kvshell.elixir.library.system import temporary_files
from kvshell.elixir.library.system.logger import captured
from kvshell.elixir.library.system.temporary_files import absolute, folder_of
from kvshell.elixir.modules.code_server import ElixirCode
from kvshell.elixir.modules.record import ModuleRecord
from kvshell.elixir.running.calling import call0
from kvshell.elixir.running.failing import Caught
from kvshell.otp import supervisor
from kvshell.runtime import Exit, process
from kvshell.runtime.processes.crash_report import stack_now, stack_of
from kvshell.runtime.processes.exits import Thrown
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import (
    A,
    ArgumentError,
    Atom,
    ElixirError,
    List,
    Map,
    Pid,
    Term,
    exception,
    inspect,
)

TIMEOUT: Final = 60_000
NO_FILES: Final = "a search does not follow what a test writes in its tmp_dir: kvshell test runs it"


@dataclass
class TestFailure:
    """Why a test failed: an error, a throw, an exit, or the death of its process."""

    __test__ = False

    kind: Any  # :error, :throw, :exit or {:EXIT, pid}
    value: Any  # the Python exception of an error, otherwise a term
    stack: List = field(default_factory=List)


@dataclass
class TestResult:
    """The outcome of a test: passed, failed, skipped or invalid."""

    __test__ = False

    test: ElixirTest
    status: str
    failures: list[TestFailure] = field(default_factory=list)
    ms: float = 0.0
    why: str = ""  # why it was skipped
    logged: str = ""  # with @tag :capture_log


@dataclass
class CaseResult:
    """The outcome of a module's tests; `failures` has those of its setup_all."""

    module: Atom
    results: list[TestResult]
    failures: list[TestFailure] = field(default_factory=list)


def run_case(
    record: ModuleRecord,
    tests: Sequence[ElixirTest],
    *,
    timeout: int | None = TIMEOUT,
    seed: int = 0,
    on_result: Callable[[TestResult], None] | None = None,
) -> CaseResult:
    """Run the tests of a module one after another. Runs in a process. Receive point.

    `timeout` is that of each test in milliseconds; None means no limit.
    """
    state: CaseState = record.data["case"]
    result = CaseResult(record.module, [])
    run, ended = TestRun(), _Ended()
    context = context_of_case(record)
    holder = _hold(record, state, run, context, ended, timeout) if state.all_setups else None
    if ended.failures:
        result.failures = ended.failures
        result.results = [TestResult(each, "invalid") for each in tests]
    else:
        for each in sorted(tests, key=lambda test: not test.skipped):
            found = run_test(record, each, ended.context or context, timeout, seed)
            result.results.append(found)
            if on_result is not None:
                on_result(found)
    if holder is not None:
        process.send(holder, A.stop_the_module)
        undone = undo(run, timeout)
        result.failures = result.failures or undone
    return result


class _Ended:
    """Holds the result of a process for the process that started it."""

    def __init__(self) -> None:
        self.failures: list[TestFailure] = []
        self.context: Map | None = None
        self.done = False


def _hold(
    record: ModuleRecord,
    state: CaseState,
    run: TestRun,
    context: Map,
    ended: _Ended,
    limit: int | None,
) -> Pid | None:
    """Run setup_all in a process that lives as long as the module's tests run.

    Unlike in ExUnit, which would wait for ever, setup_all has the time limit of a test.
    """
    starter = process.self_()

    def hold() -> None:
        begin(run)
        try:
            ended.context = set_up(record, state.all_setups, context)
        except (Exception, Exit, Thrown) as error:  # noqa: BLE001  # the process belongs to the test
            ended.failures.append(_failure(error))
        ended.done = True
        process.send(starter, A.the_module_is_set_up)
        process.receive(lambda message: message is A.stop_the_module)
        raise Exit(A.shutdown)

    pid = process.spawn(hold)
    reference = process.monitor(pid)
    if down_within(reference, limit, A.the_module_is_set_up) is None:
        ended.failures.append(_timed_out(limit, pid, "setup_all"))
        end(pid, reference)
    elif not ended.done:
        ended.failures.append(TestFailure((A.EXIT, pid), A.killed))
    process.demonitor(reference)
    return pid


def set_up(record: ModuleRecord, setups: Iterable[Setup], context: Map) -> Map:
    """Run set-ups in the calling process; return the resulting context."""
    code = current().runtime.code
    assert isinstance(code, ElixirCode)
    for _kind, what, describe, module in setups:
        owner = record if module is None else code.modules[module]
        local = owner.data["unit"].local
        try:
            if (what, 1) in local:
                answer = owner.data["space"][local[what, 1]](context)
            else:
                answer = code.call(owner.data["imported_setups"][what], what, (context,))
        except (Exception, Exit, Thrown) as error:
            error.__dict__["setup_entry"] = _entry_of(record, describe)
            raise
        context = merged(record.module, context, answer)
    return context


def _entry_of(record: ModuleRecord, describe: int | None) -> Term:
    """Return the last stacktrace entry of an error in a set-up: the function that runs set-ups."""
    if describe is not None:
        return (record.module, Atom(f"__ex_unit_describe_{describe}"), 1, List())
    where = List([(A.file, record.file), (A.line, record.line)])
    return (record.module, Atom("__ex_unit__"), 2, where)


def context_of_case(record: ModuleRecord) -> Map:
    """Return the context with which a module's setup_all starts."""
    options = record.data["case"].options
    is_async = options.get(A.async_, False)
    return Map([(A.module, record.module), (A.case, record.module), (A.async_, is_async)])


def context_of(test: ElixirTest, base: Map) -> Map:
    """Return the context that a test's set-ups start with; create its `tmp_dir` if it asks for one.

    Raises:
        ElixirError: the tag `tmp_dir` is neither a boolean nor a path.
    """
    pairs = [
        (A.test, Atom(test.name)),
        (A.line, test.line),
        (A.file, _absolute(test.file)),
        (A.describe, test.describe),
        (A.describe_line, test.describe_line),
        *([] if test.documents is None else [(A.doctest, test.documents)]),
        (A.registered, Map()),
        (A.test_type, A.test if test.documents is None else A.doctest),
        *test.tags.items(),
        *_own_folder(test),
    ]
    for name, value in pairs:
        base = base.put(name, value)
    return base


def _own_folder(test: ElixirTest) -> list[tuple[Atom, Term]]:
    wanted = test.tags.get(A.tmp_dir)
    if not wanted:
        return []
    if wanted is not True and type(wanted) is not str:
        raise ArgumentError(
            f"expected :tmp_dir to be a boolean or a string, got: {inspect(wanted, width=None)}"
        )
    root = folder_of(inspect(test.module), test.name)
    files = temporary_files.here()
    files.make_root(root)
    if type(wanted) is not str:
        return [(A.tmp_dir, root)]
    folder = absolute(f"{root}/{wanted}")
    files.make_folders(folder)
    return [(A.tmp_dir, folder)]


def _absolute(file: str) -> str:
    """Return the absolute path of an Elixir file; return other places, such as `iex`, unchanged."""
    return str(Path(file).absolute()) if file.endswith((".exs", ".ex")) else file


def run_test(
    record: ModuleRecord, test: ElixirTest, base: Map, timeout: int | None, seed: int
) -> TestResult:
    """Run a test in its own process and return the outcome. Receive point."""
    if not test.tags.get(A.capture_log):
        return _run_test(record, test, base, timeout, seed)
    with captured() as pieces:
        result = _run_test(record, test, base, timeout, seed)
    result.logged = "".join(pieces)
    return result


def _run_test(
    record: ModuleRecord, test: ElixirTest, base: Map, timeout: int | None, seed: int
) -> TestResult:
    skip = test.tags.get(A.skip)
    if skip:
        return TestResult(test, "skipped", why=skip if type(skip) is str else "")
    runtime = current().runtime
    began = runtime.now_ms()
    run, ended = TestRun(), _Ended()

    def body() -> None:
        begin(run)
        try:
            run_body(record, test, context_of(test, base), seed)
        except (Exception, Exit, Thrown) as error:  # noqa: BLE001  # the process belongs to the test
            ended.failures.append(_failure(error))
        ended.done = True
        raise Exit(A.shutdown)

    pid = process.spawn(body, label=test.name)
    reference = process.monitor(pid)
    own = test.tags.get(A.timeout, timeout)
    limit = None if own is A.infinity else own
    down = down_within(reference, limit)
    if down is None:
        ended.failures.append(_timed_out(limit, pid))
        end(pid, reference)
    elif not ended.done:
        ended.failures.append(TestFailure((A.EXIT, pid), down[4]))
    undone = undo(run, limit)
    ended.failures = ended.failures or undone  # only the first failure is reported
    status = "failed" if ended.failures else "passed"
    return TestResult(test, status, ended.failures, float(runtime.now_ms() - began))


def run_body(record: ModuleRecord, test: ElixirTest, context: Map, seed: int = 0) -> None:
    """Run the set-ups and the body of a test in the calling process, seeded as ExUnit does."""
    chance.seed_test(record.module, Atom(test.name), seed)
    assert test.run is not None
    test.run(set_up(record, test.setups, context))


def _timed_out(limit: int | None, pid: Pid, what: str = "test") -> TestFailure:
    message = (
        f"{what} timed out after {limit}ms. You can change the timeout:\n\n"
        '  1. per test by setting "@tag timeout: x" (accepts :infinity)\n'
        '  2. per test module by setting "@moduletag timeout: x" (accepts :infinity)\n'
        '  3. globally via "ExUnit.start(timeout: x)" configuration\n'
        '  4. by running "mix test --timeout x" which sets timeout\n'
        '  5. or by running "mix test --trace" which sets timeout to infinity\n'
        "     (useful when using IEx.pry/0)\n\n"
        'where "x" is the timeout given as integer in milliseconds (defaults to 60_000).\n'
    )
    error = ElixirError(exception("ExUnit.TimeoutError", message=message))
    return TestFailure(A.error, error, stack_now(pid.record))


def _failure(error: BaseException) -> TestFailure:
    caught = Caught(error)
    stack = stack_of(error)
    entry = error.__dict__.get("setup_entry")
    if entry is not None:
        stack = List([*stack.items, entry])
    if caught.kind is A.error:
        return TestFailure(A.error, caught.error, stack)
    return TestFailure(caught.kind, caught.value, stack)


def undo(run: TestRun, limit: int | None) -> list[TestFailure]:
    """Stop a test's supervised children, then run its on_exit callbacks, last one first.

    Returns their failures. Receive point.
    """
    if run.supervisor is None and not run.exits:
        return []
    failures: list[TestFailure] = []

    def all_of_it() -> None:
        if run.supervisor is not None:
            supervisor.stop(run.supervisor)
        for callback in reversed(list(run.exits.values())):
            try:
                call0(callback)
            except (Exception, Exit, Thrown) as error:  # noqa: BLE001  # the process belongs to the test
                failures[:] = failures or [_failure(error)]

    pid = process.spawn(all_of_it)
    reference = process.monitor(pid)
    if down_within(reference, limit) is None:
        failures = failures or [_timed_out(limit, pid, "on_exit callback")]
        end(pid, reference)
    return failures
