""":queue: both ends, and functions on all items; `data` has the basic functions."""

from typing import Any

from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.enumerables.generators import true
from kvshell.elixir.library.erlang import data
from kvshell.elixir.library.registry import Cost, Library
from kvshell.terms import A, List, Term, equal

queue = Library.of(":queue", Cost.LOOPS)


def _items(term: Any) -> tuple[Any, ...]:
    items: tuple[Any, ...] = data.to_list(term).items
    return items


@queue.function()
def out_r(queue: Term) -> Term:
    """Removes the rear item: `{{:value, item}, queue}`, or `{:empty, queue}`."""
    answer, rest = data.out(reverse(queue))
    return answer, reverse(rest)


@queue.function()
def reverse(queue: Term) -> Term:
    """Reverses a queue."""
    rear, front = data.halves(queue)
    return front, rear


@queue.function()
def get(queue: Term) -> Term:
    """Returns the front item of a queue."""
    return data.head(queue)


def _rear(queue: Any) -> Term:
    items = _items(queue)
    if not items:
        raise data.empty()
    return items[-1]


def _last(name: str) -> None:
    def function(queue: Term) -> Term:
        return _rear(queue)

    function.__doc__ = "Returns the rear item of a queue."
    queue.function(name=name)(function)


for _name in ("get_r", "last", "daeh"):
    _last(_name)


@queue.function()
def peek_r(queue: Term) -> Term:
    """Returns `{:value, item}` for the rear item of a queue, or `:empty`."""
    items = _items(queue)
    return (A.value, items[-1]) if items else A.empty


@queue.function()
def tail(queue: Term) -> Term:
    """Removes the front item of a queue."""
    return data.drop(queue)


@queue.function()
def drop_r(queue: Term) -> Term:
    """Removes the rear item of a queue."""
    return reverse(data.drop(reverse(queue)))


@queue.function(name="init")
def init(queue: Term) -> Term:
    """Removes the rear item of a queue."""
    return drop_r(queue)


@queue.function()
def cons(item: Term, queue: Term) -> Term:
    """Inserts an item at the front of a queue."""
    return data.in_r(item, queue)


@queue.function()
def snoc(queue: Term, item: Term) -> Term:
    """Inserts an item at the rear of a queue."""
    return data.in_(item, queue)


@queue.function()
def member(item: Term, queue: Term) -> Term:
    """Tells whether a queue contains an item."""
    return any(equal(each, item) for each in _items(queue))


@queue.function(name="filter")
def filter_(fun: Term, queue: Term) -> Term:
    """Filters a queue by `fun`, which returns a boolean or a list of items to insert instead."""
    call = caller(fun, 1)
    kept: list[Any] = []
    for each in _items(queue):
        answer = call(each)
        kept += answer.items if type(answer) is List else [each] if true(answer) else []
    return data.from_list(List(kept))


@queue.function(name="all")
def all_(fun: Term, queue: Term) -> Term:
    """Tells whether `fun` returns true for every item."""
    call = caller(fun, 1)
    return all(true(call(each)) for each in _items(queue))


@queue.function(name="any")
def any_(fun: Term, queue: Term) -> Term:
    """Tells whether `fun` returns true for any item."""
    call = caller(fun, 1)
    return any(true(call(each)) for each in _items(queue))


@queue.function()
def fold(fun: Term, acc: Term, queue: Term) -> Term:
    """Folds the items from the front with `fun`, which gets an item and the accumulator."""
    call = caller(fun, 2)
    for each in _items(queue):
        acc = call(each, acc)
    return acc


@queue.function()
def split(n: Term, queue: Term) -> Term:
    """Splits a queue into one of the first `n` items and one of the others."""
    items = _items(queue)
    if type(n) is not int or not 0 <= n <= len(items):
        raise data.argument_error()
    return data.from_list(List(items[:n])), data.from_list(List(items[n:]))


@queue.function()
def join(queue1: Term, queue2: Term) -> Term:
    """Joins two queues; the items of the first come first."""
    (rear1, front1), (rear2, front2) = data.halves(queue1), data.halves(queue2)
    return rear2, List((*front1.items, *reversed(rear1.items), *front2.items))


@queue.function()
def delete(item: Term, queue: Term) -> Term:
    """Deletes the first occurrence of an item from a queue."""
    items = _items(queue)
    for spot, each in enumerate(items):
        if equal(each, item):
            return data.from_list(List((*items[:spot], *items[spot + 1 :])))
    return queue
