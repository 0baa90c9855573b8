"""The modules that `{Module, :function, [args]}` can call. Mirrors the BEAM's code server.

A child specification names its start function as a term, and a term cannot hold a Python function.
The built-in modules are defined once, on import; those of a user belong to a runtime and take
precedence.
"""

from collections.abc import Callable
from typing import Any

from kvshell.runtime.defined_modules import CodeServer, DefinedModules, takes
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import (
    A,
    ArgumentError,
    Atom,
    List,
    Map,
    Term,
    UndefinedFunctionError,
    alias,
    inspect,
)

_PRODUCT: dict[Atom, dict[str, Callable[..., Any]]] = {}


def define(module: str | Atom, **functions: Callable[..., Any]) -> Atom:
    """Define a module for every runtime of this Python process; return its atom.

    A str names an Elixir module, an Atom any module. Call it on import of your module; use
    `define_here` for a module that only one runtime should know.
    """
    name = module if isinstance(module, Atom) else alias(module)
    _PRODUCT[name] = _with_child_spec(name, functions)
    return name


def _with_child_spec(
    name: Atom, functions: dict[str, Callable[..., Any]]
) -> dict[str, Callable[..., Any]]:
    """Add a `child_spec/1`, like `use GenServer`, to a module that can be started."""
    if "start_link" not in functions or "child_spec" in functions:
        return functions

    def child_spec(arg: Term) -> Map:
        return Map({A.id: name, A.start: (name, A.start_link, List((arg,)))})

    return {**functions, "child_spec": child_spec}


def define_here(module: str | Atom, **functions: Callable[..., Any]) -> Atom:
    """Define functions of a module only for the caller's runtime; return the module's atom.

    The module's other functions are kept.
    """
    name = module if isinstance(module, Atom) else alias(module)
    code = current().runtime.code
    if not isinstance(code, DefinedModules):
        raise TypeError("this runtime's code server takes no Python functions")
    code.define(name, _with_child_spec(name, functions))
    return name


def is_defined(module: Atom) -> bool:
    """Whether the module exists. Runs in a process."""
    return current().runtime.code.defines(module) or module in _PRODUCT


def is_product(module: Atom) -> bool:
    """Whether the module is built in."""
    return module in _PRODUCT


def product_function(module: Atom, function: str, arity: int) -> Callable[..., Any] | None:
    """Return a function of a built-in module, or None."""
    found = _PRODUCT.get(module, {}).get(function)
    return found if takes(found, arity) else None


def exports(module: Atom, function: Atom, arity: int) -> bool:
    """Whether the module has that function. Runs in a process."""
    if current().runtime.code.exports(module, function.name, arity):
        return True
    return takes(_PRODUCT.get(module, {}).get(function.name), arity)


def apply(module: Atom, function: Atom, args: List) -> Term:
    """Call `function` of `module` with `args` and return the result. Mirrors Kernel.apply/3.

    Raises:
        ArgumentError: the module or the function is not an atom.
        UndefinedFunctionError: it is undefined.
    """
    if type(module) is not Atom or type(function) is not Atom:
        raise not_applicable(module, function)
    code: CodeServer = current().runtime.code
    name, size = function.name, args.size
    if code.exports(module, name, size):
        return code.call(module, name, args.items)
    found = _PRODUCT.get(module, {}).get(name)
    if found is None or not takes(found, size):
        raise undefined(module, function, args)
    return found(*args.items)


def not_applicable(module: Term, function: Term) -> ArgumentError:
    """Return the error for a call whose module or function is not an atom."""
    return ArgumentError.of_erlang(
        f"you attempted to apply a function named {inspect(function, width=None)} on"
        f" {inspect(module, width=None)}."
        " If you are using Kernel.apply/3, make sure the module is an atom. If you are using"
        " the dot syntax, such as module.function(), make sure the left-hand side of the dot"
        " is a module atom"
    )


def undefined(module: Atom, function: Atom, args: List) -> UndefinedFunctionError:
    """Return the error for a call to an undefined function."""
    tell = getattr(current().runtime.code, "undefined", None)
    if tell is not None:  # it can suggest alternatives
        found: UndefinedFunctionError = tell(module, function.name, args.items)
        return found
    name = f"{inspect(module)}.{function.name}/{len(args)}"
    why = "" if is_defined(module) else f" (module {inspect(module)} is not available)"
    return UndefinedFunctionError(
        module, function, args.items, f"function {name} is undefined{why}"
    )
