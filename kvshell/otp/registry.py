"""Registry: processes under any number of keys, read directly from ETS. Mirrors Elixir's.

A registering process writes two public ETS tables itself - its keys under its pid, its pid under
the key - and is linked to the partition that owns them, which removes both rows when it dies. So
`lookup` may still return a dead process; `whereis_name`, and a via name, may not, and `register`
replaces a dead one. If a partition dies, all processes registered there die, too. The processes
are in registry_server.py.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final

from kvshell.otp import gen_server, task
from kvshell.otp.gen import modules as code
from kvshell.otp.registry_server import (
    META,
    RegistryKind,
    RegistryMeta,
    RegistryPart,
    RegistryServer,
    checked_listeners,
    checked_meta,
    count_match,
    count_select,
    forget,
    match,
    of_key,
    select,
)
from kvshell.otp.registry_server import meta as read_meta
from kvshell.runtime import ets, process
from kvshell.terms import (
    A,
    ArgumentError,
    Atom,
    FunctionClauseError,
    List,
    Map,
    Pid,
    Term,
    alias,
    equal,
    inspect,
)
from kvshell.terms import term as as_term

__all__ = [
    "META",
    "child_spec",
    "count",
    "count_match",
    "count_select",
    "delete_meta",
    "dispatch",
    "keys",
    "lookup",
    "match",
    "meta",
    "put_meta",
    "register",
    "register_name",
    "select",
    "send",
    "start_link",
    "unregister",
    "unregister_match",
    "unregister_name",
    "update_value",
    "values",
    "via",
    "whereis_name",
]

_NAME: Final = alias("Registry")
_ROW: Final = Atom("$_")
_ANY: Final = Atom("_")


def start_link(
    keys: Atom | None = None,
    name: Atom | None = None,
    *,
    partitions: int = 1,
    listeners: Iterable[Atom] = (),
    meta: Iterable[tuple[Term, Term]] = (),
    compressed: bool = False,
) -> Term:
    """Start a registry whose keys are `:unique` or `:duplicate`; returns `{:ok, pid}`.

    `listeners` are names of processes notified of every `register` and `unregister`; `meta` holds
    the initial entries for `meta`. Mirrors Registry.start_link/1. Receive point.
    """
    if keys is not A.unique and keys is not A.duplicate:
        raise ArgumentError(
            "expected :keys to be given and be one of :unique or :duplicate, "
            f"got: {inspect(as_term(keys))}"
        )
    if name is None:
        raise ArgumentError("expected :name option to be present")
    if not isinstance(name, Atom):
        raise ArgumentError(f"expected :name to be an atom, got: {inspect(as_term(name))}")
    entries = checked_meta(meta)
    if type(partitions) is not int or partitions < 1:
        got = inspect(as_term(partitions))
        raise ArgumentError(f"expected :partitions to be a positive integer, got: {got}")
    heard = checked_listeners(listeners)
    if not isinstance(compressed, bool):
        got = inspect(as_term(compressed))
        raise ArgumentError(f"expected :compressed to be a boolean, got: {got}")
    kind = tuple(RegistryKind(keys, partitions, heard))
    return gen_server.start_link(RegistryServer, (kind, name, entries), name=name)


def _start_link_with(options: List) -> Term:
    return start_link(**{key.name: value for key, value in options})


def child_spec(options: Iterable[tuple[Atom, Term]]) -> Map:
    """Return the child specification of a registry; an option is a pair such as `(keys, unique)`.

    Mirrors Registry.child_spec/1.
    """
    given = as_term(list(options))
    names = [value for key, value in given if key is A.name]
    return Map(
        {
            A.id: names[0] if names else _NAME,
            A.start: (_NAME, A.start_link, List((given,))),
            A.type: A.supervisor,
        }
    )


def register(registry: Atom, key: Term, value: Term) -> Term:
    """Register the caller under `key`, with a value, and link it to the registry's partition.

    Returns `{:ok, partition}` or `{:error, {:already_registered, pid}}`. Waits for the end of an
    owner that is dying. Mirrors Registry.register/3. Receive point.
    """
    me = process.self_()
    known = read_meta(registry)
    part, own = known.of_key(key, me), known.of_pid(me)
    # First the row for the partition's clean-up, otherwise a key could be left forever.
    process.link(own.owner)
    row = (key, (me, value))
    if known.unique and any(equal(key, has) for has in _keys(own, me)):
        return (A.error, (A.already_registered, me))
    ets.insert(own.pids, (me, key))
    if not known.unique:
        ets.insert(part.keys, row)
    else:
        while not ets.insert_new(part.keys, row):
            for found in ets.lookup(part.keys, key):
                owner = found[1][0]
                if process.alive(owner):
                    ets.delete_object(own.pids, (me, key))
                    _unlink_if_gone(own, me)
                    return (A.error, (A.already_registered, owner))
                ets.delete_object(part.keys, found)
    for listener in known.kind.listeners:
        process.send(listener, (A.register, registry, key, me, value))
    return (A.ok, own.owner)


def unregister(registry: Atom, key: Term) -> Atom:
    """Unregister the caller from `key`, if registered; returns `:ok`.

    Mirrors Registry.unregister/2.
    """
    me = process.self_()
    known = read_meta(registry)
    own = known.of_pid(me)
    forget(known.of_key(key, me).keys, key, me)
    ets.delete_object(own.pids, (me, key))
    _unlink_if_gone(own, me)
    _tell_unregistered(known, key, me)
    return A.ok


def _tell_unregistered(known: RegistryMeta, key: Term, me: Pid) -> None:
    for listener in known.kind.listeners:
        process.send(listener, (A.unregister, known.registry, key, me))


def unregister_match(registry: Atom, key: Term, pattern: Term, guards: Iterable[Term] = ()) -> Atom:
    """Remove the caller's entries under `key` whose value matches; returns `:ok`.

    Mirrors Registry.unregister_match/4.
    """
    me = process.self_()
    known = read_meta(registry)
    part, own = known.of_key(key, me), known.of_pid(me)
    rows = of_key(key, (_ANY, (me, pattern)), guards, List([_ROW]))
    matching = ets.select(part.keys, rows)
    for row in matching:
        ets.delete_object(part.keys, row)
    left = sum(row[1][0] is me for row in ets.lookup(part.keys, key))
    if len(matching):
        ets.delete_object(own.pids, (me, key))
        if left:
            ets.insert(own.pids, List([(me, key)] * left))
        else:
            _unlink_if_gone(own, me)
            _tell_unregistered(known, key, me)
    return A.ok


def _unlink_if_gone(own: RegistryPart, me: Pid) -> None:
    if not ets.member(own.pids, me):
        process.unlink(own.owner)


def lookup(registry: Atom, key: Term) -> List:
    """Return `[{pid, value}]` for `key`, read from ETS in the caller; a pid may be dead.

    Mirrors Registry.lookup/2.
    """
    parts = read_meta(registry).with_key(key)
    return List([row[1] for part in parts for row in ets.lookup(part.keys, key)])


def values(registry: Atom, key: Term, pid: Pid) -> List:
    """Return the values of `pid` under `key`. Mirrors Registry.values/3."""
    part = read_meta(registry).of_key(key, pid)
    return List([row[1][1] for row in ets.lookup(part.keys, key) if row[1][0] is pid])


def update_value(registry: Atom, key: Term, function: Callable[[Term], Term]) -> Term:
    """Replace the caller's value under a unique key by `function(value)`.

    Returns `{new, old}`, or `:error` if the caller is not registered there. Mirrors
    Registry.update_value/3.
    """
    known = read_meta(registry)
    if not known.unique:
        raise ArgumentError("Registry.update_value/3 is not supported for duplicate registries")
    me = process.self_()
    keys_of = known.of_key(key, me).keys
    for found in ets.lookup(keys_of, key):
        owner, old = found[1]
        if owner is me:
            new = as_term(function(old))
            ets.insert(keys_of, (key, (me, new)))
            return (new, old)
    return A.error


def dispatch(
    registry: Atom,
    key: Term,
    function: Callable[[List], Any] | tuple[Atom, Atom, Any],
    *,
    parallel: bool = False,
) -> Atom:
    """Call `function` with the entries under `key`, unless there are none; returns `:ok`.

    It is called once for each partition with entries, in the caller, or with `parallel` in a task.
    A tuple `(module, function, args)` gets the entries as first argument. Mirrors
    Registry.dispatch/4.
    """
    known = read_meta(registry)
    called = [partial(_dispatch, part, key, function) for part in known.with_key(key)]
    if parallel and len(called) > 1:
        me = process.self_()
        for started in [task.async_(partial(_alone, me, each)) for each in called]:
            task.await_(started, A.infinity)
    else:
        for each in called:
            each()
    return A.ok


def _alone(caller: Pid, dispatch: Callable[[], Atom]) -> Atom:
    """Run `dispatch` in a task without its link, so that the caller gets no exit from it."""
    process.unlink(caller)
    return dispatch()


def _dispatch(part: RegistryPart, key: Term, function: Any) -> Atom:
    entries = List([row[1] for row in ets.lookup(part.keys, key)])
    if len(entries) and isinstance(function, tuple):
        module, name, args = function
        code.apply(module, name, List((entries, *args)))
    elif len(entries):
        function(entries)
    return A.ok


def keys(registry: Atom, pid: Pid) -> List:
    """Return the keys of `pid`, newest first; a duplicate key as often as registered.

    Mirrors Registry.keys/2.
    """
    if not isinstance(pid, Pid):
        raise FunctionClauseError(_NAME, A.keys, 2, args=(registry, pid))
    return List(_keys(read_meta(registry).of_pid(pid), pid)[::-1])


def _keys(own: RegistryPart, pid: Pid) -> list[Term]:
    return [row[1] for row in ets.lookup(own.pids, pid)]


# -- metadata of the registry ----------------------------------------------------------------------


def meta(registry: Atom, key: Term) -> Term:
    """Return the registry's metadata under `key`: `{:ok, value}`, or `:error` if there is none.

    Mirrors Registry.meta/2.
    """
    try:
        rows = ets.lookup(registry, key)
    except ArgumentError:
        raise ArgumentError(
            f"unknown registry: {inspect(registry)}. Either the registry name is invalid or the "
            "registry is not running, possibly because its application isn't started"
        ) from None
    return (A.ok, rows.items[0][1]) if len(rows) else A.error


def put_meta(registry: Atom, key: Term, value: Term) -> Atom:
    """Set a metadata entry of the registry; returns `:ok`. Mirrors Registry.put_meta/3."""
    try:
        ets.insert(registry, (key, value))
    except ArgumentError:
        raise ArgumentError(f"unknown registry: {inspect(registry)}") from None
    return A.ok


def delete_meta(registry: Atom, key: Term) -> Atom:
    """Delete a metadata entry of the registry; returns `:ok`. Mirrors Registry.delete_meta/2."""
    try:
        ets.delete(registry, key)
    except ArgumentError:
        raise ArgumentError(f"unknown registry: {inspect(registry)}") from None
    return A.ok


def count(registry: Atom) -> int:
    """Return the number of entries, including those of dead processes. Mirrors Registry.count/1."""
    return sum(ets.info(part.keys, A.size) for part in read_meta(registry).all())


# -- as a via module: {:via, Registry, {registry, key}} or {registry, key, value} -----------------


def whereis_name(name: Term) -> Pid | Atom:
    """Return the living process under a unique key, or `:undefined`. Receive point."""
    registry, key = name[:2]
    if not read_meta(registry).unique:
        raise ArgumentError(":via is not supported for duplicate registries")
    for pid, _value in lookup(registry, key):
        if process.alive(pid):
            found: Pid = pid
            return found
    return A.undefined


def register_name(name: Term, pid: Pid) -> Atom:
    """Register the calling process, which is `pid`; returns `:yes` or `:no`. Receive point."""
    if pid is not process.self_():
        raise ArgumentError(":via registers the process that calls")
    registry, key, *value = name
    if not read_meta(registry).unique:
        raise ArgumentError(":via is not supported for duplicate registries")
    return A.yes if register(registry, key, value[0] if value else None)[0] is A.ok else A.no


def unregister_name(name: Term) -> Atom:
    """Unregister the caller from the key in `name`; returns `:ok`."""
    return unregister(name[0], name[1])


def send(name: Term, message: Term) -> Term:
    """Send to the process under a unique key; raises ArgumentError if there is none.

    Mirrors Registry.send/2.
    """
    registry, key = name[:2]
    entries = lookup(registry, key)
    if len(entries) == 0:
        raise ArgumentError.of_erlang()
    return process.send(entries.items[0][0], message)


MODULE: Final = code.define(
    "Registry",
    child_spec=child_spec,
    register_name=register_name,
    send=send,
    start_link=_start_link_with,
    unregister_name=unregister_name,
    whereis_name=whereis_name,
)


def via(registry: Atom, key: Term, *value: Term) -> tuple[Atom, Atom, Term]:
    """Return `{:via, Registry, {registry, key}}`, a name for a server; only kvshell has this."""
    return (A.via, MODULE, (registry, key, *value))
