"""Map."""

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
    """Return a term on one line, as messages show it."""
    return inspect(term, width=None)


@map_.function()
def new(enumerable: Term = EMPTY_MAP, transform: Term = MISSING) -> Term:
    """Returns a map of the pairs of an enumerable, or of the function's result for each item."""
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
    """Returns the map without a key."""
    return map_.delete(key)


@map_.function()
def drop(map_: Term, keys: Term) -> Term:
    """Returns the map without any of the keys."""
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
    """Returns the map with only these keys."""
    _map_and_keys("take", map_, keys)
    return Map([(name, map_[name]) for name in keys if name in map_])


@map_.function(map_=E_MAP)
def split(map_: Map, keys: Term) -> Term:
    """Returns the map with these keys, and the map with all others."""
    _map_and_keys("split", map_, keys)
    return take(map_, keys), drop(map_, keys)


@map_.function(name="equal?", map1=E_MAP, map2=E_MAP)
def equal(map1: Map, map2: Map) -> Term:
    """Tells whether two maps have the same keys and values (1 and 1.0 are not the same)."""
    return map1 == map2


@map_.function(map_=E_MAP)
def fetch(map_: Map, key: Term) -> Term:
    """Returns `{:ok, value}`, or :error if there is no such key."""
    value = map_.get(key, MISSING)
    return A.error if value is MISSING else (A.ok, value)


@map_.function(name="fetch!", map_=E_MAP)
def fetch_or_raise(map_: Map, key: Term) -> Term:
    """Returns the value of the key; KeyError if it is missing."""
    value = map_.get(key, MISSING)
    if value is MISSING:
        raise KeyError_.of_update(key, map_)
    return value


@map_.function(cost=Cost.LOOPS, map_=MAP, fun=function(1))
def filter_(map_: Map, fun: Term) -> Term:
    """Returns the map with the pairs for which the function is true."""
    call = caller(fun, 1)
    return Map([pair for pair in map_.items() if _true(call(pair))])


@map_.function(cost=Cost.LOOPS, map_=MAP, fun=function(1))
def reject(map_: Map, fun: Term) -> Term:
    """Returns the map without the pairs for which the function is true."""
    call = caller(fun, 1)
    return Map([pair for pair in map_.items() if not _true(call(pair))])


def _true(term: Term) -> bool:
    return term is not None and term is not False


@map_.function(cost=Cost.LOOPS, map_=MAP, fun=function(1))
def map__(map_: Map, fun: Term) -> Term:
    """Returns the map with each value replaced by the function's result for its pair."""
    call = caller(fun, 1)
    return Map([(pair[0], call(pair)) for pair in map_.items()])


@map_.function(keys=LIST, cost=Cost.LOOPS)
def from_keys(keys: List, value: Term) -> Term:
    """Returns a map with the same value for all keys."""
    return Map([(name, value) for name in keys])


@map_.function()
def from_struct(struct: Term) -> Term:
    """Returns the fields of a struct as a map."""
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
    """Returns the value of the key, or the default."""
    return map_.get(key, default)


@map_.function(cost=Cost.LOOPS, map_=E_MAP)
def get_lazy(map_: Map, key: Term, fun: Term) -> Term:
    """Returns the value of the key, or the function's result."""
    value = map_.get(key, MISSING)
    return caller(fun, 0)() if value is MISSING else value


@map_.function(cost=Cost.LOOPS)
def get_and_update(map_: Term, key: Term, fun: Term) -> Term:
    """Updates the value with the function (:pop removes it); returns its result and the map."""
    if type(map_) is not Map:
        raise BadMapError(map_)
    return got_and_updated(map_, key, map_.get(key), fun, "Map")


@map_.function(name="get_and_update!", cost=Cost.LOOPS, map_=E_MAP)
def get_and_update_or_raise(map_: Map, key: Term, fun: Term) -> Term:
    """Like get_and_update/3; KeyError if the key is missing."""
    return got_and_updated(map_, key, fetch_or_raise(map_, key), fun, "Map")


