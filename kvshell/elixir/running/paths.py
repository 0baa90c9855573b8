"""put_in, update_in and similar macros on a path of fields (`.name`) and keys (`[key]`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kvshell.elixir.running.calling import call1
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import (
    A,
    ArgumentError,
    BadMapError,
    Capture,
    Function,
    KeyError_,
    List,
    Map,
    Term,
    inspect,
)

Steps = tuple[tuple[bool, Term], ...]


def put_in(base: Term, steps: Steps, value: Term) -> Term:
    """Return `base` with `value` at the end of the path."""
    return _walk(base, steps, 0, lambda _old: (None, value))[1]


def update_in(base: Term, steps: Steps, function: Term) -> Term:
    """Return `base` with `function` applied to the value at the end of the path."""
    return _walk(base, steps, 0, lambda old: (None, call1(function, old)))[1]


def get_and_update_in(base: Term, steps: Steps, function: Term) -> Term:
    """Return `{get, updated_base}` for a function that returns `{get, new_value}`."""

    def change(old: Term) -> tuple[Term, Term]:
        match call1(function, old):
            case (got, new):
                return got, new
            case A.pop:
                return old, _POP
            case other:
                raise ArgumentError(
                    "the given function must return a two-element tuple or :pop, got: "
                    + inspect(other, width=None)
                )

    return _walk(base, steps, 0, change)


def pop_in(base: Term, steps: Steps) -> Term:
    """Return the value at the end of the path and `base` without it."""
    return _walk(base, steps, 0, lambda old: (old, _POP))


_POP: Any = object()
Change = Callable[[Term], tuple[Term, Term]]


def _walk(base: Term, steps: Steps, index: int, change: Change) -> tuple[Term, Term]:
    is_field, name = steps[index]
    if index + 1 < len(steps):

        def inner(old: Term) -> tuple[Term, Term]:
            return _walk(old, steps, index + 1, change)
    else:
        inner = change  # type: ignore[assignment]  # both are a Change
    if is_field:
        if type(base) is not Map:
            raise BadMapError(base)
        if name not in base:
            raise KeyError_.of_update(name, base)
        got, new = inner(base.get(name))
        return got, base.put(name, new)
    return _access(base, name, inner)


def _access(base: Term, name: Term, inner: Change) -> tuple[Term, Term]:
    """Return what `inner` gets and the updated `base`, for a key in brackets."""
    if type(name) is Function:
        return _through_function(base, name, inner)
    if type(base) is Map:
        module = base.get(A.__struct__)
        if module is not None:
            code = current().runtime.code
            step = Function(_capture(inner))
            return code.call(module, "get_and_update", (base, name, step))  # type: ignore[no-any-return]
        got, new = inner(base.get(name))
        return got, base.delete(name) if new is _POP else base.put(name, new)
    if base is None:
        if inner(None)[1] is _POP:
            return None, None
        raise ArgumentError(f"could not put/update key {inspect(name)} on a nil value")
    if type(base) is List:
        return _keyword(base, name, inner)
    raise ArgumentError(f"could not put/update key {inspect(name)} on a nil value")


def _keyword(base: List, name: Term, inner: Change) -> tuple[Term, Term]:
    items = list(base.items)
    for index, item in enumerate(items):
        if type(item) is tuple and len(item) == 2 and item[0] is name:
            got, new = inner(item[1])
            rest = [
                each for each in items[index + 1 :] if not (type(each) is tuple and each[0] is name)
            ]
            if new is _POP:
                return got, List(items[:index] + rest)
            return got, List([*items[:index], (name, new), *rest])
    got, new = inner(None)
    return got, base if new is _POP else List([(name, new), *items])


def _through_function(base: Term, function: Function, inner: Change) -> tuple[Term, Term]:
    step = Function(_capture(inner))
    found = function(A.get_and_update, base, step)
    return found[0], found[1]


def _capture(inner: Change) -> Any:
    def run(old: Term) -> Term:
        got, new = inner(old)
        return A.pop if new is _POP else (got, new)

    return Capture("Kernel.update_in/3", 0, 0, 1, run)
