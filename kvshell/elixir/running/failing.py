"""raise, rescue and catch: conversion between Elixir's and Python's exceptions."""

from __future__ import annotations

import sys
from typing import Any, Final

from kvshell.elixir.running.errors import system_limit
from kvshell.runtime.processes.crash_report import reason_of
from kvshell.runtime.processes.exits import Exit, Thrown
from kvshell.runtime.processes.thread_context import current
from kvshell.terms import (
    A,
    ArgumentError,
    Atom,
    ElixirError,
    List,
    Map,
    RuntimeError_,
    Term,
    exception_struct,
    inspect,
)
from kvshell.terms.coerce import TOO_DEEP


def raise_(what: Term, *given: Term) -> Term:
    """Implement `raise/1` and `raise/2`."""
    if not given and type(what) is str:
        raise RuntimeError_(what)
    if type(what) is Atom:
        made = current().runtime.code.call(what, "exception", (given[0] if given else List(),))
        if type(made) is Map and made.get(A.__exception__) is True:
            raise error_of(made)
        raise ArgumentError(
            "raise/1 and reraise/2 expect a module name, string or exception as the first "
            f"argument, got: {inspect(made)}"
        )
    if not given and type(what) is Map and what.get(A.__exception__) is True:
        raise error_of(what)
    raise ArgumentError(
        "raise/1 and reraise/2 expect a module name, string or exception as the first argument, "
        f"got: {inspect(what, width=None)}"
    )


def error_of(struct: Map) -> ElixirError:
    """Return the Python exception for an exception struct."""
    return ElixirError(struct)


def reraise(what: Term, *given: Term) -> Term:
    """Implement `reraise`; the stacktrace, its last argument, is ignored."""
    return raise_(what, *given[:-1])


class Caught:
    """What a try caught: its kind, its value and, for an error, its struct."""

    __slots__ = ("error", "kind", "struct")

    def __init__(self, error: BaseException) -> None:
        self.error = error
        self.struct: Map | None = None
        if isinstance(error, Thrown):
            self.kind: Atom = A.throw
        elif isinstance(error, Exit):
            self.kind = A.exit
        else:
            self.kind = A.error
            self.error = elixir_error(error)
            self.struct = struct_of(self.error)

    @property
    def value(self) -> Term:
        """The value that `catch kind, value` binds."""
        if isinstance(self.error, Thrown):
            return self.error.value
        if isinstance(self.error, Exit):
            return self.error.reason
        return raw_reason(self.error)


def struct_of(error: BaseException) -> Map:
    """Return the exception struct that `rescue` binds."""
    assert isinstance(error, Exception)
    return exception_struct(error)


def is_too_deep(error: BaseException) -> bool:
    """Whether a term could not be built because it is nested too deeply."""
    return isinstance(error, ValueError) and str(error).endswith(TOO_DEEP)


def elixir_error(error: BaseException) -> Exception:
    """Return the Elixir error for a Python exception."""
    if isinstance(error, ElixirError):
        return error
    if isinstance(error, RecursionError):
        return system_limit("a recursion too deep")
    if isinstance(error, MemoryError):
        return system_limit("memory")
    if is_too_deep(error):
        return system_limit(TOO_DEEP)
    assert isinstance(error, Exception)
    # A library function was given an unexpected term: Erlang would raise badarg.
    return ArgumentError.of_erlang() if isinstance(error, MISFITS) else error


MISFITS: Final = (
    TypeError,
    ValueError,
    AttributeError,
    LookupError,
    ArithmeticError,
    AssertionError,
)


def raw_reason(error: BaseException) -> Term:
    """Return the reason that Erlang's `catch error:Reason` binds."""
    return error.reason if isinstance(error, ElixirError) else reason_of(error)[0]


def stacktrace() -> List:
    """Return the stacktrace of the exception being handled; it names only places in users' code."""
    found: Any = sys.exc_info()[1]
    return reason_of(found)[1] if isinstance(found, Exception) else List()
