"""Task: one function run in a process of its own, and its value awaited. Mirrors Elixir's Task.

A task is linked to its owner and watched by it; its value comes as `{ref, value}`, which is dropped
once the owner watches no more. The struct is a term, so it can be stored and sent, but only the
owner may wait for it.
"""

from collections.abc import Callable
from typing import Any, Final

from kvshell.otp.agent import function as as_function
from kvshell.otp.gen_server import INFINITY, Timeout, milliseconds
from kvshell.otp.server import cause, is_quiet
from kvshell.runtime import process
from kvshell.runtime.acting import acting
from kvshell.runtime.carrier import carrier
from kvshell.runtime.exits import Exit, Killed
from kvshell.runtime.op import Op
from kvshell.runtime.record import NOTHING
from kvshell.runtime.report import reason_of
from kvshell.runtime.signals import arrive_value, transmit
from kvshell.terms import (
    A,
    ArgumentError,
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
_APPLY: Final = (A.erlang, A.apply, 2)


def async_(function: Callable[[], Any]) -> Map:
    """Run `function` in a new process linked to the caller; return the task to await.

    Mirrors Task.async/1.
    """
    if not callable(function):
        raise FunctionClauseError(MODULE, A.async_, 1)
    owner = process.self_()
    pid = process.spawn_link(lambda: _run(owner, as_function(function, 0)), label="Task")
    ref = process.monitor(pid)
    process.send(pid, (owner, ref))
    return _struct(owner, pid, ref)


def completed(value: object) -> Map:
    """Return a task that has this value already; nothing runs. Mirrors Task.completed/1."""
    me = process.self_()
    ref = acting(carrier()).runtime.make_ref()
    process.send(me, (ref, value))
    return _struct(me, None, ref)


def _struct(owner: Pid, pid: Pid | None, ref: Ref) -> Map:
    return Map({A.__struct__: MODULE, A.mfa: _APPLY, A.owner: owner, A.pid: pid, A.ref: ref})


def _run(owner: Pid, function: Function) -> None:
    """Run the task and deliver its value. Runs in the task."""
    ref = process.receive(lambda m: type(m) is tuple and len(m) == 2 and m[0] is owner)[1]
    try:
        value = as_term(function(), "value")
    except Exit as exit_:
        if not is_quiet(exit_.reason):
            _report(owner, function, exit_.reason)
        raise
    except Exception as error:  # noqa: BLE001  # whatever it raises is the reason of its end
        reason = reason_of(error)
        _report(owner, function, reason)
        raise Exit(reason) from None
    _deliver(owner, ref, value)


def _deliver(owner: Pid, ref: Ref, value: Term) -> None:
    here = carrier()
    me = acting(here)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("send", me, owner, (ref, value)))
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        transmit(me, owner.record, arrive_value, ref, value)


def _report(owner: Pid, function: Function, reason: Term) -> None:
    me = acting(carrier())
    me.runtime.emit(
        "crash",
        me.pid,
        f"Task {inspect(me.shown())} started from {inspect(owner)} terminating\n{cause(reason)}\n"
        f"Function: {inspect(function)}\n    Args: []",
    )


def await_(task: Map, timeout: Timeout = 5000) -> Term:
    """Return the task's value.

    Exits with `{reason, {Task, :await, [task, timeout]}}`: the task's own, or `:timeout`. Mirrors
    Task.await/2. Receive point.
    """
    _check_task(task, A.await_, 2)
    _check_owner(task)
    ref: Ref = task.get(A.ref)
    message = process.receive(_about(ref), milliseconds(timeout), NOTHING)
    process.demonitor(ref, flush=True)
    if message is NOTHING:
        raise Exit((A.timeout, (MODULE, A.await_, List((task, timeout)))))
    if message[0] is ref:
        return message[1]
    raise Exit((message[4], (MODULE, A.await_, List((task, timeout)))))


