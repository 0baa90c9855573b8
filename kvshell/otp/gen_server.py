"""GenServer: start, call, cast and stop a server. Mirrors Elixir's GenServer module."""

from collections.abc import Iterable
from typing import Final

from kvshell.otp import caller_runs, gen, naming
from kvshell.otp.callbacks import From, GenServer
from kvshell.otp.caller_runs import call_of, run_in_caller
from kvshell.otp.gen import GEN_CALL
from kvshell.otp.naming import Name
from kvshell.otp.server import Server, server_of
from kvshell.runtime.acting import acting
from kvshell.runtime.carrier import carrier, current
from kvshell.runtime.carrier import here as thread
from kvshell.runtime.exits import Exit, Killed
from kvshell.runtime.op import Op
from kvshell.runtime.record import NOTHING, Process
from kvshell.terms import A, Atom, FunctionClauseError, List, Pid, Term
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
) -> Term:
    """Start a server without a link: `{:ok, pid}`, `:ignore` or `{:error, reason}`.

    Runs in the caller, which waits until `init` is done. Mirrors GenServer.start/3. Receive point.
    """
    return _start(callbacks, arg, name, False, timeout)


def start_link(
    callbacks: type[GenServer],
    arg: object,
    *,
    name: Name | None = None,
    timeout: Timeout = INFINITY,
) -> Term:
    """Start a server linked to the caller. Mirrors GenServer.start_link/3. Receive point."""
    return _start(callbacks, arg, name, True, timeout)


def _start(
    callbacks: type[GenServer], arg: object, name: Name | None, link: bool, timeout: Timeout
) -> Term:
    naming.checked(name)
    server = server_of(callbacks)
    given = as_term(arg, "argument")

    def prepare(process: Process) -> None:
        process.behaviour = server

    return gen.start(
        prepare,
        lambda process, ack: server.init(process, given, ack),
        name,
        link,
        milliseconds(timeout),
        callbacks.init_never_waits,
    )


def milliseconds(timeout: Timeout) -> int | None:
    """Return a time-out as milliseconds, None for `:infinity`."""
    if timeout is INFINITY:
        return None
    if type(timeout) is int and timeout >= 0:
        return timeout
    raise FunctionClauseError(MODULE, A.call, 3)


def call(server: gen.Server, request: object, timeout: Timeout = PATIENCE) -> Term:
    """Send `request` and return the server's reply.

    Runs in the caller. Exits with `{reason, {GenServer, :call, [server, request, timeout]}}`: the
    server's reason if it dies first, `:timeout` after `timeout` milliseconds (the request stays in
    its mailbox and will be handled), `:noproc` if there is none, `:calling_self`.
    Mirrors GenServer.call/3. Receive point.
    """
    here = thread.carrier
    me = None if here is None else here.process
    if here is None or me is None:
        here, me = carrier(), current()  # says what is wrong
    if me.epoch != here.epoch:
        raise Killed
    sent = as_term(request, "request")
    asked = server if type(server) is Pid else known(server, A.whereis, 1)
    target = asked.record if type(asked) is Pid else gen.find(asked)
    timeout_ms = PATIENCE if timeout is PATIENCE else milliseconds(timeout)
    runtime = me.runtime
    # Who is inside a declared clause may not wait: there is no other way for it.
    may = here.depth or (runtime.watch is None and runtime.scheduler.inlines)
    if may and target is not None and target is not me and _declared(target.behaviour, sent):
        if runtime.scheduler.holding:
            runtime.scheduler.let_go()
        answer = run_in_caller(here, me, target, sent, server, timeout)
        if answer is not NOTHING:
            return answer
    return gen.call(asked, GEN_CALL, sent, timeout_ms, call_of(server, sent, timeout), "call")


def _declared(loop: object, request: Term) -> bool:
    """Whether the clause that answers `request` is declared never to wait."""
    if type(loop) is not Server:
        return False
    never = loop.never_waits_for
    if never is not None:
        return (request[0] if type(request) is tuple and request else request) in never
    try:
        return loop.callbacks.runs_in_caller(request)
    except Exception:  # noqa: BLE001  # the server's fault, when it comes to it; not the caller's
        return False


def known(server: object, function: Atom, arity: int) -> gen.Server:
    """Return what `gen` can ask, global and via names looked up; nonsense is a clause missing."""
    if isinstance(server, Pid | Atom):
        return server
    if server is None or isinstance(server, bool):  # nil, true and false are atoms: nobody's name
        return None
    if type(server) is tuple and server:
        if naming.is_global_or_via(server):
            return gen.looked_up(server)
        if len(server) == 2 and isinstance(server[0], Atom) and isinstance(server[1], Atom):
            return server
    raise FunctionClauseError(MODULE, function, arity)


def cast(server: gen.Server, message: object) -> Atom:
    """Send `message` and return `:ok` at once, whoever is there. Mirrors GenServer.cast/2."""
    sent = as_term(message)
    return gen.cast(known(server, A.cast, 2), sent)


def reply(from_: From, value: object) -> Atom:
    """Answer a call later, or from elsewhere: `:ok`. Mirrors GenServer.reply/2.

    A second answer, or one after its time, is dropped and counted. Runs in any process.
    """
    return gen.reply(from_, as_term(value, "reply"))


def stop(server: gen.Server, reason: object = A.normal, timeout: Timeout = INFINITY) -> Atom:
    """Let the server terminate with `reason` and wait until it is gone; works while suspended.

    Exits when it is not there or ends otherwise. Mirrors GenServer.stop/3. Receive point.
    """
    why = as_term(reason, "reason")
    return gen.stop(
        known(server, A.whereis, 1),
        why,
        milliseconds(timeout),
        lambda: (MODULE, A.stop, List((server, why, timeout))),
    )


def whereis(server: gen.Server) -> Pid | None:
    """Return the pid of a server, or None. Mirrors GenServer.whereis/1."""
    me = acting(carrier())
    if me.runtime.watch is not None:
        me.runtime.watch(Op("whereis", me, server))
    process = gen.find(known(server, A.whereis, 1))
    return None if process is None else process.pid


def multi_call(
    nodes: Iterable[Atom], name: Atom, request: object, timeout: Timeout = INFINITY
) -> Term:
    """Call `name` on every node: `{[{node, reply}], bad_nodes}`. There is but one node.

    Mirrors GenServer.multi_call/4. Receive point.
    """
    replies, bad = [], []
    for node in nodes:
        try:
            replies.append((node, call((name, node), request, timeout)))
        except Exit:
            bad.append(node)
    return (List(replies), List(bad))


def abcast(nodes: Iterable[Atom], name: Atom, message: object) -> Atom:
    """Cast to `name` on every node: `:abcast`. Mirrors GenServer.abcast/3."""
    for node in nodes:
        cast((name, node), message)
    return A.abcast
