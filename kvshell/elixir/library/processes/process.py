"""Process, and the functions of Kernel and :erlang for processes."""

import re
from collections.abc import Callable
from typing import Any

from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.collections.keyword import option
from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.kinds import E_ATOM, E_LIST, E_PID, E_REF
from kvshell.elixir.library.registry import EMPTY_LIST, MISSING, Cost, Library
from kvshell.otp.gen import modules
from kvshell.otp.gen import proc_lib as otp_proc_lib
from kvshell.runtime import process as runtime_process
from kvshell.runtime.processes.exits import Exit, Thrown
from kvshell.runtime.processes.naming import current_process
from kvshell.runtime.processes.thread_context import carrier, current
from kvshell.terms import (
    A,
    ArgumentError,
    Atom,
    ElixirError,
    ErlangError,
    Function,
    List,
    Pid,
    Term,
)

process = Library("Process", Cost.WAITS)
kernel = Library.of("Kernel")
erlang = Library.of(":erlang")
proc_lib = Library(":proc_lib", Cost.WAITS)


def both(name: str, cost: Cost, **kinds: Any) -> Callable[[Callable[..., Any]], Any]:
    """Return a decorator that declares a function of both Kernel and :erlang."""

    def declare(function: Callable[..., Any]) -> Callable[..., Any]:
        erlang.function(name=name, cost=cost, **kinds)(function)
        return kernel.function(name=name, cost=cost, **kinds)(function)

    return declare


MOST_PIDS = 32_768  # OTP 25 names no pid above


def pid_of(text: str) -> Pid:
    """Return the pid written as `0.104.0`; raise ArgumentError for any other text."""
    found = re.fullmatch(r"0\.(\d+)\.0", text)
    if found is None or len(found[1]) > 5 or int(found[1]) >= MOST_PIDS:
        raise ArgumentError.at(1, "not a textual representation of a pid")
    number = int(found[1])
    return current().runtime.pid(number) or Pid(number)


@both("self", Cost.SHORT)
def self_() -> Term:
    """Returns the pid of the calling process."""
    return runtime_process.self_()


def _destination(term: Any) -> Any:
    if type(term) in {Pid, Atom} or (
        type(term) is tuple and len(term) == 2 and all(type(each) is Atom for each in term)
    ):
        return term
    raise ArgumentError.at(1, "invalid destination")


@both("send", Cost.SHORT)
def send(dest: Term, message: Term) -> Term:
    """Sends a message to a process or a registered name; returns the message."""
    return runtime_process.send(_destination(dest), message)


@process.function(name="send", cost=Cost.SHORT, options=E_LIST)
def send_with(dest: Term, message: Term, options: Term) -> Term:
    """Sends a message with options; returns `:ok`, or `:noconnect` for another node."""
    match dest:
        case (Atom(), Atom() as node) if node is not runtime_process.NODE:
            return A.noconnect if A.noconnect in options else A.ok
    runtime_process.send(_destination(dest), message)
    return A.ok


def _body(first: Any, function: Any, args: Any) -> Callable[[], Any]:
    if function is MISSING:
        if type(first) is not Function:
            raise ArgumentError.at(1, "not a fun")
        return caller(first, 0)
    for place, each in ((1, first), (2, function)):
        if type(each) is not Atom:
            raise ArgumentError.at(place, "not an atom")
    if type(args) is not List:
        raise ArgumentError.at(3, "not a list")
    return lambda: modules.apply(first, function, args)


@both("spawn", Cost.WAITS, arities=(1, 3))
def spawn(fun: Term, function: Term = MISSING, args: Term = MISSING) -> Term:
    """Spawns a process that runs a function; returns its pid."""
    return runtime_process.spawn(_body(fun, function, args))


@both("spawn_link", Cost.WAITS, arities=(1, 3))
def spawn_link(fun: Term, function: Term = MISSING, args: Term = MISSING) -> Term:
    """Spawns a process that runs a function, linked to the caller; returns its pid."""
    return runtime_process.spawn_link(_body(fun, function, args))


@both("spawn_monitor", Cost.WAITS, arities=(1, 3))
def spawn_monitor(fun: Term, function: Term = MISSING, args: Term = MISSING) -> Term:
    """Spawns a process that runs a function, and monitors it; returns `{pid, ref}`."""
    return runtime_process.spawn_monitor(_body(fun, function, args))


