"""Task: a function run in its own process, whose value can be awaited. Mirrors Elixir's Task.

A task is linked to its owner and monitored by it; its value arrives as `{ref, value}`, which is
dropped if the owner no longer monitors it. The struct is a term, so it can be stored and sent, but
only the owner may wait for it. A task runs a function, or `(module, function, args)`.
"""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from kvshell.otp.gen import modules
from kvshell.otp.gen.callbacks import Startable
from kvshell.otp.gen.proc_lib import call_of, spawn
from kvshell.otp.gen_server import Timeout, milliseconds
from kvshell.otp.task_process import (
    MODULE,
    Code,
    callers,
    deliver,
    put_callers,
    run,
    runnable,
    starter,
    struct,
)
from kvshell.otp.task_stream import async_stream
from kvshell.runtime import process
from kvshell.runtime.processes.exits import Exit
from kvshell.runtime.processes.naming import current_process
from kvshell.runtime.processes.record import NOTHING
from kvshell.runtime.processes.thread_context import carrier
from kvshell.terms import A, ArgumentError, Atom, FunctionClauseError, List, Map, Pid, Ref, Term
from kvshell.terms import inspect as shown

__all__ = [
    "Code",
    "Task",
    "async_",
    "async_stream",
    "await_",
    "await_many",
    "child_spec",
    "completed",
    "ignore",
    "shutdown",
    "start",
    "start_link",
    "yield_",
    "yield_many",
]


class Task(Startable):
    """The base class of a task's module: its `start_link(arg)` calls `task.start_link`.

    Mirrors `use Task`.
    """

    child_defaults: ClassVar = {A.restart: A.temporary}


def child_spec(code: Code) -> Map:
    """Return the child specification of a task. Mirrors Task.child_spec/1."""
    start = (MODULE, A.start_link, List((runnable(code, A.start_link),)))
    return Map({A.id: MODULE, A.restart: A.temporary, A.start: start})


def start(code: Code) -> Term:
    """Run `code` in a process that is neither linked nor awaited; returns `{:ok, pid}`.

    Mirrors Task.start/1 and /3.
    """
    return (A.ok, _spawn(code, A.start, link=False))


def start_link(code: Code) -> Term:
    """Run `code` in a process that is linked to the caller, but not awaited; returns `{:ok, pid}`.

    Mirrors Task.start_link/1 and /3.
    """
    return (A.ok, _spawn(code, A.start_link, link=True))


def _spawn(code: Code, function: Atom, *, link: bool) -> Pid:
    wanted, by, line = runnable(code, function), starter(), callers()

    def begin() -> None:
        put_callers(line)
        run(by, wanted)

    return spawn(begin, "Task", call_of(wanted), link=link)


def async_(code: Code) -> Map:
    """Run `code` in a new process linked to the caller; return the task to await.

    Mirrors Task.async/1 and /3.
    """
    wanted, owner, by, line = runnable(code, A.async_), process.self_(), starter(), callers()

    def begin() -> None:
        ref = process.receive(lambda m: type(m) is tuple and len(m) == 2 and m[0] is owner)[1]
        put_callers(line)
        deliver(owner, ref, run(by, wanted))

    pid = spawn(begin, "Task", call_of(wanted), link=True)
    ref = process.monitor(pid)
    process.send(pid, (owner, ref))
    return struct(owner, pid, ref, wanted)


def completed(value: object) -> Map:
    """Return a task that already has this value; nothing runs. Mirrors Task.completed/1."""
    me = process.self_()
    ref = current_process(carrier()).runtime.make_ref()
    process.send(me, (ref, value))
    return Map(
        {
            A.__struct__: MODULE,
            A.mfa: (MODULE, A.completed, 1),
            A.owner: me,
            A.pid: None,
            A.ref: ref,
        }
    )


