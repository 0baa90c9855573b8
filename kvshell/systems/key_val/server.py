"""KeyVal.Server: one store is one process. Mirrors the tutorial's KeyVal.Server.

`put` and `del` are casts, `get` is a call, as published. `keys` is kvshell's own.
"""

from typing import Any

from kvshell.otp import gen_server
from kvshell.otp.gen.callbacks import From, GenServer
from kvshell.systems.key_val import store
from kvshell.terms import A, Atom, List, Pid, Term


class Server(GenServer):
    """The server of one store; its state is the store."""

    module = "KeyVal.Server"
    never_waits = frozenset({A.get, A.keys, A.put, A.delete})
    init_never_waits = True
    ignores_from = True

    def init(self, arg: Any) -> Term:
        return (A.ok, store.new())

    def handle_call(self, request: Any, from_: From, state: Any) -> Term:
        match request:
            case (A.get, key):
                return (A.reply, store.get(state, key), state)
            case A.keys:
                return (A.reply, store.keys(state), state)
        return None

    def handle_cast(self, request: Any, state: Any) -> Term:
        match request:
            case (A.put, key, value):
                return (A.noreply, store.put(state, key, value))
            case (A.delete, key):
                return (A.noreply, store.delete(state, key))
        return None


def start() -> Term:
    """Start a store without a link; returns `{:ok, pid}`. Receive point."""
    return gen_server.start(Server, None)


def put(pid: Pid, key: Term, value: Term) -> Atom:
    """Cast `value` to the store, under `key`; returns `:ok` even if the store is dead."""
    return gen_server.cast(pid, (A.put, key, value))


def get(pid: Pid, key: Term) -> Term:
    """Return the value under `key`, or nil. Receive point."""
    return gen_server.call(pid, (A.get, key))


def delete(pid: Pid, key: Term) -> Atom:
    """Cast a request to delete `key`; returns `:ok` even if the store is dead.

    The tutorial calls it `del`.
    """
    return gen_server.cast(pid, (A.delete, key))


def keys(pid: Pid) -> List:
    """Return the keys in term order. Receive point."""
    found: List = gen_server.call(pid, A.keys)
    return found
