"""How library functions call closures, and make their own."""

from collections.abc import Callable
from typing import Any

from kvshell.elixir.library.failures import bad_arity, bad_function
from kvshell.terms import Capture, Function

Code = Callable[..., Any]


def caller(function: Any, arity: int) -> Code:
    """Return the fastest way to call `function` with `arity` arguments.

    The result raises BadFunctionError or BadArityError when called, as in Elixir, so that there is
    no error for, say, an empty list.
    """
    if type(function) is not Function:

        def no_function(*_args: Any) -> Any:
            raise bad_function(function)

        return no_function
    if function.capture.arity != arity:

        def other_arity(*args: Any) -> Any:
            raise bad_arity(function, args)

        return other_arity
    return function if function.args else function.capture.code


def native(name: str, arity: int, code: Code, *args: Any, index: int = 0) -> Function:
    """Return an Elixir closure of Python code; it prints `name` as its origin."""
    return Function(Capture(name, index, 0, arity, code), args)
