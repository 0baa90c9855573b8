"""KeyVal.Store: the logic of a store, as pure functions on a map.

Mirrors the tutorial's KeyVal.Store, which the server calls. One difference: the published `get` is
Map.fetch and returns `{:ok, value}` or `:error`; here it is Map.get, as in KV.Bucket.
"""

from typing import Final, NoReturn

from kvshell.terms import BadMapError, List, Map, Term

_EMPTY: Final = Map()  # shared by all stores: maps are immutable


def new() -> Map:
    """Return an empty store."""
    return _EMPTY


def put(store: Map, key: Term, value: Term) -> Map:
    """Return the store with `value` under `key`."""
    return store.put(key, value) if type(store) is Map else _refuse(store)


def get(store: Map, key: Term) -> Term:
    """Return the value under `key`, or nil."""
    return store.get(key) if type(store) is Map else _refuse(store)


def delete(store: Map, key: Term) -> Map:
    """Return the store without `key`."""
    return store.delete(key) if type(store) is Map else _refuse(store)


def keys(store: Map) -> List:
    """Return the keys in term order."""
    return List([key for key, _value in store.items()]) if type(store) is Map else _refuse(store)


def _refuse(store: Term) -> NoReturn:
    raise BadMapError(store)
