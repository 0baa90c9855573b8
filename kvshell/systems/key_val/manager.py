"""KeyVal.Manager: creates stores by name and keeps `name => pid`. Mirrors the tutorial's.

It neither links nor monitors its stores, so it never forgets one: for the name of a dead store it
returns the dead pid. `lookup` and `names` are kvshell's own, for the prompt.
"""

from typing import Any

from kvshell.otp import gen_server
from kvshell.otp.gen.callbacks import From, GenServer
from kvshell.systems.key_val import server
from kvshell.terms import A, List, Map, Pid, Term, alias, ok_value

NAME = alias("KeyVal.Manager")


class Manager(GenServer):
    """The manager's server; its state is the map of names."""

    module = "KeyVal.Manager"
    never_waits = frozenset({A.lookup, A.names})

    def init(self, arg: Any) -> Term:
        return (A.ok, Map())

    def handle_call(self, request: Any, from_: From, state: Any) -> Term:
        match request:
            case (A.create_store, name) if name in state:
                return (A.reply, state.get(name), state)
            case (A.create_store, name):
                pid = ok_value(server.start())
                return (A.reply, pid, state.put(name, pid))
            case (A.lookup, name) if name in state:
                return (A.reply, (A.ok, state.get(name)), state)
            case (A.lookup, _name):
                return (A.reply, A.error, state)
            case A.names:
                return (A.reply, List([name for name, _pid in state.items()]), state)
        return None


def start() -> Term:
    """Start the manager under its name.

    Returns `{:ok, pid}` or `{:error, {:already_started, pid}}`. Receive point.
    """
    return gen_server.start(Manager, None, name=NAME)


def create_store(name: Term) -> Pid:
    """Return the pid of the store called `name`, creating it if needed. Receive point."""
    pid: Pid = gen_server.call(NAME, (A.create_store, name))
    return pid


def lookup(name: Term) -> Term:
    """Return `{:ok, pid}`, whether the store is alive or not, or `:error`. Receive point."""
    return gen_server.call(NAME, (A.lookup, name))


def names() -> List:
    """Return the names in term order. Receive point."""
    found: List = gen_server.call(NAME, A.names)
    return found