def await_(task: Map, timeout: Timeout = 5000) -> Term:
    """Return the task's value.

    Exits with `{reason, {Task, :await, [task, timeout]}}`: the task's exit reason, or `:timeout`.
    Mirrors Task.await/2. Receive point.
    """
    _check(task, A.await_, 2)
    ref: Ref = task.get(A.ref)
    message = process.receive(_about(ref), milliseconds(timeout), NOTHING)
    process.demonitor(ref, flush=True)
    if message is NOTHING:
        raise Exit((A.timeout, (MODULE, A.await_, List((task, timeout)))))
    if message[0] is ref:
        return message[1]
    where = (MODULE, A.await_, List((task, timeout)))
    raise _lost(message, where) or Exit((message[4], where))


def await_many(tasks: Iterable[Map], timeout: Timeout = 5000) -> List:
    """Return the values of all tasks in order; waits for all of them together.

    Exits with the reason of the first failing task, or `:timeout`. Mirrors Task.await_many/2.
    Receive point.
    """
    asked = list(tasks)
    for task in asked:
        _check(task, A.await_many, 2)
    values: dict[Ref, Term] = {}
    open_ = {task.get(A.ref) for task in asked}
    where = (MODULE, A.await_many, List((List(asked), timeout)))
    deadline = _deadline(timeout)
    reason: Term = NOTHING
    while open_ and reason is NOTHING:
        message = process.receive(_about(*open_), _left(deadline), NOTHING)
        if message is NOTHING:
            reason = A.timeout
        elif message[0] is A.DOWN:
            lost = _lost(message, where)
            reason = message[4] if lost is None else lost.reason[0]
        else:
            process.demonitor(message[0], flush=True)
            open_.remove(message[0])
            values[message[0]] = message[1]
    if reason is NOTHING:
        return List([values[task.get(A.ref)] for task in asked])
    for ref in open_:
        process.demonitor(ref, flush=True)
    raise Exit((reason, where))


def yield_(task: Map, timeout: Timeout = 5000) -> Term:
    """Return `{:ok, value}` or `{:exit, reason}`, or nil if neither arrived in time.

    The task continues and may be asked again. Mirrors Task.yield/2. Receive point.
    """
    _check(task, A.yield_, 2)
    where = (MODULE, A.yield_, List((task, timeout)))
    return _yielded(task.get(A.ref), milliseconds(timeout), where)


def yield_many(tasks: Iterable[Map], timeout: Timeout = 5000) -> List:
    """Return `[{task, {:ok, value} | {:exit, reason} | nil}]` after at most `timeout` in total.

    Mirrors Task.yield_many/2. Receive point.
    """
    deadline = _deadline(timeout)
    asked = list(tasks)
    where = (MODULE, A.yield_many, List((List(asked), timeout)))
    rows = []
    for task in asked:
        _check(task, A.yield_many, 2)
        rows.append((task, _yielded(task.get(A.ref), _left(deadline), where)))
    return List(rows)


def _yielded(ref: Ref, timeout_ms: int | None, where: Term) -> Term:
    message = process.receive(_about(ref), timeout_ms, NOTHING)
    if message is NOTHING:
        return None
    if message[0] is ref:
        process.demonitor(ref, flush=True)
        return (A.ok, message[1])
    lost = _lost(message, where)
    if lost is not None:
        raise lost
    return (A.exit, message[4])


def _lost(down: Any, where: Term) -> Exit | None:
    """Return the exit of a task whose node is gone, None if it ended otherwise."""
    if down[4] is not A.noconnection:
        return None
    watched = down[3]
    node = watched[1] if type(watched) is tuple else process.NODE
    return Exit(((A.nodedown, node), where))


def _deadline(timeout: Timeout) -> int | None:
    wait = milliseconds(timeout)
    return None if wait is None else current_process(carrier()).runtime.now_ms() + wait


def _left(deadline: int | None) -> int | None:
    return (
        None if deadline is None else max(0, deadline - current_process(carrier()).runtime.now_ms())
    )


