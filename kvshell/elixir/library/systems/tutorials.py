"""The modules of the tutorials with Elixir's interface: KV.Registry, KV.Bucket, KeyVal.Manager ...

They wrap the Python modules that the commands use. `KV.Registry` is the registry of the session's
design; a user's module of the same name takes precedence.
"""

from collections.abc import Callable
from types import ModuleType
from weakref import WeakKeyDictionary

from kvshell.elixir.library.collections.keyword import fetch_or_raise
from kvshell.elixir.library.kinds import LIST
from kvshell.elixir.library.processes import gen_server as library_server
from kvshell.elixir.library.processes.servers import given_name
from kvshell.elixir.library.processes.servers import server as known_server
from kvshell.elixir.library.registry import EMPTY_LIST, Cost, Library
from kvshell.otp import dynamic_supervisor, gen_server
from kvshell.otp import supervisor as supervisor_of
from kvshell.otp.gen.callbacks import GenServer
from kvshell.otp.supervisor import SupervisorOptions
from kvshell.runtime import Runtime, ets
from kvshell.runtime.processes.thread_context import current
from kvshell.systems.key_val import manager as key_val_manager
from kvshell.systems.key_val import server as key_val_server
from kvshell.systems.key_val import store as key_val_store
from kvshell.systems.kv import (
    bucket,
    bucket_supervisor,
    registry_ets,
    registry_ets_cast,
    registry_library,
    registry_map,
    supervisor,
)
from kvshell.terms import A, Atom, List, Map, Term, alias

_STAGES: dict[str, tuple[ModuleType, type[GenServer]]] = {
    "map": (registry_map, registry_map.MapRegistry),
    "ets-cast": (registry_ets_cast, registry_ets_cast.EtsCastRegistry),
    "ets": (registry_ets, registry_ets.EtsRegistry),
}
_designs: "WeakKeyDictionary[Runtime, Callable[[], str]]" = WeakKeyDictionary()

registry = Library("KV.Registry", Cost.WAITS)
bucket_ = Library("KV.Bucket", Cost.WAITS)
buckets = Library("KV.BucketSupervisor", Cost.WAITS)
supervisor_ = Library("KV.Supervisor", Cost.WAITS)
manager = Library("KeyVal.Manager", Cost.WAITS)
server = Library("KeyVal.Server", Cost.WAITS)
store = Library("KeyVal.Store")


def design_with(runtime: Runtime, design: Callable[[], str]) -> None:
    """Register `design()`, which returns the name of the design that a runtime uses."""
    _designs[runtime] = design


def _design() -> str:
    name = _designs.get(current().runtime, lambda: "ets")()
    return name if name in _STAGES or name == "library" else "ets"


def _own(module: str) -> Atom | None:
    """Return the atom of a module if the user has defined it, otherwise None."""
    name = alias(module)
    return name if name in getattr(current().runtime.code, "modules", ()) else None


def _child(module: str, arg: Term, **more: Term) -> Map:
    name = alias(module)
    spec = {"id": name, "start": (name, A.start_link, List((arg,))), **more}
    return Map([(getattr(A, key), value) for key, value in spec.items()])


@registry.function(options=LIST)
def start_link(options: Term) -> Term:
    """Starts the registry with the name in `options`."""
    name = fetch_or_raise(options, A.name)
    given_name(options)
    if _design() == "library":
        return registry_library.start_link()
    _, server_class = _STAGES[_design()]
    return gen_server.start_link(server_class, name, name=name)


@registry.function()
def lookup(server: Term, name: Term) -> Term:
    """Looks up the pid of the bucket called `name`: `{:ok, pid}` or `:error`."""
    match _design():
        case "map":
            return gen_server.call(known_server(server), (A.lookup, name))
        case "library":
            return registry_library.lookup(name)
    rows = ets.lookup(server, name).items
    return (A.ok, rows[0][1]) if rows else A.error


