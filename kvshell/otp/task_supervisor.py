"""Task.Supervisor: tasks that are children of a supervisor. Mirrors Elixir's Task.Supervisor.

Tasks of `async_` are also linked to their owner; those of `async_nolink` are not, so that the owner
only gets a `:DOWN` if one crashes. Code is a function, or `(module, function, args)`.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from kvshell.otp import dynamic_supervisor, gen_server
from kvshell.otp.child_spec import ChildSpec
from kvshell.otp.dynamic_supervisor import DynamicSupervisorServer
from kvshell.otp.gen import modules
from kvshell.otp.gen.callbacks import From
from kvshell.otp.gen.calls import Server
from kvshell.otp.gen.naming import Name
from kvshell.otp.gen_server import INFINITY, Timeout
from kvshell.otp.supervisor_options import SupervisorOptions
from kvshell.otp.task_process import SUPERVISED, Code, callers, runnable, starter, struct
from kvshell.otp.task_stream import DEFAULTS, StreamOptions, check, stream, with_item
from kvshell.runtime import process
from kvshell.terms import (
    A,
    Atom,
    FunctionClauseError,
    List,
    Map,
    Opaque,
    Pid,
    Ref,
    RuntimeError_,
    Term,
    alias,
)

MODULE: Final = alias("Task.Supervisor")
_FULL: Final = (
    "reached the maximum number of tasks for this task supervisor. The maximum number of tasks "
    "that are allowed to run at the same time under this supervisor can be configured with the "
    ":max_children option passed to Task.Supervisor.start_link/1"
)


class TaskSupervisorServer(DynamicSupervisorServer):
    """The server behind every Task.Supervisor: a DynamicSupervisor that can start a task."""

    reported_as = alias("DynamicSupervisor")

    def handle_call(self, request: Any, from_: From, state: Any) -> Term:
        """Start a task; handle everything else like a DynamicSupervisor."""
        match request:
            case (A.start_task, List() as args, restart, shutdown):
                start = (SUPERVISED, A.start_link, args)
                spec = ChildSpec(
                    A.undefined,
                    start,
                    restart or A.temporary,
                    5000 if shutdown is None else shutdown,
                )
                return super().handle_call((A.start_child, spec.as_term()), from_, state)
        return super().handle_call(request, from_, state)


def start_link(
    *,
    name: Name | None = None,
    max_children: int | Atom | None = None,
    max_restarts: int = 3,
    max_seconds: int = 5,
    debug: Iterable[object] = (),
    spawn_opt: Iterable[object] = (),
) -> Term:
    """Start a supervisor linked to the caller; returns `{:ok, pid}`. Receive point.

    Mirrors Task.Supervisor.start_link/1.
    """
    options = SupervisorOptions(max_restarts=max_restarts, max_seconds=max_seconds)
    answer = dynamic_supervisor.init(options, max_children=max_children)
    given = Opaque((MODULE, lambda: answer))
    return gen_server.start_link(
        TaskSupervisorServer, given, name=name, debug=debug, spawn_opt=spawn_opt
    )


def child_spec(name: Atom | None = None) -> Map:
    """Return the child specification of a Task.Supervisor. Mirrors Task.Supervisor.child_spec/1."""
    options = List() if name is None else List([(A.name, name)])
    return Map(
        {
            A.id: MODULE if name is None else name,
            A.start: (MODULE, A.start_link, List((options,))),
            A.type: A.supervisor,
        }
    )


def _start_link_with(options: List) -> Term:
    given = {key.name: value for key, value in options}
    return start_link(**given)


def start_child(
    supervisor: Server, code: Code, *, restart: Atom | None = None, shutdown: Term = None
) -> Term:
    """Run `code` as a child that is not awaited; returns `{:ok, pid}` or `{:error, :max_children}`.

    Mirrors Task.Supervisor.start_child/3 and /5. Receive point.
    """
    wanted = runnable(code, A.start_child)
    return _started(supervisor, List((starter(), callers(), wanted)), restart, shutdown)


def async_(supervisor: Server, code: Code, *, shutdown: Term = None) -> Map:
    """Run `code` as a child linked to the caller; return the task to await.

    Mirrors Task.Supervisor.async/3 and /5. Receive point.

    Raises:
        RuntimeError_: the supervisor has reached its maximum number of children.
    """
    return _async(supervisor, code, shutdown, link=True)


def async_nolink(supervisor: Server, code: Code, *, shutdown: Term = None) -> Map:
    """Like `async_`, without the link: a crash is a `:DOWN`, or the exit of an await.

    Mirrors Task.Supervisor.async_nolink/3 and /5. Receive point.
    """
    return _async(supervisor, code, shutdown, link=False)


def _async(supervisor: Server, code: Code, shutdown: Term, link: bool) -> Map:
    wanted = runnable(code, A.async_)
    pid, ref = _begun(supervisor, wanted, shutdown, link)
    return struct(process.self_(), pid, ref, wanted)


def _begun(supervisor: Server, code: Term, shutdown: Term, link: bool) -> tuple[Pid, Ref]:
    answer = _started(supervisor, List((starter(), A.monitor)), A.temporary, shutdown)
    if answer[0] is A.error:
        raise RuntimeError_(_FULL)
    pid: Pid = answer[1]
    if link:
        process.link(pid)
    ref = process.monitor(pid)
    process.send(pid, (process.self_(), ref, callers(), code))
    return pid, ref


def _started(supervisor: Server, args: List, restart: Term, shutdown: Term) -> Term:
    return gen_server.call(supervisor, (A.start_task, args, restart, shutdown), INFINITY)


def async_stream(
    supervisor: Server,
    items: Iterable[object],
    code: Code,
    options: StreamOptions = DEFAULTS,
    *,
    shutdown: Term = None,
) -> Iterator[Term]:
    """Like `task.async_stream`, with the tasks under the supervisor and linked to the caller.

    Mirrors Task.Supervisor.async_stream/4 and /6. Receive point.
    """
    return _stream(supervisor, items, code, options, shutdown, link=True)


def async_stream_nolink(
    supervisor: Server,
    items: Iterable[object],
    code: Code,
    options: StreamOptions = DEFAULTS,
    *,
    shutdown: Term = None,
) -> Iterator[Term]:
    """Like `async_stream`, without links: a crash is `{:exit, reason}`.

    Mirrors Task.Supervisor.async_stream_nolink/4 and /6. Receive point.
    """
    return _stream(supervisor, items, code, options, shutdown, link=False)


def _stream(
    supervisor: Server,
    items: Iterable[object],
    code: Code,
    options: StreamOptions,
    shutdown: Term,
    link: bool,
) -> Iterator[Term]:
    check(code, options)
    return stream(
        items,
        lambda item: _begun(supervisor, with_item(code, item), shutdown, link),
        options,
    )


def children(supervisor: Server) -> List:
    """Return the pids of the tasks. Mirrors Task.Supervisor.children/1. Receive point."""
    rows = dynamic_supervisor.which_children(supervisor)
    return List([row[1] for row in rows if isinstance(row[1], Pid)])


def terminate_child(supervisor: Server, pid: Pid) -> Term:
    """Terminate a task; returns `:ok` or `{:error, :not_found}`. Receive point.

    Mirrors Task.Supervisor.terminate_child/2.
    """
    if not isinstance(pid, Pid):
        raise FunctionClauseError(MODULE, A.terminate_child, 2, args=(supervisor, pid))
    return dynamic_supervisor.terminate_child(supervisor, pid)


def stop(supervisor: Server, reason: object = A.normal, timeout: Timeout = INFINITY) -> Atom:
    """Stop the supervisor and its tasks, and wait until it is dead; returns `:ok`.

    Receive point.
    """
    return gen_server.stop(supervisor, reason, timeout)


modules.define("Task.Supervisor", start_link=_start_link_with, child_spec=child_spec)
