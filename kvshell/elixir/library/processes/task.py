"""Task: processes that compute one result."""

from typing import Any

from kvshell.elixir.library.collections.keyword import option
from kvshell.elixir.library.failures import is_struct, no_clause
from kvshell.elixir.library.protocols import iterate, source
from kvshell.elixir.library.registry import EMPTY_LIST, MISSING, Cost, Library
from kvshell.otp import task as otp
from kvshell.otp.task_stream import DEFAULTS, StreamOptions
from kvshell.terms import A, Atom, Function, List, Map, Term, alias

task = Library("Task", Cost.WAITS)
TASK = alias("Task")


def code_of(name: str, fun: Any, function: Any, args: Any, arity: int = 0) -> Any:
    """Return the code of a task, given a function, or a module, a function and arguments."""
    if function is not MISSING:
        if type(args) is not List or type(function) is not Atom:
            raise no_clause("Task", name, (fun, function, args))
        return (fun, function, tuple(args.items))
    if type(fun) is not Function or fun.capture.arity != arity:
        tried = f"def {name}(fun) when -is_function(fun, {arity})-"
        raise no_clause("Task", name, (fun,), tried)
    return fun


@task.function(name="async", arities=(1, 3))
def async_(fun: Term, function_name: Term = MISSING, args: Term = MISSING) -> Term:
    """Starts a task that is linked to the caller and must be awaited."""
    return otp.async_(code_of("async", fun, function_name, args))


@task.function(arities=(1, 3))
def start(fun: Term, function_name: Term = MISSING, args: Term = MISSING) -> Term:
    """Starts a task whose result is ignored, without a link."""
    return otp.start(code_of("start", fun, function_name, args))


@task.function(arities=(1, 3))
def start_link(fun: Term, function_name: Term = MISSING, args: Term = MISSING) -> Term:
    """Starts a task whose result is ignored, linked to the caller."""
    return otp.start_link(code_of("start_link", fun, function_name, args))


def _checked(name: str, task: Term, timeout: Term) -> None:
    fits = timeout is A.infinity or (type(timeout) is int and timeout >= 0)
    if is_struct(task, TASK) and fits:
        return
    head = "%Task{ref: ref, owner: owner} = task"
    whole = "is_integer(timeout)" if type(timeout) is int else "-is_integer(timeout)-"
    ready = "timeout == :infinity" if timeout is A.infinity else "-timeout == :infinity-"
    shown = head if is_struct(task, TASK) else f"-{head}-"
    tried = f"def {name}({shown}, timeout) when {ready} or {whole} and timeout >= 0"
    raise no_clause("Task", name, (task, timeout), tried)


@task.function(name="await")
def await_(task: Term, timeout: Term = 5000) -> Term:
    """Awaits the result of a task; exits if it does not arrive in time."""
    _checked("await", task, timeout)
    return otp.await_(task, timeout)


@task.function()
def await_many(tasks: Term, timeout: Term = 5000) -> Term:
    """Awaits the results of several tasks; exits if one does not arrive in time."""
    return otp.await_many(list(iterate(tasks)), timeout)


@task.function(name="yield")
def yield_(task: Term, timeout: Term = 5000) -> Term:
    """Waits for a task: `{:ok, result}`, `{:exit, reason}`, or nil after the timeout."""
    _checked("yield", task, timeout)
    return otp.yield_(task, timeout)


@task.function()
def yield_many(tasks: Term, timeout: Term = 5000) -> Term:
    """Waits for several tasks: each with `{:ok, result}`, `{:exit, reason}` or nil."""
    return otp.yield_many(list(iterate(tasks)), timeout)


@task.function()
def shutdown(task: Term, timeout: Term = 5000) -> Term:
    """Shuts down a task; returns its result if it has already replied."""
    if not is_struct(task, TASK):
        raise no_clause("Task", "shutdown", (task, timeout))
    return otp.shutdown(task, timeout)


@task.function()
def ignore(task: Term) -> Term:
    """Ignores a task, which keeps running; returns its result if it has already replied."""
    return otp.ignore(task)


@task.function()
def completed(result: Term) -> Term:
    """Returns a task that is already completed with a result."""
    return otp.completed(result)


@task.function(cost=Cost.SHORT)
def child_spec(arg: Term) -> Term:
    """Returns a child specification to start a task under a supervisor."""
    return Map(
        [
            (A.id, TASK),
            (A.restart, A.temporary),
            (A.start, (TASK, A.start_link, List((arg,)))),
        ]
    )


def stream_options(options: Any) -> StreamOptions:
    """Return the parsed options of `async_stream`."""
    return StreamOptions(
        option(options, A.max_concurrency, DEFAULTS.max_concurrency),
        option(options, A.ordered, default=True) is not False,
        option(options, A.timeout, 5000),
        option(options, A.on_timeout, A.exit),
        option(options, A.zip_input_on_exit, default=False) is True,
    )


@task.function()
def async_stream(
    enumerable: Term,
    fun: Term,
    options: Term = EMPTY_LIST,
    args: Term = MISSING,
    more: Term = EMPTY_LIST,
) -> Term:
    """Returns a stream of `{:ok, result}`: runs `fun` in a task per element, concurrently."""
    if args is MISSING:
        code, given = code_of("async_stream", fun, MISSING, MISSING, 1), options
    else:
        code, given = code_of("async_stream", fun, options, args), more
    how = stream_options(given)
    return source("Task.async_stream/3", lambda: otp.async_stream(iterate(enumerable), code, how))
