"""Access: keys of maps and keyword lists, and functions for the paths of `put_in` and others."""

from collections.abc import Callable
from typing import Any

from kvshell.elixir.library import protocols
from kvshell.elixir.library.calls import caller, native
from kvshell.elixir.library.collections import keyword as keywords
from kvshell.elixir.library.collections import map as maps
from kvshell.elixir.library.collections.keyword import option
from kvshell.elixir.library.collections.map import one_line
from kvshell.elixir.library.failures import failure, no_clause
from kvshell.elixir.library.kinds import ATOMS, INTEGER, NON_NEGATIVE, function
from kvshell.elixir.library.registry import MISSING, Cost, Library, find_entry
from kvshell.otp.gen import modules
from kvshell.terms import (
    A,
    ArgumentError,
    Atom,
    ElixirError,
    Function,
    KeyError_,
    List,
    Map,
    RuntimeError_,
    Term,
)

access = Library("Access", Cost.LOOPS)


def _no_get(container: Any, key: Any, default: Any) -> Exception:
    atom = "is_atom(key)" if type(key) in ATOMS else "-is_atom(key)-"
    return no_clause(
        "Access",
        "get",
        (container, key, default),
        "def get(-%module{} = container-, key, default)",
        "def get(map, key, default) when -is_map(map)-",
        f"def get(list, key, default) when -is_list(list)- and {atom}",
        "def get(list, key, _default) when -is_list(list)-",
        "def get(-nil-, _key, default)",
    )


def _of_struct(container: Map, name: str, args: tuple[Any, ...]) -> Any:
    """Call `fetch/2`, `get_and_update/3` or `pop/2` of a struct's module."""
    module = container[A.__struct__]
    entry = find_entry(module, name, len(args))
    code = entry.call if entry else protocols.implementation("Access", name, len(args), container)
    if code is not None:
        return code(*args)
    raise modules.undefined(module, Atom(name), List(args))


def _keys_must_be_atoms(key: Any) -> ArgumentError:
    return ArgumentError(
        f"the Access calls for keywords expect the key to be an atom, got: {one_line(key)}"
    )


@access.function(cost=Cost.SHORT)
def get(container: Term, key: Term, default: Term = None) -> Term:
    """Returns the value of a key in a map, keyword list or nil, or the default."""
    kind = type(container)
    if kind is Map:
        if A.__struct__ not in container:
            return container.get(key, default)
        match _of_struct(container, "fetch", (container, key)):
            case (A.ok, value):
                return value
            case _:
                return default
    if kind is List:
        if type(key) in ATOMS:
            return option(container, key, default)
        raise _keys_must_be_atoms(key)
    if container is None:
        return default
    raise _no_get(container, key, default)


@access.function(cost=Cost.SHORT)
def fetch(container: Term, key: Term) -> Term:
    """Fetches the value of a key in a map, keyword list or nil: `{:ok, value}` or `:error`."""
    if type(container) is Map:
        if A.__struct__ in container:
            return _of_struct(container, "fetch", (container, key))
        value = container.get(key, MISSING)
        return A.error if value is MISSING else (A.ok, value)
    if type(container) is List:
        if type(key) not in ATOMS:
            raise _keys_must_be_atoms(key)
        value = option(container, key, MISSING)
        return A.error if value is MISSING else (A.ok, value)
    if container is None:
        return A.error
    raise no_clause("Access", "fetch", (container, key))


@access.function(name="fetch!", cost=Cost.SHORT)
def fetch_or_raise(container: Term, key: Term) -> Term:
    """Returns the value of a key; raises KeyError if the key is missing."""
    match fetch(container, key):
        case (A.ok, value):
            return value
        case _:
            raise ElixirError(KeyError_(key, container).struct)  # Elixir's own


@access.function()
def get_and_update(container: Term, key: Term, fun: Term) -> Term:
    """Updates the value of a key with `fun`, which returns `{get, new_value}` or `:pop`."""
    if type(container) is Map:
        if A.__struct__ in container:
            return _of_struct(container, "get_and_update", (container, key, fun))
        return maps.get_and_update(container, key, fun)
    if type(container) is List:
        if type(key) not in ATOMS:
            raise no_clause("Keyword", "get_and_update", (container, key, fun))
        return keywords.get_and_update(container, key, fun)
    if container is None:
        raise ArgumentError(f"could not put/update key {one_line(key)} on a nil value")
    raise no_clause("Access", "get_and_update", (container, key, fun))


@access.function()
def pop(container: Term, key: Term) -> Term:
    """Removes a key: returns its value and the container without it."""
    if type(container) is Map:
        if A.__struct__ in container:
            return _of_struct(container, "pop", (container, key))
        return container.pop(key)
    if type(container) is List:
        return keywords.pop(container, key)
    if container is None:
        raise ArgumentError(f"could not pop key {one_line(key)} on a nil value")
    raise no_clause("Access", "pop", (container, key))


Step = Callable[[Any, Any, Any], Any]


def _accessor(name: str, step: Step) -> Function:
    return native(f"Access.{name}", 3, step)


@access.function(cost=Cost.SHORT)
def key(key: Term, default: Term = None) -> Term:
    """Returns a function for a path that accesses a key of a map or struct, with a default."""

    def step(what: Any, data: Any, following: Any) -> Any:
        call = caller(following, 1)
        if what is A.get:
            return call(default if data is None else _map(data).get(key, default))
        value = _map(data).get(key, default)
        return _stored(call(value), value, data, key)

    return _accessor("key/2", step)


def _map(data: Any) -> Map:
    if type(data) is Map:
        return data
    from kvshell.terms import BadMapError  # noqa: PLC0415  # rare

    raise BadMapError(data)


