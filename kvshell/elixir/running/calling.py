"""Calls of closures and of modules in variables, and receive.

Closures are called through functions specialised by arity, so that no C frame comes between two
Python frames: Python 3.11 would count it against the thread's C stack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kvshell.elixir.running.errors import (
    ArityError,
    bad_function,
    undefined_function,
)
from kvshell.elixir.running.suggestions import LEAST, jaro
from kvshell.runtime import process
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import (
    A,
    ArgumentError,
    Atom,
    Capture,
    ElixirError,
    Function,
    KeyError_,
    Map,
    Term,
    alias,
    exception,
    inspect,
)
from kvshell.terms.printing.errors import VmError
from kvshell.terms.printing.exceptions import call_text

if TYPE_CHECKING:
    from collections.abc import Callable


class Jump:
    """A tail call for the trampoline of the caller to carry out."""

    __slots__ = ("run",)

    def __init__(self, run: Callable[[], Any]) -> None:
        self.run = run


def _misfit(function: Term, args: tuple[Term, ...]) -> ElixirError:
    if type(function) is not Function:
        return bad_function(function)
    return ArityError(function, args)


def call0(function: Term) -> Term:
    """Return `function.()`."""
    if function.__class__ is not Function or function.capture.arity != 0:
        raise _misfit(function, ())
    closed, code = function.args, function.capture.code
    count = len(closed)
    if count == 0:
        return code()
    if count == 1:
        return code(closed[0])
    if count == 2:
        return code(closed[0], closed[1])
    if count == 3:
        return code(closed[0], closed[1], closed[2])
    return code(*closed)


def call1(function: Term, one: Term) -> Term:
    """Return `function.(one)`."""
    if function.__class__ is not Function or function.capture.arity != 1:
        raise _misfit(function, (one,))
    closed, code = function.args, function.capture.code
    count = len(closed)
    if count == 0:
        return code(one)
    if count == 1:
        return code(one, closed[0])
    if count == 2:
        return code(one, closed[0], closed[1])
    if count == 3:
        return code(one, closed[0], closed[1], closed[2])
    return code(one, *closed)


def call2(function: Term, one: Term, two: Term) -> Term:
    """Return `function.(one, two)`."""
    if function.__class__ is not Function or function.capture.arity != 2:
        raise _misfit(function, (one, two))
    closed, code = function.args, function.capture.code
    count = len(closed)
    if count == 0:
        return code(one, two)
    if count == 1:
        return code(one, two, closed[0])
    if count == 2:
        return code(one, two, closed[0], closed[1])
    return code(one, two, *closed)


def call3(function: Term, one: Term, two: Term, three: Term) -> Term:
    """Return `function.(one, two, three)`."""
    if function.__class__ is not Function or function.capture.arity != 3:
        raise _misfit(function, (one, two, three))
    closed, code = function.args, function.capture.code
    if not closed:
        return code(one, two, three)
    if len(closed) == 1:
        return code(one, two, three, closed[0])
    return code(one, two, three, *closed)


def call4(function: Term, one: Term, two: Term, three: Term, four: Term) -> Term:
    """Return `function.(one, two, three, four)`."""
    return calln(function, one, two, three, four)


def calln(function: Term, *args: Term) -> Term:
    """Return `function.(...)` with any number of arguments."""
    if function.__class__ is not Function or function.capture.arity != len(args):
        raise _misfit(function, args)
    return function.capture.code(*args, *function.args)


def _jump(function: Term, args: tuple[Term, ...]) -> Any:
    if function.__class__ is not Function or function.capture.arity != len(args):
        raise _misfit(function, args)
    code = function.capture.code
    target = getattr(code, "jump", None)
    if target is None:  # a library function: calling it does not grow the stack
        return Jump(lambda: code(*args, *function.args))
    return Jump(lambda: target(*args, *function.args))


def jump0(function: Term) -> Any:
    """Return the Jump that calls `function.()`."""
    return _jump(function, ())


def jump1(function: Term, one: Term) -> Any:
    """Return the Jump that calls `function.(one)`."""
    return _jump(function, (one,))


def jump2(function: Term, one: Term, two: Term) -> Any:
    """Return the Jump that calls `function.(one, two)`."""
    return _jump(function, (one, two))


def jump3(function: Term, one: Term, two: Term, three: Term) -> Any:
    """Return the Jump that calls `function.(one, two, three)`."""
    return _jump(function, (one, two, three))


def jump4(function: Term, one: Term, two: Term, three: Term, four: Term) -> Any:
    """Return the Jump that calls `function.(one, two, three, four)`."""
    return _jump(function, (one, two, three, four))


# -- modules in variables ----------------------------------------------------------------------


def field(value: Term, name: Any) -> Term:
    """Return `value.name`: a map's value for a key, or the result of a module's function."""
    if value.__class__ is Map:
        found = value.get(name, _MISSING)
        if found is _MISSING:
            raise missing_key(name, value)
        return found
    if type(value) is Atom:
        return _code().call(value, name.name, ())
    text = inspect(value, width=None)
    raise VmError(
        exception(
            "KeyError",
            key=name,
            term=value,
            message=f"key {inspect(name)} not found in: {text}. If you are using the dot syntax, "
            "such as map.field, make sure the left-hand side of the dot is a map",
        ),
        (A.badkey, name, value),
    )


_MISSING: Any = object()


def missing_key(name: Term, value: Map) -> ElixirError:
    """Return the KeyError for a missing key in `map.name`, which suggests similar keys."""
    return MissingKeyError(name, value)


class MissingKeyError(KeyError_):
    """A KeyError of `map.name`; the prompt suggests similar keys."""

    def blame(self) -> str:
        """Return the suggested keys as text, or ""."""
        name, value = self.struct.get(A.key), self.struct.get(A.term)
        if type(name) is not Atom or type(value) is not Map:
            return ""
        known = [key.name for key, _ in value.items() if type(key) is Atom]
        rated = sorted((-jaro(name.name, key), key) for key in known)
        found = sorted(key for rate, key in rated[:5] if -rate > LEAST)
        if not found:
            return ""
        lines = "".join(f"\n      * {inspect(Atom(key))}" for key in found)
        return f". Did you mean:\n{lines}\n"


def invoke(module: Term, name: str, args: tuple[Term, ...]) -> Term:
    """Call `module.name(...)` for a module known only at run time, and return its value."""
    if type(module) is Map and not args and Atom(name) in module:
        return module.get(Atom(name))
    if type(module) is not Atom:
        if module is None or type(module) is bool:
            raise undefined_function(
                module,
                name,
                len(args),
                reason="undefined",
                message=f"function {inspect(module)}.{name}/{len(args)} is undefined. If you are "
                "using the dot syntax, such as module.function(), make sure the left-hand side of "
                "the dot is a module atom",
            )
        raise ArgumentError.of_erlang(
            f"you attempted to apply a function named {inspect(Atom(name))} on {inspect(module)}. "
            "If you are using Kernel.apply/3, make sure the module is an atom. If you are "
            "using the "
            "dot syntax, such as module.function(), make sure the left-hand side of the dot is a "
            "module atom"
        )
    return _code().call(module, name, args)


def text_matches(text: Term, pattern: Term) -> bool:
    """Return `text =~ pattern`; the pattern is a substring or a regular expression."""
    if type(text) is str and type(pattern) is str:
        return pattern in text
    return _code().call(_KERNEL, "=~", (text, pattern)) is True


_KERNEL = alias("Kernel")


def undefined(module: Term, name: str, args: tuple[Term, ...]) -> Term:
    """Raise for a call of a macro whose module has not been required."""
    raise _code().undefined(module, name, args)


def _code() -> Any:
    return current().runtime.code


def capture_of(module: Term, name: str, arity: int) -> Function:
    """Return `&Module.name/arity`; equal captures are the same object."""
    return _code().capture(module, name, arity)  # type: ignore[no-any-return]  # the code server of our runtime


def named_capture(module: Term, name: str, arity: int, code: Callable[..., Any]) -> Function:
    """Return a function value that prints as `&Module.name/arity`."""
    text = call_text(module, Atom(name), f"/{arity}")
    return Function(Capture(text, -1, 0, arity, code))


# -- receive -----------------------------------------------------------------------------------


def no_message(_message: Term) -> bool:
    """Match no message, for a `receive` with only an `after`."""
    return False


def timeout(value: Term) -> int | None:
    """Return the milliseconds of an `after`, or None for `:infinity`."""
    if value is A.infinity:
        return None
    if type(value) is int and value >= 0:
        return value
    raise ElixirError(exception("ErlangError", original=A.timeout_value, reason=None))


def receive(matches: Callable[[Term], bool] | None, milliseconds: int | None, missing: Any) -> Term:
    """Return the first message that a clause matches, or `missing` after the timeout.

    `matches` tells whether a clause matches a message. Receive point.
    """
    return process.receive(matches, milliseconds, missing)