def got_and_updated(map_: Map, key: Term, value: Term, fun: Term, module: str) -> Term:
    """Return the result of get_and_update on a map."""
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
    """Tells whether the map has the key."""
    return key in map_


@map_.function(map_=E_MAP)
def keys(map_: Map) -> Term:
    """Returns the keys of the map."""
    return List(map_.keys())


@map_.function(map_=E_MAP)
def values(map_: Map) -> Term:
    """Returns the values of the map."""
    return List(map_.values())


@map_.function(map_=E_MAP)
def to_list(map_: Map) -> Term:
    """Returns the pairs of the map."""
    return List(map_.items())


@map_.function(map_=E_MAP)
def size(map_: Map) -> Term:
    """Returns the number of keys."""
    return len(map_)


@map_.function(cost=Cost.LOOPS)
def merge(map1: Term, map2: Term, fun: Term = MISSING) -> Term:
    """Merges both maps: for a common key the second wins, or the function decides."""
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
    """Returns the value of the key, or the default, and the map without it."""
    return map_.pop(key, default)


@map_.function(name="pop!", map_=E_MAP)
def pop_or_raise(map_: Map, key: Term) -> Term:
    """Returns the value of the key and the map without it; KeyError if it is missing."""
    return fetch_or_raise(map_, key), map_.delete(key)


@map_.function(cost=Cost.LOOPS, map_=E_MAP)
def pop_lazy(map_: Map, key: Term, fun: Term) -> Term:
    """Returns the value of the key, or the function's result, and the map without it."""
    return get_lazy(map_, key, fun), map_.delete(key)


@map_.function(map_=E_MAP)
def put(map_: Map, key: Term, value: Term) -> Term:
    """Returns the map with the value under the key."""
    return map_.put(key, value)


@map_.function(map_=E_MAP)
def put_new(map_: Map, key: Term, value: Term) -> Term:
    """Returns the map with the value under the key, unless the key exists."""
    return map_ if key in map_ else map_.put(key, value)


@map_.function(cost=Cost.LOOPS, map_=E_MAP)
def put_new_lazy(map_: Map, key: Term, fun: Term) -> Term:
    """Like put_new/3 with the function's result, which is only called if needed."""
    return map_ if key in map_ else map_.put(key, caller(fun, 0)())


@map_.function(map_=E_MAP)
def replace(map_: Map, key: Term, value: Term) -> Term:
    """Returns the map with the value under the key, if the key exists."""
    return map_.put(key, value) if key in map_ else map_


@map_.function(name="replace!", map_=E_MAP)
def replace_or_raise(map_: Map, key: Term, value: Term) -> Term:
    """Returns the map with the value under the key; KeyError if the key is missing."""
    fetch_or_raise(map_, key)
    return map_.put(key, value)


@map_.function(cost=Cost.LOOPS, map_=E_MAP)
def replace_lazy(map_: Map, key: Term, fun: Term) -> Term:
    """Returns the map with the function applied to the value, if the key exists."""
    value = map_.get(key, MISSING)
    return map_ if value is MISSING else map_.put(key, caller(fun, 1)(value))


@map_.function(cost=Cost.LOOPS, map_=E_MAP)
def update(map_: Map, key: Term, default: Term, fun: Term) -> Term:
    """Returns the map with the function applied to the value, or the default added."""
    value = map_.get(key, MISSING)
    return map_.put(key, default if value is MISSING else caller(fun, 1)(value))


@map_.function(name="update!", cost=Cost.LOOPS, map_=E_MAP)
def update_or_raise(map_: Map, key: Term, fun: Term) -> Term:
    """Returns the map with the function applied to the value; KeyError if the key is missing."""
    return map_.put(key, caller(fun, 1)(fetch_or_raise(map_, key)))
