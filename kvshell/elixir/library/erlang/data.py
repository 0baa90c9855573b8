""":queue and :maps: their basic functions."""

from typing import Any

from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.collections import map as maps_of
from kvshell.elixir.library.kinds import E_MAP
from kvshell.elixir.library.registry import MISSING, Cost, Library
from kvshell.terms import A, ArgumentError, KeyError_, List, Map, Term

queue = Library.of(":queue", Cost.LOOPS)
maps = Library.of(":maps", Cost.LOOPS)


def halves(term: Any) -> tuple[List, List]:
    """Return the two lists of a queue: the rear, last item first, and the front."""
    if type(term) is tuple and len(term) == 2 and all(type(each) is List for each in term):
        return term
    raise argument_error()


def argument_error() -> ArgumentError:
    """Return the error for a term that is not a queue."""
    return ArgumentError("argument error")


@queue.function()
def new() -> Term:
    """Returns an empty queue."""
    return List(), List()


@queue.function(name="in")
def in_(item: Term, queue: Term) -> Term:
    """Inserts an item at the rear of a queue."""
    rear, front = halves(queue)
    if not front.items and len(rear) == 1:
        return List((item,)), rear
    if not front.items and not rear.items:
        return List((item,)), List()
    return List((item, *rear.items)), front


@queue.function()
def in_r(item: Term, queue: Term) -> Term:
    """Inserts an item at the front of a queue."""
    rear, front = halves(queue)
    if not front.items and not rear.items:
        return List(), List((item,))
    if not rear.items and len(front) == 1:
        return front, List((item,))
    return rear, List((item, *front.items))


@queue.function()
def out(queue: Term) -> Term:
    """Removes the front item: `{{:value, item}, queue}`, or `{:empty, queue}`."""
    rear, front = halves(queue)
    if not front.items and not rear.items:
        return A.empty, queue
    if not front.items:
        if len(rear) == 1:
            return (A.value, rear.items[0]), (List(), List())
        turned = tuple(reversed(rear.items))
        return (A.value, turned[0]), (List((rear.items[0],)), List(turned[1:-1]))
    if len(front) == 1:
        return (A.value, front.items[0]), _balanced(rear)
    return (A.value, front.items[0]), (rear, List(front.items[1:]))


def _balanced(rear: List) -> tuple[List, List]:
    if len(rear) < 2:
        return List(), rear
    half = (len(rear) + 1) // 2
    items = rear.items
    return List(items[: len(items) - half]), List(reversed(items[len(items) - half :]))


@queue.function()
def is_empty(queue: Term) -> Term:
    """Tells whether a queue is empty."""
    rear, front = halves(queue)
    return not rear.items and not front.items


@queue.function()
def is_queue(term: Term) -> Term:
    """Tells whether a term has the shape of a queue."""
    return type(term) is tuple and len(term) == 2 and all(type(each) is List for each in term)


@queue.function(name="len")
def len_(queue: Term) -> Term:
    """Returns the number of items in a queue."""
    rear, front = halves(queue)
    return len(rear) + len(front)


@queue.function()
def to_list(queue: Term) -> Term:
    """Converts a queue to a list, front item first."""
    rear, front = halves(queue)
    return List((*front.items, *reversed(rear.items)))


@queue.function()
def from_list(list_: Term) -> Term:
    """Converts a list to a queue; the first item is the front."""
    if type(list_) is not List:
        raise argument_error()
    items = list_.items
    half = len(items) // 2 if len(items) > 1 else len(items)
    return List(reversed(items[half:])), List(items[:half])


@queue.function()
def peek(queue: Term) -> Term:
    """Returns `{:value, item}` for the front item of a queue, or `:empty`."""
    items = to_list(queue).items
    return (A.value, items[0]) if items else A.empty


@queue.function()
def head(queue: Term) -> Term:
    """Returns the front item of a queue; raises if it is empty."""
    items = to_list(queue).items
    if not items:
        raise empty()
    return items[0]


@queue.function()
def drop(queue: Term) -> Term:
    """Removes the front item of a queue; raises if it is empty."""
    answer, rest = out(queue)
    if answer is A.empty:
        raise empty()
    return rest


def empty() -> Exception:
    """Return the error for an empty queue."""
    from kvshell.terms import ErlangError  # noqa: PLC0415  # rare

    return ErlangError(A.empty)


@maps.function(name="get")
def get(key: Term, map_: Term, default: Term = MISSING) -> Term:
    """Returns the value of a key, or the default if one is given."""
    if type(map_) is not Map:
        return maps_of.get(map_, key)
    value = map_.get(key, MISSING)
    if value is MISSING:
        if default is MISSING:
            raise KeyError_.of_update(key, map_)
        return default
    return value


def _swapped(name: str, code: Any, summary: str) -> None:
    def function(key: Term, map_: Term) -> Term:
        return code(map_, key)

    function.__doc__ = summary
    maps.function(name=name, map_=E_MAP)(function)


_swapped("find", maps_of.fetch, "Fetches the value of a key: `{:ok, value}` or `:error`.")
_swapped("is_key", maps_of.has_key, "Tells whether a map has a key.")
_swapped("remove", maps_of.delete, "Deletes a key.")
_swapped("without", maps_of.drop, "Deletes the given keys.")
_swapped("with", maps_of.take, "Returns a map with only the given keys.")
maps.function(name="keys", map_=E_MAP)(maps_of.keys)
maps.function(name="values", map_=E_MAP)(maps_of.values)
maps.function(name="size", map_=E_MAP)(maps_of.size)
maps.function(name="to_list", map_=E_MAP)(maps_of.to_list)


@maps.function(name="merge", map1=E_MAP, map2=E_MAP)
def merge(map1: Term, map2: Term) -> Term:
    """Merges two maps; for a key in both, the second map wins."""
    return maps_of.merge(map1, map2)


@maps.function(name="new")
def new_map() -> Term:
    """Returns an empty map."""
    return Map()


@maps.function(name="from_list")
def map_from_list(list_: Term) -> Term:
    """Creates a map from a list of pairs."""
    return maps_of.new(list_)


@maps.function(map_=E_MAP)
def put(key: Term, value: Term, map_: Term) -> Term:
    """Puts a value under a key."""
    return map_.put(key, value)


@maps.function(name="map", map_=E_MAP)
def map_values(fun: Term, map_: Term) -> Term:
    """Returns the map with each value replaced by the result of `fun` for key and value."""
    call = caller(fun, 2)
    return Map([(key, call(key, value)) for key, value in map_.items()])


@maps.function(name="filter", map_=E_MAP)
def filter_(fun: Term, map_: Term) -> Term:
    """Returns a map with the pairs for which `fun` returns true."""
    call = caller(fun, 2)
    return Map([(key, value) for key, value in map_.items() if call(key, value) is True])


@maps.function(map_=E_MAP)
def fold(fun: Term, acc: Term, map_: Term) -> Term:
    """Folds the pairs of a map with `fun`, which gets key, value and accumulator."""
    call = caller(fun, 3)
    for key, value in map_.items():
        acc = call(key, value, acc)
    return acc


@maps.function(name="update", map_=E_MAP)
def update(key: Term, value: Term, map_: Term) -> Term:
    """Replaces the value of a key; raises KeyError if the key is missing."""
    return maps_of.replace_or_raise(map_, key, value)
