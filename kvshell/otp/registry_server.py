"""The processes of a registry: a supervisor, and partitions that own its tables.

Mirrors Registry.Supervisor and Registry.Partition. Also locates tables, and runs match
specifications on them.
"""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple
from zlib import crc32

from kvshell.otp import gen_server
from kvshell.otp.child_spec import ChildSpec
from kvshell.otp.gen import modules as code
from kvshell.otp.gen.callbacks import From, GenServer
from kvshell.otp.supervisor import SupervisorOptions, SupervisorServer, init
from kvshell.runtime import ets, process
from kvshell.terms import (
    A,
    ArgumentError,
    Atom,
    FunctionClauseError,
    List,
    Opaque,
    Pid,
    Ref,
    Term,
    alias,
    inspect,
)
from kvshell.terms import term as as_term

_NAME: Final = alias("Registry")
_ROW: Final = Atom("$_")
_ANY: Final = Atom("_")
META: Final = -1  # the row of the registry's own table that locates the others
KEYS: Final = -2  # the row with only the kind of keys, as in Elixir; not read here


class RegistryKind(NamedTuple):
    """A registry's parameters: `:unique` or `:duplicate`, partitions, listeners."""

    keys: Atom
    partitions: int = 1
    listeners: List = List()

    def rows(self, part: "RegistryPart | None" = None) -> List:
        """Return these parameters as rows of the registry's own table, as in Elixir.

        `part` is the only partition, if there is just one.
        """
        keys, pids = (None, None) if part is None else (part.keys, (part.owner, part.pids))
        about = (self.keys, self.partitions, keys)
        return List([(KEYS, about), (META, (*about, pids, self.listeners))])


class RegistryPart(NamedTuple):
    """One partition: its two tables, and the process that owns them."""

    keys: Term  # the table of {key, {pid, value}}
    pids: Term  # the table of {pid, key}
    owner: Pid


class RegistryMeta(NamedTuple):
    """The content of the registry's own table."""

    registry: Atom
    kind: RegistryKind
    only: RegistryPart | None  # for a registry with one partition

    @property
    def unique(self) -> bool:
        """Whether a key has at most one process."""
        return self.kind.keys is A.unique

    def at(self, number: int) -> RegistryPart:
        """Return a partition by its number."""
        if self.only is not None:
            return self.only
        ((_, keys, (owner, pids)),) = ets.lookup(self.registry, number)
        return RegistryPart(keys, pids, owner)

    def of_key(self, key: Term, pid: Pid) -> RegistryPart:
        """Return the partition with the entry of `pid` under `key`."""
        if self.only is not None:
            return self.only
        return self.at(number_of(key if self.unique else pid, self.kind.partitions))

    def of_pid(self, pid: Pid) -> RegistryPart:
        """Return the partition with the keys of `pid`."""
        if self.only is not None:
            return self.only
        return self.at(number_of(pid, self.kind.partitions))

    def with_key(self, key: Term) -> list[RegistryPart]:
        """Return the partitions in which `key` may be."""
        if self.only is not None:
            return [self.only]
        if self.unique:
            return [self.at(number_of(key, self.kind.partitions))]
        return self.all()

    def all(self) -> list[RegistryPart]:
        """Return all partitions, by number."""
        return [self.at(number) for number in range(self.kind.partitions)]


def number_of(term: Term, partitions: int) -> int:
    """Return the number of a term's partition, the same in every run. Mirrors phash2."""
    return 0 if partitions == 1 else crc32(inspect(term, width=None).encode()) % partitions


def meta(registry: Atom) -> RegistryMeta:
    """Read the registry's own table.

    Raises:
        ArgumentError: the registry does not exist.
    """
    try:
        ((_, (kind, partitions, keys, pids, listeners)),) = ets.lookup(registry, META)
    except (ArgumentError, ValueError):
        raise ArgumentError(f"unknown registry: {inspect(registry)}") from None
    only = None if keys is None else RegistryPart(keys, pids[1], pids[0])
    return RegistryMeta(registry, RegistryKind(kind, partitions, listeners), only)


# -- match specifications ------------------------------------------------------------------------


def of_key(key: Term, head: Term, guards: Iterable[Term], result: List) -> List:
    """Return a match specification for the rows under `key` that match `head` and the guards."""
    same = (Atom("=:="), (A.element, 1, _ROW), (A.const, key))
    return List([(head, List((same, *guards)), result)])


def match(registry: Atom, key: Term, pattern: Term, guards: Iterable[Term] = ()) -> List:
    """Return the `[{pid, value}]` under `key` whose value matches. Mirrors Registry.match/4."""
    spec = of_key(key, (_ANY, (_ANY, as_term(pattern))), guards, List([(A.element, 2, _ROW)]))
    parts = meta(registry).with_key(key)
    return List([row for part in parts for row in ets.select(part.keys, spec)])


def count_match(registry: Atom, key: Term, pattern: Term, guards: Iterable[Term] = ()) -> int:
    """Return the number of entries that `match` would return. Mirrors Registry.count_match/4."""
    spec = of_key(key, (_ANY, (_ANY, as_term(pattern))), guards, List([True]))
    parts = meta(registry).with_key(key)
    return sum(ets.select_count(part.keys, spec) for part in parts)


def select(registry: Atom, spec: object) -> List:
    """Return the results of a match specification over `{key, pid, value}`.

    Mirrors Registry.select/2.
    """
    wanted = _grouped(spec, "select")
    parts = meta(registry).all()
    return List([row for part in parts for row in ets.select(part.keys, wanted)])


