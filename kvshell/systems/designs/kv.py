"""map, ets-cast, ets: the three stages of the chapter's KV.Registry, under one supervisor."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from kvshell.otp import gen_server
from kvshell.runtime import Runtime
from kvshell.runtime.tables.table import Table
from kvshell.systems.designs.design import Design, DesignText, RegistryEntry
from kvshell.systems.designs.inbox import creates, inbox, is_down
from kvshell.systems.kv import (
    bucket,
    bucket_supervisor,
    registry_ets,
    registry_ets_cast,
    registry_map,
    supervisor,
)
from kvshell.terms import A, Atom, List, Map, Pid, Term, key

PROCESSES = "KV.Supervisor (one_for_all): KV.BucketSupervisor, KV.Registry"
_NONE = Map()


class KvDesign(Design):
    """The common part of the chapter's stages: a supervised registry, and buckets that are agents.

    The registry monitors each bucket; its state is a pair whose second element maps refs to names.
    """

    stage: ModuleType  # the registry: start_link, create, lookup, names, NAME
    roles: Mapping[str, Atom] = {
        "manager": registry_map.NAME,
        "supervisor": supervisor.NAME,
        "buckets": bucket_supervisor.NAME,
    }

    def start(self) -> Term:
        """Start the whole system and return the registry's pid."""
        match supervisor.start(self.stage):
            case (A.ok, _supervisor):
                return (A.ok, gen_server.whereis(self.manager))
            case (A.error, (A.already_started, _supervisor)):
                return (A.error, (A.already_started, gen_server.whereis(self.manager)))
            case other:
                return other

    def stop(self) -> Term:
        """Stop the whole system."""
        return supervisor.stop()

    def create(self, name: Term) -> Term:
        """Cast to or call the registry, depending on the stage."""
        return self.stage.create(name)

    def lookup(self, name: Term) -> Term:
        """Call the registry or read its table, depending on the stage."""
        return self.stage.lookup(name)

    def names(self) -> List:
        """Call the registry or read its table, depending on the stage."""
        found: List = self.stage.names()
        return found

    def put(self, store: Pid, key: Term, value: Term) -> Term:
        """Put the value in the bucket."""
        return bucket.put(store, key, value)

    def get(self, store: Pid, key: Term) -> Term:
        """Read the value from the bucket."""
        return bucket.get(store, key)

    def delete(self, store: Pid, key: Term) -> Term:
        """Delete the key from the bucket."""
        return bucket.delete(store, key)

    def keys(self, store: Pid) -> List:
        """Read the keys from the bucket."""
        return bucket.keys(store)

    @abstractmethod
    def owned(self, runtime: Runtime) -> Mapping[Term, Term]:
        """Return the names in the registry's state."""

    def name_of(self, runtime: Runtime, pid: Pid) -> Term:
        """Return the name under which the registry monitors the bucket."""
        record, refs = pid.record, self._state(runtime)[1]
        watchers = None if record is None else record.watchers
        for ref in list(watchers or ()):
            name = refs.get(ref)
            if name is not None:
                return name
        return None

    def pending(self, runtime: Runtime) -> Sequence[Term]:
        """Return the names whose `create` the registry has not handled yet."""
        waiting = creates(inbox(runtime, self.manager)).values()
        return [name for name in waiting if self.pid(runtime, name) is None]

    def stale(self, runtime: Runtime) -> Sequence[Term]:
        """Return the names whose `:DOWN` the registry has not handled yet."""
        refs = self._state(runtime)[1]
        messages = filter(is_down, inbox(runtime, self.manager))
        found = (refs.get(message[1]) for message in messages)
        return [name for name in found if name is not None]

    def knows(self, runtime: Runtime, name: Term) -> bool:
        """Return whether the registry monitors the bucket, or has its `:DOWN` still to handle."""
        pid = self.pid(runtime, name)
        known = pid is not None and self.name_of(runtime, pid) == name
        return known or name in self.stale(runtime)

    def _state(self, runtime: Runtime) -> tuple[Term, Map]:
        """Return the registry's state: the holder of the names, and the map of refs to names."""
        record = runtime.names.get(self.manager)
        state = None if record is None else record.state
        match state:
            case (names, Map() as refs):
                return names, refs
            case _:
                return None, _NONE


class MapDesign(KvDesign):
    """The stage in which the names are in a map of the registry.

    The registry's state is `{name => pid, ref => name}`.
    """

    name = "map"
    stage = registry_map
    text = DesignText(
        "a supervised registry keeps the names in its own map; every lookup asks it",
        PROCESSES,
        "the registry's map",
        "the registry",
        "a cast: :ok",
        "forgotten on :DOWN",
    )

    def source(self, runtime: Runtime) -> Map:
        """Return the map of names in the registry's state."""
        names = self._state(runtime)[0]
        return names if type(names) is Map else _NONE

    def pid(self, runtime: Runtime, name: Term) -> Pid | None:
        """Look the name up in the map."""
        found: Pid | None = self.source(runtime).get(name)
        return found

    def entries(self, runtime: Runtime) -> Sequence[RegistryEntry]:
        """Return the pairs of the map, in term order."""
        return [RegistryEntry(name, pid) for name, pid in self.source(runtime).items()]

    def owned(self, runtime: Runtime) -> Mapping[Term, Term]:
        """Return the names of the map."""
        return {key(name): name for name, _pid in self.source(runtime).items()}

    def knows(self, runtime: Runtime, name: Term) -> bool:
        """Return whether the name is in the map."""
        return name in self.source(runtime)


class TableDesign(KvDesign):
    """A stage in which the names are in an ETS table.

    The table has rows `{name, pid}`; the registry's state is `{table, ref => name}`.
    """

    table_name = registry_map.NAME

    def source(self, runtime: Runtime) -> Table | None:
        """Return the ETS table of the names, or None."""
        return runtime.tables.find(self.table_name)

    def pid(self, runtime: Runtime, name: Term) -> Pid | None:
        """Look the name up in the table."""
        table = self.source(runtime)
        rows: tuple[Any, ...] = () if table is None else table.peek(name).items
        return rows[0][1] if rows else None

    def entries(self, runtime: Runtime) -> Sequence[RegistryEntry]:
        """Return the rows, oldest first."""
        table = self.source(runtime)
        return [] if table is None else [RegistryEntry(*row) for row in table.rows()]

    def owned(self, runtime: Runtime) -> Mapping[Term, Term]:
        """Return the names whose buckets the registry monitors."""
        return {key(name): name for _ref, name in self._state(runtime)[1].items()}


class EtsCastDesign(TableDesign):
    """The names are in a table, and `create` is a cast: a lookup may come before the row."""

    name = "ets-cast"
    stage = registry_ets_cast
    lookup = staticmethod(registry_ets_cast.lookup)  # saves a call: reading takes only two
    text = DesignText(
        "the names are in an ETS table that anybody can read; create is a cast and loses a race",
        PROCESSES,
        "an ETS table",
        "no process: reads it",
        "a cast: :ok",
        "forgotten on :DOWN",
    )


class EtsDesign(TableDesign):
    """The names are in a table, and `create` is a call: a later lookup finds the row."""

    name = "ets"
    stage = registry_ets
    lookup = staticmethod(registry_ets.lookup)  # saves a call: reading takes only two
    text = DesignText(
        "the names are in an ETS table that anybody can read; create is a call",
        PROCESSES,
        "an ETS table",
        "no process: reads it",
        "a call: the pid",
        "forgotten on :DOWN",
    )
