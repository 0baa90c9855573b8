"""Agent: processes that hold a state."""

from typing import Any

from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.processes.gen_server import child_spec as spec_of
from kvshell.elixir.library.processes.servers import (
    TIMEOUT,
    given_name,
    server,
    start_options,
    timeout_of,
)
from kvshell.elixir.library.registry import EMPTY_LIST, MISSING, Cost, Library
from kvshell.otp import agent as otp
from kvshell.terms import A, Function, Term, alias

agent = Library("Agent", Cost.WAITS)


def _start(name: str, given: tuple[Any, ...]) -> Term:
    begin = getattr(otp, name)
    if len(given) <= 2:
        fun, options = (*given, EMPTY_LIST)[:2]
        if type(fun) is not Function or fun.capture.arity != 0:
            tried = f"def {name}(fun, options) when -is_function(fun, 0)-"
            raise no_clause("Agent", name, (fun, options), tried)
    else:
        module, called, args, options = (*given, EMPTY_LIST)[:4]
        fun = (module, called, args)
    name_and_time = {"name": given_name(options), "timeout": timeout_of(options)}
    return begin(fun, **name_and_time, **start_options(options))


@agent.function()
def start(fun: Term, options: Term = MISSING, args: Term = MISSING, more: Term = MISSING) -> Term:
    """Starts an agent without a link; `fun` returns its initial state."""
    return _start("start", tuple(x for x in (fun, options, args, more) if x is not MISSING))


@agent.function()
def start_link(
    fun: Term, options: Term = MISSING, args: Term = MISSING, more: Term = MISSING
) -> Term:
    """Starts an agent linked to the caller; `fun` returns its initial state."""
    return _start("start_link", tuple(x for x in (fun, options, args, more) if x is not MISSING))


def _ask(name: str, agent: Term, given: tuple[Any, ...]) -> Term:
    ask = getattr(otp, name)
    if len(given) <= 2:
        fun, timeout = (*given, 5000)[:2]
        if type(fun) is not Function or fun.capture.arity != 1:
            tried = f"def {name}(agent, fun, timeout) when -is_function(fun, 1)-"
            raise no_clause("Agent", name, (agent, fun, timeout), tried)
        return ask(server(agent), fun, timeout)
    module, called, args, timeout = (*given, 5000)[:4]
    return ask(server(agent), (module, called, args), timeout)


def _declare(name: str, summary: str) -> None:
    def ask(
        agent: Term,
        fun: Term,
        timeout: Term = MISSING,
        args: Term = MISSING,
        more: Term = MISSING,
    ) -> Term:
        given = tuple(each for each in (fun, timeout, args, more) if each is not MISSING)
        return _ask(name, agent, given)

    ask.__doc__ = summary
    agent.function(name=name)(ask)


_declare("get", "Returns the result of `fun` for the state of an agent.")
_declare("update", "Replaces the state of an agent by the result of `fun` for it; returns `:ok`.")
_declare("get_and_update", "Updates the state with `fun`, which returns `{get, new_state}`.")


@agent.function(cost=Cost.SHORT, arities=(2, 4))
def cast(agent: Term, fun: Term, function: Term = MISSING, args: Term = MISSING) -> Term:
    """Updates the state of an agent asynchronously; returns `:ok` at once."""
    if function is MISSING:
        if type(fun) is not Function or fun.capture.arity != 1:
            tried = "def cast(agent, fun) when -is_function(fun, 1)-"
            raise no_clause("Agent", "cast", (agent, fun), tried)
        return otp.cast(agent, fun)
    return otp.cast(agent, (fun, function, args))


@agent.function(timeout=TIMEOUT)
def stop(agent: Term, reason: Term = A.normal, timeout: Term = A.infinity) -> Term:
    """Stops an agent and waits until it has terminated."""
    return otp.stop(server(agent), reason, timeout)


@agent.function(cost=Cost.SHORT)
def child_spec(arg: Term) -> Term:
    """Returns a child specification to start an agent under a supervisor."""
    return spec_of(alias("Agent"), arg)
