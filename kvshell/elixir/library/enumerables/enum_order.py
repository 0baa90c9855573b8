"""Enum: sorting, minimum and maximum, and random items."""

from collections.abc import Callable
from typing import Any

from kvshell.elixir.library import chance
from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.collections.range import as_range, is_range
from kvshell.elixir.library.enumerables.enum_walks import enum
from kvshell.elixir.library.enumerables.sorting import ascending, module_compare, sorted_by_choice
from kvshell.elixir.library.failures import empty
from kvshell.elixir.library.kinds import NON_NEGATIVE
from kvshell.elixir.library.protocols import iterate
from kvshell.elixir.library.registry import MISSING
from kvshell.terms import A, Atom, Function, List, Term, sort_key


@enum.function()
def sort(enumerable: Term, sorter: Term = MISSING) -> Term:
    """Sorts the elements in term order, or as `sorter` says: `:desc`, a module, or a function."""
    items = iterate(enumerable)
    return List(ascending(items) if sorter is MISSING else sorted_by_choice(items, sorter))


@enum.function()
def sort_by(enumerable: Term, mapper: Term, sorter: Term = A.asc) -> Term:
    """Sorts the elements by the value of `mapper`, which is called once per element."""
    call = caller(mapper, 1)
    pairs = [(call(item), item) for item in iterate(enumerable)]
    return List(pair[1] for pair in sorted_by_choice(pairs, sorter, lambda pair: pair[0]))


Keeps = Callable[[Any, Any], bool]


def _keeps(sorter: Any, better: int) -> Keeps:
    """Return a predicate: whether the best element so far wins against the next one."""
    if sorter is MISSING:
        if better > 0:
            return lambda best, other: sort_key(best) >= sort_key(other)
        return lambda best, other: sort_key(best) <= sort_key(other)
    if type(sorter) is Atom:
        compared = module_compare(sorter)
        return lambda best, other: compared(best, other) * better >= 0
    call = caller(sorter, 2)
    return lambda best, other: call(best, other) not in (None, False)


def _best(
    enumerable: Any, sorter: Any, fallback: Any, better: int, call: Callable[[Any], Any] | None
) -> Any:
    if fallback is MISSING and type(sorter) is Function and sorter.capture.arity == 0:
        sorter, fallback = MISSING, sorter
    keeps = _keeps(sorter, better)
    best: Any = MISSING
    mark: Any = None
    for item in iterate(enumerable):
        value = item if call is None else call(item)
        if best is MISSING or not keeps(mark, value):
            best, mark = item, value
    if best is MISSING:
        if fallback is MISSING:
            raise empty()
        return caller(fallback, 0)()
    return best


@enum.function()
def max_(enumerable: Term, sorter: Term = MISSING, empty_fallback: Term = MISSING) -> Term:
    """Returns the greatest element."""
    return _best(enumerable, sorter, empty_fallback, 1, None)


@enum.function()
def min_(enumerable: Term, sorter: Term = MISSING, empty_fallback: Term = MISSING) -> Term:
    """Returns the least element."""
    return _best(enumerable, sorter, empty_fallback, -1, None)


@enum.function()
def max_by(
    enumerable: Term, fun: Term, sorter: Term = MISSING, empty_fallback: Term = MISSING
) -> Term:
    """Returns the element for which `fun` returns the greatest value."""
    return _best(enumerable, sorter, empty_fallback, 1, caller(fun, 1))


@enum.function()
def min_by(
    enumerable: Term, fun: Term, sorter: Term = MISSING, empty_fallback: Term = MISSING
) -> Term:
    """Returns the element for which `fun` returns the least value."""
    return _best(enumerable, sorter, empty_fallback, -1, caller(fun, 1))


@enum.function()
def min_max(enumerable: Term, empty_fallback: Term = MISSING) -> Term:
    """Returns `{min, max}`, the least and the greatest element."""
    if is_range(enumerable) and as_range(enumerable):
        whole = as_range(enumerable)
        return min(whole[0], whole[-1]), max(whole[0], whole[-1])
    items = list(iterate(enumerable))
    if not items:
        if empty_fallback is MISSING:
            raise empty()
        return caller(empty_fallback, 0)()
    return min(items, key=sort_key), max(items, key=sort_key)


@enum.function()
def min_max_by(
    enumerable: Term,
    fun: Term,
    sorter_or_empty_fallback: Term = MISSING,
    empty_fallback: Term = MISSING,
) -> Term:
    """Returns the elements for which `fun` returns the least and the greatest value."""
    sorter, fallback = sorter_or_empty_fallback, empty_fallback
    if fallback is MISSING and type(sorter) is Function and sorter.capture.arity == 0:
        sorter, fallback = MISSING, sorter
    call = caller(fun, 1)
    pairs = [(call(item), item) for item in iterate(enumerable)]
    if not pairs:
        if fallback is MISSING:
            raise empty()
        return caller(fallback, 0)()
    less = _less(sorter)
    low = high = pairs[0]
    for pair in pairs[1:]:
        if less(pair[0], low[0]):
            low = pair
        elif less(high[0], pair[0]):
            high = pair
    return low[1], high[1]


def _less(sorter: Any) -> Keeps:
    if sorter is MISSING:
        return lambda one, other: sort_key(one) < sort_key(other)
    if type(sorter) is Atom:
        compared = module_compare(sorter)
        return lambda one, other: compared(one, other) < 0
    call = caller(sorter, 2)
    return lambda one, other: call(one, other) not in (None, False)


@enum.function()
def random(enumerable: Term) -> Term:
    """Returns a random element."""
    items = as_range(enumerable) if is_range(enumerable) else list(iterate(enumerable))
    if not items:
        raise empty()
    return items[_from_0_to(len(items) - 1)]


def _from_0_to(most: int) -> int:
    return chance.below(most + 1) if most else 0  # as in Elixir, one element needs no random number


@enum.function()
def shuffle(enumerable: Term) -> Term:
    """Returns the elements in random order."""
    drawn = [(chance.uniform(), item) for item in iterate(enumerable)]
    drawn.sort(key=lambda pair: pair[0])
    return List(item for _, item in reversed(drawn))


@enum.function(count=NON_NEGATIVE)
def take_random(enumerable: Term, count: int) -> Term:
    """Returns `count` random elements."""
    if count == 0:
        return List()
    if count == 1:
        return List(_one_at_random(iterate(enumerable)))
    sample: list[Any] = []
    for index, item in enumerate(iterate(enumerable)):
        spot = _from_0_to(index)
        if index < count:
            sample.append(item if spot == index else sample[spot])
            sample[spot] = item
        elif spot < count:
            sample[spot] = item
    return List(sample)


def _one_at_random(items: Any) -> list[Any]:
    kept: list[Any] = []
    for index, item in enumerate(items):
        if not kept or chance.below(index + 1) == 0:
            kept = [item]
    return kept