def shutdown(task: Map, timeout: Timeout = 5000) -> Term:
    """Stop the task; return `{:ok, value}` if it has sent its value, `{:exit, reason}`, or nil.

    `timeout` is how long it may run after `:shutdown` before it is killed, or `:brutal_kill`.
    Mirrors Task.shutdown/2. Receive point.
    """
    _check_task(task, A.shutdown, 2)
    pid: Pid | None = task.get(A.pid)
    ref: Ref = task.get(A.ref)
    if pid is None:
        shown_task = shown(task, width=None)
        raise ArgumentError(f"task {shown_task} does not have an associated task process")
    _check_owner(task)
    brutal = timeout is A.brutal_kill
    own = process.monitor(pid)  # an await that gave up may have removed the task's monitor
    process.unlink(pid)  # the owner must not get its exit
    process.exit(pid, A.kill if brutal else A.shutdown)
    down = process.receive(_is_down(own), None if brutal else milliseconds(timeout), NOTHING)
    if down is NOTHING:
        process.exit(pid, A.kill)
        down = process.receive(_is_down(own))
    reason = down[4]
    if reason is A.noproc:  # it was already gone: the task's own monitor has the reason
        first = process.receive(_is_down(ref), 0, NOTHING)
        reason = A.noproc if first is NOTHING else first[4]
    value = process.receive(lambda m: type(m) is tuple and m[:1] == (ref,), 0, NOTHING)
    process.demonitor(ref, flush=True)
    if value is not NOTHING:
        return (A.ok, value[1])
    if reason is A.noconnection:
        raise Exit(((A.nodedown, process.NODE), (MODULE, A.shutdown, List((task, timeout)))))
    return None if reason is (A.killed if brutal else A.shutdown) else (A.exit, reason)


def ignore(task: Map) -> Term:
    """Stop waiting for the value; the task continues. Mirrors Task.ignore/1.

    Returns `{:ok, value}` or `{:exit, reason}` if it has arrived, otherwise nil.
    """
    _check(task, A.ignore, 1)
    ref: Ref = task.get(A.ref)
    message = process.receive(_about(ref), 0, NOTHING)
    process.demonitor(ref, flush=True)
    if task.get(A.pid) is not None:
        process.unlink(task.get(A.pid))
    if message is NOTHING:
        return None
    if message[0] is ref:
        return (A.ok, message[1])
    lost = _lost(message, (MODULE, A.ignore, List((task,))))
    if lost is not None:
        raise lost
    return (A.exit, message[4])


def _check(task: object, function: Atom, arity: int) -> None:
    """Raise unless `task` is a task owned by the caller."""
    _check_task(task, function, arity)
    assert isinstance(task, Map)
    _check_owner(task)


def _check_task(task: object, function: Atom, arity: int) -> None:
    if not isinstance(task, Map) or task.get(A.__struct__) is not MODULE:
        raise FunctionClauseError(MODULE, function, arity)


def _check_owner(task: Map) -> None:
    me, owner = process.self_(), task.get(A.owner)
    if me is not owner:
        raise ArgumentError(
            f"task {shown(task, width=None)} must be queried from the owner but was queried from "
            f"{shown(me)}"
        )


def _about(*refs: Ref) -> Callable[[Term], bool]:
    """Return a match for the value or the `:DOWN` of one of the tasks."""
    wanted = frozenset(refs)

    def matches(message: Any) -> bool:
        if type(message) is not tuple:
            return False
        if len(message) == 2:
            return type(message[0]) is Ref and message[0] in wanted
        return (
            len(message) == 5
            and message[0] is A.DOWN
            and type(message[1]) is Ref
            and message[1] in wanted
        )

    return matches


def _is_down(ref: Ref) -> Callable[[Term], bool]:
    return lambda message: (
        type(message) is tuple and len(message) == 5 and message[0] is A.DOWN and message[1] is ref
    )


modules.define("Task", start_link=start_link, child_spec=child_spec)
