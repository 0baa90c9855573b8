"""Sys: look into a behaviour and hold it. Mirrors Erlang's sys module."""

from collections.abc import Callable

from kvshell.otp import gen
from kvshell.otp.gen import SYSTEM
from kvshell.otp.gen_server import Timeout, milliseconds
from kvshell.terms import A, Atom, Capture, ErlangError, Function, List, Term


def _call(function: Atom, server: gen.Server, request: Term, timeout: Timeout, *args: Term) -> Term:
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
    """Let the server take only system messages and its parent's exit; `:ok`.

    Not counted: one resume undoes any number. Mirrors :sys.suspend/2. Receive point.
    """
    answer: Atom = _call(A.suspend, server, A.suspend, timeout)
    return answer


def resume(server: gen.Server, timeout: Timeout = 5000) -> Atom:
    """Let the server take every message again; `:ok`. Mirrors :sys.resume/2. Receive point."""
    answer: Atom = _call(A.resume, server, A.resume, timeout)
    return answer


def get_state(server: gen.Server, timeout: Timeout = 5000) -> Term:
    """Return the server's state. Mirrors :sys.get_state/2. Receive point."""
    return _call(A.get_state, server, A.get_state, timeout)[1]


def replace_state(
    server: gen.Server, function: Callable[[Term], Term], timeout: Timeout = 5000
) -> Term:
    """Replace the state by `function(state)` and return it.

    A function that raises leaves the state as it was and is an ErlangError. Mirrors
    :sys.replace_state/3. Receive point.
    """
    fun = function if isinstance(function, Function) else Function(_STRANGER, (function,))
    tag, answer = _call(A.replace_state, server, (A.replace_state, fun), timeout)
    if tag is A.ok:
        return answer
    raise ErlangError((tag, (A.gen_server, A.system_replace_state), answer))


_STRANGER = Capture("sys.replace_state/2", 0, 0, 1, lambda state, function: function(state))


def get_status(server: gen.Server, timeout: Timeout = 5000) -> Term:
    """Return `{:status, pid, {:module, :gen_server}, [...]}`. Mirrors :sys.get_status/2."""
    return _call(A.get_status, server, A.get_status, timeout)


def step(server: gen.Server, timeout: Timeout = 5000) -> Term:
    """Let a suspended server handle one message; `{:ok, message, left}` or `:empty`.

    It stays suspended. kvshell's own; OTP has no such thing. Receive point.

    Raises:
        Exit: the server died of the message, or there is none.
    """
    return _call(A.step, server, A.step, timeout)


def statistics(server: gen.Server, flag: bool | Atom, timeout: Timeout = 5000) -> Term:
    """Count messages in and out: True, False: `:ok`; `:get`: `{:ok, [...]}`.

    `{:ok, :no_statistics}` when nothing is counted. Mirrors :sys.statistics/2. Receive point.
    """
    return _call(A.statistics, server, (A.debug, (A.statistics, flag)), timeout, flag)


def trace(server: gen.Server, flag: bool, timeout: Timeout = 5000) -> Term:
    """Print each message, reply and new state as an event `debug`, in Erlang's syntax; `:ok`.

    Mirrors :sys.trace/2, whose long lines are broken; these are not. Receive point.
    """
    return _call(A.trace, server, (A.debug, (A.trace, flag)), timeout, flag)


def log(server: gen.Server, flag: bool | Atom | tuple[bool, int], timeout: Timeout = 5000) -> Term:
    """Keep the last 10 events, or `(True, n)`; False forgets them; `get`, `print` show them.

    Mirrors :sys.log/2. Receive point.
    """
    return _call(A.log, server, (A.debug, (A.log, flag)), timeout, flag)


def no_debug(server: gen.Server, timeout: Timeout = 5000) -> Term:
    """Count, keep and print nothing more; `:ok`. Mirrors :sys.no_debug/1. Receive point."""
    return _call(A.no_debug, server, (A.debug, A.no_debug), timeout)
