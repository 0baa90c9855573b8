"""GenServer: start, call, cast and stop a server. Mirrors Elixir's GenServer module."""

from collections.abc import Iterable
from typing import Final

from kvshell.otp.gen import caller_runs, naming
from kvshell.otp.gen import calls as gen
from kvshell.otp.gen.callbacks import From, GenServer
from kvshell.otp.gen.caller_runs import call_of, run_in_caller
from kvshell.otp.gen.calls import GEN_CALL
from kvshell.otp.gen.naming import Name
from kvshell.otp.gen.server_loop import ServerLoop, server_of
from kvshell.otp.gen.server_options import begin_debugging, checked_priority
from kvshell.runtime.processes.exits import Exit, Killed
from kvshell.runtime.processes.naming import NODE, current_process
from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.record import NOTHING, Process
from kvshell.runtime.processes.thread_context import carrier, current
from kvshell.runtime.processes.thread_context import here as thread
from kvshell.terms import A, Atom, ElixirError, FunctionClauseError, List, Pid, Term
from kvshell.terms import term as as_term

__all__ = [
    "From",
    "GenServer",
    "abcast",
    "call",
    "cast",
    "multi_call",
    "reply",
    "start",
    "start_link",
    "stop",
    "whereis",
]

MODULE: Final = caller_runs.MODULE
INFINITY: Final = A.infinity
Timeout = int | Atom  # milliseconds or :infinity
PATIENCE: Final = 5000


def start(
    callbacks: type[GenServer],
    arg: object,
    *,
    name: Name | None = None,
    timeout: Timeout = INFINITY,
    hibernate_after: Timeout = INFINITY,  # noqa: ARG001  # no effect
    debug: Iterable[object] = (),
    spawn_opt: Iterable[object] = (),
) -> Term:
    """Start a server without a link; returns `{:ok, pid}`, `:ignore` or `{:error, reason}`.

    Runs in the caller, which waits until `init` is done. `debug` holds `trace`, `log`,
    `statistics`, `(log, n)` or `(install, {function, state})`, as for `sys`. Of `spawn_opt` only
    `(priority, level)` is visible, in the server's `info`; the other options and `hibernate_after`
    concern memory and have no effect here. Mirrors GenServer.start/3. Receive point.
    """
    return _start(callbacks, arg, name, False, timeout, (debug, spawn_opt))


def start_link(
    callbacks: type[GenServer],
    arg: object,
    *,
    name: Name | None = None,
    timeout: Timeout = INFINITY,
    hibernate_after: Timeout = INFINITY,  # noqa: ARG001  # no effect
    debug: Iterable[object] = (),
    spawn_opt: Iterable[object] = (),
) -> Term:
    """Start a server linked to the caller, otherwise like `start`. Mirrors GenServer.start_link/3.

    Receive point.
    """
    return _start(callbacks, arg, name, True, timeout, (debug, spawn_opt))


def _start(
    callbacks: type[GenServer],
    arg: object,
    name: Name | None,
    link: bool,
    timeout: Timeout,
    options: tuple[Iterable[object], Iterable[object]],
) -> Term:
    naming.checked(name)
    debug, spawn_opt = options
    priority = checked_priority(spawn_opt) if spawn_opt else A.normal
    server = server_of(callbacks)
    given = as_term(arg, "argument")

    def prepare(process: Process) -> None:
        process.behaviour = server
        process.priority = priority
        if debug:
            begin_debugging(process, debug)

    return gen.start(
        prepare,
        lambda process, ack: server.init(process, given, ack),
        name,
        link,
        milliseconds(timeout),
        callbacks.init_never_waits,
    )


def milliseconds(timeout: Timeout) -> int | None:
    """Return a timeout in milliseconds, None for `:infinity`.

    Raises:
        FunctionClauseError: it is neither.
    """
    if timeout is INFINITY:
        return None
    if type(timeout) is int and timeout >= 0:
        return timeout
    raise FunctionClauseError(MODULE, A.call, 3)


