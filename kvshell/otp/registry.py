"""Registry: processes under any number of keys, looked up without asking anybody. Mirrors Elixir's.

A registry is a supervisor with one partition. Whoever registers writes two public ETS tables
himself - his keys under his pid, his pid under the key - and is linked to the partition, which
takes both rows away when he dies. So `lookup` may still find somebody dead; `whereis_name`, and a
via name, may not, and `register` takes the place of the dead. The partition's death is the death of
everybody registered.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from kvshell.otp import code, gen_server
from kvshell.otp.callbacks import GenServer
from kvshell.otp.child_spec import ChildSpec
from kvshell.otp.supervisor import Options, SupervisorServer
from kvshell.runtime import ets, process
from kvshell.terms import A, ArgumentError, Atom, List, Opaque, Pid, Ref, Term, inspect
from kvshell.terms import term as as_term

META: Final = -1  # the row of the registry's own table that says where the others are


class Meta(NamedTuple):
    """What the registry's own table says."""

    unique: bool
    keys: Ref  # {key, {pid, value}}
    pids: Ref  # {pid, key}
    partition: Pid


class Partition(GenServer):
    """Owns both tables and cleans up after the dead. Mirrors Registry.Partition."""

    module = "Registry.Partition"
    infos_never_wait = True

    def init(self, arg: Any) -> Term:
        kind, registry = arg
        process.flag(A.trap_exit, True)
        bag = A.set if kind is A.unique else A.duplicate_bag
        both = [(A.read_concurrency, True), (A.write_concurrency, True)]
        keys = ets.new(_part(registry, "KeyPartition0"), [bag, A.public, *both])
        pids = ets.new(_part(registry, "PIDPartition0"), [A.duplicate_bag, A.public, *both])
        ets.insert(registry, (META, (kind, keys, pids, process.self_())))
        return (A.ok, (keys, pids))

    def handle_info(self, message: Any, state: Any) -> Term:
        match message:
            case (A.EXIT, pid, _reason):
                keys, pids = state
                for _pid, key in ets.take(pids, pid):
                    _delete(keys, key, pid)
                return (A.noreply, state)
        return super().handle_info(message, state)


class RegistryServer(SupervisorServer):
    """The supervisor that owns the registry's named table."""

    module = "Registry.Supervisor"

    def init(self, arg: Any) -> Term:
        kind, name = arg
        ets.new(name, [A.set, A.public, A.named_table, (A.read_concurrency, True)])
        spec = ChildSpec(
            _part(name, "PIDPartition0"),
            (PARTITION, A.start_link, List((kind, name))),
        )
        return super().init(Opaque((Options(A.one_for_all), (spec,))))


def _part(registry: Atom, part: str) -> Atom:
    return Atom(f"{registry.name}.{part}")


def _start_partition(kind: Atom, registry: Atom) -> Term:
    name = _part(registry, "PIDPartition0")
    return gen_server.start_link(Partition, (kind, registry), name=name)


PARTITION: Final = code.define("Registry.Partition", start_link=_start_partition)


def start_link(keys: Atom, name: Atom) -> Term:
    """Start a registry whose keys are `:unique` or `:duplicate`: `{:ok, pid}`. Receive point.

    Mirrors Registry.start_link/1 with one partition.
    """
    if keys is not A.unique and keys is not A.duplicate:
        raise ArgumentError(
            "expected :keys to be given and be one of :unique or :duplicate, "
            f"got: {inspect(as_term(keys))}"
        )
    if not isinstance(name, Atom):
        raise ArgumentError(f"expected :name to be an atom, got: {inspect(as_term(name))}")
    return gen_server.start_link(RegistryServer, (keys, name), name=name)


def _meta(registry: Atom) -> Meta:
    try:
        ((_, (kind, keys, pids, partition)),) = ets.lookup(registry, META)
    except (ArgumentError, ValueError):
        raise ArgumentError(f"unknown registry: {inspect(registry)}") from None
    return Meta(kind is A.unique, keys, pids, partition)


