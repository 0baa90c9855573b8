"""Map: key-value stores."""

from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.kinds import E_MAP, LIST, MAP, function
from kvshell.elixir.library.protocols import iterate
from kvshell.elixir.library.registry import EMPTY_MAP, MISSING, Cost, Library
from kvshell.terms import (
    A,
    ArgumentError,
    Atom,
    BadMapError,
    KeyError_,
    List,
    Map,
    RuntimeError_,
    Term,
    inspect,
)

map_ = Library("Map")


def one_line(term: Term) -> str:
    """Return a term inspected on one line, for error messages."""
    return inspect(term, width=None)


@map_.function()
def new(enumerable: Term = EMPTY_MAP, transform: Term = MISSING) -> Term:
    """Creates a map from pairs, or from the pairs that `transform` returns for each element."""
    if transform is MISSING:
        if type(enumerable) is Map and A.__struct__ not in enumerable:
            return enumerable
        pairs = list(iterate(enumerable))
        if type(enumerable) is List:
            for each in pairs:
                if type(each) is not tuple or len(each) != 2:
                    raise ArgumentError("argument error")
    else:
        change = caller(transform, 1)
        pairs = [change(item) for item in iterate(enumerable)]
    for each in pairs:
        if type(each) is not tuple or len(each) != 2:
            raise ArgumentError("argument error")
    return Map(pairs)


@map_.function(map_=E_MAP)
def delete(map_: Map, key: Term) -> Term:
    """Deletes a key."""
    return map_.delete(key)


@map_.function()
def drop(map_: Term, keys: Term) -> Term:
    """Deletes the given keys."""
    _map_and_keys("drop", map_, keys)
    for name in keys:
        map_ = map_.delete(name)
    return map_


def _map_and_keys(name: str, map_: Term, keys: Term) -> None:
    if type(map_) is not Map:
        raise BadMapError(map_)
    if type(keys) is not List:
        raise no_clause(
            "Map", name, (map_, keys), f"def {name}(map, keys) when is_map(map) and -is_list(keys)-"
        )


@map_.function(map_=E_MAP)
def take(map_: Map, keys: Term) -> Term:
    """Returns a map with only the given keys."""
    _map_and_keys("take", map_, keys)
    return Map([(name, map_[name]) for name in keys if name in map_])


@map_.function(map_=E_MAP)
def split(map_: Map, keys: Term) -> Term:
    """Splits a map into one with the given keys and one with the others."""
    _map_and_keys("split", map_, keys)
    return take(map_, keys), drop(map_, keys)


@map_.function(name="equal?", map1=E_MAP, map2=E_MAP)
def equal(map1: Map, map2: Map) -> Term:
    """Tells whether two maps have the same keys and values, compared with `===`."""
    return map1 == map2


@map_.function(map_=E_MAP)
def fetch(map_: Map, key: Term) -> Term:
    """Fetches the value of a key: `{:ok, value}`, or `:error` if the key is missing."""
    value = map_.get(key, MISSING)
    return A.error if value is MISSING else (A.ok, value)


@map_.function(name="fetch!", map_=E_MAP)
def fetch_or_raise(map_: Map, key: Term) -> Term:
    """Returns the value of a key; raises KeyError if the key is missing."""
    value = map_.get(key, MISSING)
    if value is MISSING:
        raise KeyError_.of_update(key, map_)
    return value


@map_.function(cost=Cost.LOOPS, map_=MAP, fun=function(1))
def filter_(map_: Map, fun: Term) -> Term:
    """Returns a map with the pairs for which `fun` returns a truthy value."""
    call = caller(fun, 1)
    return Map([pair for pair in map_.items() if _true(call(pair))])


@map_.function(cost=Cost.LOOPS, map_=MAP, fun=function(1))
def reject(map_: Map, fun: Term) -> Term:
    """Returns a map with the pairs for which `fun` returns a falsy value."""
    call = caller(fun, 1)
    return Map([pair for pair in map_.items() if not _true(call(pair))])


def _true(term: Term) -> bool:
    return term is not None and term is not False


@map_.function(cost=Cost.LOOPS, map_=MAP, fun=function(1))
def map__(map_: Map, fun: Term) -> Term:
    """Returns the map with each value replaced by the result of `fun` for its pair."""
    call = caller(fun, 1)
    return Map([(pair[0], call(pair)) for pair in map_.items()])


@map_.function(keys=LIST, cost=Cost.LOOPS)
def from_keys(keys: List, value: Term) -> Term:
    """Creates a map with the same value for all keys."""
    return Map([(name, value) for name in keys])


@map_.function()
def from_struct(struct: Term) -> Term:
    """Converts a struct to a map by removing its `__struct__` field."""
    if type(struct) is Map and type(struct.get(A.__struct__)) is Atom:
        return struct.delete(A.__struct__)
    if type(struct) is Atom:
        from kvshell.elixir.library.protocols import implementation  # noqa: PLC0415  # rare

        made = implementation("__struct__", "__struct__", 0, struct)
        if made is not None:
            return made().delete(A.__struct__)
    raise no_clause("Map", "from_struct", (struct,))


@map_.function(map_=E_MAP)
def get(map_: Map, key: Term, default: Term = None) -> Term:
    """Returns the value of a key, or the default."""
    return map_.get(key, default)


@map_.function(cost=Cost.LOOPS, map_=E_MAP)
def get_lazy(map_: Map, key: Term, fun: Term) -> Term:
    """Returns the value of a key, or the result of `fun`."""
    value = map_.get(key, MISSING)
    return caller(fun, 0)() if value is MISSING else value


