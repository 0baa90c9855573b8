"""Enum: finding, taking and splitting elements."""

from typing import Any

from kvshell.elixir.library import protocols
from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.collections.map_set import MAP_SET
from kvshell.elixir.library.collections.range import as_range, is_range
from kvshell.elixir.library.enumerables import generators
from kvshell.elixir.library.enumerables.enum_walks import enum
from kvshell.elixir.library.enumerables.generators import true
from kvshell.elixir.library.failures import is_struct, no_clause, out_of_bounds
from kvshell.elixir.library.kinds import INTEGER, NON_NEGATIVE
from kvshell.elixir.library.protocols import close, iterate
from kvshell.elixir.library.registry import MISSING
from kvshell.terms import A, ArgumentError, List, Map, Term, inspect, key


@enum.function(name="all?")
def all_(enumerable: Term, fun: Term = MISSING) -> Term:
    """Tells whether all elements are truthy, or `fun` returns a truthy value for each of them."""
    source = iterate(enumerable)
    call = None if fun is MISSING else caller(fun, 1)
    for item in source:
        if not true(item if call is None else call(item)):
            close(source)
            return False
    return True


@enum.function(name="any?")
def any_(enumerable: Term, fun: Term = MISSING) -> Term:
    """Tells whether any element is truthy, or `fun` returns a truthy value for any of them."""
    source = iterate(enumerable)
    call = None if fun is MISSING else caller(fun, 1)
    for item in source:
        if true(item if call is None else call(item)):
            close(source)
            return True
    return False


@enum.function(index=INTEGER)
def at(enumerable: Term, index: int, default: Term = None) -> Term:
    """Returns the element at a zero-based index, or the default; a negative index counts back."""
    found = _at(enumerable, index)
    return default if found is MISSING else found


def _at(enumerable: Term, index: int) -> Any:
    if type(enumerable) is List or is_range(enumerable):
        whole = enumerable.items if type(enumerable) is List else as_range(enumerable)
        return whole[index] if -len(whole) <= index < len(whole) else MISSING
    if index < 0:
        items = list(iterate(enumerable))
        return items[index] if -len(items) <= index else MISSING
    source = iterate(enumerable)
    for place, item in enumerate(source):
        if place == index:
            close(source)
            return item
    return MISSING


@enum.function(index=INTEGER)
def fetch(enumerable: Term, index: int) -> Term:
    """Fetches the element at a zero-based index: `{:ok, element}`, or `:error` if out of range."""
    found = _at(enumerable, index)
    return A.error if found is MISSING else (A.ok, found)


@enum.function(name="fetch!", index=INTEGER)
def fetch_or_raise(enumerable: Term, index: int) -> Term:
    """Returns the element at a zero-based index; raises Enum.OutOfBoundsError if out of range."""
    found = _at(enumerable, index)
    if found is MISSING:
        raise out_of_bounds()
    return found


@enum.function(name="empty?")
def empty_p(enumerable: Term) -> Term:
    """Tells whether the enumerable is empty."""
    source = iterate(enumerable)
    for _ in source:
        close(source)
        return False
    return True


@enum.function()
def find(enumerable: Term, default: Term, fun: Term = MISSING) -> Term:
    """Returns the first element for which `fun` returns a truthy value, or the default."""
    if fun is MISSING:
        default, fun = None, default
    call = caller(fun, 1)
    source = iterate(enumerable)
    for item in source:
        if true(call(item)):
            close(source)
            return item
    return default


@enum.function()
def find_index(enumerable: Term, fun: Term) -> Term:
    """Returns the index of the first element for which `fun` returns a truthy value, or nil."""
    call = caller(fun, 1)
    source = iterate(enumerable)
    for index, item in enumerate(source):
        if true(call(item)):
            close(source)
            return index
    return None


@enum.function()
def find_value(enumerable: Term, default: Term, fun: Term = MISSING) -> Term:
    """Returns the first truthy value that `fun` returns for an element, or the default."""
    if fun is MISSING:
        default, fun = None, default
    call = caller(fun, 1)
    source = iterate(enumerable)
    for item in source:
        answer = call(item)
        if true(answer):
            close(source)
            return answer
    return default


@enum.function(name="member?")
def member(enumerable: Term, element: Term) -> Term:
    """Tells whether the enumerable contains the element, compared with `===`."""
    if is_struct(enumerable, MAP_SET):
        return element in enumerable[A.map]
    if is_range(enumerable):
        return type(element) is int and element in as_range(enumerable)
    if type(enumerable) is Map and A.__struct__ in enumerable:
        own = protocols.implementation("Enumerable", "member?", 2, enumerable)
        match own(enumerable, element) if own is not None else None:
            case (A.ok, answer):
                return answer
    wanted = key(element)
    source = iterate(enumerable)
    for item in source:
        if key(item) == wanted:
            close(source)
            return True
    return False


