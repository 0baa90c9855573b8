"""The modules defined at run time: the functions behind `{Module, :function, [args]}`.

Built-in modules are the same for every runtime and are kept by `kvshell.otp.gen.modules`. The
modules that a user defines belong to one runtime and end with it.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from kvshell.terms import Atom, Term


class CodeServer(Protocol):
    """Finds modules that are not built in, and calls their functions."""

    def defines(self, module: Atom) -> bool:
        """Whether the module is defined."""

    def exports(self, module: Atom, function: str, arity: int) -> bool:
        """Whether the module exports a function with this name and arity."""

    def call(self, module: Atom, function: str, args: Sequence[Term]) -> Term:
        """Call a function that `exports` has confirmed; return its result. Runs in the caller."""


class DefinedModules:
    """Python functions by module and name: the code server of a runtime without Elixir code."""

    def __init__(self) -> None:
        self._modules: dict[Atom, dict[str, Callable[..., Any]]] = {}

    def define(self, module: Atom, functions: dict[str, Callable[..., Any]]) -> None:
        """Add functions to a module, which is created if new; same-named functions are replaced."""
        self._modules.setdefault(module, {}).update(functions)

    def defines(self, module: Atom) -> bool:
        """Whether the module is defined."""
        return module in self._modules

    def exports(self, module: Atom, function: str, arity: int) -> bool:
        """Whether the module has a function with this name that accepts `arity` arguments."""
        functions = self._modules.get(module)
        return functions is not None and takes(functions.get(function), arity)

    def call(self, module: Atom, function: str, args: Sequence[Term]) -> Term:
        """Call a function that `exports` has confirmed; return its result. Runs in the caller."""
        return self._modules[module][function](*args)


def takes(function: object, arity: int) -> bool:
    """Whether a Python function accepts `arity` arguments; True if that cannot be determined."""
    if not callable(function):
        return False
    plain: Any = getattr(function, "__func__", function)
    code = getattr(plain, "__code__", None)
    if code is None:
        return True
    bound = 1 if plain is not function else 0
    most = code.co_argcount - bound
    least = most - len(plain.__defaults__ or ())
    return least <= arity and (arity <= most or bool(code.co_flags & 4))  # CO_VARARGS
