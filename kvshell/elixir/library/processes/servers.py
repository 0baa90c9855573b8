"""What the OTP modules share: start options, server names, and modules as servers."""

from collections.abc import Callable
from typing import Any

from kvshell.elixir.library.collections.keyword import option
from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.kinds import NON_NEGATIVE, Kind, any_of
from kvshell.otp.gen.callbacks import GenServer
from kvshell.terms import A, ArgumentError, Atom, Pid, Term, inspect

Bridge = Callable[[Atom], type[GenServer] | None]
_bridges: list[Bridge] = []


def set_bridge(callbacks_of: Bridge) -> None:
    """Register `callbacks_of(module)`, which returns the server class for an Elixir module."""
    _bridges[:] = [callbacks_of]


def callbacks_of(module: Atom) -> type[GenServer] | None:
    """Return the server class of a module, or None if it is not a server's."""
    for bridge in _bridges:
        found = bridge(module)
        if found is not None:
            return found
    return None


TIMEOUT = any_of(NON_NEGATIVE, Kind(lambda term: term is A.infinity, "{} == :infinity"))


def given_name(options: Term) -> Term:
    """Return the `:name` option, or None; raise ArgumentError for an invalid name."""
    name = option(options, A.name)
    if name is None or type(name) is Atom:
        return name
    match name:
        case (A.global_, _):
            return name
        case (A.via, Atom(), _):
            return name
    raise ArgumentError(
        "expected :name option to be one of the following:\n\n  * nil\n  * atom\n"
        f"  * {{:global, term}}\n  * {{:via, module, term}}\n\nGot: {inspect(name)}\n"
    )


def start_options(options: Term) -> dict[str, Any]:
    """Return the options `:debug` and `:spawn_opt`, if given, by name."""
    found = {}
    for name in ("debug", "spawn_opt"):
        given = option(options, Atom(name))
        if given is not None:
            found[name] = given
    return found


def timeout_of(options: Term) -> Any:
    """Return the `:timeout` option, by default `:infinity`."""
    return option(options, A.timeout, A.infinity)


_WHEREIS = (
    "def whereis(pid) when -is_pid(pid)-",
    "def whereis(name) when -is_atom(name)-",
    "def whereis(-{:global, name}-)",
    "def whereis(-{:via, mod, name}-)",
    "def whereis(-{name, local}-) when -is_atom(name)- and -local == node()-",
    "def whereis(-{name, node} = server-) when -is_atom(name)- and -is_atom(node)-",
)


def server(term: Term) -> Term:
    """Return `term` if it may name a server; otherwise raise as GenServer.whereis/1 does."""
    if type(term) is Pid or type(term) is Atom or term is None or type(term) is bool:
        return term
    if type(term) is tuple:
        match term:
            case (A.global_, _) | (A.via, Atom(), _):
                return term
            case (Atom(), Atom()):
                return term
    raise no_clause("GenServer", "whereis", (term,), *_WHEREIS)
