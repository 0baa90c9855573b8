"""KV.Registry, third stage: like the second, but `create` is a call that returns the pid.

Mirrors the chapter's fix for its first race. The second remains: a stopped bucket stays in the
table until its `:DOWN` has been handled.
"""

from typing import Any

from kvshell.otp import gen_server
from kvshell.otp.gen.callbacks import From, GenServer
from kvshell.systems.kv import registry_ets_cast
from kvshell.systems.kv.registry_ets_cast import NAME, insert_bucket, lookup, lookup_in, names
from kvshell.terms import A, Pid, Term

__all__ = ["NAME", "EtsRegistry", "create", "lookup", "names", "start_link"]


class EtsRegistry(registry_ets_cast.EtsCastRegistry):
    """The registry's server; its state is `{table, refs}`, where `refs` is `ref => name`."""

    module = "KV.Registry"
    handle_cast = GenServer.handle_cast

    def handle_call(self, request: Any, from_: From, state: Any) -> Term:
        table, refs = state
        match request:
            case (A.create, name):
                match lookup_in(table, name):
                    case (A.ok, pid):
                        return (A.reply, pid, state)
                    case A.error:
                        pid, refs = insert_bucket(table, refs, name)
                        return (A.reply, pid, (table, refs))
        return None


def start_link(_opts: Term = None) -> Term:
    """Start the registry under its name, linked to the caller. Receive point."""
    return gen_server.start_link(EtsRegistry, NAME, name=NAME)


def create(name: Term) -> Pid:
    """Return the pid of the bucket called `name`, creating it if needed. Receive point."""
    pid: Pid = gen_server.call(NAME, (A.create, name))
    return pid
