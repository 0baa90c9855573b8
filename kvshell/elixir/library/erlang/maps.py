""":maps: merging, grouping and iterating; `data` has the basic functions."""

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
    """Removes a key: `{value, map}`, or `:error` if the key is missing."""
    return (map_[key], map_.delete(key)) if key in map_ else A.error


@maps.function(map_=E_MAP)
def update_with(key: Term, fun: Term, map_: Term) -> Term:
    """Updates the value of a key with `fun`; raises KeyError if the key is missing."""
    return map_.put(key, caller(fun, 1)(get(key, map_)))


@maps.function(name="update_with", map_=E_MAP)
def update_with_first(key: Term, fun: Term, init: Term, map_: Term) -> Term:
    """Updates the value of a key with `fun`, or adds the key with the value `init`."""
    return map_.put(key, caller(fun, 1)(map_[key]) if key in map_ else init)


@maps.function(map_=E_MAP)
def foreach(fun: Term, map_: Term) -> Term:
    """Calls `fun` with each key and value for its side effects; returns `:ok`."""
    call = caller(fun, 2)
    for key, value in map_.items():
        call(key, value)
    return A.ok


@maps.function(map_=E_MAP)
def filtermap(fun: Term, map_: Term) -> Term:
    """Filters the pairs by `fun`, which returns a boolean or `{true, new_value}`."""
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
    """Creates a map with the same value for all keys."""
    if type(keys) is not List:
        raise no_clause(":maps", "from_keys", (keys, value))
    return Map([(key, value) for key in keys.items])


@maps.function(map1=E_MAP, map2=E_MAP)
def intersect(map1: Term, map2: Term) -> Term:
    """Returns the pairs of the second map whose keys are also in the first."""
    return Map([(key, value) for key, value in map2.items() if key in map1])


@maps.function(map1=E_MAP, map2=E_MAP)
def merge_with(combiner: Term, map1: Term, map2: Term) -> Term:
    """Merges two maps; for a key in both, `combiner` returns the value."""
    call = caller(combiner, 3)
    made = map1
    for key, value in map2.items():
        made = made.put(key, call(key, map1[key], value) if key in map1 else value)
    return made


@maps.function()
def groups_from_list(fun: Term, list_: Term) -> Term:
    """Groups the elements of a list in a map, by the value of `fun`."""
    return group_by(list_, fun)


@maps.function(name="groups_from_list")
def values_from_list(fun: Term, value_fun: Term, list_: Term) -> Term:
    """Groups the results of `value_fun` for the elements in a map, by the value of `fun`."""
    return group_by(list_, fun, value_fun)
