"""Supervisor: starts its children in order, restarts them, and stops them in reverse order.

Mirrors Elixir's Supervisor: one_for_one, one_for_all, rest_for_one; too many restarts within the
window end the supervisor with `:shutdown`. The server is in supervisor_server.py.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from kvshell.otp import gen_server, sys
from kvshell.otp.child_spec import overridden, spec_of
from kvshell.otp.gen import modules as code
from kvshell.otp.gen.calls import Server
from kvshell.otp.gen.naming import Name
from kvshell.otp.gen_server import INFINITY, Timeout
from kvshell.otp.supervisor_options import DEFAULTS, SupervisorOptions
from kvshell.otp.supervisor_server import (
    Supervisor,
    SupervisorServer,
    SupervisorState,
    module_and_init,
)
from kvshell.terms import A, Atom, List, Map, Opaque, Term, alias
from kvshell.terms import term as as_term

__all__ = [
    "DEFAULTS",
    "Supervisor",
    "SupervisorOptions",
    "SupervisorServer",
    "SupervisorState",
    "callback_module",
    "child_spec",
    "count_children",
    "delete_child",
    "init",
    "restart_child",
    "start",
    "start_child",
    "start_link",
    "stop",
    "terminate_child",
    "which_children",
]

_DEFAULT = alias("Supervisor.Default")
Children = Iterable[object]


def start_link(
    children: Children | type | Atom,
    options: object = DEFAULTS,
    *,
    name: Name | None = None,
    debug: Iterable[object] = (),
    spawn_opt: Iterable[object] = (),
) -> Term:
    """Start a supervisor linked to the caller; waits until every child is started.

    `children` is a list of what `child_spec` accepts, and `options` a SupervisorOptions; or
    `children` is a Supervisor class or a module's atom, and `options` the argument of its `init`.
    Returns `{:ok, pid}`, `:ignore` or `{:error, reason}`. Mirrors Supervisor.start_link/2 and /3.
    Receive point.
    """
    return gen_server.start_link(
        SupervisorServer, _given(children, options), name=name, debug=debug, spawn_opt=spawn_opt
    )


def start(
    children: Children | type | Atom,
    options: object = DEFAULTS,
    *,
    name: Name | None = None,
    debug: Iterable[object] = (),
    spawn_opt: Iterable[object] = (),
) -> Term:
    """Start a supervisor without a link, like that of an application. Receive point.

    Arguments and result are those of `start_link`.
    """
    return gen_server.start(
        SupervisorServer, _given(children, options), name=name, debug=debug, spawn_opt=spawn_opt
    )


def _given(children: Children | type | Atom, options: object) -> Opaque:
    if isinstance(children, type | Atom):
        return Opaque(module_and_init(children, None if options is DEFAULTS else as_term(options)))
    answer = init(children, options)
    return Opaque((_DEFAULT, lambda: answer))


def init(children: Children, options: object = DEFAULTS) -> Term:
    """Return `{:ok, {flags, specifications}}`, the result for the `init` of a Supervisor class.

    Mirrors Supervisor.init/2.
    """
    assert isinstance(options, SupervisorOptions)
    return (A.ok, (options.as_flags(), List([spec_of(child) for child in children])))


def child_spec(given: object, overrides: Mapping[Any, Any] | None = None) -> Map:
    """Return the specification of a child as a map, with some fields replaced.

    `given` is a map, a module's atom, a class such as a GenServer, or `(module, arg)`. Mirrors
    Supervisor.child_spec/2.
    """
    return overridden(given, overrides or {})


def start_child(supervisor: Server, child: object) -> Term:
    """Add a child and start it; returns `{:ok, pid}`, `{:ok, pid, info}` or `{:error, reason}`.

    Mirrors Supervisor.start_child/2. Receive point.
    """
    given = child if isinstance(child, list | List) else spec_of(child)
    return gen_server.call(supervisor, (A.start_child, given), INFINITY)


def terminate_child(supervisor: Server, child_id: object) -> Term:
    """Terminate a child; its specification stays unless it is temporary.

    Returns `:ok` or `{:error, reason}`. Mirrors Supervisor.terminate_child/2. Receive point.
    """
    return gen_server.call(supervisor, (A.terminate_child, as_term(child_id)), INFINITY)


def restart_child(supervisor: Server, child_id: object) -> Term:
    """Restart a child that was terminated; returns `{:ok, pid}` or `{:error, reason}`.

    Mirrors Supervisor.restart_child/2. Receive point.
    """
    return gen_server.call(supervisor, (A.restart_child, as_term(child_id)), INFINITY)


def delete_child(supervisor: Server, child_id: object) -> Term:
    """Delete the specification of a child that is not running.

    Returns `:ok` or `{:error, reason}`. Mirrors Supervisor.delete_child/2. Receive point.
    """
    return gen_server.call(supervisor, (A.delete_child, as_term(child_id)), INFINITY)


def which_children(supervisor: Server) -> Term:
    """Return `[{id, pid, type, modules}]`, last started first.

    `pid` is `:undefined` for a child that is not running, `:restarting` for one whose restart
    failed and is being retried. Mirrors Supervisor.which_children/1. Receive point.
    """
    return gen_server.call(supervisor, A.which_children, INFINITY)


def count_children(supervisor: Server) -> Map:
    """Return `%{active:, specs:, supervisors:, workers:}`. Mirrors Supervisor.count_children/1.

    Receive point.
    """
    return Map(dict(gen_server.call(supervisor, A.count_children, INFINITY)))


def stop(supervisor: Server, reason: object = A.normal, timeout: Timeout = INFINITY) -> Atom:
    """Stop the supervisor and its children, and wait until it is dead; returns `:ok`.

    Mirrors Supervisor.stop/3. Receive point.
    """
    return gen_server.stop(supervisor, reason, timeout)


def callback_module(supervisor: Server) -> Atom:
    """Return the module whose `init` started the supervisor. Receive point.

    Mirrors :supervisor.get_callback_module/1.
    """
    state = sys.get_state(supervisor)
    found: Atom = state.value.module
    return found


MODULE = code.define("Supervisor", start_link=start_link)
