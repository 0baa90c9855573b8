"""KV.Registry, first stage: the names are in the registry's own map; every lookup is a call.

Mirrors the registry at the start of the ETS chapter: `create` is a cast, `lookup` a call. `names`
is kvshell's own.
"""

from typing import Any

from kvshell.otp import gen_server
from kvshell.otp.gen.callbacks import From, GenServer
from kvshell.runtime import process
from kvshell.systems.kv import bucket_supervisor
from kvshell.terms import A, Atom, List, Map, Term, alias, ok_value

NAME = alias("KV.Registry")


class MapRegistry(GenServer):
    """The registry's server; its state is `{names, refs}`: `name => pid` and `ref => name`."""

    module = "KV.Registry"
    infos_never_wait = True
    ignores_from = True
    never_waits = frozenset({A.lookup, A.names})

    def init(self, arg: Any) -> Term:
        return (A.ok, (Map(), Map()))

    def handle_call(self, request: Any, from_: From, state: Any) -> Term:
        names, _refs = state
        match request:
            case (A.lookup, name) if name in names:
                return (A.reply, (A.ok, names.get(name)), state)
            case (A.lookup, _name):
                return (A.reply, A.error, state)
            case A.names:
                return (A.reply, List([name for name, _pid in names.items()]), state)
        return None

    def handle_cast(self, request: Any, state: Any) -> Term:
        names, refs = state
        match request:
            case (A.create, name) if name in names:
                return (A.noreply, state)
            case (A.create, name):
                pid = ok_value(bucket_supervisor.start_bucket())
                ref = process.monitor(pid)
                return (A.noreply, (names.put(name, pid), refs.put(ref, name)))
        return None

    def handle_info(self, message: Any, state: Any) -> Term:
        names, refs = state
        match message:
            case (A.DOWN, ref, A.process, _pid, _reason):
                name, refs = refs.pop(ref)
                return (A.noreply, (names.delete(name), refs))
        return (A.noreply, state)


def start_link(_opts: Term = None) -> Term:
    """Start the registry under its name, linked to the caller. Receive point."""
    return gen_server.start_link(MapRegistry, None, name=NAME)


def lookup(name: Term) -> Term:
    """Call the registry; returns `{:ok, pid}` or `:error`. Receive point."""
    return gen_server.call(NAME, (A.lookup, name))


def create(name: Term) -> Atom:
    """Ask the registry to create a bucket called `name`; returns `:ok` at once."""
    return gen_server.cast(NAME, (A.create, name))


def names() -> List:
    """Return the names in term order. Receive point."""
    found: List = gen_server.call(NAME, A.names)
    return found