def register(registry: Atom, key: Term, value: Term) -> Term:
    """Register the caller: `{:ok, partition}`, or `{:error, {:already_registered, pid}}`.

    Links the caller to the registry's partition. Receive point: it waits for the end of a dying
    owner. Mirrors Registry.register/3.
    """
    me = process.self_()
    meta = _meta(registry)
    # First the row that lets the partition clean up, or a key could be left for ever.
    process.link(meta.partition)
    row = (key, (me, value))
    if meta.unique and row[0] in keys(registry, me):
        return (A.error, (A.already_registered, me))
    ets.insert(meta.pids, (me, key))
    if not meta.unique:
        ets.insert(meta.keys, row)
        return (A.ok, meta.partition)
    while not ets.insert_new(meta.keys, row):
        for found in ets.lookup(meta.keys, key):
            owner = found[1][0]
            if process.alive(owner):
                ets.delete_object(meta.pids, (me, key))
                _unlink_if_gone(meta, me)
                return (A.error, (A.already_registered, owner))
            ets.delete_object(meta.keys, found)
    return (A.ok, meta.partition)


def unregister(registry: Atom, key: Term) -> Atom:
    """Take the caller from under `key`, if it is there: `:ok`. Mirrors Registry.unregister/2."""
    me = process.self_()
    meta = _meta(registry)
    _delete(meta.keys, key, me)
    ets.delete_object(meta.pids, (me, key))
    _unlink_if_gone(meta, me)
    return A.ok


def _delete(keys: Ref, key: Term, pid: Pid) -> None:
    for row in ets.lookup(keys, key):
        if row[1][0] is pid:
            ets.delete_object(keys, row)


def _unlink_if_gone(meta: Meta, me: Pid) -> None:
    if not ets.member(meta.pids, me):
        process.unlink(meta.partition)


def lookup(registry: Atom, key: Term) -> List:
    """Return `[{pid, value}]`, read from ETS in the caller; a pid may be dead.

    Mirrors Registry.lookup/2.
    """
    return List([row[1] for row in ets.lookup(_meta(registry).keys, key)])


def dispatch(registry: Atom, key: Term, function: Callable[[List], Any]) -> Atom:
    """Call `function` with the entries under `key`, in the caller, unless there are none; `:ok`.

    Mirrors Registry.dispatch/3.
    """
    entries = lookup(registry, key)
    if len(entries):
        function(entries)
    return A.ok


def keys(registry: Atom, pid: Pid) -> List:
    """Return the keys of `pid`, oldest first; a duplicate one as often as it is there.

    Mirrors Registry.keys/2.
    """
    return List([row[1] for row in ets.lookup(_meta(registry).pids, pid)])


def count(registry: Atom) -> int:
    """Return how many entries there are, those of the dead included. Mirrors Registry.count/1."""
    size: int = ets.info(_meta(registry).keys, A.size)
    return size


# -- as a via module: {:via, Registry, {registry, key}} or {registry, key, value} -----------------


def whereis_name(name: Term) -> Pid | Atom:
    """Return the living process under a unique key, or `:undefined`. Receive point."""
    registry, key = name[:2]
    if not _meta(registry).unique:
        raise ArgumentError(":via is not supported for duplicate registries")
    for pid, _value in lookup(registry, key):
        if process.alive(pid):
            found: Pid = pid
            return found
    return A.undefined


def register_name(name: Term, pid: Pid) -> Atom:
    """Register the calling process, which is `pid`: `:yes` or `:no`. Receive point."""
    if pid is not process.self_():
        raise ArgumentError(":via registers the process that calls")
    registry, key, *value = name
    if not _meta(registry).unique:
        raise ArgumentError(":via is not supported for duplicate registries")
    return A.yes if register(registry, key, value[0] if value else None)[0] is A.ok else A.no


def unregister_name(name: Term) -> Atom:
    """Undo register_name."""
    return unregister(name[0], name[1])


MODULE: Final = code.define(
    "Registry",
    register_name=register_name,
    unregister_name=unregister_name,
    whereis_name=whereis_name,
)


def via(registry: Atom, key: Term, *value: Term) -> tuple[Atom, Atom, Term]:
    """Return `{:via, Registry, {registry, key}}`, a name for a server; kvshell's own short form."""
    return (A.via, MODULE, (registry, key, *value))
