"""Supervisor and DynamicSupervisor."""

from typing import Any

from kvshell.elixir.library.collections.keyword import option
from kvshell.elixir.library.enumerables.enum_walks import to_list
from kvshell.elixir.library.kinds import LIST, PID
from kvshell.elixir.library.processes.servers import TIMEOUT, given_name, server, start_options
from kvshell.elixir.library.registry import EMPTY_LIST, MISSING, Cost, Library
from kvshell.otp import dynamic_supervisor as otp_dynamic
from kvshell.otp import supervisor as otp
from kvshell.otp.supervisor import SupervisorOptions
from kvshell.terms import A, ArgumentError, Atom, List, Map, Term, alias

supervisor = Library("Supervisor", Cost.WAITS)
dynamic = Library("DynamicSupervisor", Cost.WAITS)
erlang_supervisor = Library(":supervisor", Cost.WAITS)


def _options(options: Term, *, strategy: bool = True) -> SupervisorOptions:
    """Parse a supervisor's options; raise ArgumentError if `:strategy` is missing."""
    chosen = option(options, A.strategy)
    if chosen is None:
        if strategy:
            raise ArgumentError("expected :strategy option to be given")
        chosen = A.one_for_one
    return SupervisorOptions(
        chosen,
        option(options, A.max_restarts, 3),
        option(options, A.max_seconds, 5),
        option(options, A.auto_shutdown, A.never),
    )


@supervisor.function()
def start_link(children_or_module: Term, options_or_arg: Term, options: Term = MISSING) -> Term:
    """Starts a supervisor with children, or with a module's `init/1`."""
    if type(children_or_module) is Atom:
        given = EMPTY_LIST if options is MISSING else options
        more = start_options(given)
        return otp.start_link(children_or_module, options_or_arg, name=given_name(given), **more)
    children = to_list(children_or_module)
    flags = _options(options_or_arg)
    name, more = given_name(options_or_arg), start_options(options_or_arg)
    return otp.start_link(children, flags, name=name, **more)


@supervisor.function(options=LIST)
def init(children: Term, options: Term) -> Term:
    """Returns what a supervisor's `init/1` has to return: its flags and children."""
    return otp.init(to_list(children), _options(options))


@supervisor.function(overrides=LIST)
def child_spec(module_or_map: Term, overrides: Term) -> Term:
    """Builds a child specification from a module or a map, overriding some fields."""
    return otp.child_spec(module_or_map, dict(overrides.items))


@supervisor.function()
def start_child(supervisor: Term, child_spec: Term) -> Term:
    """Adds a child to a supervisor and starts it."""
    return otp.start_child(server(supervisor), child_spec)


@supervisor.function()
def terminate_child(supervisor: Term, child_id: Term) -> Term:
    """Terminates a child of a supervisor."""
    return otp.terminate_child(server(supervisor), child_id)


@supervisor.function()
def restart_child(supervisor: Term, child_id: Term) -> Term:
    """Restarts a child that has terminated."""
    return otp.restart_child(server(supervisor), child_id)


@supervisor.function()
def delete_child(supervisor: Term, child_id: Term) -> Term:
    """Deletes the specification of a child that is not running."""
    return otp.delete_child(server(supervisor), child_id)


@supervisor.function()
def which_children(supervisor: Term) -> Term:
    """Returns `{id, pid, type, modules}` for each child."""
    return otp.which_children(server(supervisor))


@supervisor.function()
def count_children(supervisor: Term) -> Term:
    """Returns the number of children: specs, active, supervisors and workers."""
    return otp.count_children(server(supervisor))


@supervisor.function(timeout=TIMEOUT)
def stop(supervisor: Term, reason: Term = A.normal, timeout: Term = A.infinity) -> Term:
    """Stops a supervisor and its children."""
    return otp.stop(server(supervisor), reason, timeout)


def _dynamic_options(options: Term) -> dict[str, Any]:
    most = option(options, A.max_children)
    return {
        "max_children": None if most is A.infinity else most,
        "extra_arguments": option(options, A.extra_arguments, EMPTY_LIST),
    }


@dynamic.function(name="start_link")
def start_dynamic(module_or_options: Term, arg: Term = MISSING, options: Term = EMPTY_LIST) -> Term:
    """Starts a dynamic supervisor with options, or with a module's `init/1`."""
    if type(module_or_options) is Atom:
        given = None if arg is MISSING else arg
        name, more = given_name(options), start_options(options)
        return otp_dynamic.start_link(module_or_options, given, name=name, **more)
    flags = _options(module_or_options, strategy=False)
    more = {**_dynamic_options(module_or_options), **start_options(module_or_options)}
    return otp_dynamic.start_link(flags, name=given_name(module_or_options), **more)


@dynamic.function(name="init", options=LIST)
def init_dynamic(options: Term) -> Term:
    """Returns what a dynamic supervisor's `init/1` has to return: its flags."""
    return otp_dynamic.init(_options(options, strategy=False), **_dynamic_options(options))


@dynamic.function(name="child_spec", cost=Cost.SHORT)
def child_spec_of_dynamic(options: Term) -> Term:
    """Returns a child specification to start a dynamic supervisor under a supervisor."""
    module = alias("DynamicSupervisor")
    return Map(
        [
            (A.id, option(options, A.name, module)),
            (A.start, (module, A.start_link, List((options,)))),
            (A.type, A.supervisor),
        ]
    )


@dynamic.function(name="start_child")
def start_dynamic_child(supervisor: Term, child_spec: Term) -> Term:
    """Starts a child under a dynamic supervisor."""
    return otp_dynamic.start_child(server(supervisor), child_spec)


@dynamic.function(name="terminate_child", pid=PID)
def terminate_dynamic_child(supervisor: Term, pid: Term) -> Term:
    """Terminates a child of a dynamic supervisor."""
    return otp_dynamic.terminate_child(server(supervisor), pid)


@dynamic.function(name="which_children")
def dynamic_children(supervisor: Term) -> Term:
    """Returns `{:undefined, pid, type, modules}` for each child."""
    return otp_dynamic.which_children(server(supervisor))


@dynamic.function(name="count_children")
def count_dynamic_children(supervisor: Term) -> Term:
    """Returns the number of children: specs, active, supervisors and workers."""
    return otp_dynamic.count_children(server(supervisor))


@dynamic.function(name="stop", timeout=TIMEOUT)
def stop_dynamic(supervisor: Term, reason: Term = A.normal, timeout: Term = A.infinity) -> Term:
    """Stops a dynamic supervisor and its children."""
    return otp_dynamic.stop(server(supervisor), reason, timeout)


@erlang_supervisor.function(name="get_callback_module")
def callback_module(supervisor: Term) -> Term:
    """Returns the callback module of a supervisor."""
    return otp.callback_module(server(supervisor))
