"""Elixir exceptions raised by Python code, each with its exit reason."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from kvshell.terms.atom import A, Atom
from kvshell.terms.escape import visible
from kvshell.terms.map import Map
from kvshell.terms.printing.exceptions import (
    ERLANG_TAGS,
    call_text,
    exception,
    exception_message,
    problems_text,
)
from kvshell.terms.printing.inspection import inspect

MOST_CLAUSES: Final = 10  # shown of a function if none matched


class ElixirError(Exception):
    """An Elixir exception; `struct` is what `rescue e ->` binds, the text is what iex prints.

    If it ends a process, the struct is the exit reason. Errors that the VM itself raises have an
    Erlang reason instead.
    """

    def __init__(self, struct: Map) -> None:
        super().__init__(struct)
        self.struct = struct

    def __str__(self) -> str:
        return exception_message(self.struct)

    @property
    def reason(self) -> Any:
        """The exit reason if it is not rescued: the struct, or an Erlang term."""
        return self.struct

    @property
    def entry(self) -> tuple[Any, Any, Any] | None:
        """The first stack entry (module, function, arguments), if known."""
        return None

    def blame(self) -> str:
        """Return what iex adds below the message: the arguments of a FunctionClauseError."""
        return ""


class ArgumentError(ElixirError):
    """Elixir's ArgumentError: `%ArgumentError{message: ...}`."""

    problems: dict[int, str] | None = None  # for functions of the VM itself

    def __init__(self, message: str = "argument error") -> None:
        super().__init__(exception("ArgumentError", message=message))

    @property
    def reason(self) -> Any:
        """The exit reason: `:badarg` if raised by a function of the VM, otherwise the struct."""
        return self.struct if self.problems is None else A.badarg

    @classmethod
    def at(cls, position: int, problem: str) -> "ArgumentError":
        """Return the error for the argument at `position`, as ETS and Erlang functions raise it."""
        return cls.among({position: problem})

    @classmethod
    def of_erlang(cls, message: str = "argument error") -> "ArgumentError":
        """Return Erlang's own `badarg`, without details about the arguments."""
        error = cls(message)
        error.problems = {}
        return error

    @classmethod
    def among(cls, problems: dict[int, str]) -> "ArgumentError":
        """Return the error for several arguments; `problems` maps positions to texts."""
        error = cls(problems_text(problems))
        error.problems = problems
        return error


class RuntimeError_(ElixirError):  # noqa: N801, N818  # RuntimeError is Python's
    """Elixir's RuntimeError: `%RuntimeError{message: ...}`."""

    def __init__(self, message: str = "runtime error") -> None:
        super().__init__(exception("RuntimeError", message=message))


class ArithmeticError_(ElixirError):  # noqa: N801, N818  # ArithmeticError is Python's
    """Elixir's ArithmeticError: `%ArithmeticError{message: ...}`."""

    def __init__(self, message: str = "bad argument in arithmetic expression") -> None:
        super().__init__(exception("ArithmeticError", message=message))

    @property
    def reason(self) -> Any:
        """The exit reason `:badarith`."""
        return A.badarith


class VmError(ElixirError):
    """A VM error with an Erlang reason such as `{:badbool, :and, 1}`."""

    def __init__(self, struct: Map, reason: Any) -> None:
        super().__init__(struct)
        self._reason = reason

    @property
    def reason(self) -> Any:
        """The Erlang reason."""
        return self._reason


class _TermError(ElixirError):
    """A VM error about a term, with a reason such as `{:badmatch, term}`."""

    @property
    def reason(self) -> Any:
        """The Erlang reason."""
        return (ERLANG_TAGS[self.struct.get(A.__struct__)], self.struct.get(A.term))


class MatchError(_TermError):
    """Elixir's MatchError, no match of right hand side value: `%MatchError{term: ...}`."""

    def __init__(self, term: Any) -> None:
        super().__init__(exception("MatchError", term=term))


def ok_value(answer: Any) -> Any:
    """Return the value of `{:ok, value}`. Mirrors `{:ok, value} = answer`.

    Raises:
        MatchError: the answer is anything else, such as `{:error, :killed}`.
    """
    match answer:
        case (A.ok, value):
            return value
    raise MatchError(answer)


class CaseClauseError(_TermError):
    """Elixir's CaseClauseError: `%CaseClauseError{term: ...}`."""

    def __init__(self, term: Any) -> None:
        super().__init__(exception("CaseClauseError", term=term))


