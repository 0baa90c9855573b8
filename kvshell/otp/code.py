"""Code: which Python function stands behind `{Module, :function, [args]}`.

The BEAM's code server in miniature: a supervisor's child specification names its start function as
a term, and a term cannot hold a Python function.
"""

from collections.abc import Callable
from typing import Any

from kvshell.terms import Atom, ElixirError, List, Term, alias, exception, inspect

_MODULES: dict[Atom, dict[Atom, Callable[..., Any]]] = {}


def define(module: str | Atom, **functions: Callable[..., Any]) -> Atom:
    """Make `functions` callable as `{module, name, args}`; return the module's atom.

    A str names a module of Elixir's, an Atom any module.
    """
    name = module if isinstance(module, Atom) else alias(module)
    _MODULES[name] = {Atom(function): code for function, code in functions.items()}
    return name


def is_defined(module: Atom, function: Atom | None = None) -> bool:
    """Whether there is such a module, and in it such a function."""
    known = _MODULES.get(module)
    return known is not None and (function is None or function in known)


def define_more(module: Atom, **functions: Callable[..., Any]) -> None:
    """Add functions to a module that there may be already; those it has stay."""
    known = _MODULES.setdefault(module, {})
    for function, run in functions.items():
        known.setdefault(Atom(function), run)


def apply(module: Atom, function: Atom, args: List) -> Term:
    """Call it, as Kernel.apply/3; UndefinedFunctionError when there is no such function."""
    code = _MODULES.get(module, {}).get(function)
    if code is None:
        name = f"{inspect(module)}.{function.name}/{len(args)}"
        why = "" if module in _MODULES else f" (module {inspect(module)} is not available)"
        raise ElixirError(
            exception(
                "UndefinedFunctionError",
                module=module,
                function=function,
                arity=len(args),
                message=f"function {name} is undefined{why}",
            )
        )
    return code(*args)