def count_select(registry: Atom, spec: object) -> int:
    """Return the number of matching entries. Mirrors Registry.count_select/2."""
    wanted = _grouped(spec, "count_select")
    parts = meta(registry).all()
    return sum(ets.select_count(part.keys, wanted) for part in parts)


def _grouped(spec: object, function: str) -> List:
    """Return the specification for rows as stored: `{key, {pid, value}}`."""
    given = as_term(list(spec) if isinstance(spec, tuple | list) else spec)
    clauses = []
    for clause in given if type(given) is List else ():
        head = clause[0] if type(clause) is tuple and len(clause) == 3 else None
        if type(head) is not tuple or len(head) != 3:
            shown_spec = inspect(given)
            text = f"invalid match specification in Registry.{function}/2: {shown_spec}"
            raise ArgumentError(text)
        clauses.append(((head[0], head[1:]), clause[1], clause[2]))
    if type(given) is not List:
        raise FunctionClauseError(_NAME, Atom(function), 2, args=(given,))
    return List(clauses)


# -- processes -----------------------------------------------------------------------------------


class Partition(GenServer):
    """Owns the tables of one partition and cleans up after dead processes."""

    module = "Registry.Partition"
    infos_never_wait = True

    def init(self, arg: Any) -> Term:
        """Create the tables, and record them in the registry's own table."""
        kind_term, registry, number = arg
        kind = RegistryKind(*kind_term)
        process.flag(A.trap_exit, True)
        bag = A.set if kind.keys is A.unique else A.duplicate_bag
        both = [(A.read_concurrency, True), (A.write_concurrency, True)]
        keys = ets.new(part_name(registry, "KeyPartition", number), [bag, A.public, *both])
        pids = ets.new(
            part_name(registry, "PIDPartition", number), [A.duplicate_bag, A.public, *both]
        )
        here = process.self_()
        if kind.partitions == 1:
            ets.insert(registry, kind.rows(RegistryPart(keys, pids, here)))
        else:
            ets.insert(registry, (number, keys, (here, pids)))
        # A unique key may be in another partition than its process.
        spread = kind.partitions > 1 and kind.keys is A.unique
        return (A.ok, ((registry, kind.partitions) if spread else keys, pids))

    def handle_call(self, request: Any, from_: From, state: Any) -> Term:
        """Answer `sync`, which confirms that the caller's earlier messages have been handled."""
        match request:
            case A.sync:
                return (A.reply, A.ok, state)
        return None

    def handle_info(self, message: Any, state: Any) -> Term:
        """Remove the registrations of a dead process."""
        match message if type(message) is tuple else None:
            case (A.EXIT, pid, _reason):
                where, pids = state
                for _pid, key in ets.take(pids, pid):
                    forget(_table_of(where, key), key, pid)
                return (A.noreply, state)
        return None


def _table_of(where: Any, key: Term) -> Ref:
    """Return the table with `key`: the partition's own, or that of the key's partition."""
    if type(where) is not tuple:
        own: Ref = where
        return own
    registry, partitions = where
    found: Ref = ets.lookup_element(registry, number_of(key, partitions), 2)
    return found


def forget(keys: Ref, key: Term, pid: Pid) -> None:
    """Remove every entry of `pid` under `key` from a table of keys."""
    for row in ets.lookup(keys, key):
        if row[1][0] is pid:
            ets.delete_object(keys, row)


class RegistryServer(SupervisorServer):
    """The supervisor that owns the registry's named table."""

    module = "Registry.Supervisor"

    def init(self, arg: Any) -> Term:
        """Create the table and start the partitions."""
        kind_term, name, entries = arg
        kind = RegistryKind(*kind_term)
        ets.new(name, [A.set, A.public, A.named_table, (A.read_concurrency, True)])
        if kind.partitions > 1:
            ets.insert(name, kind.rows())
        if len(entries):
            ets.insert(name, entries)
        specs = []
        for number in range(kind.partitions):
            start = (PARTITION, A.start_link, List((kind_term, name, number)))
            specs.append(ChildSpec(part_name(name, "PIDPartition", number), start))
        strategy = A.one_for_all if kind.keys is A.unique else A.one_for_one
        answer = init(specs, SupervisorOptions(strategy))
        return super().init(Opaque((alias("Registry.Supervisor"), lambda: answer)))


def part_name(registry: Atom, part: str, number: int) -> Atom:
    """Return the name of a partition's process or table: `KV.Names.PIDPartition0`."""
    return alias(f"{registry.name.removeprefix('Elixir.')}.{part}{number}")


def _start_partition(kind: Term, registry: Atom, number: int) -> Term:
    name = part_name(registry, "PIDPartition", number)
    return gen_server.start_link(Partition, (kind, registry, number), name=name)


PARTITION: Final = code.define("Registry.Partition", start_link=_start_partition)


def checked_meta(meta: object) -> List:
    """Return the `meta` option of a start as a List, or raise ArgumentError."""
    entries = as_term(list(meta) if isinstance(meta, tuple | list) else meta)
    if type(entries) is List and all(
        type(row) is tuple and len(row) == 2 and isinstance(row[0], Atom) for row in entries
    ):
        return entries
    raise ArgumentError(f"expected :meta to be a keyword list, got: {inspect(entries)}")


def checked_listeners(listeners: object) -> List:
    """Return the `listeners` option of a start as a List, or raise ArgumentError."""
    names = as_term(list(listeners) if isinstance(listeners, tuple | list) else listeners)
    if type(names) is List and all(isinstance(name, Atom) for name in names):
        return names
    shown_names = inspect(names)
    raise ArgumentError(f"expected :listeners to be a list of named processes, got: {shown_names}")
