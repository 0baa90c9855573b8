"""KV.Registry, second stage: the names are in an ETS table that every client reads directly.

Mirrors the chapter's first ETS version, where `create` is still a cast: between the cast and the
row, `lookup` returns `:error`.
"""

from typing import Any

from kvshell.otp import gen_server
from kvshell.otp.gen.callbacks import GenServer
from kvshell.runtime import ets, process
from kvshell.systems.kv import bucket_supervisor
from kvshell.terms import A, Atom, List, Map, Term, alias, ok_value

NAME = alias("KV.Registry")


class EtsCastRegistry(GenServer):
    """The registry's server; its state is `{table, refs}`, where `refs` is `ref => name`."""

    module = "KV.Registry"
    infos_never_wait = True

    def init(self, arg: Any) -> Term:
        names = ets.new(arg, [A.named_table, (A.read_concurrency, True)])
        return (A.ok, (names, Map()))

    def handle_cast(self, request: Any, state: Any) -> Term:
        names, refs = state
        match request:
            case (A.create, name):
                match lookup_in(names, name):
                    case (A.ok, _pid):
                        return (A.noreply, state)
                    case A.error:
                        _pid, refs = insert_bucket(names, refs, name)
                        return (A.noreply, (names, refs))
        return None

    def handle_info(self, message: Any, state: Any) -> Term:
        names, refs = state
        match message:
            case (A.DOWN, ref, A.process, _pid, _reason):
                name, refs = refs.pop(ref)
                ets.delete(names, name)
                return (A.noreply, (names, refs))
        return (A.noreply, state)


def insert_bucket(names: Term, refs: Map, name: Term) -> Term:
    """Start a bucket, monitor it and insert its row; return `(pid, refs)`. Runs in the registry."""
    pid = ok_value(bucket_supervisor.start_bucket())
    ref = process.monitor(pid)
    ets.insert(names, (name, pid))
    return pid, refs.put(ref, name)


def start_link(_opts: Term = None) -> Term:
    """Start the registry under its name, linked to the caller. Receive point."""
    return gen_server.start_link(EtsCastRegistry, NAME, name=NAME)


def lookup(name: Term) -> Term:
    """Read the table without asking the registry; returns `{:ok, pid}` or `:error`."""
    found = ets.lookup(NAME, name).items
    return (A.ok, found[0][1]) if found else A.error


def lookup_in(table: Term, name: Term) -> Term:
    """Look a name up in `table`; returns `{:ok, pid}` or `:error`. Runs in the registry."""
    found = ets.lookup(table, name).items
    return (A.ok, found[0][1]) if found else A.error


def create(name: Term) -> Atom:
    """Ask the registry to create a bucket called `name`; returns `:ok` at once."""
    return gen_server.cast(NAME, (A.create, name))


def names() -> List:
    """Return the names, read from the table, in the order of `tab2list`."""
    return List([row[0] for row in ets.tab2list(NAME)])
