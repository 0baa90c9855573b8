"""library: what the chapter finally recommends. Elixir's own Registry keeps the names."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kvshell.runtime import Runtime
from kvshell.runtime.tables.table import Table
from kvshell.systems.designs.design import DesignText, RegistryEntry
from kvshell.systems.designs.inbox import inbox, is_exit
from kvshell.systems.designs.kv import KvDesign
from kvshell.systems.kv import registry_library
from kvshell.terms import Atom, Pid, Ref, Term


class LibraryDesign(KvDesign):
    """The stage with Elixir's Registry, in which every bucket registers itself.

    A partition linked to the bucket removes its row when it dies. The last element of the
    partition's state is the table of pids.
    """

    name = "library"
    stage = registry_library
    text = DesignText(
        "Elixir's own Registry keeps the names; every bucket writes its own row",
        "KV.Supervisor (one_for_all): KV.BucketSupervisor, KV.Registry and its partition",
        "Elixir's Registry",
        "no process: reads it",
        "a call: the pid",
        "forgotten on :EXIT",
    )
    roles: Mapping[str, Atom] = {**KvDesign.roles, "cleaner": registry_library.PARTITION}
    table_name = registry_library.NAME

    def source(self, runtime: Runtime) -> Table | None:
        """Return the Registry's table of rows `{name, {pid, value}}`."""
        return registry_library.rows(runtime)

    def pid(self, runtime: Runtime, name: Term) -> Pid | None:
        """Look the name up in the table."""
        table = self.source(runtime)
        found: Any = () if table is None else table.peek(name).items
        return found[0][1][0] if found else None

    def entries(self, runtime: Runtime) -> Sequence[RegistryEntry]:
        """Return the rows, oldest first."""
        table = self.source(runtime)
        rows: Any = [] if table is None else table.rows()
        return [RegistryEntry(name, pid) for name, (pid, _value) in rows]

    def name_of(self, runtime: Runtime, pid: Pid) -> Term:
        """Look up the name in the table of pids."""
        rows: Any = self._registered(runtime, pid)
        return rows[0][1] if rows else None

    def stale(self, runtime: Runtime) -> Sequence[Term]:
        """Return the names whose `:EXIT` the partition has not handled yet."""
        messages = filter(is_exit, inbox(runtime, registry_library.PARTITION))
        ended = (message[1] for message in messages)
        return [name for pid in ended for _pid, name in self._registered(runtime, pid)]

    def owned(self, runtime: Runtime) -> Mapping[Term, Term]:
        """Return an empty mapping: no process knows a name."""
        return {}

    def knows(self, runtime: Runtime, name: Term) -> bool:
        """Return False: no process knows a name."""
        return False

    def _registered(self, runtime: Runtime, pid: Pid) -> Iterable[Any]:
        cleaner = runtime.whereis(registry_library.PARTITION)
        state = None if cleaner is None else runtime.peek(cleaner).state
        match state:
            case (*_, Ref() as pids):
                table = runtime.tables.find(pids)
                return () if table is None else table.peek(pid).items
            case _:
                return ()
