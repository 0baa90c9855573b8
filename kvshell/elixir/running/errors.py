"""The errors that compiled code and its helpers raise, with Elixir 1.14's messages."""

from collections.abc import Sequence

from kvshell.terms import (
    A,
    ArithmeticError_,
    Atom,
    ElixirError,
    FunctionClauseError,
    List,
    Map,
    Term,
    alias,
    exception,
    inspect,
)
from kvshell.terms.printing.errors import VmError
from kvshell.terms.printing.exceptions import ERLANG_TAGS, call_text

PROMPT_PLACE = ":erl_eval.expr/6"  # the origin that a closure typed at the prompt prints


class OperandError(ArithmeticError_):
    """An ArithmeticError that shows the failed operation at the prompt."""

    def __init__(self, operation: str) -> None:
        super().__init__()
        self.operation = operation

    def blame(self) -> str:
        """Return the text that iex appends to the message: the operation."""
        return f": {self.operation}"


class ArityError(VmError):
    """A closure called with the wrong number of arguments."""

    def __init__(self, function: Term, args: Sequence[Term]) -> None:
        struct = exception("BadArityError", function=function, args=List(args))
        super().__init__(struct, (A.badarity, (function, List(args))))


class PlacedError(ElixirError):
    """A compile error with a line below its message that says what was being expanded."""

    def __init__(self, struct: Map, place: str) -> None:
        super().__init__(struct)
        self.place = place

    def blame(self) -> str:
        """Return that line."""
        return f"\n    {self.place}"


def operand_error(operator: str, *operands: Term) -> OperandError:
    """Return the ArithmeticError of `left operator right` or of a unary `operator operand`."""
    texts = [inspect(operand, width=None) for operand in operands]
    if operator.isalpha():
        return OperandError(f"{operator}({', '.join(texts)})")
    if len(texts) == 1:
        return OperandError(f"{operator}{texts[0]}")
    return OperandError(f"{texts[0]} {operator} {texts[1]}")


def bad_boolean(operator: str, value: Term) -> ElixirError:
    """Return the BadBooleanError of `value and ...` or `value or ...`."""
    struct = exception("BadBooleanError", operator=operator, term=value)
    return VmError(struct, (A.badbool, Atom(operator), value))


def bad_function(value: Term) -> ElixirError:
    """Return the BadFunctionError for a call of a term that is not a function."""
    return VmError(exception("BadFunctionError", term=value), (A.badfun, value))


def clause_error(name: str, value: Term) -> ElixirError:
    """Return a WithClauseError or TryClauseError, by `name`, for a value that no clause matches."""
    return VmError(exception(name, term=value), (ERLANG_TAGS[alias(name)], value))


def cond_error() -> ElixirError:
    """Return the CondClauseError of a `cond` without a true condition."""
    return VmError(exception("CondClauseError"), A.cond_clause)


def compile_error(file: str, line: int, description: str) -> ElixirError:
    """Return a CompileError; its message starts with the position."""
    return ElixirError(exception("CompileError", file=file, line=line, description=description))


# What to use here in place of modules that draw windows or measure a BEAM.
_INSTEAD = {
    ":observer": "tree, processes, tables and watch show what runs",
    ":dbg": "messages, :sys.trace and watch show what is sent",
    ":erlang.memory/0": "processes and tables show what there is",
    ":erlang.memory/1": "processes and tables show what there is",
}


def refused(name: str, place: str = "") -> ElixirError:
    """Return the error about a feature that this shell lacks; its message starts with `place`."""
    instead = _INSTEAD.get(name, "help elixir")
    message = f"{place}{name} is not part of this shell's Elixir: {instead}"
    return ElixirError(exception("CommandError", message=message))


def undefined_function(
    module: Term, name: str, arity: int, *, reason: str, message: str
) -> ElixirError:
    """Return an UndefinedFunctionError with this reason and this message."""
    return ElixirError(
        exception(
            "UndefinedFunctionError",
            module=module,
            function=Atom(name),
            arity=arity,
            reason=reason,
            message=message,
        )
    )


def function_clause(module: Term, name: str, arity: int, given: Sequence[Term]) -> ElixirError:
    """Return the FunctionClauseError of a function without a clause for the arguments `given`."""
    return FunctionClauseError(module, Atom(name), arity, given)


class AnonymousClauseError(FunctionClauseError):
    """A FunctionClauseError of an anonymous function."""

    def __init__(self, place: str, arity: int, given: Sequence[Term]) -> None:
        super().__init__(alias("Kernel"), Atom("fn"), arity, given)
        if place == PROMPT_PLACE:  # at the prompt, all closures print the same origin
            self.call = f':erl_eval."-inside-an-interpreted-fun-"/{arity}'
        else:
            self.call = f"anonymous fn/{arity} in {place}"
        self.struct = self.struct.put(
            Atom("message"), f"no function clause matching in {self.call}"
        )


def system_limit(why: str) -> ElixirError:
    """Return the SystemLimitError for exceeding the limit that `why` names."""
    return ElixirError(
        exception("SystemLimitError", message=f"a system limit has been reached: {why}")
    )


def shown_call(module: Term, name: str, arity: int) -> str:
    """Return `Module.name/arity`."""
    return call_text(module, Atom(name), f"/{arity}")
