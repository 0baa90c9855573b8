"""Agent: a process that keeps one state and runs functions on it. Mirrors Elixir's Agent."""

from collections.abc import Callable
from typing import Any
from zlib import crc32

from kvshell.otp import gen_server
from kvshell.otp.callbacks import From, GenServer
from kvshell.otp.gen import Server
from kvshell.otp.gen_server import INFINITY, Timeout
from kvshell.otp.naming import Name
from kvshell.terms import A, Atom, Capture, Function, FunctionClauseError, Term, alias

Code = Function | Callable[..., Any]
MODULE = alias("Agent")


class AgentServer(GenServer):
    """The server behind every agent. Mirrors Agent.Server."""

    module = "Agent.Server"
    kind = "Agent"
    ignores_from = True

    def init(self, start: Function) -> Term:
        return (A.ok, start())

    def handle_call(self, request: Any, from_: From, state: Any) -> Term:
        match request:
            case (A.get, function):
                return (A.reply, function(state), state)
            case (A.get_and_update, function):
                match function(state):
                    case (reply, new):
                        return (A.reply, reply, new)
                    case other:
                        return (A.stop, (A.bad_return_value, other), state)
            case (A.update, function):
                return (A.reply, A.ok, function(state))
        return None

    def handle_cast(self, request: Any, state: Any) -> Term:
        match request:
            case (A.cast, function):
                return (A.noreply, function(state))
        return None

    def runs_in_caller(self, request: Any) -> bool:
        function = request[1] if type(request) is tuple and len(request) == 2 else None
        return type(function) is Function and function.capture.never_waits


class QuickAgentServer(AgentServer):
    """The same for an agent whose first state is declared to come without waiting."""

    init_never_waits = True


def function(code: Code, arity: int = 1, wanted: tuple[Atom, int] = (A.apply, 3)) -> Function:
    """Return `code` as a Function term, named after its module and line of definition.

    What is no function is refused as a clause missing in Agent's function `wanted`.
    """
    if isinstance(code, Function):
        return code
    if not callable(code):
        raise FunctionClauseError(MODULE, *wanted)
    where = getattr(code, "__module__", "kvshell")
    name = getattr(code, "__qualname__", type(code).__name__).replace(".<locals>", "")
    number = crc32(f"{where}.{name}".encode()) % 100_000_000
    return Function(Capture(f"{where}.{name}", 0, number, arity, code))


def start(code: Code, *, name: Name | None = None, timeout: Timeout = INFINITY) -> Term:
    """Start an agent whose first state is `code()`. Mirrors Agent.start/2. Receive point."""
    fun = function(code, 0, (A.start, 2))
    return gen_server.start(_server(fun), fun, name=name, timeout=timeout)


def start_link(code: Code, *, name: Name | None = None, timeout: Timeout = INFINITY) -> Term:
    """Start an agent linked to the caller. Mirrors Agent.start_link/2. Receive point."""
    fun = function(code, 0, (A.start_link, 2))
    return gen_server.start_link(_server(fun), fun, name=name, timeout=timeout)


def _server(code: Function) -> type[AgentServer]:
    return QuickAgentServer if code.never_waits else AgentServer


def get(agent: Server, code: Code, timeout: Timeout = 5000) -> Term:
    """Return `code(state)`, run in the agent. Mirrors Agent.get/3. Receive point."""
    return gen_server.call(agent, (A.get, function(code, 1, (A.get, 3))), timeout)


def get_and_update(agent: Server, code: Code, timeout: Timeout = 5000) -> Term:
    """Run `code(state)`, which returns `(reply, new_state)`. Mirrors Agent.get_and_update/3."""
    return gen_server.call(
        agent, (A.get_and_update, function(code, 1, (A.get_and_update, 3))), timeout
    )


def update(agent: Server, code: Code, timeout: Timeout = 5000) -> Term:
    """Make `code(state)` the state; `:ok`. Mirrors Agent.update/3. Receive point."""
    return gen_server.call(agent, (A.update, function(code, 1, (A.update, 3))), timeout)


def cast(agent: Server, code: Code) -> Atom:
    """Make `code(state)` the state some time later; `:ok` at once. Mirrors Agent.cast/2."""
    return gen_server.cast(agent, (A.cast, function(code, 1, (A.cast, 2))))


def stop(agent: Server, reason: object = A.normal, timeout: Timeout = INFINITY) -> Atom:
    """Stop the agent and wait until it is gone. Mirrors Agent.stop/3. Receive point."""
    return gen_server.stop(agent, reason, timeout)