def call(server: gen.Server, request: object, timeout: Timeout = PATIENCE) -> Term:
    """Send `request` and return the server's reply.

    Runs in the caller. Exits with `{reason, {GenServer, :call, [server, request, timeout]}}`: the
    server's reason if it dies first, `:timeout` after `timeout` milliseconds (the request stays in
    its mailbox and will be handled), `:noproc` if it does not exist, `:calling_self`.
    Mirrors GenServer.call/3. Receive point.
    """
    here = thread.carrier
    me = None if here is None else here.process
    if here is None or me is None:
        here, me = carrier(), current()  # raises with the reason
    if me.epoch != here.epoch:
        raise Killed
    sent = as_term(request, "request")
    runtime = me.runtime
    if type(server) is Pid:
        asked: gen.Server = server
        target: Process | None = server.record
    elif type(server) is Atom:
        asked, target = server, runtime.names.get(server)
    else:
        asked = known(server, A.whereis, 1)
        target = gen.process_of(asked)
    timeout_ms = PATIENCE if timeout is PATIENCE else milliseconds(timeout)
    # Code inside a declared clause may not wait, so there is no other way.
    may = here.depth or (runtime.watch is None and runtime.scheduler.inlines)
    if may and target is not None and target is not me and _declared(target.behaviour, sent):
        if runtime.scheduler.holding:
            runtime.scheduler.let_go()
        answer = run_in_caller(here, me, target, sent, server, timeout)
        if answer is not NOTHING:
            return answer
    return gen.call(asked, GEN_CALL, sent, timeout_ms, call_of(server, sent, timeout), "call")


def _declared(loop: object, request: Term) -> bool:
    """Whether the clause for `request` is declared never to wait."""
    if type(loop) is not ServerLoop:
        return False
    never = loop.never_waits_for
    if never is not None:
        return (request[0] if type(request) is tuple and request else request) in never
    try:
        return loop.callbacks.runs_in_caller(request)
    except Exception:  # noqa: BLE001  # an error of the server, raised when it handles the request, not of the caller
        return False


def known(server: object, function: Atom, arity: int) -> gen.Server:
    """Return `server` with a global or via name resolved.

    Raises:
        FunctionClauseError: it is invalid; the error names GenServer's function `function`.
    """
    if isinstance(server, Pid | Atom):
        return server
    if server is None or isinstance(server, bool):  # nil, true and false are atoms, but not names
        return None
    if type(server) is tuple and server:
        if naming.is_global_or_via(server):
            return gen.looked_up(server)
        if len(server) == 2 and isinstance(server[0], Atom) and isinstance(server[1], Atom):
            return server
    raise FunctionClauseError(MODULE, function, arity)


def cast(server: gen.Server, message: object) -> Atom:
    """Send `message` and return `:ok` at once, even if there is no such process.

    Mirrors GenServer.cast/2.
    """
    sent = as_term(message)
    try:
        to = known(server, A.cast, 2)
    except (Exit, ElixirError):
        if naming.is_global_or_via(server):  # the via module may return anything
            return A.ok
        raise
    return gen.cast(to, sent)


def reply(from_: From, value: object) -> Atom:
    """Answer a call, also later or from another process; returns `:ok`. Mirrors GenServer.reply/2.

    A second answer is a message to the caller, `{[:alias | ref], value}`, until it has taken the
    first; afterwards it is dropped and counted as late. Runs in any process.
    """
    return gen.reply(from_, as_term(value, "reply"))


def stop(server: gen.Server, reason: object = A.normal, timeout: Timeout = INFINITY) -> Atom:
    """Stop the server with `reason` and wait until it is dead; returns `:ok`.

    Works while it is suspended. Exits if it does not exist or ends with another reason. Mirrors
    GenServer.stop/3. Receive point.
    """
    why = as_term(reason, "reason")
    return gen.stop(
        known(server, A.whereis, 1),
        why,
        milliseconds(timeout),
        lambda: (MODULE, A.stop, List((server, why, timeout))),
    )


def whereis(server: gen.Server) -> Pid | tuple[Atom, Atom] | None:
    """Return the pid of a server, or None; a name on another node is returned as it is.

    Mirrors GenServer.whereis/1.
    """
    me = current_process(carrier())
    if me.runtime.watch is not None:
        me.runtime.watch(Op("whereis", me, server))
    found = known(server, A.whereis, 1)
    if type(found) is tuple and found[1] is not NODE:
        return found
    process = gen.process_of(found)
    return None if process is None else process.pid


def multi_call(
    nodes: Iterable[Atom] | None, name: Atom, request: object, timeout: Timeout = INFINITY
) -> Term:
    """Call `name` on the given nodes, on all for None; return `{[{node, reply}], bad_nodes}`.

    There is only one node. Mirrors GenServer.multi_call/4. Receive point.
    """
    replies, bad = [], []
    for node in (NODE,) if nodes is None else nodes:
        try:
            replies.append((node, call((name, node), request, timeout)))
        except Exit:
            bad.append(node)
    return (List(replies), List(bad))


def abcast(nodes: Iterable[Atom] | None, name: Atom, message: object) -> Atom:
    """Cast to `name` on the given nodes, on all for None; returns `:abcast`.

    Mirrors GenServer.abcast/3.
    """
    for node in (NODE,) if nodes is None else nodes:
        cast((name, node), message)
    return A.abcast
