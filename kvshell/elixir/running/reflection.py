"""The functions that every compiled module has: `__info__/1` and `module_info/0,1`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kvshell.elixir.running.errors import function_clause
from kvshell.terms import A, ArgumentError, Atom, List, Term

Exported = Callable[[Atom], Sequence[tuple[str, int]]]
_OWN = (("__info__", 1), ("module_info", 0), ("module_info", 1))


def reflective(
    module: Any,
    name: str,
    arity: int,
    exported: Exported,
    macros: Exported,
    behaviours: Sequence[Atom] = (),
) -> Callable[..., Any] | None:
    """Return `__info__/1` or `module_info/0,1` of a module, or None for any other function."""
    if (name, arity) not in _OWN or type(module) is not Atom:
        return None
    if not exported(module) and not macros(module):
        return None
    functions = _named(exported(module))
    whole = List([*functions, *[(Atom(each), count) for each, count in _OWN]])
    attributes = List([(A.behaviour, List((each,))) for each in behaviours])
    known: dict[Any, Term] = {A.module: module, A.attributes: attributes, A.compile: List()}
    if name == "__info__":
        known |= {A.functions: functions, A.macros: _named(macros(module)), A.struct: None}
        del known[A.module]
        known[A.module] = module

        def info(kind: Term) -> Term:
            if kind not in known:
                raise function_clause(module, "__info__", 1, (kind,))
            return known[kind]

        return info
    known |= {A.exports: whole, A.functions: whole}

    def module_info(kind: Term) -> Term:
        if kind not in known:
            raise ArgumentError.at(2, "not a valid kind of information")
        return known[kind]

    shown = List([(each, known[each]) for each in (A.module, A.exports, A.attributes, A.compile)])
    return module_info if arity else lambda: shown


def _named(functions: Sequence[tuple[str, int]]) -> List:
    return List([(Atom(each), count) for each, count in functions])
