"""`get_in` and related functions on a path, a list of keys and access functions."""

from typing import Any

from kvshell.elixir.library.calls import caller, native
from kvshell.elixir.library.collections.access import get, get_and_update, pop
from kvshell.elixir.library.collections.map import one_line
from kvshell.terms import (
    A,
    ArgumentError,
    Function,
    List,
)


def got_in(data: Any, path: List) -> Any:
    """Return the value at the path, as `get_in(data, path)` does."""
    return _got(data, list(path.items))


def _got(data: Any, path: list[Any]) -> Any:
    for place, step in enumerate(path):
        if data is None:
            return None
        if type(step) is Function:
            rest = path[place + 1 :]
            following = native("Kernel.get_in/2", 1, lambda value, rest=rest: _got(value, rest))
            return caller(step, 3)(A.get, data, following)
        data = get(data, step)
        if data is None:
            return None
    return data


def updated_in(data: Any, path: list[Any], fun: Function) -> Any:
    """Return `{get, updated_data}`, as `get_and_update_in(data, path, fun)` does."""
    step, rest = path[0], path[1:]
    following = fun
    if rest:
        following = native(
            "Kernel.get_and_update_in/3", 1, lambda value: updated_in(value, rest, fun)
        )
    if type(step) is Function:
        return caller(step, 3)(A.get_and_update, data, following)
    return get_and_update(data, step, following)


def popped_in(data: Any, path: list[Any]) -> Any:
    """Return `{value, data_without_it}`, as `pop_in(data, path)` does."""
    if data is None:
        raise ArgumentError(f"could not pop key {one_line(path[0])} on a nil value")
    return _popped(data, path)


def _popped(data: Any, path: list[Any]) -> Any:
    step, rest = path[0], path[1:]
    if data is None:
        return A.pop
    following = native("Kernel.pop_in/2", 1, lambda value: _popped(value, rest) if rest else A.pop)
    if type(step) is Function:
        return caller(step, 3)(A.get_and_update, data, following)
    return get_and_update(data, step, following) if rest else pop(data, step)