class BadMapError(_TermError):
    """Elixir's BadMapError, expected a map: `%BadMapError{term: ...}`."""

    def __init__(self, term: Any) -> None:
        super().__init__(exception("BadMapError", term=term))


class KeyError_(ElixirError):  # noqa: N801, N818  # KeyError is Python's
    """Elixir's KeyError: `%KeyError{key: ..., term: ...}`."""

    def __init__(self, key: Any, term: Any) -> None:
        super().__init__(exception("KeyError", key=key, term=term, message=None))
        self.tells_term = True

    @classmethod
    def of_update(cls, key: Any, term: Any) -> "KeyError_":
        """Return the error of `%{map | key: value}` and `Map.fetch!`: its reason has no term."""
        error = cls(key, term)
        error.tells_term = False
        return error

    @property
    def reason(self) -> Any:
        """The exit reason `{:badkey, key, term}`, or `{:badkey, key}` for `%{map | key: value}`."""
        short = (A.badkey, self.struct.get(A.key))
        return (*short, self.struct.get(A.term)) if self.tells_term else short


class FunctionClauseError(ElixirError):
    """No clause of `function` matches; `blame` shows the arguments and the clauses tried.

    `given` holds the arguments that iex shows, `args` those it does not show.
    A clause is written as in iex, with the failed parts between hyphens:
    `def whereis(pid) when -is_pid(pid)-`.
    """

    def __init__(
        self,
        module: Any,
        function: Atom,
        arity: int,
        given: Sequence[Any] = (),
        clauses: Sequence[str] | Callable[[], Sequence[str]] = (),
        args: Sequence[Any] = (),
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
        self.width: int | None = 80  # in which an argument is shown
        self._entry = (module, function, tuple(args or given) or arity)

    @property
    def reason(self) -> Any:
        """The exit reason `:function_clause`."""
        return A.function_clause

    @property
    def entry(self) -> tuple[Any, Any, Any]:
        """The function, with its arguments if known, otherwise its arity."""
        return self._entry

    def blame(self) -> str:
        """Return the arguments and the clauses, indented as in iex."""
        if not self.given:
            return ""
        lines = ["", "", f"The following arguments were given to {self.call}:"]
        for number, argument in enumerate(self.given, 1):
            text = inspect(argument, width=self.width).replace("\n", "\n    ")
            lines += ["", f"    # {number}", f"    {text}"]
        clauses = self.clauses() if callable(self.clauses) else self.clauses
        if clauses:
            count = min(len(clauses), MOST_CLAUSES)
            title = f"Attempted function clauses (showing {count} out of {len(clauses)}):"
            lines += ["", title, ""]
            lines += [f"    {each}" for each in clauses[:count]]
            left = len(clauses) - count
            if left:
                lines += [
                    "    ...",
                    f"    ({left} {'clause' if left == 1 else 'clauses'} not shown)",
                ]
        return "\n".join("    " + line if line else line for line in "\n".join(lines).split("\n"))


class UndefinedFunctionError(ElixirError):
    """The function or its module does not exist."""

    def __init__(self, module: Any, function: Any, args: Sequence[Any], message: str) -> None:
        fields = {"module": module, "function": function, "arity": len(args), "reason": None}
        super().__init__(exception("UndefinedFunctionError", **fields, message=message))
        self._entry = (module, function, tuple(args))

    @property
    def reason(self) -> Any:
        """The exit reason `:undef`."""
        return A.undef

    @property
    def entry(self) -> tuple[Any, Any, Any]:
        """The function with its arguments."""
        return self._entry


class ErlangError(ElixirError):
    """Elixir's ErlangError, an error reason from Erlang: `%ErlangError{original: ...}`."""

    def __init__(self, original: Any, reason: str | None = None) -> None:
        """Create the error; its message ends with `reason`, a text about the arguments."""
        super().__init__(exception("ErlangError", original=original, reason=reason))

    @property
    def reason(self) -> Any:
        """The exit reason: the argument of `:erlang.error`."""
        return self.struct.get(A.original)


def exception_struct(error: Exception) -> Map:
    """Return the struct of any Python exception; it is named after the exception's class."""
    if isinstance(error, ElixirError):
        return error.struct
    try:
        text = str(error)
    except BaseException as broken:
        ours = isinstance(broken, KeyboardInterrupt) or type(broken).__module__.startswith(
            "kvshell"
        )
        if ours and not isinstance(broken, Exception):
            raise  # an interrupt, or the end of the process
        text = "<exception str() failed>"
    message = text.encode("utf-8", "backslashreplace").decode()
    return exception(type(error).__name__, message=visible(message))
