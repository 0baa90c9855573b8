"""Shared by Enum (eager) and Stream (lazy): generators over Python iterators."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.protocols import close, iterate
from kvshell.terms import A, List, key

Items = Iterator[Any]
Code = Callable[..., Any]


def true(term: Any) -> bool:
    """Whether a term is truthy: anything but nil and false."""
    return term is not None and term is not False


def map_(items: Items, call: Code) -> Items:
    """Yield the function's result for each item."""
    for each in items:
        yield call(each)


def filter_(items: Items, call: Code) -> Items:
    """Yield the items for which the function is true."""
    for each in items:
        if true(call(each)):
            yield each


def reject(items: Items, call: Code) -> Items:
    """Yield the items for which the function is not true."""
    for each in items:
        if not true(call(each)):
            yield each


def flat_map(items: Items, call: Code) -> Items:
    """Yield the items of each enumerable that the function returns."""
    for each in items:
        yield from iterate(call(each))


def concat(items: Items) -> Items:
    """Yield the items of each of the enumerables."""
    for each in items:
        yield from iterate(each)


def take(items: Items, count: int) -> Items:
    """Yield the first items, requesting no others."""
    if count <= 0:
        return
    for index, each in enumerate(items, 1):
        yield each
        if index == count:
            close(items)
            return


def drop(items: Items, count: int) -> Items:
    """Yield all but the first items."""
    for index, each in enumerate(items):
        if index >= count:
            yield each


def take_while(items: Items, call: Code) -> Items:
    """Yield the leading items for which the function is true."""
    for each in items:
        if not true(call(each)):
            close(items)
            return
        yield each


def drop_while(items: Items, call: Code) -> Items:
    """Yield the items starting at the first for which the function is not true."""
    dropping = True
    for each in items:
        if dropping and true(call(each)):
            continue
        dropping = False
        yield each


def take_every(items: Items, nth: int) -> Items:
    """Yield the first item and then every nth one."""
    if nth == 0:
        return
    for index, each in enumerate(items):
        if index % nth == 0:
            yield each


def drop_every(items: Items, nth: int) -> Items:
    """Drop the first item and then every nth one."""
    for index, each in enumerate(items):
        if nth == 0 or index % nth:
            yield each


def map_every(items: Items, nth: int, call: Code) -> Items:
    """Apply the function to the first item and then to every nth one."""
    for index, each in enumerate(items):
        yield call(each) if nth and index % nth == 0 else each


def dedup_by(items: Items, call: Code) -> Items:
    """Yield the items without those with the same function result as the previous one."""
    last: Any = close  # equals no key
    for each in items:
        mark = key(call(each))
        if mark != last:
            last = mark
            yield each


def uniq_by(items: Items, call: Code) -> Items:
    """Yield the items without those whose function result occurred before."""
    seen: set[Any] = set()
    for each in items:
        mark = key(call(each))
        if mark not in seen:
            seen.add(mark)
            yield each


def intersperse(items: Items, separator: Any) -> Items:
    """Yield the items with a separator between them."""
    first = True
    for each in items:
        if not first:
            yield separator
        first = False
        yield each


def scan(items: Items, call: Code, acc: Any, begun: bool) -> Items:
    """Yield each accumulator; without an initial one, the first item is used."""
    for each in items:
        acc = call(each, acc) if begun else each
        begun = True
        yield acc


def with_index(items: Items, offset: int) -> Items:
    """Yield each item with its index."""
    for index, each in enumerate(items, offset):
        yield each, index


def with_index_by(items: Items, call: Code) -> Items:
    """Yield the function's result for each item and its index."""
    for index, each in enumerate(items):
        yield call(each, index)


def chunk_by(items: Items, call: Code) -> Items:
    """Yield lists of consecutive items with the same function result."""
    chunk: list[Any] = []
    last: Any = None
    for each in items:
        mark = key(call(each))
        if chunk and mark != last:
            yield List(chunk)
            chunk = []
        chunk.append(each)
        last = mark
    if chunk:
        yield List(chunk)


def chunk_every(items: Items, count: int, step: int, leftover: Any) -> Items:
    """Yield lists of `count` items, each starting `step` items after the previous one."""
    limit = max(count, step)
    chunk: list[Any] = []
    seen = 0
    for each in items:
        seen += 1
        if seen <= count:
            chunk.append(each)
        if seen == limit:
            yield List(chunk)
            chunk = chunk[step:] if step < count else []
            seen = len(chunk)
    if not chunk or (leftover is A.discard and seen < count):
        return
    if seen < count:
        chunk.extend(take(iterate(leftover), count - seen))
    yield List(chunk)


def chunk_while(items: Items, acc: Any, chunk_fun: Code, after_fun: Code) -> Items:
    """Yield the chunks that a function emits while it traverses the items."""
    for each in items:
        match chunk_fun(each, acc):
            case (A.cont, chunk, acc):
                yield chunk
            case (A.cont, acc):
                pass
            case (A.halt, acc):
                close(items)
                break
            case other:
                raise no_clause("Enum", "chunk_while", (other,))
    match after_fun(acc):
        case (A.cont, chunk, _):
            yield chunk
        case (A.cont, _):
            pass
        case other:
            raise no_clause("Enum", "chunk_while", (other,))


def zip_(sources: Iterable[Any]) -> Items:
    """Yield tuples of corresponding items, until an enumerable is exhausted."""
    iterators = [iterate(each) for each in sources]
    if not iterators:
        return
    try:
        while True:
            row = []
            for each in iterators:
                try:
                    row.append(next(each))
                except StopIteration:
                    return
            yield tuple(row)
    finally:
        for each in iterators:
            close(each)