def _stored(answer: Any, value: Any, data: Map, name: Any) -> Any:
    match answer:
        case (got, changed):
            return got, data.put(name, changed)
        case A.pop:
            return value, data.delete(name)
    raise _no_answer(answer)


def _no_answer(answer: Any) -> RuntimeError_:
    return RuntimeError_(
        f"the given function must return a two-element tuple or :pop, got: {one_line(answer)}"
    )


@access.function(name="key!", cost=Cost.SHORT)
def key_or_raise(key: Term) -> Term:
    """Returns a function for a path that accesses a required key of a map or struct."""

    def step(what: Any, data: Any, following: Any) -> Any:
        if type(data) is not Map:
            raise RuntimeError_(f"Access.key!/1 expected a map/struct, got: {one_line(data)}")
        value = maps.fetch_or_raise(data, key)
        answer = caller(following, 1)(value)
        return answer if what is A.get else _stored(answer, value, data, key)

    return _accessor("key!/1", step)


@access.function(cost=Cost.SHORT, index=NON_NEGATIVE)
def elem(index: Term) -> Term:
    """Returns a function for a path that accesses the element of a tuple at an index."""

    def step(what: Any, data: Any, following: Any) -> Any:
        if type(data) is not tuple:
            raise RuntimeError_(f"Access.elem/1 expected a tuple, got: {one_line(data)}")
        if index >= len(data):
            raise ArgumentError.at(1, "out of range")
        call = caller(following, 1)
        if what is A.get:
            return call(data[index])
        match call(data[index]):
            case (got, changed):
                return got, (*data[:index], changed, *data[index + 1 :])
            case A.pop:
                raise RuntimeError_("cannot pop data from a tuple")
            case other:
                raise _no_answer(other)

    return _accessor("elem/1", step)


def _list(data: Any, name: str) -> tuple[Any, ...]:
    if type(data) is not List:
        raise RuntimeError_(f"Access.{name} expected a list, got: {one_line(data)}")
    return data.items


def _each(
    what: Any, items: tuple[Any, ...], following: Any, chosen: Callable[[int, Any], bool]
) -> Any:
    call = caller(following, 1)
    if what is A.get:
        return List([call(item) for index, item in enumerate(items) if chosen(index, item)])
    got, kept = [], []
    for index, item in enumerate(items):
        if not chosen(index, item):
            kept.append(item)
            continue
        match call(item):
            case (value, changed):
                got.append(value)
                kept.append(changed)
            case A.pop:
                got.append(item)
            case other:
                raise _no_answer(other)
    return List(got), List(kept)


@access.function(cost=Cost.SHORT)
def all_() -> Term:
    """Returns a function for a path that accesses all elements of a list."""
    return _accessor(
        "all/0",
        lambda what, data, following: _each(
            what, _list(data, "all/0"), following, lambda _index, _item: True
        ),
    )


@access.function(cost=Cost.SHORT, func=function(1))
def filter_(func: Term) -> Term:
    """Returns a function for a path that accesses the elements for which `func` is truthy."""
    call = caller(func, 1)
    return _accessor(
        "filter/1",
        lambda what, data, following: _each(
            what,
            _list(data, "filter/1"),
            following,
            lambda _index, item: call(item) not in (None, False),
        ),
    )


@access.function(cost=Cost.SHORT)
def slice_(range_: Term) -> Term:
    """Returns a function for a path that accesses the elements of a list in a range."""
    from kvshell.elixir.library.collections.range import as_range, is_range  # noqa: PLC0415

    if not is_range(range_):
        raise no_clause("Access", "slice", (range_,))
    if range_[A.step] <= 0:
        raise ArgumentError(
            f"Access.slice/1 does not accept ranges with negative steps, got: {one_line(range_)}"
        )

    def step(what: Any, data: Any, following: Any) -> Any:
        if type(data) is not List:
            raise ArgumentError(f"Access.slice/1 expected a list, got: {one_line(data)}")
        items = data.items
        first, last = range_[A.first], range_[A.last]
        first = first + len(items) if first < 0 else first
        last = last + len(items) if last < 0 else last
        spots = range(max(first, 0), last + 1, as_range(range_).step)
        return _each(what, items, following, lambda index, _item: index in spots)

    return _accessor("slice/1", step)


@access.function(cost=Cost.SHORT, index=INTEGER)
def at(index: Term) -> Term:
    """Returns a function for a path that accesses the element of a list at an index, if any."""
    return _accessor(
        "at/1", lambda what, data, following: _at(what, data, following, index, "at/1")
    )


@access.function(name="at!", cost=Cost.SHORT, index=INTEGER)
def at_or_raise(index: Term) -> Term:
    """Returns a function for a path that accesses the element of a list at a required index."""
    return _accessor(
        "at!/1", lambda what, data, following: _at(what, data, following, index, "at!/1")
    )


def _at(what: Any, data: Any, following: Any, index: int, name: str) -> Any:
    items = _list(data, name)
    spot = index + len(items) if index < 0 else index
    inside = 0 <= spot < len(items)
    if not inside and name == "at!/1":
        raise failure("Enum.OutOfBoundsError", "out of bounds error")
    call = caller(following, 1)
    value = items[spot] if inside else None
    if what is A.get:
        return call(value)
    if not inside:
        return None, data
    match call(value):
        case (got, changed):
            return got, List((*items[:spot], changed, *items[spot + 1 :])) if inside else data
        case A.pop:
            return value, List((*items[:spot], *items[spot + 1 :])) if inside else data
        case other:
            raise _no_answer(other)
