"""Code: which Python function stands behind `{Module, :function, [args]}`.

The BEAM's code server in miniature: a supervisor's child specification names its start function as
a term, and a term cannot hold a Python function.
"""

from collections.abc import Callable
from typing import Any

from kvshell.terms import A, Atom, ErlangError, List, Term, alias

_MODULES: dict[Atom, dict[Atom, Callable[..., Any]]] = {}


def define(module: str | Atom, **functions: Callable[..., Any]) -> Atom:
    """Make `functions` callable as `{module, name, args}`; return the module's atom.

    A str names a module of Elixir's, an Atom any module.
    """
    name = module if isinstance(module, Atom) else alias(module)
    _MODULES[name] = {Atom(function): code for function, code in functions.items()}
    return name


def apply(module: Atom, function: Atom, args: List) -> Term:
    """Call it, as Kernel.apply/3; ErlangError `:undef` when there is no such function."""
    code = _MODULES.get(module, {}).get(function)
    if code is None:
        raise ErlangError((A.undef, List([(module, function, args, List())])))
    return code(*args)
