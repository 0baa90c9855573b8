"""Stream: lazy versions of Enum's functions, and infinite streams."""

from collections.abc import Iterator
from typing import Any

from kvshell.elixir.library import protocols
from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.enumerables import generators
from kvshell.elixir.library.enumerables.stream_struct import lazy
from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.kinds import INTEGER, NON_NEGATIVE, POSITIVE, function
from kvshell.elixir.library.protocols import iterate, source
from kvshell.elixir.library.registry import EMPTY_LIST, MISSING, Cost, Library
from kvshell.terms import A, List, Term

stream = Library("Stream", Cost.LOOPS)


@stream.function(fun=function(1))
def map_(enum: Term, fun: Term) -> Term:
    """Returns a stream of the results of calling `fun` on each element."""
    call = caller(fun, 1)
    return lazy(enum, "Stream.map/2", lambda items: generators.map_(items, call))


@stream.function(fun=function(1))
def filter_(enum: Term, fun: Term) -> Term:
    """Returns a stream of the elements for which `fun` returns a truthy value."""
    call = caller(fun, 1)
    return lazy(enum, "Stream.filter/2", lambda items: generators.filter_(items, call))


@stream.function(fun=function(1))
def reject(enum: Term, fun: Term) -> Term:
    """Returns a stream of the elements for which `fun` returns a falsy value."""
    call = caller(fun, 1)
    return lazy(enum, "Stream.reject/2", lambda items: generators.reject(items, call))


@stream.function(fun=function(1))
def each(enum: Term, fun: Term) -> Term:
    """Returns a stream of the elements that calls `fun` with each of them as it passes."""
    call = caller(fun, 1)

    def step(items: Iterator[Any]) -> Iterator[Any]:
        for item in items:
            call(item)
            yield item

    return lazy(enum, "Stream.each/2", step)


@stream.function(mapper=function(1))
def flat_map(enum: Term, mapper: Term) -> Term:
    """Returns a stream of the elements of each enumerable that `mapper` returns."""
    call = caller(mapper, 1)
    return source("Stream.flat_map/2", lambda: generators.flat_map(iterate(enum), call))


@stream.function()
def concat(first: Term, second: Term = MISSING) -> Term:
    """Returns a stream of the elements of several enumerables, one after another."""
    all_of = first if second is MISSING else List((first, second))
    return source("Stream.concat/1", lambda: generators.concat(iterate(all_of)))


@stream.function(count=INTEGER)
def take(enum: Term, count: int) -> Term:
    """Returns a stream of the first `count` elements, or the last ones if it is negative."""
    if count < 0:
        return source("Stream.take/2", lambda: iter(list(iterate(enum))[count:]))
    return lazy(enum, "Stream.take/2", lambda items: generators.take(items, count))


@stream.function(n=INTEGER)
def drop(enum: Term, n: int) -> Term:
    """Returns a stream without the first `n` elements, or without the last ones if negative."""
    if n < 0:
        return lazy(enum, "Stream.drop/2", lambda items: _but_last(items, -n))
    return lazy(enum, "Stream.drop/2", lambda items: generators.drop(items, n))


def _but_last(items: Iterator[Any], count: int) -> Iterator[Any]:
    held: list[Any] = []
    for item in items:
        held.append(item)
        if len(held) > count:
            yield held.pop(0)


@stream.function(fun=function(1))
def take_while(enum: Term, fun: Term) -> Term:
    """Returns a stream of the elements before the first for which `fun` returns a falsy value."""
    call = caller(fun, 1)
    return lazy(enum, "Stream.take_while/2", lambda items: generators.take_while(items, call))


@stream.function(fun=function(1))
def drop_while(enum: Term, fun: Term) -> Term:
    """Returns a stream of the elements from the first on for which `fun` returns a falsy value."""
    call = caller(fun, 1)
    return lazy(enum, "Stream.drop_while/2", lambda items: generators.drop_while(items, call))


@stream.function(nth=NON_NEGATIVE)
def take_every(enum: Term, nth: int) -> Term:
    """Returns a stream of every `nth` element, starting with the first."""
    return lazy(enum, "Stream.take_every/2", lambda items: generators.take_every(items, nth))


@stream.function(nth=NON_NEGATIVE)
def drop_every(enum: Term, nth: int) -> Term:
    """Returns a stream without every `nth` element, starting with the first."""
    return lazy(enum, "Stream.drop_every/2", lambda items: generators.drop_every(items, nth))


@stream.function(nth=NON_NEGATIVE)
def map_every(enum: Term, nth: int, fun: Term) -> Term:
    """Returns a stream that applies `fun` to every `nth` element, starting with the first."""
    call = caller(fun, 1)
    return lazy(enum, "Stream.map_every/3", lambda items: generators.map_every(items, nth, call))


@stream.function()
def dedup(enum: Term) -> Term:
    """Returns a stream with consecutive duplicates collapsed to one element."""
    return lazy(enum, "Stream.dedup/1", lambda items: generators.dedup_by(items, _same))


