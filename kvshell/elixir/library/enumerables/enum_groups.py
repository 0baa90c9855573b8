"""Enum: chunking, grouping, zipping, and removing duplicates."""

from typing import Any

from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.enumerables import generators
from kvshell.elixir.library.enumerables.enum_walks import enum
from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.kinds import POSITIVE
from kvshell.elixir.library.protocols import iterate
from kvshell.elixir.library.registry import EMPTY_LIST, MISSING
from kvshell.terms import List, Map, Term, key


@enum.function(count=POSITIVE)
def chunk_every(
    enumerable: Term, count: int, step: Term = MISSING, leftover: Term = EMPTY_LIST
) -> Term:
    """Returns lists of `count` elements, each starting `step` elements after the previous one."""
    by = count if step is MISSING else step
    if type(by) is not int or by <= 0:
        raise no_clause("Enum", "chunk_every", (enumerable, count, by, leftover))
    return List(generators.chunk_every(iterate(enumerable), count, by, leftover))


@enum.function()
def chunk_by(enumerable: Term, fun: Term) -> Term:
    """Splits the elements into lists wherever `fun` returns a new value."""
    return List(generators.chunk_by(iterate(enumerable), caller(fun, 1)))


@enum.function()
def chunk_while(enumerable: Term, acc: Term, chunk_fun: Term, after_fun: Term) -> Term:
    """Splits the elements into chunks that `chunk_fun` emits, with control over each step."""
    return List(
        generators.chunk_while(iterate(enumerable), acc, caller(chunk_fun, 2), caller(after_fun, 1))
    )


@enum.function()
def dedup(enumerable: Term) -> Term:
    """Returns the elements with consecutive duplicates collapsed to one."""
    return List(generators.dedup_by(iterate(enumerable), _same))


@enum.function()
def dedup_by(enumerable: Term, fun: Term) -> Term:
    """Collapses consecutive elements for which `fun` returns the same value to the first one."""
    return List(generators.dedup_by(iterate(enumerable), caller(fun, 1)))


@enum.function()
def uniq(enumerable: Term) -> Term:
    """Returns the elements without duplicates."""
    return List(generators.uniq_by(iterate(enumerable), _same))


@enum.function()
def uniq_by(enumerable: Term, fun: Term) -> Term:
    """Returns the elements without those for which `fun` returns a value it returned before."""
    return List(generators.uniq_by(iterate(enumerable), caller(fun, 1)))


def _same(item: Any) -> Any:
    return item


@enum.function()
def frequencies(enumerable: Term) -> Term:
    """Returns a map from each distinct element to the number of times it occurs."""
    return _frequencies(enumerable, _same)


@enum.function()
def frequencies_by(enumerable: Term, key_fun: Term) -> Term:
    """Returns a map from each value of `key_fun` to the number of elements with that value."""
    return _frequencies(enumerable, caller(key_fun, 1))


def _frequencies(enumerable: Any, call: Any) -> Map:
    counts: dict[Any, list[Any]] = {}
    for item in iterate(enumerable):
        name = call(item)
        counts.setdefault(key(name), [name, 0])[1] += 1
    return Map([(name, count) for name, count in counts.values()])


@enum.function()
def group_by(enumerable: Term, key_fun: Term, value_fun: Term = MISSING) -> Term:
    """Groups the elements in a map: from each value of `key_fun` to the list of its elements."""
    call = caller(key_fun, 1)
    value = _same if value_fun is MISSING else caller(value_fun, 1)
    groups: dict[Any, tuple[Any, list[Any]]] = {}
    for item in iterate(enumerable):
        name = call(item)
        groups.setdefault(key(name), (name, []))[1].append(value(item))
    return Map([(name, List(items)) for name, items in groups.values()])


@enum.function()
def zip_(enumerable1: Term, enumerable2: Term = MISSING) -> Term:
    """Zips corresponding elements into a list of tuples, up to the shortest enumerable."""
    sources = iterate(enumerable1) if enumerable2 is MISSING else (enumerable1, enumerable2)
    return List(generators.zip_(sources))


@enum.function()
def zip_with(enumerable1: Term, enumerable2: Term, zip_fun: Term = MISSING) -> Term:
    """Zips corresponding elements with `zip_fun`, up to the shortest enumerable."""
    if zip_fun is MISSING:
        call = caller(enumerable2, 1)
        return List([call(List(row)) for row in generators.zip_(iterate(enumerable1))])
    call = caller(zip_fun, 2)
    return List([call(*row) for row in generators.zip_((enumerable1, enumerable2))])


@enum.function()
def zip_reduce(left: Term, right: Term, acc: Term, reducer: Term = MISSING) -> Term:
    """Reduces over corresponding elements of enumerables, up to the shortest one."""
    if reducer is MISSING:
        call, made = caller(acc, 2), right
        for row in generators.zip_(iterate(left)):
            made = call(List(row), made)
        return made
    call, made = caller(reducer, 3), acc
    for row in generators.zip_((left, right)):
        made = call(*row, made)
    return made


@enum.function()
def unzip(enumerable: Term) -> Term:
    """Splits a list of pairs into a list of first elements and a list of second elements."""
    left, right = [], []
    for item in iterate(enumerable):
        if type(item) is not tuple or len(item) != 2:
            raise no_clause("Enum", "unzip", (item,))
        left.append(item[0])
        right.append(item[1])
    return List(left), List(right)
