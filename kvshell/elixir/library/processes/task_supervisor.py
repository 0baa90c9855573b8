"""Task.Supervisor: supervises tasks that are started dynamically."""

from typing import Any

from kvshell.elixir.library.collections.keyword import option
from kvshell.elixir.library.processes.servers import given_name, server, start_options
from kvshell.elixir.library.processes.task import code_of, stream_options
from kvshell.elixir.library.protocols import iterate, source
from kvshell.elixir.library.registry import EMPTY_LIST, MISSING, Cost, Library
from kvshell.otp import task_supervisor as otp
from kvshell.terms import A, List, Term

supervisor = Library("Task.Supervisor", Cost.WAITS)


@supervisor.function()
def start_link(options: Term = EMPTY_LIST) -> Term:
    """Starts a task supervisor."""
    return otp.start_link(
        name=given_name(options),
        max_children=option(options, A.max_children),
        max_restarts=option(options, A.max_restarts, 3),
        max_seconds=option(options, A.max_seconds, 5),
        **start_options(options),
    )


@supervisor.function(cost=Cost.SHORT)
def child_spec(options: Term) -> Term:
    """Returns a child specification to start a task supervisor under a supervisor."""
    spec = otp.child_spec(option(options, A.name))
    module = spec[A.start][0]
    return spec.put(A.start, (module, A.start_link, List((options,))))


def _given(name: str, fun: Any, options: Any, args: Any, more: Any) -> tuple[Any, Any]:
    """Return the code and the options, given a function, or module, function and arguments."""
    if args is MISSING:
        return code_of(name, fun, MISSING, MISSING), options
    return code_of(name, fun, options, args), more


@supervisor.function()
def start_child(
    supervisor: Term,
    fun: Term,
    options: Term = EMPTY_LIST,
    args: Term = MISSING,
    more: Term = EMPTY_LIST,
) -> Term:
    """Starts a task whose result is ignored, as a child of a supervisor."""
    code, given = _given("start_child", fun, options, args, more)
    return otp.start_child(
        server(supervisor),
        code,
        restart=option(given, A.restart),
        shutdown=option(given, A.shutdown),
    )


@supervisor.function(name="async")
def async_(
    supervisor: Term,
    fun: Term,
    options: Term = EMPTY_LIST,
    args: Term = MISSING,
    more: Term = EMPTY_LIST,
) -> Term:
    """Starts a supervised task that is linked to the caller and can be awaited."""
    code, given = _given("async", fun, options, args, more)
    return otp.async_(server(supervisor), code, shutdown=option(given, A.shutdown))


@supervisor.function()
def async_nolink(
    supervisor: Term,
    fun: Term,
    options: Term = EMPTY_LIST,
    args: Term = MISSING,
    more: Term = EMPTY_LIST,
) -> Term:
    """Starts a supervised task that can be awaited, without a link to the caller."""
    code, given = _given("async_nolink", fun, options, args, more)
    return otp.async_nolink(server(supervisor), code, shutdown=option(given, A.shutdown))


@supervisor.function()
def async_stream(
    supervisor: Term,
    enumerable: Term,
    fun: Term,
    options: Term = EMPTY_LIST,
    args: Term = MISSING,
    more: Term = EMPTY_LIST,
) -> Term:
    """Returns a stream of `{:ok, result}`: runs `fun` in a linked task per element."""
    return _stream(otp.async_stream, supervisor, enumerable, (fun, options, args, more))


@supervisor.function()
def async_stream_nolink(
    supervisor: Term,
    enumerable: Term,
    fun: Term,
    options: Term = EMPTY_LIST,
    args: Term = MISSING,
    more: Term = EMPTY_LIST,
) -> Term:
    """Like `async_stream`, but without links: a failed task gives `{:exit, reason}`."""
    return _stream(otp.async_stream_nolink, supervisor, enumerable, (fun, options, args, more))


def _stream(start: Any, supervisor: Any, enumerable: Any, given: tuple[Any, ...]) -> Any:
    fun, options, args, more = given
    if args is MISSING:
        code, how = code_of("async_stream", fun, MISSING, MISSING, 1), options
    else:
        code, how = code_of("async_stream", fun, options, args), more
    target, flags = server(supervisor), stream_options(how)
    return source(
        "Task.Supervisor.async_stream/4",
        lambda: start(target, iterate(enumerable), code, flags, shutdown=option(how, A.shutdown)),
    )


@supervisor.function()
def children(supervisor: Term) -> Term:
    """Returns the pids of all running tasks."""
    return otp.children(server(supervisor))


@supervisor.function()
def terminate_child(supervisor: Term, pid: Term) -> Term:
    """Terminates a task of the supervisor."""
    return otp.terminate_child(server(supervisor), pid)
