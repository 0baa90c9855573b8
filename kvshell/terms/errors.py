"""Elixir's exceptions: Python exceptions that carry the struct a crash reason holds."""

from collections.abc import Sequence
from typing import Any

from kvshell.terms.atom import Atom
from kvshell.terms.escape import shown
from kvshell.terms.inspection import inspect
from kvshell.terms.map import Map
from kvshell.terms.messages import call_text, exception, exception_message


class ElixirError(Exception):
    """An Elixir exception; `struct` is what `rescue e ->` binds, its text what iex prints."""

    def __init__(self, struct: Map) -> None:
        super().__init__(struct)
        self.struct = struct

    def __str__(self) -> str:
        return exception_message(self.struct)

    def blame(self) -> str:
        """Return what iex adds below the message: for a FunctionClauseError, the arguments."""
        return ""


class ArgumentError(ElixirError):
    """`%ArgumentError{message: ...}`."""

    def __init__(self, message: str = "argument error") -> None:
        super().__init__(exception("ArgumentError", message=message))

    @classmethod
    def at(cls, position: int, problem: str) -> "ArgumentError":
        """Say what is wrong with the argument at `position`, as ETS and Erlang's functions do."""
        return cls.among({position: problem})

    @classmethod
    def among(cls, problems: dict[int, str]) -> "ArgumentError":
        """Say what is wrong with the arguments at several positions."""
        lines = "".join(
            f"  * {_ORDINALS.get(position, f'{position}th')} argument: {problem}\n"
            for position, problem in sorted(problems.items())
        )
        return cls(f"errors were found at the given arguments:\n\n{lines}")


class RuntimeError_(ElixirError):  # noqa: N801, N818  # RuntimeError is Python's
    """`%RuntimeError{message: ...}`."""

    def __init__(self, message: str = "runtime error") -> None:
        super().__init__(exception("RuntimeError", message=message))


class ArithmeticError_(ElixirError):  # noqa: N801, N818  # ArithmeticError is Python's
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


class KeyError_(ElixirError):  # noqa: N801, N818  # KeyError is Python's
    """`%KeyError{key: ..., term: ...}`."""

    def __init__(self, key: Any, term: Any) -> None:
        super().__init__(exception("KeyError", key=key, term=term, message=None))


class FunctionClauseError(ElixirError):
    """No clause of `function` takes the arguments; `blame` shows them, and the clauses tried.

    A clause is written as iex shows it, what did not match between hyphens:
    `def whereis(pid) when -is_pid(pid)-`.
    """

    def __init__(
        self,
        module: Any,
        function: Atom,
        arity: int,
        given: Sequence[Any] = (),
        clauses: Sequence[str] = (),
    ) -> None:
        fields = {"kind": None, "args": None, "clauses": None}
        super().__init__(
            exception(
                "FunctionClauseError", module=module, function=function, arity=arity, **fields
            )
        )
        self.call = call_text(module, function, f"/{arity}")
        self.given = given
        self.clauses = clauses

    def blame(self) -> str:
        """Return the arguments and the clauses, indented as in iex."""
        if not self.given:
            return ""
        lines = ["", "", f"The following arguments were given to {self.call}:"]
        for number, argument in enumerate(self.given, 1):
            text = inspect(argument).replace("\n", "\n    ")
            lines += ["", f"    # {number}", f"    {text}"]
        if self.clauses:
            count = len(self.clauses)
            lines += ["", f"Attempted function clauses (showing {count} out of {count}):", ""]
            lines += [f"    {clause}" for clause in self.clauses]
        return "\n".join("    " + line if line else line for line in "\n".join(lines).split("\n"))


class ErlangError(ElixirError):
    """`%ErlangError{original: ...}`: an error reason of Erlang's own."""

    def __init__(self, original: Any) -> None:
        super().__init__(exception("ErlangError", original=original, reason=None))


def exception_struct(error: Exception) -> Map:
    """Return the struct of any Python exception, named after its class."""
    if isinstance(error, ElixirError):
        return error.struct
    try:
        said = str(error)
    except Exception:  # noqa: BLE001  # what cannot say what it is must still be a reason to die
        said = "<exception str() failed>"
    message = said.encode("utf-8", "backslashreplace").decode()
    return exception(type(error).__name__, message=shown(message))


_ORDINALS = {1: "1st", 2: "2nd", 3: "3rd"}
