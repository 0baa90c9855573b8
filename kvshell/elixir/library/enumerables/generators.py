"""Generators over Python iterators, which Enum uses eagerly and Stream lazily."""

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
    """Yield the result of `call` for each item."""
    for each in items:
        yield call(each)


def filter_(items: Items, call: Code) -> Items:
    """Yield the items for which `call` returns a truthy value."""
    for each in items:
        if true(call(each)):
            yield each


def reject(items: Items, call: Code) -> Items:
    """Yield the items for which `call` returns a falsy value."""
    for each in items:
        if not true(call(each)):
            yield each


def flat_map(items: Items, call: Code) -> Items:
    """Yield the items of each enumerable that `call` returns."""
    for each in items:
        yield from iterate(call(each))


def concat(items: Items) -> Items:
    """Yield the items of each enumerable in turn."""
    for each in items:
        yield from iterate(each)


def take(items: Items, count: int) -> Items:
    """Yield the first `count` items without asking for more."""
    if count <= 0:
        return
    for index, each in enumerate(items, 1):
        yield each
        if index == count:
            close(items)
            return


def drop(items: Items, count: int) -> Items:
    """Yield all but the first `count` items."""
    for index, each in enumerate(items):
        if index >= count:
            yield each


def take_while(items: Items, call: Code) -> Items:
    """Yield the items before the first for which `call` returns a falsy value."""
    for each in items:
        if not true(call(each)):
            close(items)
            return
        yield each


def drop_while(items: Items, call: Code) -> Items:
    """Yield the items from the first on for which `call` returns a falsy value."""
    dropping = True
    for each in items:
        if dropping and true(call(each)):
            continue
        dropping = False
        yield each


def take_every(items: Items, nth: int) -> Items:
    """Yield every `nth` item, starting with the first."""
    if nth == 0:
        return
    for index, each in enumerate(items):
        if index % nth == 0:
            yield each


def drop_every(items: Items, nth: int) -> Items:
    """Yield the items without every `nth` one, starting with the first."""
    for index, each in enumerate(items):
        if nth == 0 or index % nth:
            yield each


def map_every(items: Items, nth: int, call: Code) -> Items:
    """Yield the items with `call` applied to every `nth` one, starting with the first."""
    for index, each in enumerate(items):
        yield call(each) if nth and index % nth == 0 else each


def dedup_by(items: Items, call: Code) -> Items:
    """Yield the items without those for which `call` returns the same as for the previous one."""
    last: Any = close  # equals no key
    for each in items:
        mark = key(call(each))
        if mark != last:
            last = mark
            yield each


def uniq_by(items: Items, call: Code) -> Items:
    """Yield the items without those for which `call` returns a value it returned before."""
    seen: set[Any] = set()
    for each in items:
        mark = key(call(each))
        if mark not in seen:
            seen.add(mark)
            yield each


def intersperse(items: Items, separator: Any) -> Items:
    """Yield the items with `separator` between each two of them."""
    first = True
    for each in items:
        if not first:
            yield separator
        first = False
        yield each


def scan(items: Items, call: Code, acc: Any, begun: bool) -> Items:
    """Yield each accumulator; if not `begun`, the first item is the first accumulator."""
    for each in items:
        acc = call(each, acc) if begun else each
        begun = True
        yield acc


def with_index(items: Items, offset: int) -> Items:
    """Yield `(item, index)` for each item; the index starts at `offset`."""
    for index, each in enumerate(items, offset):
        yield each, index


def with_index_by(items: Items, call: Code) -> Items:
    """Yield the result of `call` for each item and its index."""
    for index, each in enumerate(items):
        yield call(each, index)


def chunk_by(items: Items, call: Code) -> Items:
    """Yield lists of consecutive items for which `call` returns the same value."""
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
    """Yield the chunks that `chunk_fun` emits, and at the end that of `after_fun`."""
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
    """Yield tuples of corresponding items, up to the end of the shortest enumerable."""
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