@registry.function()
def create(server: Term, name: Term) -> Term:
    """Creates a bucket called `name` if it does not exist."""
    match _design():
        case "library":
            return registry_library.create(name)
        case "ets":
            return gen_server.call(known_server(server), (A.create, name))
    return library_server.cast(server, (A.create, name))


registry.function(name="child_spec")(lambda arg: _child("KV.Registry", arg))


@bucket_.function(name="start_link")
def start_bucket_link(options: Term) -> Term:
    """Starts a new bucket; in `library` it registers itself under its name."""
    if _design() == "library" and type(options) is not List:
        return registry_library.start_bucket(options)
    return bucket.start_link(options)


bucket_.function(name="child_spec")(lambda arg: _child("KV.Bucket", arg, restart=A.temporary))


@bucket_.function()
def get(bucket_pid: Term, key: Term) -> Term:
    """Returns the value of `key` in the bucket."""
    return bucket.get(bucket_pid, key)


@bucket_.function()
def put(bucket_pid: Term, key: Term, value: Term) -> Term:
    """Stores `value` under `key` in the bucket."""
    return bucket.put(bucket_pid, key, value)


@bucket_.function()
def delete(bucket_pid: Term, key: Term) -> Term:
    """Deletes `key` from the bucket; returns its value."""
    return bucket.delete(bucket_pid, key)


@buckets.function(name="start_link")
def start_buckets(options: Term = EMPTY_LIST) -> Term:
    """Starts the bucket supervisor."""
    return bucket_supervisor.start_link(options)


@buckets.function()
def start_bucket() -> Term:
    """Starts a bucket under the supervisor, using the user's KV.Bucket if defined."""
    own = _own("KV.Bucket")
    if own is not None:
        return dynamic_supervisor.start_child(bucket_supervisor.NAME, own)
    return bucket_supervisor.start_bucket()


@supervisor_.function(name="start_link")
def start_supervisor(_options: Term = EMPTY_LIST) -> Term:
    """Starts the registry and the bucket supervisor, using the user's modules if defined."""
    registry_, buckets_ = _own("KV.Registry"), _own("KV.BucketSupervisor")
    if registry_ is not None or buckets_ is not None:
        name = alias("KV.Registry")
        children = [
            bucket_supervisor.SPEC if buckets_ is None else buckets_,
            (name, List([(A.name, name)])),
        ]
        options = SupervisorOptions(strategy=A.one_for_all)
        return supervisor_of.start(children, options, name=supervisor.NAME)
    stages = {**{name: stage for name, (stage, _) in _STAGES.items()}, "library": registry_library}
    return supervisor.start(stages[_design()])


@manager.function(name="start")
def start_manager() -> Term:
    """Starts the manager, registered under its name."""
    return key_val_manager.start()


@manager.function()
def create_store(name: Term) -> Term:
    """Returns the pid of the store called `name`, creating it if needed."""
    return key_val_manager.create_store(name)


@server.function(name="start")
def start_server() -> Term:
    """Starts a store."""
    return key_val_server.start()


@server.function(name="put")
def server_put(pid: Term, key: Term, value: Term) -> Term:
    """Stores `value` under `key`."""
    return library_server.cast(pid, (A.put, key, value))


@server.function(name="get")
def server_get(pid: Term, key: Term) -> Term:
    """Returns the value of `key`."""
    return key_val_server.get(known_server(pid), key)


@server.function(name="del")
def server_delete(pid: Term, key: Term) -> Term:
    """Deletes `key`."""
    return library_server.cast(pid, (A.delete, key))


@store.function(name="new")
def store_new() -> Term:
    """Returns an empty store."""
    return key_val_store.new()


@store.function(name="put")
def store_put(values: Term, key: Term, value: Term) -> Term:
    """Puts `value` under `key` into a store."""
    return key_val_store.put(values, key, value)


@store.function(name="get")
def store_get(values: Term, key: Term) -> Term:
    """Returns the value of `key` in a store."""
    return key_val_store.get(values, key)


@store.function(name="del")
def store_delete(values: Term, key: Term) -> Term:
    """Deletes `key` from a store."""
    return key_val_store.delete(values, key)
