"""plain: part 2 of the GenServer series. A manager keeps the names; there is no supervisor."""

from collections.abc import Mapping, Sequence

from kvshell.otp import gen_server
from kvshell.runtime import Runtime
from kvshell.systems.designs.design import Design, DesignText, RegistryEntry
from kvshell.systems.designs.inbox import creates, inbox
from kvshell.systems.key_val import manager, server
from kvshell.terms import Atom, List, Map, Pid, Term, key


class PlainDesign(Design):
    """The unsupervised manager, whose state is the map of names; it never removes one."""

    name = "plain"
    text = DesignText(
        "a manager keeps name -> pid, without a supervisor (part 2 of the GenServer series)",
        "KeyVal.Manager (unsupervised), one KeyVal.Server each",
        "the manager's map",
        "the manager",
        "a call: the pid",
        "kept forever",
    )
    roles: Mapping[str, Atom] = {"manager": manager.NAME}
    dead_is = "dead, kept"

    def start(self) -> Term:
        """Start the manager."""
        return manager.start()

    def stop(self) -> Term:
        """Stop only the manager: its stores stay alive."""
        return gen_server.stop(manager.NAME)

    def create(self, name: Term) -> Term:
        """Call the manager; returns the pid of the store."""
        return manager.create_store(name)

    def lookup(self, name: Term) -> Term:
        """Call the manager; returns `{:ok, pid}` or `:error`."""
        return manager.lookup(name)

    def names(self) -> List:
        """Call the manager; returns the names in term order."""
        return manager.names()

    def put(self, store: Pid, key: Term, value: Term) -> Term:
        """Cast the value to the store; returns `:ok`."""
        return server.put(store, key, value)

    def get(self, store: Pid, key: Term) -> Term:
        """Call the store; returns the value, or nil."""
        return server.get(store, key)

    def delete(self, store: Pid, key: Term) -> Term:
        """Cast the request to the store; returns `:ok`."""
        return server.delete(store, key)

    def keys(self, store: Pid) -> List:
        """Call the store; returns the keys in term order."""
        return server.keys(store)

    def source(self, runtime: Runtime) -> Map:
        """Return the manager's map."""
        record = runtime.names.get(manager.NAME)
        state = None if record is None else record.state
        return state if type(state) is Map else _NONE

    def pid(self, runtime: Runtime, name: Term) -> Pid | None:
        """Look the name up in the map."""
        found: Pid | None = self.source(runtime).get(name)
        return found

    def entries(self, runtime: Runtime) -> Sequence[RegistryEntry]:
        """Return the pairs of the map, in term order."""
        return [RegistryEntry(name, pid) for name, pid in self.source(runtime).items()]

    def name_of(self, runtime: Runtime, pid: Pid) -> Term:
        """Search the map for the process, since it has no index by pid."""
        return next((n for n, found in self.source(runtime).items() if found is pid), None)

    def pending(self, runtime: Runtime) -> Sequence[Term]:
        """Return the names whose `create` the manager has not handled yet."""
        waiting = creates(inbox(runtime, manager.NAME)).values()
        return [name for name in waiting if self.pid(runtime, name) is None]

    def stale(self, runtime: Runtime) -> Sequence[Term]:
        """Return no names: none is ever removed."""
        return ()

    def owned(self, runtime: Runtime) -> Mapping[Term, Term]:
        """Return the names in the manager's map, by key(name)."""
        return {key(name): name for name, _pid in self.source(runtime).items()}

    def knows(self, runtime: Runtime, name: Term) -> bool:
        """Return whether the name is in the map."""
        return name in self.source(runtime)


_NONE = Map()
