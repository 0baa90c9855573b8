""":maps: merging, grouping and iterating; the rest is in data.py."""

from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.enumerables.enum_groups import group_by
from kvshell.elixir.library.erlang.data import get
from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.kinds import E_MAP
from kvshell.elixir.library.registry import Cost, Library
from kvshell.terms import A, List, Map, Term

maps = Library.of(":maps", Cost.LOOPS)


@maps.function(map_=E_MAP)
def take(key: Term, map_: Term) -> Term:
    """Returns `{value, map}` without the key, or :error."""
    return (map_[key], map_.delete(key)) if key in map_ else A.error


@maps.function(map_=E_MAP)
def update_with(key: Term, fun: Term, map_: Term) -> Term:
    """Returns the map with the value of an existing key replaced by the function's result."""
    return map_.put(key, caller(fun, 1)(get(key, map_)))


@maps.function(name="update_with", map_=E_MAP)
def update_with_first(key: Term, fun: Term, init: Term, map_: Term) -> Term:
    """Returns the map with the value of a key replaced, or with a first value for it."""
    return map_.put(key, caller(fun, 1)(map_[key]) if key in map_ else init)


@maps.function(map_=E_MAP)
def foreach(fun: Term, map_: Term) -> Term:
    """Calls the function with each key and value for its side effect."""
    call = caller(fun, 2)
    for key, value in map_.items():
        call(key, value)
    return A.ok


@maps.function(map_=E_MAP)
def filtermap(fun: Term, map_: Term) -> Term:
    """Returns the pairs for which the function is true, or has `{true, value}`."""
    call = caller(fun, 2)
    made = []
    for key, value in map_.items():
        match call(key, value):
            case True:
                made.append((key, value))
            case (True, new):
                made.append((key, new))
    return Map(made)


@maps.function()
def from_keys(keys: Term, value: Term) -> Term:
    """Returns a map with the same value under each key."""
    if type(keys) is not List:
        raise no_clause(":maps", "from_keys", (keys, value))
    return Map([(key, value) for key in keys.items])


@maps.function(map1=E_MAP, map2=E_MAP)
def intersect(map1: Term, map2: Term) -> Term:
    """Returns the pairs of the second map whose keys are in both."""
    return Map([(key, value) for key, value in map2.items() if key in map1])


@maps.function(map1=E_MAP, map2=E_MAP)
def merge_with(combiner: Term, map1: Term, map2: Term) -> Term:
    """Merges both maps: for a common key the function's result."""
    call = caller(combiner, 3)
    made = map1
    for key, value in map2.items():
        made = made.put(key, call(key, map1[key], value) if key in map1 else value)
    return made


@maps.function()
def groups_from_list(fun: Term, list_: Term) -> Term:
    """Returns the items grouped by the function's result."""
    return group_by(list_, fun)


@maps.function(name="groups_from_list")
def values_from_list(fun: Term, value_fun: Term, list_: Term) -> Term:
    """Returns the second function's results for the items, grouped by the first's."""
    return group_by(list_, fun, value_fun)
