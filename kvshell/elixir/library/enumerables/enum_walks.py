"""Enum: mapping, filtering, reducing and counting."""

from typing import Any

from kvshell.elixir.library import protocols
from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.collections.range import as_range, is_range
from kvshell.elixir.library.enumerables import generators
from kvshell.elixir.library.enumerables.generators import true
from kvshell.elixir.library.failures import BadArithmetic, empty, no_clause
from kvshell.elixir.library.kinds import NON_NEGATIVE
from kvshell.elixir.library.protocols import close, iterate, to_string
from kvshell.elixir.library.registry import EMPTY_LIST, MISSING, Cost, Library
from kvshell.terms import A, List, Map, Term

enum = Library.of("Enum", Cost.LOOPS)


@enum.function()
def map_(enumerable: Term, fun: Term) -> Term:
    """Returns a list of the results of calling `fun` on each element."""
    call = caller(fun, 1)
    return List([call(each) for each in iterate(enumerable)])


@enum.function()
def each(enumerable: Term, fun: Term) -> Term:
    """Calls `fun` with each element for its side effects; returns `:ok`."""
    call = caller(fun, 1)
    for item in iterate(enumerable):
        call(item)
    return A.ok


@enum.function()
def filter_(enumerable: Term, fun: Term) -> Term:
    """Returns the elements for which `fun` returns a truthy value."""
    call = caller(fun, 1)
    return List([item for item in iterate(enumerable) if true(call(item))])


@enum.function()
def reject(enumerable: Term, fun: Term) -> Term:
    """Returns the elements for which `fun` returns a falsy value."""
    call = caller(fun, 1)
    return List([item for item in iterate(enumerable) if not true(call(item))])


@enum.function()
def flat_map(enumerable: Term, fun: Term) -> Term:
    """Maps `fun`, which returns enumerables, over the elements and concatenates the results."""
    call = caller(fun, 1)
    made: list[Any] = []
    for item in iterate(enumerable):
        made.extend(iterate(call(item)))
    return List(made)


@enum.function()
def flat_map_reduce(enumerable: Term, acc: Term, fun: Term) -> Term:
    """Like `flat_map`, but `fun` also gets an accumulator: `{enumerable, acc}`, `{:halt, acc}`."""
    call = caller(fun, 2)
    made: list[Any] = []
    source = iterate(enumerable)
    for item in source:
        match call(item, acc):
            case (A.halt, acc):
                close(source)
                break
            case (items, acc):
                made.extend(iterate(items))
    return List(made), acc


@enum.function()
def reduce(enumerable: Term, acc: Term, fun: Term = MISSING) -> Term:
    """Calls `fun` with each element and the accumulator; returns the last accumulator."""
    if fun is MISSING:
        call = caller(acc, 2)
        source = iterate(enumerable)
        try:
            acc = next(source)
        except StopIteration:
            raise empty() from None
    else:
        call = caller(fun, 2)
        source = iterate(enumerable)
    for item in source:
        acc = call(item, acc)
    return acc


@enum.function()
def reduce_while(enumerable: Term, acc: Term, fun: Term) -> Term:
    """Reduces the elements until `fun` returns `{:halt, acc}` instead of `{:cont, acc}`."""
    call = caller(fun, 2)
    source = iterate(enumerable)
    for item in source:
        match call(item, acc):
            case (A.cont, acc):
                pass
            case (A.halt, acc):
                close(source)
                break
            case other:
                raise no_clause("Enumerable.List", "reduce", (List(source), other, fun))
    return acc


@enum.function()
def map_reduce(enumerable: Term, acc: Term, fun: Term) -> Term:
    """Maps and reduces at once: `fun` returns `{mapped_element, acc}`."""
    call = caller(fun, 2)
    made = []
    for item in iterate(enumerable):
        match call(item, acc):
            case (value, acc):
                made.append(value)
            case other:
                from kvshell.terms import MatchError  # noqa: PLC0415  # rare

                raise MatchError(other)
    return List(made), acc


@enum.function()
def scan(enumerable: Term, acc: Term, fun: Term = MISSING) -> Term:
    """Reduces the elements and returns the list of all accumulators."""
    if fun is MISSING:
        return List(generators.scan(iterate(enumerable), caller(acc, 2), None, begun=False))
    return List(generators.scan(iterate(enumerable), caller(fun, 2), acc, begun=True))


@enum.function()
def to_list(enumerable: Term) -> Term:
    """Converts the enumerable to a list."""
    return enumerable if type(enumerable) is List else List(iterate(enumerable))


@enum.function()
def into(enumerable: Term, collectable: Term, transform: Term = MISSING) -> Term:
    """Inserts the elements, transformed by `transform` if given, into a collectable."""
    items = iterate(enumerable)
    if transform is not MISSING:
        items = map(caller(transform, 1), items)
    if type(collectable) is Map and A.__struct__ not in collectable:
        for_map = list(items)
        for item in for_map:
            if type(item) is not tuple or len(item) != 2:
                from kvshell.terms import ArgumentError  # noqa: PLC0415  # rare

                if type(enumerable) is List and transform is MISSING and not len(collectable):
                    raise ArgumentError("argument error")
        return protocols.collect(collectable, for_map)
    return protocols.collect(collectable, items)


