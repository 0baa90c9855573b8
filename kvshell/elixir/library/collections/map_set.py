"""MapSet: sets of unique terms."""

from collections.abc import Iterable, Iterator
from typing import Any

from kvshell.elixir.library import protocols
from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.failures import is_struct, no_clause
from kvshell.elixir.library.registry import EMPTY_LIST, MISSING, Cost, Library
from kvshell.terms import A, List, Map, Term, alias
from kvshell.terms.printing.algebra import Doc
from kvshell.terms.printing.inspection import STRUCTS, Printer

map_set = Library("MapSet", Cost.LOOPS)
MAP_SET = alias("MapSet")


def make(items: Iterable[Any]) -> Map:
    """Return a MapSet of the items."""
    return _of(Map([(item, EMPTY_LIST) for item in items]))


def _of(inner: Map) -> Map:
    return Map([(A.__struct__, MAP_SET), (A.map, inner), (A.version, 2)])


def _inner(name: str, *sets: Term) -> Map:
    for each in sets:
        if not is_struct(each, MAP_SET):
            raise no_clause("MapSet", name, sets)
    return sets[0][A.map]  # type: ignore[no-any-return]  # a MapSet's map


def _items(term: Map) -> Iterator[Any]:
    return iter(term[A.map].keys())


def _collected(into: Map, items: Iterable[Any]) -> Map:
    inner = into[A.map]
    for item in items:
        inner = inner.put(item, EMPTY_LIST)
    return _of(inner)


def _doc(printer: Printer, term: Map, limit: int, depth: int) -> Doc:
    members = term[A.map].keys()
    inner = Printer(
        charlists="as_lists",
        base=printer.base,
        binaries=printer.binaries,
        structs=printer.structs,
    ).within(printer)
    return ("MapSet.new(", inner.doc(List(members), limit, depth), ")")


STRUCTS[MAP_SET] = _doc
protocols.ENUMERABLE[MAP_SET] = _items
protocols.SIZES[MAP_SET] = lambda term: len(term[A.map])
protocols.COLLECTABLE[MAP_SET] = _collected


@map_set.function()
def new(enumerable: Term = EMPTY_LIST, transform: Term = MISSING) -> Term:
    """Creates a set of the elements of an enumerable, transformed by `transform` if given."""
    if transform is MISSING:
        return enumerable if is_struct(enumerable, MAP_SET) else make(protocols.iterate(enumerable))
    return make(map(caller(transform, 1), protocols.iterate(enumerable)))


@map_set.function(cost=Cost.SHORT)
def put(map_set: Term, value: Term) -> Term:
    """Adds a member to the set."""
    return _of(_inner("put", map_set).put(value, EMPTY_LIST))


@map_set.function(cost=Cost.SHORT)
def delete(map_set: Term, value: Term) -> Term:
    """Deletes a member from the set."""
    return _of(_inner("delete", map_set).delete(value))


@map_set.function(name="member?", cost=Cost.SHORT)
def member(map_set: Term, value: Term) -> Term:
    """Tells whether the set contains a value."""
    return value in _inner("member?", map_set)


@map_set.function(cost=Cost.SHORT)
def size(map_set: Term) -> Term:
    """Returns the number of members."""
    return len(_inner("size", map_set))


@map_set.function()
def to_list(map_set: Term) -> Term:
    """Returns the members as a list."""
    return List(_inner("to_list", map_set).keys())


@map_set.function()
def union(map_set1: Term, map_set2: Term) -> Term:
    """Returns the set of the members of either set."""
    _inner("union", map_set1, map_set2)
    return _of(Map([*map_set1[A.map].items(), *map_set2[A.map].items()]))


@map_set.function()
def intersection(map_set1: Term, map_set2: Term) -> Term:
    """Returns the set of the members that both sets have in common."""
    inner = _inner("intersection", map_set1, map_set2)
    return make(item for item in inner.keys() if item in map_set2[A.map])  # noqa: SIM118  # not a dict


@map_set.function()
def difference(map_set1: Term, map_set2: Term) -> Term:
    """Returns the set of the members of the first set that are not in the second."""
    inner = _inner("difference", map_set1, map_set2)
    return make(item for item in inner.keys() if item not in map_set2[A.map])  # noqa: SIM118  # not a dict


@map_set.function()
def symmetric_difference(map_set1: Term, map_set2: Term) -> Term:
    """Returns the set of the members that are in exactly one of two sets."""
    _inner("symmetric_difference", map_set1, map_set2)
    return union(difference(map_set1, map_set2), difference(map_set2, map_set1))


@map_set.function(name="disjoint?")
def disjoint(map_set1: Term, map_set2: Term) -> Term:
    """Tells whether two sets have no member in common."""
    inner = _inner("disjoint?", map_set1, map_set2)
    return not any(item in map_set2[A.map] for item in inner.keys())  # noqa: SIM118  # not a dict


@map_set.function(name="subset?")
def subset(map_set1: Term, map_set2: Term) -> Term:
    """Tells whether all members of the first set are in the second."""
    inner = _inner("subset?", map_set1, map_set2)
    return all(item in map_set2[A.map] for item in inner.keys())  # noqa: SIM118  # not a dict


@map_set.function(name="equal?")
def equal(map_set1: Term, map_set2: Term) -> Term:
    """Tells whether two sets have the same members."""
    return _inner("equal?", map_set1, map_set2) == map_set2[A.map]


@map_set.function()
def filter_(map_set: Term, fun: Term) -> Term:
    """Returns the set of the members for which `fun` returns a truthy value."""
    call = caller(fun, 1)
    members = _inner("filter", map_set).keys()
    return make(item for item in members if call(item) not in (None, False))


@map_set.function()
def reject(map_set: Term, fun: Term) -> Term:
    """Returns the set of the members for which `fun` returns a falsy value."""
    call = caller(fun, 1)
    members = _inner("reject", map_set).keys()
    return make(item for item in members if call(item) in (None, False))