@process.function(name="spawn", arities=(2, 4))
def spawn_with(fun: Term, function: Term, args: Term = MISSING, opts: Term = MISSING) -> Term:
    """Spawns a process with options, such as `:link` and `:monitor`."""
    if args is MISSING:
        body, options = _body(fun, MISSING, MISSING), function
    else:
        body, options = _body(fun, function, args), opts
    if type(options) is not List:
        raise ArgumentError.at(2, "badopt")
    start = runtime_process.spawn_link if A.link in options else runtime_process.spawn
    pid = start(body)
    return (pid, runtime_process.monitor(pid)) if A.monitor in options else pid


@both("exit", Cost.SHORT)
def exit_self(reason: Term) -> Term:
    """Exits the calling process with a reason."""
    raise Exit(reason)


@both("throw", Cost.SHORT)
def throw(value: Term) -> Term:
    """Throws a value, which `catch` can catch."""
    raise Thrown(value)


@both("make_ref", Cost.SHORT)
def make_ref() -> Term:
    """Returns a unique reference."""
    return current_process(carrier()).runtime.make_ref()


@both("node", Cost.SHORT)
def node(term: Term = MISSING) -> Term:
    """Returns the name of the local node."""
    if term is not MISSING and type(term).__name__ not in {"Pid", "Ref"}:
        raise ArgumentError.at(1, "not a pid")
    return runtime_process.NODE


@process.function(name="exit", pid=E_PID)
def exit_pid(pid: Term, reason: Term) -> Term:
    """Sends an exit signal to a process."""
    return runtime_process.exit(pid, reason)


@erlang.function(name="exit", cost=Cost.WAITS, pid=E_PID)
def _exit_pid(pid: Term, reason: Term) -> Term:
    """Sends an exit signal to a process."""
    return runtime_process.exit(pid, reason)


@process.function(name="alive?", pid=E_PID)
def alive(pid: Term) -> Term:
    """Tells whether a process is alive."""
    return runtime_process.alive(pid)


@process.function(cost=Cost.SHORT)
def monitor(item: Term) -> Term:
    """Monitors a process: the caller gets `:DOWN` when it terminates; returns the reference."""
    if type(item) is not Pid and type(item) is not Atom and type(item) is not tuple:
        raise ArgumentError.at(2, "not a pid")
    return runtime_process.monitor(item)


@process.function(cost=Cost.SHORT, monitor_ref=E_REF, options=E_LIST)
def demonitor(monitor_ref: Term, options: Term = EMPTY_LIST) -> Term:
    """Removes a monitor; `:flush` also removes its message, `:info` tells whether it was there."""
    return runtime_process.demonitor(monitor_ref, A.flush in options, A.info in options)


@process.function(pid_or_port=E_PID)
def link(pid_or_port: Term) -> Term:
    """Links the caller and a process: an exit signal reaches one when the other terminates."""
    try:
        return runtime_process.link(pid_or_port)
    except ErlangError as error:
        if error.struct.get(A.original) is not A.noproc:
            raise
        problem = ":\n\n  * 1st argument: the pid does not refer to an existing process\n"
        raise ElixirError(error.struct.put(A.reason, problem)) from None


@process.function(pid_or_port=E_PID)
def unlink(pid_or_port: Term) -> Term:
    """Removes the link between the caller and a process."""
    return runtime_process.unlink(pid_or_port)


@process.function(pid=E_PID)
def info(pid: Term, spec: Term = MISSING) -> Term:
    """Returns information about a process as a keyword list, or one item; nil if it is dead."""
    return runtime_process.info(pid) if spec is MISSING else runtime_process.info(pid, spec)


@process.function(name="group_leader", arities=(0, 2))
def group_leader(pid: Term = MISSING, leader: Term = MISSING) -> Term:
    """Returns the caller's group leader, or sets that of a process."""
    if pid is MISSING:
        return runtime_process.group_leader()
    return runtime_process.set_group_leader(pid, leader)


@erlang.function(name="group_leader", cost=Cost.WAITS, arities=(0, 2))
def _group_leader(leader: Term = MISSING, pid: Term = MISSING) -> Term:
    """Returns the caller's group leader, or sets that of a process."""
    return group_leader(pid, leader)


@process.function(mod=E_ATOM, fun_name=E_ATOM, args=E_LIST)
def hibernate(mod: Term, fun_name: Term, args: Term) -> Term:
    """Waits for a message, then continues in a function and never returns."""
    runtime_process.hibernate(lambda: modules.apply(mod, fun_name, args))


@erlang.function(name="yield", cost=Cost.WAITS)
def yield_() -> Term:
    """Lets other processes run; returns true."""
    return runtime_process.yield_()


@process.function(cost=Cost.SHORT)
def whereis(name: Term) -> Term:
    """Returns the pid registered under a name, or nil."""
    return runtime_process.whereis(name)