@enum.function(amount=INTEGER)
def take(enumerable: Term, amount: int) -> Term:
    """Returns the first `amount` elements, or the last ones if it is negative."""
    if type(enumerable) is List:
        items = enumerable.items
        return List(items[:amount] if amount >= 0 else items[amount:])
    if amount < 0:
        return List(list(iterate(enumerable))[amount:])
    return List(generators.take(iterate(enumerable), amount))


@enum.function(amount=INTEGER)
def drop(enumerable: Term, amount: int) -> Term:
    """Returns all but the first `amount` elements, or all but the last ones if it is negative."""
    items = list(iterate(enumerable))
    return List(items[amount:] if amount >= 0 else items[:amount])


@enum.function()
def take_while(enumerable: Term, fun: Term) -> Term:
    """Returns the elements before the first one for which `fun` returns a falsy value."""
    return List(generators.take_while(iterate(enumerable), caller(fun, 1)))


@enum.function()
def drop_while(enumerable: Term, fun: Term) -> Term:
    """Returns the elements from the first one on for which `fun` returns a falsy value."""
    return List(generators.drop_while(iterate(enumerable), caller(fun, 1)))


@enum.function(nth=NON_NEGATIVE)
def take_every(enumerable: Term, nth: int) -> Term:
    """Returns every `nth` element, starting with the first."""
    return List(generators.take_every(iterate(enumerable), nth))


@enum.function(nth=NON_NEGATIVE)
def drop_every(enumerable: Term, nth: int) -> Term:
    """Returns the elements without every `nth` one, starting with the first."""
    return List(generators.drop_every(iterate(enumerable), nth))


@enum.function()
def slice_(enumerable: Term, index_range: Term, amount: Term = MISSING) -> Term:
    """Returns the elements in a range of indices, or `amount` elements from an index on."""
    items = list(iterate(enumerable))
    if amount is MISSING:
        if not is_range(index_range):
            raise no_clause("Enum", "slice", (enumerable, index_range))
        return List(_in_range(items, index_range))
    if type(index_range) is not int or type(amount) is not int or amount < 0:
        raise no_clause("Enum", "slice", (enumerable, index_range, amount))
    start = max(index_range + len(items), 0) if index_range < 0 else index_range
    if index_range < -len(items):
        start = 0
    return List(items[start : start + amount])


def _in_range(items: list[Any], index_range: Map) -> list[Any]:
    first, last, step = index_range[A.first], index_range[A.last], index_range[A.step]
    if step < -1:
        raise ArgumentError(
            "Enum.slice/2 does not accept ranges with negative steps, got: "
            + inspect(index_range, width=None)
        )
    if first < 0:
        first += len(items)
    if last < 0:
        last += len(items)
    if first < 0 or last < first:
        return [] if last < first or last < 0 else items[0 : last + 1 : max(step, 1)]
    return items[first : last + 1 : abs(step)]


@enum.function(count=INTEGER)
def split(enumerable: Term, count: int) -> Term:
    """Splits the elements after `count` of them; a negative count counts from the end."""
    items = list(iterate(enumerable))
    spot = max(count + len(items), 0) if count < 0 else count
    return List(items[:spot]), List(items[spot:])


@enum.function()
def split_while(enumerable: Term, fun: Term) -> Term:
    """Splits the elements into two lists before the first for which `fun` returns a falsy value."""
    call = caller(fun, 1)
    items = list(iterate(enumerable))
    spot = next((index for index, item in enumerate(items) if not true(call(item))), len(items))
    return List(items[:spot]), List(items[spot:])


@enum.function()
def split_with(enumerable: Term, fun: Term) -> Term:
    """Splits the elements into those for which `fun` returns a truthy value, and the others."""
    call = caller(fun, 1)
    yes: list[Any] = []
    no: list[Any] = []
    for item in iterate(enumerable):
        (yes if true(call(item)) else no).append(item)
    return List(yes), List(no)


enum.alias("partition", split_with)  # deprecated, but not removed


@enum.function()
def slide(enumerable: Term, range_or_index: Term, insertion_index: Term) -> Term:
    """Moves an element, or a range of elements, to another index."""
    items = list(iterate(enumerable))
    if is_range(range_or_index):
        first, last = range_or_index[A.first], range_or_index[A.last]
        if range_or_index[A.step] != 1 and first != last:
            raise ArgumentError(
                "Enum.slide/3 does not accept ranges with custom steps, got: "
                + inspect(range_or_index, width=None)
            )
    elif type(range_or_index) is int:
        first = last = range_or_index
    else:
        raise no_clause("Enum", "slide", (enumerable, range_or_index, insertion_index))
    size = len(items)
    first = first + size if first < 0 else first
    last = last + size if last < 0 else last
    to = insertion_index + size if insertion_index < 0 else insertion_index
    if last < first or first >= size:
        return List(items)
    if first < to <= last:
        raise ArgumentError(
            f"insertion index for slide must be outside the range being moved "
            f"(tried to insert {first}..{last} at {to})"
        )
    moved = items[first : last + 1]
    rest = items[:first] + items[last + 1 :]
    spot = to if to <= first else to - len(moved) + 1
    return List((*rest[:spot], *moved, *rest[spot:]))
