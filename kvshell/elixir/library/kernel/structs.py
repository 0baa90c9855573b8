"""Kernel.struct/2 and Kernel.struct!/2, which build structs at run time."""

from typing import Any

from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.registry import EMPTY_LIST, Cost, Library
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import (
    A,
    ArgumentError,
    Atom,
    KeyError_,
    List,
    Map,
    Term,
    inspect,
)

kernel = Library.of("Kernel")


def _given(fields: Any) -> list[tuple[Any, Any]]:
    pairs = list(fields.items()) if type(fields) is Map else list(fields)
    return [pair for pair in pairs if pair[0] is not A.__struct__]


def _built(name: str, given: Term) -> tuple[Map, Any]:
    """Return the struct to fill, and its module, which is None if a struct was given."""
    if type(given) is Atom:
        code: Any = current().runtime.code
        fields = code.struct(given)
        if fields is None:
            raise code.undefined(given, "__struct__", ())
        return Map([(A.__struct__, given), *fields]), given
    if type(given) is Map and type(given.get(A.__struct__)) is Atom:
        return given, None
    raise no_clause("Kernel", name, (given,))


@kernel.function(cost=Cost.LOOPS)
def struct(struct: Term, fields: Term = EMPTY_LIST) -> Term:
    """Builds or updates a struct; unknown keys are ignored."""
    made, _module = _built("struct", struct)
    for key, value in _given(fields):
        if key in made:
            made = made.put(key, value)
    return made


@kernel.function(name="struct!", cost=Cost.LOOPS)
def strict_struct(struct: Term, fields: Term = EMPTY_LIST) -> Term:
    """Builds or updates a struct; raises for unknown keys and for missing enforced keys."""
    made, module = _built("struct!", struct)
    pairs = _given(fields)
    for key, value in pairs:
        if key not in made:
            raise KeyError_.of_update(key, made)
        made = made.put(key, value)
    if module is not None:
        code: Any = current().runtime.code
        names = {key for key, _value in pairs}
        missing = [each for each in code.enforced(module) if each not in names]
        if missing:
            raise ArgumentError(
                "the following keys must also be given when building struct "
                f"{inspect(module)}: {inspect(List(missing))}"
            )
    return made