_NAME = (
    "def register(pid_or_port, name) when is_atom(name) and -not (name === nil or name === false or"
    " name === true or name === :undefined)-"
)


@process.function(cost=Cost.SHORT)
def register(pid_or_port: Term, name: Term) -> Term:
    """Registers a process under a name."""
    if type(name) is not Atom or name is A.undefined:
        raise no_clause("Process", "register", (pid_or_port, name), _NAME)
    return runtime_process.register(pid_or_port, name)


@process.function(cost=Cost.SHORT)
def unregister(name: Term) -> Term:
    """Unregisters a name."""
    return runtime_process.unregister(name)


@process.function(cost=Cost.SHORT)
def registered() -> Term:
    """Returns all registered names."""
    return runtime_process.registered()


@process.function(name="list")
def list_() -> Term:
    """Returns the pids of all processes."""
    return List(runtime_process.list_())


@process.function(cost=Cost.SHORT)
def flag(flag: Term, value: Term) -> Term:
    """Sets a flag of the calling process, such as `:trap_exit`; returns its old value."""
    return runtime_process.flag(flag, value)


@process.function()
def sleep(timeout: Term) -> Term:
    """Sleeps for a number of milliseconds, or forever with `:infinity`."""
    if timeout is not A.infinity and (type(timeout) is not int or timeout < 0):
        whole = "is_integer(timeout)" if type(timeout) is int else "-is_integer(timeout)-"
        less = "-timeout >= 0-" if type(timeout) is int else "timeout >= 0"
        raise no_clause(
            "Process",
            "sleep",
            (timeout,),
            f"def sleep(timeout) when {whole} and {less} when -timeout == :infinity-",
        )
    return runtime_process.sleep(timeout)


@process.function(cost=Cost.SHORT)
def send_after(dest: Term, msg: Term, time: Term, opts: Term = EMPTY_LIST) -> Term:
    """Sends a message after a number of milliseconds; returns a timer reference."""
    absolute = option(opts, A.abs, default=False) is True
    return runtime_process.send_after(dest, msg, time, abs=absolute)


@process.function(cost=Cost.SHORT)
def cancel_timer(timer_ref: Term, options: Term = EMPTY_LIST) -> Term:
    """Cancels a timer; returns the milliseconds left, or false if it has expired.

    With `async: true` the result arrives as `{:cancel_timer, timer_ref, left}`, unless `info:
    false`.
    """
    asynchronous, informs = (
        option(options, name, default=name is A.info) for name in (A.async_, A.info)
    )
    wrong = any(type(each) is not tuple or each[0] not in (A.async_, A.info) for each in options)
    if wrong or type(asynchronous) is not bool or type(informs) is not bool:
        raise ArgumentError.of_erlang()
    left = runtime_process.cancel_timer(timer_ref)
    if asynchronous and informs:
        runtime_process.send(runtime_process.self_(), (A.cancel_timer, timer_ref, left))
    return left if informs and not asynchronous else A.ok


@process.function(cost=Cost.SHORT)
def read_timer(timer_ref: Term) -> Term:
    """Returns the milliseconds left of a timer, or false if it has expired."""
    return runtime_process.read_timer(timer_ref)


@process.function(cost=Cost.SHORT)
def put(key: Term, value: Term) -> Term:
    """Stores a value in the process dictionary; returns the old value, or nil."""
    return runtime_process.put(key, value)


@process.function(cost=Cost.SHORT)
def get(key: Term = MISSING, default: Term = None) -> Term:
    """Returns a value of the process dictionary, or the default; without a key, all entries."""
    if key is MISSING:
        return runtime_process.get_all()
    found = runtime_process.get(key, default)
    return default if found is None else found


@process.function(cost=Cost.SHORT)
def delete(key: Term) -> Term:
    """Deletes a key from the process dictionary; returns its value, or nil."""
    return runtime_process.delete(key)


@process.function(cost=Cost.SHORT)
def get_keys(value: Term = MISSING) -> Term:
    """Returns the keys of the process dictionary, or those with a given value."""
    return runtime_process.get_keys() if value is MISSING else runtime_process.get_keys(value)


@proc_lib.function(pid=E_PID)
def initial_call(pid: Term) -> Term:
    """Returns the initial call of a process started with proc_lib, or false."""
    return otp_proc_lib.initial_call(pid)


@proc_lib.function(pid=E_PID)
def translate_initial_call(pid: Term) -> Term:
    """Returns the module, function and arity of a process's initial call."""
    return otp_proc_lib.translate_initial_call(pid)
