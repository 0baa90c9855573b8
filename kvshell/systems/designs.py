"""The five designs: the table of what a person can start."""

from collections.abc import Sequence
from types import ModuleType
from typing import Any, Final

from kvshell.otp import agent, gen_server
from kvshell.runtime import Runtime
from kvshell.systems.design import Design, Entry, no_table
from kvshell.systems.key_val import manager, server
from kvshell.systems.kv import (
    bucket,
    bucket_supervisor,
    registry_ets,
    registry_ets_cast,
    registry_library,
    registry_map,
    supervisor,
)
from kvshell.terms import A, List, Map, Pid, Term

DEFAULT: Final = "ets"


def _state_map(runtime: Runtime, name: Term) -> Map:
    """Return the names a manager or a map registry keeps, as they are now."""
    pid = runtime.whereis(name)
    seen = None if pid is None else runtime.observe(pid)
    state = None if seen is None else seen.state
    if type(state) is tuple:
        state = state[0]
    return state if isinstance(state, Map) else Map()


def _map_entries(name: Term) -> tuple[object, object]:
    def entries(runtime: Runtime) -> list[Entry]:
        return [Entry(key, pid) for key, pid in _state_map(runtime, name).items()]

    def entry(runtime: Runtime, key: Term) -> Pid | None:
        found: Pid | None = _state_map(runtime, name).get(key)
        return found

    return entries, entry


def _table_entries(name: Term) -> tuple[object, object]:
    def entries(runtime: Runtime) -> list[Entry]:
        table = runtime.tables.find(name)
        return [] if table is None else [Entry(*row) for row in table.rows()]

    def entry(runtime: Runtime, key: Term) -> Pid | None:
        table = runtime.tables.find(name)
        rows: Sequence[Any] | List = [] if table is None else table.peek(key)
        return rows[0][1] if rows else None

    return entries, entry


def _library_entries() -> tuple[object, object]:
    def entries(runtime: Runtime) -> list[Entry]:
        table = registry_library.rows(runtime)
        return [] if table is None else [Entry(name, pid) for name, (pid, _) in table.rows()]

    def entry(runtime: Runtime, key: Term) -> Pid | None:
        table = registry_library.rows(runtime)
        found: Any = [] if table is None else table.peek(key)
        return found[0][1][0] if found else None

    return entries, entry


def _start_kv(stage: ModuleType) -> Term:
    match supervisor.start(stage):
        case (A.ok, _supervisor):
            return (A.ok, gen_server.whereis(stage.NAME))
        case (A.error, (A.already_started, _supervisor)):
            return (A.error, (A.already_started, gen_server.whereis(stage.NAME)))
        case other:
            return other


def _kv(
    name: str, summary: str, stage: ModuleType, words: tuple[str, str, str], table: bool
) -> Design:
    entries, entry = _table_entries(stage.NAME) if table else _map_entries(stage.NAME)
    return Design(
        name,
        summary,
        "KV.Supervisor (one_for_all): KV.BucketSupervisor, KV.Registry",
        *words,
        "forgotten on :DOWN",
        stage.NAME,
        supervisor.NAME,
        bucket_supervisor.NAME,
        stage.NAME if table else None,
        lambda: _start_kv(stage),
        supervisor.stop,
        stage.create,
        stage.lookup,
        stage.names,
        bucket.put,
        bucket.get,
        bucket.delete,
        bucket.keys,
        agent.stop,
        entries,  # type: ignore[arg-type]  # the pair of closures above
        entry,  # type: ignore[arg-type]
        (lambda runtime: runtime.tables.find(stage.NAME)) if table else no_table,
    )


def _plain() -> Design:
    entries, entry = _map_entries(manager.NAME)
    return Design(
        "plain",
        "a manager keeps name -> pid, nobody supervises (part 2 of the GenServer series)",
        "KeyVal.Manager (unsupervised), one KeyVal.Server each",
        "the manager's map",
        "the manager",
        "a call: the pid",
        "kept for ever",
        manager.NAME,
        None,
        None,
        None,
        manager.start,
        lambda: gen_server.stop(manager.NAME),
        manager.create_store,
        manager.lookup,
        manager.names,
        server.put,
        server.get,
        server.delete,
        server.keys,
        gen_server.stop,
        entries,  # type: ignore[arg-type]  # the pair of closures above
        entry,  # type: ignore[arg-type]
    )


def _library() -> Design:
    """Return the last stage: what the chapter recommends instead of all the others."""
    entries, entry = _library_entries()
    words = ("Elixir's Registry", "nobody: reads it", "a call: the pid")
    summary = "Elixir's own Registry keeps the names; every bucket writes its row itself"
    base = _kv("library", summary, registry_library, words, table=False)
    return base._replace(
        processes="KV.Supervisor (one_for_all): KV.BucketSupervisor, KV.Registry and its partition",
        dead_are="forgotten on :EXIT",
        table=registry_library.NAME,
        entries=entries,  # type: ignore[arg-type]  # the pair of closures above
        entry=entry,  # type: ignore[arg-type]
        names_table=registry_library.rows,
        cleaner=registry_library.PARTITION,
    )


DESIGNS: Final[dict[str, Design]] = {
    "plain": _plain(),
    "map": _kv(
        "map",
        "a supervised registry keeps the names in its own map; every lookup asks it",
        registry_map,
        ("the registry's map", "the registry", "a cast: :ok"),
        table=False,
    ),
    "ets-cast": _kv(
        "ets-cast",
        "the names are in an ETS table anybody reads; create is a cast and loses a race",
        registry_ets_cast,
        ("an ETS table", "nobody: reads it", "a cast: :ok"),
        table=True,
    ),
    "ets": _kv(
        "ets",
        "the names are in an ETS table anybody reads; create is a call",
        registry_ets,
        ("an ETS table", "nobody: reads it", "a call: the pid"),
        table=True,
    ),
    "library": _library(),
}


def crash(runtime: Runtime, pid: Pid) -> Term:
    """Make a handler of `pid` raise; exits as the call of iex does.

    A bucket runs a function that raises `oops in agent`; any other server gets a call it has no
    clause for. Receive point.
    """
    seen = runtime.observe(pid)
    if seen is not None and seen.behaviour == "Agent":
        return agent.get(pid, bucket.CRASH)
    return gen_server.call(pid, A.boom)
