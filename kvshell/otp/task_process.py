"""The process of a task: runs the code, reports crashes, delivers the value.

Mirrors Task.Supervised.
"""

from collections.abc import Callable
from typing import Any, Final

from kvshell.otp.agent import function as as_function
from kvshell.otp.gen import modules
from kvshell.otp.gen.proc_lib import call_of, spawn
from kvshell.otp.gen.server_loop import cause, is_quiet
from kvshell.runtime import process
from kvshell.runtime.defined_modules import takes
from kvshell.runtime.processes.crash_report import reason_of
from kvshell.runtime.processes.exits import Exit, Killed, Thrown
from kvshell.runtime.processes.naming import NODE, current_process
from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.signals import arrive_value, transmit
from kvshell.runtime.processes.thread_context import carrier
from kvshell.terms import (
    A,
    Atom,
    Function,
    FunctionClauseError,
    List,
    Map,
    Pid,
    Ref,
    Term,
    alias,
    inspect,
)
from kvshell.terms import term as as_term

MODULE: Final = alias("Task")
CALLERS: Final = Atom("$callers")
REF_TIMEOUT: Final = 5000  # how long a supervised task waits for its instructions

# A function of no arguments, or `(module, function, args)`.
Code = Function | Callable[..., Any] | tuple[Any, ...]


def runnable(code: Code, function: Atom, arity: int = 0) -> Term:
    """Return the code of a task as `{module, function, args}`.

    Raises:
        FunctionClauseError: it is not a function of that arity; the error names Task's `function`.
    """
    if isinstance(code, tuple) and len(code) == 3:
        module, name, args = code
        return (module, name, List([as_term(argument) for argument in args]))
    wanted = code.capture.arity == arity if isinstance(code, Function) else takes(code, arity)
    if not wanted:
        raise FunctionClauseError(MODULE, function, arity + 1)
    return (A.erlang, A.apply, List((as_function(code, arity), List())))


def struct(owner: Pid, pid: Pid, ref: Ref, code: Term) -> Map:
    """Return a task as a term: `%Task{}`."""
    module, function, args = code
    mfa = (module, function, len(args))
    return Map({A.__struct__: MODULE, A.mfa: mfa, A.owner: owner, A.pid: pid, A.ref: ref})


def starter() -> Term:
    """Return `{node, name_or_pid, pid}` of the caller, as reports name the starter of a task."""
    me = current_process(carrier())
    return (NODE, me.shown(), me.pid)


def callers() -> List:
    """Return the processes on whose behalf the caller works, itself first: a task's `$callers`."""
    before = process.get(CALLERS)
    line = before.items if type(before) is List else ()
    return List((process.self_(), *line))


def put_callers(line: List) -> None:
    """Set the callers of a task. Runs in the task."""
    process.put(CALLERS, line)


def run(by: Term, code: Term) -> Term:
    """Run a task's code and return its value; report a crash. Runs in the task."""
    module, function, args = code
    try:
        if module is A.erlang and function is A.apply:
            return as_term(args.items[0](*args.items[1]), "value")
        return as_term(modules.apply(module, function, args), "value")
    except Exit as exit_:
        if not is_quiet(exit_.reason):
            _report(by, code, exit_.reason)
        raise
    except (Thrown, Exception) as error:  # noqa: BLE001  # whatever it raises is its exit reason
        reason = reason_of(error)
        _report(by, code, reason)
        raise Exit(reason) from None


def _report(by: Term, code: Term, reason: Term) -> None:
    me = current_process(carrier())
    module, function, args = code
    if module is A.erlang and function is A.apply:
        called, given = inspect(args.items[0]), args.items[1]
    else:
        called, given = f"&{inspect(module)}.{function.name}/{len(args)}", args
    me.runtime.emit(
        "crash",
        me.pid,
        f"Task {inspect(me.shown())} started from {inspect(by[1])} terminating\n{cause(reason)}\n"
        f"Function: {called}\n    Args: {inspect(given, width=None)}",
    )


def deliver(owner: Pid, ref: Ref, value: Term) -> None:
    """Send the value as `{ref, value}`; dropped if the owner no longer monitors the task."""
    here = carrier()
    me = current_process(here)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("send", me, owner, (ref, value), ref))
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        transmit(me, owner.record, arrive_value, ref, value)


def start_link(by: Term, *more: Term) -> Term:
    """Start a task as the child of a Task.Supervisor; returns `{:ok, pid}`.

    With callers and code it runs the code; with `:monitor` it waits for instructions from its
    owner. Runs in the supervisor.
    """
    called = _WAITING
    if len(more) == 2:
        line, code = more
        called = call_of(code)

        def entry() -> None:
            put_callers(line)
            run(by, code)
    else:

        def entry() -> None:
            _wait_and_run(by)

    return (A.ok, spawn(entry, "Task", called, link=True))


def _wait_and_run(by: Term) -> None:
    owner: Pid = by[2]
    watched = process.monitor(owner)

    def is_work(message: Any) -> bool:
        if type(message) is not tuple:
            return False
        return (len(message) == 4 and message[0] is owner) or message[:2] == (A.DOWN, watched)

    message = process.receive(is_work, REF_TIMEOUT)
    if message is None:
        raise Exit(A.timeout)
    if message[0] is A.DOWN:
        raise Exit((A.shutdown, message[4]))
    _owner, ref, line, code = message
    current_process(carrier()).initial_call = call_of(code)
    put_callers(line)
    process.demonitor(watched, flush=True)
    deliver(owner, ref, run(by, code))


_WAITING: Final = (alias("Task.Supervised"), A.reply, 4)
SUPERVISED: Final = modules.define("Task.Supervised", start_link=start_link)
