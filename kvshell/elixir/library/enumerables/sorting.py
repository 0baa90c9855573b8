"""Sorting as in Enum: in term order, in reverse, with a module's `compare/2`, with a function."""

from collections.abc import Callable, Iterable
from functools import cmp_to_key
from typing import Any

from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.failures import no_clause, undefined_function
from kvshell.elixir.library.registry import find_entry
from kvshell.terms import A, Atom, sort_key

Key = Callable[[Any], Any]


def ascending(items: Iterable[Any], key: Key | None = None) -> list[Any]:
    """Return the items in term order, or in that of `key(item)`; equal items keep their order."""
    items = list(items)
    if key is None and all(type(each) is int for each in items):
        return sorted(items)
    if key is None:
        return sorted(items, key=sort_key)
    return sorted(items, key=lambda item: sort_key(key(item)))


def sorted_by_choice(items: Iterable[Any], sorter: Any, key: Key | None = None) -> list[Any]:
    """Return the items sorted by `:asc`, `:desc`, a module, `{:desc, module}` or a function."""
    match sorter:
        case A.asc:
            return ascending(items, key)
        case A.desc:
            return _descending(items, key)
        case (A.asc, Atom() as module):
            return _by_module(items, module, key, 1)
        case (A.desc, Atom() as module):
            return _by_module(items, module, key, -1)
        case Atom():
            return _by_module(items, sorter, key, 1)
    in_order = caller(sorter, 2)
    return _by_function(list(items), in_order, key)


def _descending(items: Iterable[Any], key: Key | None) -> list[Any]:
    # Python's reverse keeps the order of equal items, like `>=` in Elixir.
    if key is None:
        return sorted(items, key=sort_key, reverse=True)
    return sorted(items, key=lambda item: sort_key(key(item)), reverse=True)


def module_compare(module: Atom) -> Callable[[Any, Any], int]:
    """Return a Python comparison that calls `module.compare/2` and returns -1, 0 or 1."""
    from kvshell.elixir.library.protocols import implementation  # noqa: PLC0415  # users' own

    entry = find_entry(module, "compare", 2)
    code = entry.call if entry is not None else implementation("compare", "compare", 2, module)
    if code is None:
        raise undefined_function(module, "compare", 2)
    values = {A.lt: -1, A.eq: 0, A.gt: 1}

    def compared(left: Any, right: Any) -> int:
        answer = code(left, right)
        if answer not in values:
            raise no_clause("Enum", "compare", (answer,))
        return values[answer]

    return compared


def _by_module(items: Iterable[Any], module: Atom, key: Key | None, sign: int) -> list[Any]:
    compared = module_compare(module)
    if key is None:
        return sorted(items, key=cmp_to_key(lambda one, other: sign * compared(one, other)))
    return sorted(items, key=cmp_to_key(lambda one, other: sign * compared(key(one), key(other))))


def _by_function(items: list[Any], in_order: Callable[..., Any], key: Key | None) -> list[Any]:
    """Merge sort with `in_order`; if it is true for equal items, they keep their order.

    Implemented here because Python's sort only uses `less than`, in a different order of calls.
    """
    pairs = [(each if key is None else key(each), each) for each in items]
    runs = [[pair] for pair in pairs]
    while len(runs) > 1:
        merged = [
            _merged(runs[index], runs[index + 1], in_order) for index in range(0, len(runs) - 1, 2)
        ]
        if len(runs) % 2:
            merged.append(runs[-1])
        runs = merged
    return [item for _, item in runs[0]] if runs else []


def _merged(left: list[Any], right: list[Any], in_order: Callable[..., Any]) -> list[Any]:
    made: list[Any] = []
    one = other = 0
    while one < len(left) and other < len(right):
        if in_order(left[one][0], right[other][0]) not in (None, False):
            made.append(left[one])
            one += 1
        else:
            made.append(right[other])
            other += 1
    return made + left[one:] + right[other:]
