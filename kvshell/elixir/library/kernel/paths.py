"""Kernel: get_in and related functions on a list of keys; tap, then, to_string, to_charlist."""

from typing import Any

from kvshell.elixir.library.calls import caller, native
from kvshell.elixir.library.collections import access_paths as access
from kvshell.elixir.library.failures import no_clause, undefined_protocol
from kvshell.elixir.library.kernel.operators import kernel
from kvshell.elixir.library.kernel.types import name_of
from kvshell.elixir.library.kinds import ATOMS
from kvshell.elixir.library.numbers.short import short_text
from kvshell.elixir.library.protocols import to_string
from kvshell.elixir.library.registry import Cost
from kvshell.terms import List, Term
from kvshell.terms.printing.inspection import integer_text


def _path(name: str, keys: Term, *args: Any) -> list[Any]:
    if type(keys) is not List or not keys.items:
        raise no_clause("Kernel", name, args)
    return list(keys.items)


@kernel.function(cost=Cost.LOOPS)
def get_in(data: Term, keys: Term) -> Term:
    """Returns the value at a path of keys; nil if a key is missing."""
    if type(keys) is not List or not keys.items:
        first = "get_in(-nil-, -[_ | _]-)" if data is not None else "get_in(nil, -[_ | _]-)"
        raise no_clause(
            "Kernel",
            "get_in",
            (data, keys),
            f"def {first}",
            "def get_in(data, -[h]-) when -is_function(h)-",
            "def get_in(data, -[h | t]-) when -is_function(h)-",
            "def get_in(data, -[h]-)",
            "def get_in(data, -[h | t]-)",
        )
    return access.got_in(data, keys)


@kernel.function(cost=Cost.LOOPS)
def put_in(data: Term, keys: Term, value: Term) -> Term:
    """Puts a value at a path of keys into a nested structure."""
    path = _path("put_in", keys, data, keys, value)
    change = native("Kernel.put_in/3", 1, lambda _: (None, value))
    return access.updated_in(data, path, change)[1]


@kernel.function(cost=Cost.LOOPS)
def update_in(data: Term, keys: Term, fun: Term) -> Term:
    """Updates the value at a path of keys in a nested structure with `fun`."""
    path = _path("update_in", keys, data, keys, fun)
    call = caller(fun, 1)
    change = native("Kernel.update_in/3", 1, lambda value: (None, call(value)))
    return access.updated_in(data, path, change)[1]


@kernel.function(cost=Cost.LOOPS)
def get_and_update_in(data: Term, keys: Term, fun: Term) -> Term:
    """Updates the value at a path of keys with `fun`: returns `{get, updated_data}`."""
    return access.updated_in(data, _path("get_and_update_in", keys, data, keys, fun), fun)


@kernel.function(cost=Cost.LOOPS)
def pop_in(data: Term, keys: Term) -> Term:
    """Removes the value at a path of keys: returns it and the structure without it."""
    return access.popped_in(data, _path("pop_in", keys, data, keys))


@kernel.function(cost=Cost.LOOPS, macro=True)
def tap(value: Term, fun: Term) -> Term:
    """Calls `fun` with the value for its side effects, and returns the value."""
    caller(fun, 1)(value)
    return value


@kernel.function(cost=Cost.LOOPS, macro=True)
def then(value: Term, fun: Term) -> Term:
    """Calls `fun` with the value, and returns the result."""
    return caller(fun, 1)(value)


@kernel.function(name="to_string", macro=True, cost=Cost.LOOPS)
def _to_string(term: Term) -> Term:
    """Converts a term to a string, as interpolation does."""
    return to_string(term)


@kernel.function(macro=True, cost=Cost.LOOPS)
def to_charlist(term: Term) -> Term:
    """Converts a term to a charlist."""
    kind = type(term)
    if kind is List:
        return term
    if kind is int:
        return List(map(ord, integer_text(term)))
    if kind is float:
        return List(map(ord, short_text(term)))
    if kind is str:
        return List(map(ord, term))
    if kind in ATOMS:
        return List(map(ord, "" if term is None else name_of(term)))
    raise undefined_protocol("List.Chars", term)
