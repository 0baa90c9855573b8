"""Elixir's exceptions: Python exceptions that carry the struct a crash reason holds."""

from collections.abc import Callable
from typing import Any

from kvshell.terms.atom import A, Atom, alias
from kvshell.terms.inspection import inspect
from kvshell.terms.map import Map


class ElixirError(Exception):
    """An Elixir exception; `struct` is what `rescue e ->` binds, its text what iex prints."""

    def __init__(self, struct: Map) -> None:
        super().__init__(struct)
        self.struct = struct

    def __str__(self) -> str:
        return exception_message(self.struct)


class ArgumentError(ElixirError):
    """`%ArgumentError{message: ...}`."""

    def __init__(self, message: str = "argument error") -> None:
        super().__init__(exception("ArgumentError", message=message))

    @classmethod
    def at(cls, position: int, problem: str) -> "ArgumentError":
        """Say what is wrong with the argument at `position`, as ETS and Erlang's functions do."""
        nth = {1: "1st", 2: "2nd", 3: "3rd"}.get(position, f"{position}th")
        return cls(f"errors were found at the given arguments:\n\n  * {nth} argument: {problem}\n")


class RuntimeError_(ElixirError):  # noqa: N801  # RuntimeError is Python's
    """`%RuntimeError{message: ...}`."""

    def __init__(self, message: str = "runtime error") -> None:
        super().__init__(exception("RuntimeError", message=message))


class ArithmeticError_(ElixirError):  # noqa: N801  # ArithmeticError is Python's
    """`%ArithmeticError{message: ...}`."""

    def __init__(self, message: str = "bad argument in arithmetic expression") -> None:
        super().__init__(exception("ArithmeticError", message=message))


class MatchError(ElixirError):
    """`%MatchError{term: ...}`: no match of right hand side value."""

    def __init__(self, term: Any) -> None:
        super().__init__(exception("MatchError", term=term))


class CaseClauseError(ElixirError):
    """`%CaseClauseError{term: ...}`."""

    def __init__(self, term: Any) -> None:
        super().__init__(exception("CaseClauseError", term=term))


class BadMapError(ElixirError):
    """`%BadMapError{term: ...}`: expected a map."""

    def __init__(self, term: Any) -> None:
        super().__init__(exception("BadMapError", term=term))


class KeyError_(ElixirError):  # noqa: N801  # KeyError is Python's
    """`%KeyError{key: ..., term: ...}`."""

    def __init__(self, key: Any, term: Any) -> None:
        super().__init__(exception("KeyError", key=key, term=term, message=None))


class FunctionClauseError(ElixirError):
    """No clause of `module_function`, such as `KV.Registry.handle_call/3`, takes the arguments."""

    def __init__(self, module: Atom, function: Atom, arity: int) -> None:
        super().__init__(
            exception(
                "FunctionClauseError",
                module=module,
                function=function,
                arity=arity,
                kind=None,
                args=None,
                clauses=None,
            )
        )


class ErlangError(ElixirError):
    """`%ErlangError{original: ...}`: an error reason of Erlang's own."""

    def __init__(self, original: Any) -> None:
        super().__init__(exception("ErlangError", original=original, reason=None))


def exception(name: str, **fields: Any) -> Map:
    """Return the struct of the exception module `name`."""
    pairs: list[tuple[Any, Any]] = [(Atom(field), value) for field, value in fields.items()]
    return Map([(A.__struct__, alias(name)), (A.__exception__, True), *pairs])


def exception_struct(error: Exception) -> Map:
    """Return the struct of any Python exception, named after its class."""
    if isinstance(error, ElixirError):
        return error.struct
    return exception(type(error).__name__, message=str(error))


def exception_message(struct: Map) -> str:
    """Return `Exception.message(struct)`."""
    message = struct.get(A.message)
    if type(message) is str:
        return message
    say = _MESSAGES.get(struct.get(A.__struct__))
    return say(struct) if say else f"got {inspect(struct, width=None)}"


def _of(name: Atom, text: str) -> Callable[[Map], str]:
    return lambda struct: text + inspect(struct.get(name), width=None)


def _function_clause(struct: Map) -> str:
    module, function = inspect(struct.get(A.module)), struct.get(A.function)
    return f"no function clause matching in {module}.{function.name}/{struct.get(A.arity)}"


_MESSAGES: dict[Any, Callable[[Map], str]] = {
    alias("MatchError"): _of(A.term, "no match of right hand side value: "),
    alias("CaseClauseError"): _of(A.term, "no case clause matching: "),
    alias("BadMapError"): _of(A.term, "expected a map, got: "),
    alias("ErlangError"): _of(A.original, "Erlang error: "),
    alias("FunctionClauseError"): _function_clause,
    alias("KeyError"): lambda struct: (
        f"key {inspect(struct.get(A.key), width=None)} not found in: "
        f"{inspect(struct.get(A.term), width=None)}"
    ),
}