@stream.function(fun=function(1))
def dedup_by(enum: Term, fun: Term) -> Term:
    """Returns a stream that collapses consecutive elements with the same value of `fun`."""
    call = caller(fun, 1)
    return lazy(enum, "Stream.dedup_by/2", lambda items: generators.dedup_by(items, call))


@stream.function()
def uniq(enum: Term) -> Term:
    """Returns a stream of the elements without duplicates."""
    return lazy(enum, "Stream.uniq/1", lambda items: generators.uniq_by(items, _same))


@stream.function(fun=function(1))
def uniq_by(enum: Term, fun: Term) -> Term:
    """Returns a stream without elements for which `fun` returns a value it returned before."""
    call = caller(fun, 1)
    return lazy(enum, "Stream.uniq_by/2", lambda items: generators.uniq_by(items, call))


def _same(item: Any) -> Any:
    return item


@stream.function()
def intersperse(enumerable: Term, intersperse_element: Term) -> Term:
    """Returns a stream with `intersperse_element` between each two elements."""
    return lazy(
        enumerable,
        "Stream.intersperse/2",
        lambda items: generators.intersperse(items, intersperse_element),
    )


@stream.function()
def scan(enum: Term, acc: Term, fun: Term = MISSING) -> Term:
    """Returns a stream of all accumulators of a reduce."""
    if fun is MISSING:
        call = caller(acc, 2)
        return lazy(
            enum, "Stream.scan/2", lambda items: generators.scan(items, call, None, begun=False)
        )
    call = caller(fun, 2)
    return lazy(enum, "Stream.scan/3", lambda items: generators.scan(items, call, acc, begun=True))


@stream.function()
def with_index(enum: Term, fun_or_offset: Term = 0) -> Term:
    """Returns a stream of `{element, index}`, or of what a function returns for the two."""
    if type(fun_or_offset) is int:
        offset = fun_or_offset
        return lazy(enum, "Stream.with_index/2", lambda items: generators.with_index(items, offset))
    call = caller(fun_or_offset, 2)
    return lazy(enum, "Stream.with_index/2", lambda items: generators.with_index_by(items, call))


@stream.function(count=POSITIVE)
def chunk_every(enum: Term, count: int, step: Term = MISSING, leftover: Term = EMPTY_LIST) -> Term:
    """Returns a stream of lists of `count` elements, each starting `step` elements on."""
    by = count if step is MISSING else step
    if type(by) is not int or by <= 0:
        raise no_clause("Stream", "chunk_every", (enum, count, by, leftover))
    return lazy(
        enum,
        "Stream.chunk_every/4",
        lambda items: generators.chunk_every(items, count, by, leftover),
    )


@stream.function(fun=function(1))
def chunk_by(enum: Term, fun: Term) -> Term:
    """Returns a stream of lists of consecutive elements for which `fun` returns the same value."""
    call = caller(fun, 1)
    return lazy(enum, "Stream.chunk_by/2", lambda items: generators.chunk_by(items, call))


@stream.function()
def chunk_while(enum: Term, acc: Term, chunk_fun: Term, after_fun: Term) -> Term:
    """Returns a stream of the chunks that `chunk_fun` emits."""
    chunk, after = caller(chunk_fun, 2), caller(after_fun, 1)
    return lazy(
        enum,
        "Stream.chunk_while/4",
        lambda items: generators.chunk_while(items, acc, chunk, after),
    )


@stream.function()
def zip_(enumerable1: Term, enumerable2: Term = MISSING) -> Term:
    """Returns a stream of tuples of corresponding elements, up to the shortest enumerable."""
    if enumerable2 is MISSING:
        return source("Stream.zip/1", lambda: generators.zip_(iterate(enumerable1)))
    return source("Stream.zip/2", lambda: generators.zip_((enumerable1, enumerable2)))


@stream.function()
def zip_with(enumerable1: Term, enumerable2: Term, zip_fun: Term = MISSING) -> Term:
    """Returns a stream of what `zip_fun` returns for corresponding elements."""
    if zip_fun is MISSING:
        call = caller(enumerable2, 1)
        return source(
            "Stream.zip_with/2",
            lambda: (call(List(row)) for row in generators.zip_(iterate(enumerable1))),
        )
    call = caller(zip_fun, 2)
    return source(
        "Stream.zip_with/3",
        lambda: (call(*row) for row in generators.zip_((enumerable1, enumerable2))),
    )


@stream.function()
def into(enum: Term, collectable: Term, transform: Term = MISSING) -> Term:
    """Returns a stream that also inserts its elements into a collectable."""
    call = _same if transform is MISSING else caller(transform, 1)

    def step(items: Iterator[Any]) -> Iterator[Any]:
        seen = []
        for item in items:
            seen.append(call(item))
            yield item
        protocols.collect(collectable, seen)

    return lazy(enum, "Stream.into/3", step)


@stream.function()
def run(stream: Term) -> Term:
    """Runs the whole stream for its side effects; returns `:ok`."""
    for _ in iterate(stream):
        pass
    return A.ok
