"""ExUnit.Callbacks: on_exit, start_supervised and others; and the context of a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from weakref import WeakKeyDictionary

from kvshell.elixir.library.registry import MISSING, Cost, Library
from kvshell.otp import supervisor
from kvshell.runtime import process
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import (
    A,
    ArgumentError,
    Atom,
    List,
    Map,
    Pid,
    RuntimeError_,
    Term,
    format_exit,
    inspect,
    key,
    ok_value,
)

CALLBACKS: Final = Library("ExUnit.Callbacks", Cost.WAITS)


class TestRun:
    """What to clean up after a test or a module's setup_all: a supervisor and on_exit callbacks."""

    __test__ = False

    def __init__(self) -> None:
        self.exits: dict[Any, Callable[[], Any]] = {}
        self.supervisor: Pid | None = None


_runs: WeakKeyDictionary[Pid, TestRun] = WeakKeyDictionary()


def begin(run: TestRun) -> None:
    """Register the calling process as the process of a test."""
    _runs[current().pid] = run


def _run(name: str) -> TestRun:
    found = _runs.get(current().pid)
    if found is None:
        raise ArgumentError(f"{name} can only be invoked from the test process")
    return found


@CALLBACKS.function()
def on_exit(name_or_ref: Term, callback: Term = MISSING) -> Term:
    """Registers a function that runs after the test has ended."""
    run = _run("on_exit/2")
    if callback is MISSING:
        run.exits[object()] = name_or_ref
    else:
        run.exits[key(name_or_ref)] = callback
    return A.ok


def _start(spec: Term, options: Term) -> Term:
    run = _run("start_supervised/2")
    if run.supervisor is None:
        options_ = supervisor.SupervisorOptions(max_restarts=1_000_000, max_seconds=1)
        run.supervisor = ok_value(supervisor.start([], options_))
    overrides = dict(options.items) if type(options) is List and len(options) else None
    wanted = supervisor.child_spec(spec, overrides) if overrides is not None else spec
    answer = supervisor.start_child(run.supervisor, wanted)
    match answer:
        case (A.error, (A.already_started, _pid)):
            return (A.error, (A.duplicate_child_name, _id_of(wanted)))
        case (A.error, A.already_present):
            return (A.error, (A.duplicate_child_name, _id_of(wanted)))
        case (A.error, (reason, child)) if type(child) is tuple and child[0] is A.child:
            return (A.error, (reason, child))
        case (A.error, reason):
            return (A.error, (reason, _child(spec)))
    return answer


def _id_of(spec: Term) -> Term:
    if type(spec) is Map:
        return spec.get(A.id)
    return spec[0] if type(spec) is tuple else spec


def _child(spec: Term) -> Term:
    return (A.child, A.undefined, _id_of(spec))


@CALLBACKS.function()
def start_supervised(child_spec_or_module: Term, opts: Term = MISSING) -> Term:
    """Starts a child that is stopped before the next test: returns `{:ok, pid}` or an error."""
    return _start(child_spec_or_module, List() if opts is MISSING else opts)


@CALLBACKS.function(name="start_supervised!")
def start_supervised_(child_spec_or_module: Term, opts: Term = MISSING) -> Term:
    """Starts a child that is stopped before the next test, and returns its pid."""
    spec = child_spec_or_module
    match _start(spec, List() if opts is MISSING else opts):
        case (A.ok, pid):
            return pid
        case (A.ok, pid, _info):
            return pid
        case (A.error, (A.duplicate_child_name, name)):
            raise RuntimeError_(_twice(spec, name))
        case (A.error, (reason, (A.child, *_))):
            raise RuntimeError_(_failed(spec, format_exit(reason)))
        case (A.error, reason):
            raise RuntimeError_(_failed(spec, format_exit(reason)))
        case other:
            raise RuntimeError_(_failed(spec, inspect(other)))


def _failed(spec: Term, reason: str) -> str:
    shown = inspect(spec, width=None)
    return f"failed to start child with the spec {shown}.\nReason: {reason}"


def _twice(spec: Term, name: Term) -> str:
    return _failed(
        spec,
        f"bad child specification, more than one child specification has the id: {inspect(name)}.\n"
        "If using maps as child specifications, make sure the :id keys are unique.\nIf using a "
        "module or {module, arg} as child, use Supervisor.child_spec/2 to change the :id, for "
        "example:\n\n    children = [\n      Supervisor.child_spec({MyWorker, arg}, id: "
        ":my_worker_1),\n      Supervisor.child_spec({MyWorker, arg}, id: :my_worker_2)\n    ]\n",
    )


@CALLBACKS.function(name="start_link_supervised!")
def start_link_supervised_(child_spec_or_module: Term, opts: Term = MISSING) -> Term:
    """Like `start_supervised!`, but links the child to the test process."""
    pid = start_supervised_(child_spec_or_module, opts)
    process.link(pid)
    return pid


@CALLBACKS.function()
def stop_supervised(id: Term) -> Term:  # noqa: A002  # ExUnit's name
    """Stops a child that was started with `start_supervised`."""
    run = _run("stop_supervised/1")
    if run.supervisor is None:
        return (A.error, A.not_found)
    for child, pid, _kind, _modules in supervisor.which_children(run.supervisor).items:
        if type(pid) is Pid and key(child) == key(id):
            process.unlink(pid)  # or the child's exit would end the test
    answer = supervisor.terminate_child(run.supervisor, id)
    if answer is A.ok:
        supervisor.delete_child(run.supervisor, id)
    return answer


@CALLBACKS.function(name="stop_supervised!")
def stop_supervised_(id: Term) -> Term:  # noqa: A002  # ExUnit's name
    """Like `stop_supervised`, but fails if there is no such child."""
    if stop_supervised(id) is A.ok:
        return A.ok
    raise RuntimeError_(f"could not stop child ID {inspect(id)} because it was not found")


def merged(module: Atom, context: Map, answer: Term) -> Map:
    """Return a context merged with the return value `answer` of a set-up."""
    found = answer
    match answer:
        case A.ok:
            return context
        case (A.ok, inner):
            found = inner
    if type(found) is Map:
        pairs = list(found)
    elif type(found) is List and all(type(each) is tuple and len(each) == 2 for each in found):
        pairs = list(found.items)
    else:
        raise RuntimeError_(
            f"expected ExUnit callback in {inspect(module)} to return :ok | keyword | map, got "
            f"{inspect(answer, width=None)} instead"
        )
    for name, value in pairs:
        context = context.put(name, value)
    return context