@enum.function()
def map_every(enumerable: Term, nth: Term, fun: Term) -> Term:
    """Applies `fun` to every `nth` element, starting with the first."""
    if type(nth) is not int or nth < 0:
        raise no_clause("Enum", "map_every", (enumerable, nth, fun))
    return List(generators.map_every(iterate(enumerable), nth, caller(fun, 1)))


@enum.function()
def intersperse(enumerable: Term, separator: Term) -> Term:
    """Returns the elements with `separator` between each two of them."""
    return List(generators.intersperse(iterate(enumerable), separator))


@enum.function()
def map_intersperse(enumerable: Term, separator: Term, mapper: Term) -> Term:
    """Maps the elements with `mapper`, and puts `separator` between each two results."""
    made = map(caller(mapper, 1), iterate(enumerable))
    return List(generators.intersperse(iter(made), separator))


@enum.function()
def join(enumerable: Term, joiner: Term = "") -> Term:
    """Joins the elements into a string, with `joiner` between each two of them."""
    return _joined(map(to_string, iterate(enumerable)), joiner)


@enum.function()
def map_join(enumerable: Term, joiner: Term, mapper: Term = MISSING) -> Term:
    """Maps the elements with `mapper` and joins the results into a string."""
    if mapper is MISSING:
        joiner, mapper = "", joiner
    call = caller(mapper, 1)
    return _joined((to_string(call(item)) for item in iterate(enumerable)), joiner)


def _joined(texts: Any, joiner: Any) -> str | bytes:
    if type(joiner) not in {str, bytes}:
        raise no_clause("Enum", "join", (List(texts), joiner))
    return protocols.binary(generators.intersperse(iter(texts), joiner))


@enum.function()
def concat(left: Term, right: Term = MISSING) -> Term:
    """Concatenates enumerables into one list."""
    if right is MISSING:
        return List(generators.concat(iterate(left)))
    return List((*iterate(left), *iterate(right)))


@enum.function()
def count(enumerable: Term, fun: Term = MISSING) -> Term:
    """Returns the number of elements, or of those for which `fun` returns a truthy value."""
    if fun is MISSING:
        return size_of(enumerable)
    call = caller(fun, 1)
    return sum(1 for item in iterate(enumerable) if true(call(item)))


def size_of(enumerable: Term) -> int:
    """Return the number of elements, without iterating if the type knows its size."""
    if type(enumerable) is Map:
        module = enumerable.get(A.__struct__)
        if module is None:
            return len(enumerable)
        if module in protocols.SIZES:
            return protocols.SIZES[module](enumerable)
        own = protocols.implementation("Enumerable", "count", 1, enumerable)
        match own(enumerable) if own is not None else None:
            case (A.ok, int() as size):
                return size
    return sum(1 for _ in iterate(enumerable))


@enum.function()
def count_until(enumerable: Term, limit: Term, limit2: Term = MISSING) -> Term:
    """Counts the elements, or those for which `fun` returns a truthy value, up to a limit."""
    most = limit if limit2 is MISSING else limit2
    if type(most) is not int or most <= 0:
        raise no_clause("Enum", "count_until", (enumerable, limit))
    counted = 0
    source = iterate(enumerable)
    call = None if limit2 is MISSING else caller(limit, 1)
    for item in source:
        if call is None or true(call(item)):
            counted += 1
            if counted == most:
                close(source)
                break
    return counted


@enum.function()
def sum_(enumerable: Term) -> Term:
    """Returns the sum of the elements."""
    if is_range(enumerable):
        whole = as_range(enumerable)
        return len(whole) * (whole[0] + whole[-1]) // 2 if whole else 0
    total: Any = 0
    for item in iterate(enumerable):
        if type(item) not in {int, float}:
            raise BadArithmetic("+", item, total)
        total += item
    return total


@enum.function()
def product(enumerable: Term) -> Term:
    """Returns the product of the elements."""
    total: Any = 1
    for item in iterate(enumerable):
        if type(item) not in {int, float}:
            raise BadArithmetic("*", item, total)
        total *= item
    return total


@enum.function()
def reverse(enumerable: Term, tail: Term = EMPTY_LIST) -> Term:
    """Returns the elements in reverse order, followed by those of `tail`."""
    return List((*reversed(list(iterate(enumerable))), *iterate(tail)))


@enum.function(start_index=NON_NEGATIVE, count=NON_NEGATIVE)
def reverse_slice(enumerable: Term, start_index: int, count: int) -> Term:
    """Reverses `count` elements from `start_index` on."""
    items = list(iterate(enumerable))
    end = start_index + count
    return List((*items[:start_index], *reversed(items[start_index:end]), *items[end:]))


@enum.function()
def with_index(enumerable: Term, fun_or_offset: Term = 0) -> Term:
    """Returns `{element, index}` for each element, or what a function returns for the two."""
    if type(fun_or_offset) is int:
        return List(generators.with_index(iterate(enumerable), fun_or_offset))
    return List(generators.with_index_by(iterate(enumerable), caller(fun_or_offset, 2)))
