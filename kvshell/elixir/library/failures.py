"""The exceptions that the library's functions raise."""

from collections.abc import Sequence
from typing import Any

from kvshell.terms import (
    A,
    ArithmeticError_,
    Atom,
    ElixirError,
    FunctionClauseError,
    List,
    Map,
    alias,
    inspect,
)
from kvshell.terms import exception as struct_of
from kvshell.terms.printing.errors import VmError


def failure(name: str, message: str) -> ElixirError:
    """Return an exception of the module `name` that has only a message."""
    return ElixirError(struct_of(name, message=message))


def empty() -> ElixirError:
    """Return an Enum.EmptyError, as for `Enum.max([])`."""
    return failure("Enum.EmptyError", "empty error")


def out_of_bounds() -> ElixirError:
    """Return an Enum.OutOfBoundsError, as for `Enum.fetch!([], 1)`."""
    return failure("Enum.OutOfBoundsError", "out of bounds error")


def bad_function(term: Any) -> ElixirError:
    """Return the BadFunctionError for a call of `term`, as in `1.()`."""
    return VmError(struct_of("BadFunctionError", term=term), (A.badfun, term))


def bad_arity(function: Any, args: Sequence[Any]) -> ElixirError:
    """Return the BadArityError for `function` and `args`, as for `(fn -> 1 end).(2)`."""
    struct = struct_of("BadArityError", function=function, args=List(args))
    return VmError(struct, (A.badarity, (function, List(args))))


def undefined_protocol(protocol: str, value: Any, description: str = "") -> ElixirError:
    """Return the Protocol.UndefinedError for `value`, as for `Enum.map(1, f)`."""
    return ElixirError(
        struct_of(
            "Protocol.UndefinedError",
            protocol=alias(protocol),
            value=value,
            description=description,
        )
    )


def undefined_function(module: Any, name: str, arity: int, reason: Any = None) -> ElixirError:
    """Return the UndefinedFunctionError for `module.name/arity`, as for `Nope.f()`."""
    return ElixirError(
        struct_of(
            "UndefinedFunctionError",
            module=module,
            function=Atom(name),
            arity=arity,
            reason=reason,
            message=None,
        )
    )


def no_clause(module: str, name: str, args: Sequence[Any], *clauses: str) -> ElixirError:
    """Return the FunctionClauseError of `module.name` called with `args`."""
    args = [each for each in args if type(each) is not object]
    atom = Atom(module[1:]) if module.startswith(":") else alias(module)
    return FunctionClauseError(atom, Atom(name), len(args), tuple(args), clauses)


class BadArithmetic(ArithmeticError_):
    """An ArithmeticError for an operand that is not a number; `blame` shows the operation."""

    def __init__(self, operator: str, *operands: Any) -> None:
        super().__init__()
        self.operator = operator
        self.operands = operands

    def blame(self) -> str:
        """Return the text that iex appends to the message: the operation."""
        shown = [inspect(each, width=None) for each in self.operands]
        if self.operator[0].isalpha() and len(shown) > 1:
            return f": {self.operator}({', '.join(shown)})"
        return (
            f": {f' {self.operator} '.join(shown)}"
            if len(shown) > 1
            else f": {self.operator}{shown[0]}"
        )


def is_struct(term: Any, name: Atom | None = None) -> bool:
    """Whether `term` is a struct, of the module `name` if given."""
    if type(term) is not Map:
        return False
    module = term.get(A.__struct__)
    return type(module) is Atom if name is None else module is name