@map_.function(cost=Cost.LOOPS)
def get_and_update(map_: Term, key: Term, fun: Term) -> Term:
    """Updates the value of a key with `fun`, which returns `{get, new_value}` or `:pop`."""
    if type(map_) is not Map:
        raise BadMapError(map_)
    return got_and_updated(map_, key, map_.get(key), fun, "Map")


@map_.function(name="get_and_update!", cost=Cost.LOOPS, map_=E_MAP)
def get_and_update_or_raise(map_: Map, key: Term, fun: Term) -> Term:
    """Like `get_and_update/3`, but raises KeyError if the key is missing."""
    return got_and_updated(map_, key, fetch_or_raise(map_, key), fun, "Map")


def got_and_updated(map_: Map, key: Term, value: Term, fun: Term, module: str) -> Term:
    """Return `{get, updated_map}` for the key's current `value`, as get_and_update does."""
    del module
    match caller(fun, 1)(value):
        case (got, new_value):
            return got, map_.put(key, new_value)
        case A.pop:
            return value, map_.delete(key)
        case other:
            raise RuntimeError_(
                "the given function must return a two-element tuple or :pop, got: "
                + one_line(other)
            )


@map_.function(name="has_key?", map_=E_MAP)
def has_key(map_: Map, key: Term) -> Term:
    """Tells whether a map has a key."""
    return key in map_


@map_.function(map_=E_MAP)
def keys(map_: Map) -> Term:
    """Returns the keys."""
    return List(map_.keys())


@map_.function(map_=E_MAP)
def values(map_: Map) -> Term:
    """Returns the values."""
    return List(map_.values())


@map_.function(map_=E_MAP)
def to_list(map_: Map) -> Term:
    """Converts a map to a list of pairs."""
    return List(map_.items())


@map_.function(map_=E_MAP)
def size(map_: Map) -> Term:
    """Returns the number of keys."""
    return len(map_)


@map_.function(cost=Cost.LOOPS)
def merge(map1: Term, map2: Term, fun: Term = MISSING) -> Term:
    """Merges two maps; for a key in both, the second map wins, or `fun` decides."""
    for each in (map1, map2):
        if type(each) is not Map:
            raise BadMapError(each)
    if fun is MISSING:
        if len(map1) < len(map2):
            return Map([*map1.items(), *map2.items()])
        for name, value in map2.items():
            map1 = map1.put(name, value)
        return map1
    call = caller(fun, 3)
    for name, value in map2.items():
        known = map1.get(name, MISSING)
        map1 = map1.put(name, value if known is MISSING else call(name, known, value))
    return map1


@map_.function(map_=E_MAP)
def pop(map_: Map, key: Term, default: Term = None) -> Term:
    """Removes a key: returns its value, or the default, and the map without it."""
    return map_.pop(key, default)


@map_.function(name="pop!", map_=E_MAP)
def pop_or_raise(map_: Map, key: Term) -> Term:
    """Like `pop/2`, but raises KeyError if the key is missing."""
    return fetch_or_raise(map_, key), map_.delete(key)


@map_.function(cost=Cost.LOOPS, map_=E_MAP)
def pop_lazy(map_: Map, key: Term, fun: Term) -> Term:
    """Like `pop/3`, but calls `fun` for the default only if the key is missing."""
    return get_lazy(map_, key, fun), map_.delete(key)


@map_.function(map_=E_MAP)
def put(map_: Map, key: Term, value: Term) -> Term:
    """Puts a value under a key."""
    return map_.put(key, value)


@map_.function(map_=E_MAP)
def put_new(map_: Map, key: Term, value: Term) -> Term:
    """Puts a value under a key, unless the map has the key."""
    return map_ if key in map_ else map_.put(key, value)


@map_.function(cost=Cost.LOOPS, map_=E_MAP)
def put_new_lazy(map_: Map, key: Term, fun: Term) -> Term:
    """Puts the result of `fun` under a key, unless the map has the key."""
    return map_ if key in map_ else map_.put(key, caller(fun, 0)())


@map_.function(map_=E_MAP)
def replace(map_: Map, key: Term, value: Term) -> Term:
    """Replaces the value of a key, if the map has the key."""
    return map_.put(key, value) if key in map_ else map_


@map_.function(name="replace!", map_=E_MAP)
def replace_or_raise(map_: Map, key: Term, value: Term) -> Term:
    """Replaces the value of a key; raises KeyError if the key is missing."""
    fetch_or_raise(map_, key)
    return map_.put(key, value)


@map_.function(cost=Cost.LOOPS, map_=E_MAP)
def replace_lazy(map_: Map, key: Term, fun: Term) -> Term:
    """Replaces the value of a key by the result of `fun` for it, if the map has the key."""
    value = map_.get(key, MISSING)
    return map_ if value is MISSING else map_.put(key, caller(fun, 1)(value))


@map_.function(cost=Cost.LOOPS, map_=E_MAP)
def update(map_: Map, key: Term, default: Term, fun: Term) -> Term:
    """Updates the value of a key with `fun`, or adds the key with the default."""
    value = map_.get(key, MISSING)
    return map_.put(key, default if value is MISSING else caller(fun, 1)(value))


@map_.function(name="update!", cost=Cost.LOOPS, map_=E_MAP)
def update_or_raise(map_: Map, key: Term, fun: Term) -> Term:
    """Updates the value of a key with `fun`; raises KeyError if the key is missing."""
    return map_.put(key, caller(fun, 1)(fetch_or_raise(map_, key)))
