"""Agent: a process that holds a state and runs functions on it. Mirrors Elixir's Agent."""

from collections.abc import Callable, Iterable
from typing import Any
from zlib import crc32

from kvshell.otp import gen_server
from kvshell.otp.gen import modules
from kvshell.otp.gen.callbacks import From, GenServer, Startable
from kvshell.otp.gen.calls import Server
from kvshell.otp.gen.naming import Name
from kvshell.otp.gen.proc_lib import call_of
from kvshell.otp.gen_server import INFINITY, Timeout
from kvshell.runtime.defined_modules import takes
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import A, Atom, Capture, Function, FunctionClauseError, List, Map, Term, alias
from kvshell.terms import term as as_term

# A function, or `(module, function, args)`, which gets the state as an additional first argument.
Code = Function | Callable[..., Any] | tuple[Any, ...]
MODULE = alias("Agent")


class Agent(Startable):
    """The base class of an agent's module: its `start_link(arg)` calls `agent.start_link`.

    Mirrors `use Agent`.
    """


class AgentServer(GenServer):
    """The server behind every agent. Mirrors Agent.Server."""

    module = "Agent.Server"
    kind = "Agent"
    ignores_from = True

    def init(self, start: Any) -> Term:
        """Create the initial state."""
        current().initial_call = call_of(start)
        return (A.ok, _run(start))

    def handle_call(self, request: Any, from_: From, state: Any) -> Term:
        """Run the received function on the state."""
        match request if type(request) is tuple else None:
            case (A.get, code):
                return (A.reply, _run(code, state), state)
            case (A.get_and_update, code):
                answer = _run(code, state)
                if type(answer) is tuple and len(answer) == 2:
                    return (A.reply, *answer)
                return (A.stop, (A.bad_return_value, answer), state)
            case (A.update, code):
                return (A.reply, A.ok, _run(code, state))
        return None

    def handle_cast(self, request: Any, state: Any) -> Term:
        """Run the received function; its value is the new state."""
        match request if type(request) is tuple else None:
            case (A.cast, code):
                return (A.noreply, _run(code, state))
        return None

    def code_change(self, old_version: Any, state: Any, extra: Any) -> Term:
        """Compute the new state with the function `extra`."""
        return (A.ok, _run(extra, state))

    def runs_in_caller(self, request: Any) -> bool:
        function = request[1] if type(request) is tuple and len(request) == 2 else None
        return type(function) is Function and function.capture.never_waits


class QuickAgentServer(AgentServer):
    """Like AgentServer, for an agent whose initial function is declared never to wait."""

    init_never_waits = True


def _run(code: Any, *state: Term) -> Term:
    """Run a function, or `{module, function, args}`, on the state."""
    if type(code) is tuple:
        module, name, args = code
        return modules.apply(module, name, List((*state, *args)))
    return code(*state)


def function(code: Code, arity: int = 1, wanted: tuple[Atom, int] = (A.apply, 3)) -> Function:
    """Return `code` as a Function term, named after its module and qualified name.

    Raises:
        FunctionClauseError: it is not a function of that arity; `wanted` is the function it names.
    """
    if isinstance(code, Function):
        if code.capture.arity == arity:
            return code
    elif takes(code, arity):
        where = getattr(code, "__module__", "kvshell")
        name = getattr(code, "__qualname__", type(code).__name__).replace(".<locals>", "")
        number = crc32(f"{where}.{name}".encode()) % 100_000_000
        return Function(Capture(f"{where}.{name}", 0, number, arity, code))  # type: ignore[arg-type]  # it takes arguments
    raise FunctionClauseError(MODULE, *wanted)


def _sent(code: Code, arity: int, wanted: tuple[Atom, int]) -> Term:
    """Return the term to send for `code`: a Function, or `{module, function, args}`."""
    if type(code) is Function and code.capture.arity == arity:
        return code
    if isinstance(code, tuple) and len(code) == 3:
        module, name, args = code
        return (module, name, List([as_term(argument) for argument in args]))
    return function(code, arity, wanted)


def child_spec(code: Code) -> Map:
    """Return the child specification of an agent started with `code`.

    Mirrors Agent.child_spec/1.
    """
    start = (MODULE, A.start_link, List((_sent(code, 0, (A.start_link, 2)),)))
    return Map({A.id: MODULE, A.start: start})


def start(
    code: Code,
    *,
    name: Name | None = None,
    timeout: Timeout = INFINITY,
    debug: Iterable[object] = (),
    spawn_opt: Iterable[object] = (),
) -> Term:
    """Start an agent with the initial state `code()`. Mirrors Agent.start/2 and /4. Receive point.

    Everywhere in this module, `code` is a function, or `(module, function, args)`, which gets the
    state as an additional first argument. A function of another arity raises in the caller. `debug`
    and `spawn_opt` are as in `gen_server.start`.
    """
    fun = _sent(code, 0, (A.start, 2))
    return gen_server.start(
        _server(fun), fun, name=name, timeout=timeout, debug=debug, spawn_opt=spawn_opt
    )


def start_link(
    code: Code,
    *,
    name: Name | None = None,
    timeout: Timeout = INFINITY,
    debug: Iterable[object] = (),
    spawn_opt: Iterable[object] = (),
) -> Term:
    """Start an agent linked to the caller. Mirrors Agent.start_link/2 and /4. Receive point."""
    fun = _sent(code, 0, (A.start_link, 2))
    return gen_server.start_link(
        _server(fun), fun, name=name, timeout=timeout, debug=debug, spawn_opt=spawn_opt
    )


def _server(code: Term) -> type[AgentServer]:
    quick = type(code) is Function and code.capture.never_waits
    return QuickAgentServer if quick else AgentServer


def get(agent: Server, code: Code, timeout: Timeout = 5000) -> Term:
    """Return `code(state)`, run in the agent. Mirrors Agent.get/3 and /5. Receive point."""
    return gen_server.call(agent, (A.get, _sent(code, 1, (A.get, 3))), timeout)


def get_and_update(agent: Server, code: Code, timeout: Timeout = 5000) -> Term:
    """Run `code(state)`, which returns `(reply, new_state)`; return the reply. Receive point.

    Mirrors Agent.get_and_update/3 and /5.
    """
    return gen_server.call(
        agent, (A.get_and_update, _sent(code, 1, (A.get_and_update, 3))), timeout
    )


def update(agent: Server, code: Code, timeout: Timeout = 5000) -> Term:
    """Replace the state by `code(state)`; returns `:ok`. Mirrors Agent.update/3 and /5.

    Receive point.
    """
    return gen_server.call(agent, (A.update, _sent(code, 1, (A.update, 3))), timeout)


def cast(agent: Server, code: Code) -> Atom:
    """Let the agent replace its state by `code(state)`; returns `:ok` at once.

    Mirrors Agent.cast/2 and /4.
    """
    return gen_server.cast(agent, (A.cast, _sent(code, 1, (A.cast, 2))))


def stop(agent: Server, reason: object = A.normal, timeout: Timeout = INFINITY) -> Atom:
    """Stop the agent and wait until it is gone. Mirrors Agent.stop/3. Receive point."""
    return gen_server.stop(agent, reason, timeout)


modules.define("Agent", start_link=start_link, child_spec=child_spec)
