"""Sys: inspect and suspend a behaviour. Mirrors Erlang's sys module."""

from collections.abc import Callable
from typing import Any

from kvshell.otp.agent import function as as_function
from kvshell.otp.gen import calls as gen
from kvshell.otp.gen.calls import SYSTEM
from kvshell.otp.gen_server import Timeout, milliseconds
from kvshell.terms import A, Atom, ErlangError, List, Term
from kvshell.terms import term as as_term


def _call(function: Term, server: gen.Server, request: Term, timeout: Timeout, *args: Term) -> Term:
    """Send a system message; `function` and `args` name the call in an exit, as in sys.erl."""
    shown = List((server, *args)) if timeout == 5000 else List((server, *args, timeout))
    return gen.call(
        server,
        SYSTEM,
        request,
        milliseconds(timeout),
        lambda: (A.sys, function, shown),
        "sys",
    )


def suspend(server: gen.Server, timeout: Timeout = 5000) -> Atom:
    """Let the server handle only system messages and its parent's exit; returns `:ok`.

    Does not nest: one resume undoes any number of suspends. Mirrors :sys.suspend/2. Receive point.
    """
    answer: Atom = _call(A.suspend, server, A.suspend, timeout)
    return answer


def resume(server: gen.Server, timeout: Timeout = 5000) -> Atom:
    """Let the server handle all messages again; returns `:ok`. Mirrors :sys.resume/2.

    Receive point.
    """
    answer: Atom = _call(A.resume, server, A.resume, timeout)
    return answer


def get_state(server: gen.Server, timeout: Timeout = 5000) -> Term:
    """Return the server's state. Mirrors :sys.get_state/2. Receive point."""
    return _call(A.get_state, server, A.get_state, timeout)[1]


def replace_state(
    server: gen.Server, function: Callable[[Term], Term], timeout: Timeout = 5000
) -> Term:
    """Replace the state by `function(state)` and return it.

    If the function raises, the state is unchanged and an ErlangError is raised. Mirrors
    :sys.replace_state/3. Receive point.
    """
    fun = as_function(function, 1)
    asked = (A.replace_state, fun)
    tag, answer = _call(asked, server, asked, timeout)
    if tag is A.ok:
        return answer
    raise ErlangError((tag, (A.gen_server, A.system_replace_state), answer))


def get_status(server: gen.Server, timeout: Timeout = 5000) -> Term:
    """Return `{:status, pid, {:module, :gen_server}, [...]}`. Mirrors :sys.get_status/2.

    Receive point.
    """
    return _call(A.get_status, server, A.get_status, timeout)


def step(server: gen.Server, timeout: Timeout = 5000) -> Term:
    """Let a suspended server handle one message; returns `{:ok, message, left}` or `:empty`.

    It stays suspended. OTP has no equivalent. Receive point.

    Raises:
        Exit: the server died handling the message, or does not exist.
    """
    return _call(A.step, server, A.step, timeout)


def statistics(server: gen.Server, flag: bool | Atom, timeout: Timeout = 5000) -> Term:
    """Start counting messages (True), stop counting (False), or `:get` the counts.

    Returns `:ok`; for `:get` `{:ok, [...]}`, or `{:ok, :no_statistics}` if nothing is counted.
    Mirrors :sys.statistics/2. Receive point.
    """
    return _call(A.statistics, server, (A.debug, (A.statistics, flag)), timeout, flag)


def trace(server: gen.Server, flag: bool, timeout: Timeout = 5000) -> Term:
    """Start or stop printing each message, reply and new state, in Erlang's syntax; returns `:ok`.

    They are printed as events `debug`. Mirrors :sys.trace/2, except that long lines are not broken.
    Receive point.
    """
    return _call(A.trace, server, (A.debug, (A.trace, flag)), timeout, flag)


def log(server: gen.Server, flag: bool | Atom | tuple[bool, int], timeout: Timeout = 5000) -> Term:
    """Keep the last 10 events (True) or the last n (`(True, n)`), or drop them (False).

    `get` returns the events kept, `print` prints them. Mirrors :sys.log/2. Receive point.
    """
    return _call(A.log, server, (A.debug, (A.log, flag)), timeout, flag)


def no_debug(server: gen.Server, timeout: Timeout = 5000) -> Term:
    """Stop all counting, keeping and printing; returns `:ok`. Mirrors :sys.no_debug/1.

    Receive point.
    """
    return _call(A.no_debug, server, (A.debug, A.no_debug), timeout)


def terminate(server: gen.Server, reason: object, timeout: Timeout = 5000) -> Atom:
    """Ask the server to terminate with `reason`; returns `:ok` at once.

    Mirrors :sys.terminate/2. Receive point.
    """
    why = as_term(reason)
    answer: Atom = _call(A.terminate, server, (A.terminate, why, A.reply), timeout, why)
    return answer


def change_code(
    server: gen.Server, module: Atom, old_version: object, extra: object, timeout: Timeout = 5000
) -> Term:
    """Run a suspended server's `code_change`; returns `:ok` or `{:error, reason}`.

    Mirrors :sys.change_code/4. Receive point.
    """
    args = (module, as_term(old_version), as_term(extra))
    return _call(A.change_code, server, (A.change_code, *args), timeout, *args)


def install(server: gen.Server, spec: tuple[Any, ...], timeout: Timeout = 5000) -> Atom:
    """Call a function on every event of the server; returns `:ok`.

    `spec` is `(function, state)` or `(id, function, state)`; `function(state, event, name)` returns
    its new state, or `:done` to be removed. Mirrors :sys.install/2. Receive point.
    """
    *named, function, state = spec
    sent = (*named, as_function(function, 3), as_term(state))
    answer: Atom = _call(A.install, server, (A.debug, (A.install, sent)), timeout, sent)
    return answer


def remove(server: gen.Server, which: object, timeout: Timeout = 5000) -> Atom:
    """Remove a function added by `install`; `which` is the function or its id. Returns `:ok`.

    Mirrors :sys.remove/2. Receive point.
    """
    found = as_function(which, 3) if callable(which) else as_term(which)
    answer: Atom = _call(A.remove, server, (A.debug, (A.remove, found)), timeout, found)
    return answer


def get_log(server: gen.Server, timeout: Timeout = 5000) -> List:
    """Return the events kept by `log`, oldest first. Mirrors :sys.get_log/1. Receive point."""
    answer: List = _call(A.log, server, (A.debug, (A.log, A.get)), timeout, A.get)[1]
    return answer