def await_many(tasks: List | list[Map], timeout: Timeout = 5000) -> List:
    """Return the values of all tasks, in their order, or exit. Mirrors Task.await_many/2."""
    deadline = None if timeout is INFINITY else acting(carrier()).runtime.now_ms() + int(timeout)  # type: ignore[arg-type]  # the rest are milliseconds
    values = []
    for task in tasks:
        left: Timeout = INFINITY
        if deadline is not None:
            left = max(0, deadline - acting(carrier()).runtime.now_ms())
        values.append(await_(task, left))
    return List(values)


def yield_(task: Map, timeout: Timeout = 5000) -> Term:
    """Return `{:ok, value}` or `{:exit, reason}`, or nil when neither came in time.

    The task goes on and may be asked again. Mirrors Task.yield/2. Receive point.
    """
    _check_task(task, A.yield_, 2)
    _check_owner(task)
    ref: Ref = task.get(A.ref)
    message = process.receive(_about(ref), milliseconds(timeout), NOTHING)
    if message is NOTHING:
        return None
    if message[0] is ref:
        process.demonitor(ref, flush=True)
        return (A.ok, message[1])
    return (A.exit, message[4])


def shutdown(task: Map, timeout: Timeout = 5000) -> Term:
    """End the task; return `{:ok, value}` if it came before, `{:exit, reason}`, or nil.

    `timeout` is how long it may take after `:shutdown` before it is killed, or `:brutal_kill`.
    Mirrors Task.shutdown/2. Receive point.
    """
    _check_task(task, A.shutdown, 2)
    _check_owner(task)
    pid: Pid | None = task.get(A.pid)
    ref: Ref = task.get(A.ref)
    if pid is None:
        return _value_of(ref)
    brutal = timeout is A.brutal_kill
    own = process.monitor(pid)  # the task's may have been removed by an await that gave up
    process.unlink(pid)  # its end is no exit of the owner's
    process.exit(pid, A.kill if brutal else A.shutdown)
    down = process.receive(_is_down(own), None if brutal else milliseconds(timeout), NOTHING)
    if down is NOTHING:
        process.exit(pid, A.kill)
        down = process.receive(_is_down(own))
    reason = down[4]
    if reason is A.noproc:  # it was gone before: the task's own monitor knows of what
        first = process.receive(_is_down(ref), 0, NOTHING)
        reason = A.noproc if first is NOTHING else first[4]
    value = _value_of(ref)
    process.demonitor(ref, flush=True)
    if value is not None:
        return value
    return None if reason is (A.killed if brutal else A.shutdown) else (A.exit, reason)


def ignore(task: Map) -> Term:
    """Care no more for the value, while the task goes on; `{:ok, value}` if it is there, or nil.

    Mirrors Task.ignore/1.
    """
    _check_task(task, A.ignore, 1)
    _check_owner(task)
    ref: Ref = task.get(A.ref)
    message = process.receive(_about(ref), 0, NOTHING)
    process.demonitor(ref, flush=True)
    if task.get(A.pid) is not None:
        process.unlink(task.get(A.pid))
    if message is NOTHING:
        return None
    return (A.ok, message[1]) if message[0] is ref else (A.exit, message[4])


def _check_task(task: object, function: Atom, arity: int) -> None:
    if not isinstance(task, Map) or task.get(A.__struct__) is not MODULE:
        raise FunctionClauseError(MODULE, function, arity)


def _check_owner(task: Map) -> None:
    me, owner = process.self_(), task.get(A.owner)
    if me is not owner:
        raise ArgumentError(
            f"task {inspect(task, width=None)} must be queried from the owner but was queried from "
            f"{inspect(me)}"
        )


def _value_of(ref: Ref) -> Term:
    message = process.receive(lambda m: type(m) is tuple and m[:1] == (ref,), 0, NOTHING)
    return None if message is NOTHING else (A.ok, message[1])


def _about(ref: Ref) -> Callable[[Term], bool]:
    down = _is_down(ref)
    return lambda message: (
        down(message) or (type(message) is tuple and len(message) == 2 and message[0] is ref)
    )


def _is_down(ref: Ref) -> Callable[[Term], bool]:
    return lambda message: (
        type(message) is tuple and len(message) == 5 and message[0] is A.DOWN and message[1] is ref
    )
