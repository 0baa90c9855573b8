"""GenServer and :sys."""

from typing import Any

from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.kinds import ATOM, LIST
from kvshell.elixir.library.processes.servers import (
    TIMEOUT,
    callbacks_of,
    given_name,
    server,
    start_options,
    timeout_of,
)
from kvshell.elixir.library.registry import EMPTY_LIST, MISSING, Cost, Library
from kvshell.otp import gen_server as otp
from kvshell.otp import sys as otp_sys
from kvshell.otp.gen import modules
from kvshell.otp.gen.callbacks import GenServer
from kvshell.terms import A, Atom, List, Map, Pid, Term

gen_server = Library("GenServer", Cost.WAITS)
sys_ = Library(":sys", Cost.WAITS)


def _callbacks(module: Atom) -> type[GenServer]:
    """Return the callbacks of a module; without `init/1`, they make the start fail."""

    class WithoutInit(GenServer):
        @classmethod
        def module_name(cls) -> Atom:
            return module

        def init(self, arg: Any) -> Term:
            return modules.apply(module, A.init, List((arg,)))

    return callbacks_of(module) or WithoutInit


@gen_server.function(module=ATOM, options=LIST)
def start(module: Term, init_arg: Term, options: Term = EMPTY_LIST) -> Term:
    """Starts a server without a link."""
    name = given_name(options)
    return otp.start(
        _callbacks(module),
        init_arg,
        name=name,
        timeout=timeout_of(options),
        **start_options(options),
    )


@gen_server.function(module=ATOM, options=LIST)
def start_link(module: Term, init_arg: Term, options: Term = EMPTY_LIST) -> Term:
    """Starts a server linked to the caller."""
    name = given_name(options)
    return otp.start_link(
        _callbacks(module),
        init_arg,
        name=name,
        timeout=timeout_of(options),
        **start_options(options),
    )


@gen_server.function(timeout=TIMEOUT)
def call(server_: Term, request: Term, timeout: Term = 5000) -> Term:
    """Sends a request to a server and waits for its reply."""
    return otp.call(server(server_), request, timeout)


_CAST = (
    "def cast(-{:global, name}-, request)",
    "def cast(-{:via, mod, name}-, request)",
    "def cast(-{name, node}-, request) when -is_atom(name)- and -is_atom(node)-",
    "def cast(dest, request) when -is_atom(dest)- or -is_pid(dest)-",
)


@gen_server.function(cost=Cost.SHORT)
def cast(server_: Term, request: Term) -> Term:
    """Sends a request to a server without waiting for a reply."""
    if type(server_) not in {Pid, Atom, tuple, bool, type(None)}:
        raise no_clause("GenServer", "cast", (server_, request), *_CAST)
    return otp.cast(server_, request)


@gen_server.function(cost=Cost.SHORT)
def reply(client: Term, reply: Term) -> Term:
    """Replies to a client of a call, also from outside `handle_call/3`."""
    if type(client) is not tuple or len(client) != 2:
        raise no_clause(":gen", "reply", (client, reply))
    return otp.reply(client, reply)


@gen_server.function(timeout=TIMEOUT)
def stop(server_: Term, reason: Term = A.normal, timeout: Term = A.infinity) -> Term:
    """Stops a server and waits until it has terminated."""
    return otp.stop(server(server_), reason, timeout)


@gen_server.function()
def whereis(server_: Term) -> Term:
    """Returns the pid of a server, or nil."""
    return otp.whereis(server(server_))


@gen_server.function(cost=Cost.SHORT)
def abcast(nodes: Term, name: Term, request: Term = MISSING) -> Term:
    """Casts a request to the servers with a name on the given nodes, or on all of them."""
    if request is MISSING:
        return otp.abcast(None, nodes, name)
    if type(nodes) is not List or type(name) is not Atom:
        tried = "def abcast(nodes, name, request) when -is_list(nodes)- and -is_atom(name)-"
        raise no_clause("GenServer", "abcast", (nodes, name, request), tried)
    return otp.abcast(nodes, name, request)


@gen_server.function()
def multi_call(
    nodes: Term, name: Term, request: Term = MISSING, timeout: Term = A.infinity
) -> Term:
    """Calls the servers with a name on the given nodes, or on all of them."""
    if request is MISSING:
        return otp.multi_call(None, nodes, name)
    return otp.multi_call(nodes, name, request, timeout)


def _system(name: str, summary: str) -> None:
    code = getattr(otp_sys, name)

    def plain(server_: Term, timeout: Term = 5000) -> Term:
        return code(server(server_), timeout)

    plain.__doc__ = summary
    sys_.function(name=name, timeout=TIMEOUT)(plain)


for _name, _summary in (
    ("suspend", "Suspends a process: it handles only system messages."),
    ("resume", "Resumes a suspended process."),
    ("get_state", "Returns the state of a process."),
    ("get_status", "Returns the status of a process: its state, debug options and more."),
    ("no_debug", "Turns off all debugging of a process."),
):
    _system(_name, _summary)


@sys_.function()
def replace_state(name: Term, state_fun: Term, timeout: Term = 5000) -> Term:
    """Replaces the state of a process by the result of `state_fun` for it, and returns it."""
    return otp_sys.replace_state(server(name), state_fun, timeout)


@sys_.function()
def statistics(name: Term, flag: Term, timeout: Term = 5000) -> Term:
    """Enables or disables counting a process's messages, or returns the counts."""
    return otp_sys.statistics(server(name), flag, timeout)


@sys_.function()
def trace(name: Term, flag: Term, timeout: Term = 5000) -> Term:
    """Enables or disables printing a process's system events."""
    return otp_sys.trace(server(name), flag, timeout)


@sys_.function()
def log(name: Term, flag: Term, timeout: Term = 5000) -> Term:
    """Enables or disables keeping a process's recent system events, or returns them."""
    return otp_sys.log(server(name), flag, timeout)


@sys_.function()
def get_log(name: Term) -> Term:
    """Returns the recent system events that a process has kept."""
    return otp_sys.get_log(server(name), 5000)


@sys_.function()
def no_debug(name: Term, timeout: Term = 5000) -> Term:
    """Turns off all debugging of a process: traces, statistics and logs."""
    return otp_sys.no_debug(server(name), timeout)


@sys_.function()
def terminate(name: Term, reason: Term, timeout: Term = 5000) -> Term:
    """Orders a process to terminate, without waiting for it."""
    return otp_sys.terminate(server(name), reason, timeout)


@sys_.function()
def change_code(name: Term, module: Term, old_vsn: Term, extra: Term, timeout: Term = 5000) -> Term:
    """Tells a suspended process to change its code: runs its `code_change/3`."""
    return otp_sys.change_code(server(name), module, old_vsn, extra, timeout)


@sys_.function()
def install(name: Term, func_spec: Term, timeout: Term = 5000) -> Term:
    """Installs a debug function that is called with each system event of a process."""
    return otp_sys.install(server(name), func_spec, timeout)


@sys_.function()
def remove(name: Term, func_or_func_id: Term, timeout: Term = 5000) -> Term:
    """Removes an installed debug function."""
    return otp_sys.remove(server(name), func_or_func_id, timeout)


def child_spec(module: Atom, arg: Any, *, kind: Any = None) -> Map:
    """Return the child specification that `use GenServer` and others define."""
    pairs = [(A.id, module), (A.start, (module, A.start_link, List((arg,))))]
    return Map(pairs if kind is None else [*pairs, (A.type, kind)])
