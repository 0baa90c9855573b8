"""Stream: functions that create streams, most of them infinite."""

from collections.abc import Iterator
from itertools import repeat
from typing import Any

from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.enumerables.stream import stream, take
from kvshell.elixir.library.enumerables.stream_struct import lazy
from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.kinds import NON_NEGATIVE, function
from kvshell.elixir.library.protocols import close, iterate, source
from kvshell.elixir.library.registry import MISSING, Cost
from kvshell.terms import (
    A,
    ArgumentError,
    CaseClauseError,
    ElixirError,
    List,
    Term,
    exception,
    inspect,
)


@stream.function()
def cycle(enumerable: Term) -> Term:
    """Returns an infinite stream that repeats the elements over and over."""
    if type(enumerable) is List and not enumerable.items:
        raise ArgumentError("cannot cycle over an empty enumerable")
    return source("Stream.cycle/1", _cycle, enumerable)


def _cycle(enumerable: Any) -> Iterator[Any]:
    while True:
        empty = True
        for item in iterate(enumerable):
            empty = False
            yield item
        if empty:
            raise ArgumentError("cannot cycle over an empty enumerable")


@stream.function()
def duplicate(value: Term, n: Term) -> Term:
    """Returns a stream that repeats a value `n` times."""
    if type(n) is not int or n < 0:
        raise no_clause("Stream", "duplicate", (value, n))
    return source("Stream.duplicate/2", lambda: repeat(value, n))


@stream.function(next_fun=function(1))
def iterate_(start_value: Term, next_fun: Term) -> Term:
    """Returns an infinite stream: `start_value`, `next_fun` of it, `next_fun` of that, ..."""
    call = caller(next_fun, 1)

    def items() -> Iterator[Any]:
        value = start_value
        while True:
            yield value
            value = call(value)

    return source("Stream.iterate/2", items)


@stream.function(generator_fun=function(0))
def repeatedly(generator_fun: Term) -> Term:
    """Returns an infinite stream of the results of calling `generator_fun` again and again."""
    call = caller(generator_fun, 0)

    def items() -> Iterator[Any]:
        while True:
            yield call()

    return source("Stream.repeatedly/1", items)


@stream.function(next_fun=function(1))
def unfold(next_acc: Term, next_fun: Term) -> Term:
    """Returns a stream of the elements that `next_fun` produces from an accumulator, until nil."""
    call = caller(next_fun, 1)

    def items() -> Iterator[Any]:
        acc = next_acc
        while True:
            match call(acc):
                case (item, acc):
                    yield item
                case None:
                    return
                case other:
                    raise CaseClauseError(other)

    return source("Stream.unfold/2", items)


@stream.function()
def resource(start_fun: Term, next_fun: Term, after_fun: Term) -> Term:
    """Returns a stream of a resource that is opened at its start and closed at its end."""
    start, following, after = caller(start_fun, 0), caller(next_fun, 1), caller(after_fun, 1)

    def items() -> Iterator[Any]:
        acc = start()
        try:
            while True:
                match following(acc):
                    case (A.halt, acc):
                        return
                    case (batch, acc):
                        yield from iterate(batch)
                    case other:
                        raise ElixirError(exception("TryClauseError", term=other))
        finally:
            after(acc)

    return source("Stream.resource/3", items)


@stream.function()
def transform(
    enum: Term, acc: Term, reducer: Term, last_fun: Term = MISSING, after_fun: Term = MISSING
) -> Term:
    """Returns a stream of what a function produces from each element and an accumulator."""
    if last_fun is MISSING:
        return lazy(enum, "Stream.transform/3", lambda items: _transform(items, acc, reducer))
    start = caller(acc, 0)
    if after_fun is MISSING:
        after, last = last_fun, None
    else:
        after, last = after_fun, last_fun
    return lazy(
        enum,
        "Stream.transform/5",
        lambda items: _transform(items, start(), reducer, last, caller(after, 1)),
    )


def _transform(
    items: Iterator[Any], acc: Any, reducer: Any, last: Any = None, after: Any = None
) -> Iterator[Any]:
    call = caller(reducer, 2)
    try:
        for item in items:
            match call(item, acc):
                case (A.halt, acc):
                    close(items)
                    return
                case (batch, acc):
                    yield from iterate(batch)
                case other:
                    raise ArgumentError("bad return of Stream.transform: " + inspect(other))
        if last is not None:
            match caller(last, 1)(acc):
                case (A.halt, acc):
                    return
                case (batch, acc):
                    yield from iterate(batch)
    finally:
        if after is not None:
            after(acc)


@stream.function(n=NON_NEGATIVE, cost=Cost.WAITS)
def interval(n: int) -> Term:
    """Returns an infinite stream of 0, 1, 2, ..., one every `n` milliseconds."""
    from kvshell.elixir.library.processes.process import sleep  # noqa: PLC0415  # it waits

    def items() -> Iterator[Any]:
        count = 0
        while True:
            sleep(n)
            yield count
            count += 1

    return source("Stream.interval/1", items)


@stream.function(n=NON_NEGATIVE, cost=Cost.WAITS)
def timer(n: int) -> Term:
    """Returns a stream that emits a single 0 after `n` milliseconds."""
    return take(interval(n), 1)
