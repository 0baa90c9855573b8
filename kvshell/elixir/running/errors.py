"""The errors that compiled Elixir raises itself, with Elixir 1.14's messages."""

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

PROMPT_PLACE = ":erl_eval.expr/6"  # the reported origin of a typed closure


class OperandError(ArithmeticError_):
    """An ArithmeticError that shows the failed operation at the prompt."""

    def __init__(self, operation: str) -> None:
        super().__init__()
        self.operation = operation

    def blame(self) -> str:
        """Return the operation, as iex adds it to the message."""
        return f": {self.operation}"


class ArityError(VmError):
    """A closure called with the wrong number of arguments."""

    def __init__(self, function: Term, args: Sequence[Term]) -> None:
        struct = exception("BadArityError", function=function, args=List(args))
        super().__init__(struct, (A.badarity, (function, List(args))))


class PlacedError(ElixirError):
    """A compiler error that shows, below the message, what was being expanded."""

    def __init__(self, struct: Map, place: str) -> None:
        super().__init__(struct)
        self.place = place

    def blame(self) -> str:
        """Return the line below the message."""
        return f"\n    {self.place}"


def operand_error(operator: str, *operands: Term) -> OperandError:
    """Return the error of `left operator right`, or of a unary `operator operand`."""
    texts = [inspect(operand, width=None) for operand in operands]
    if operator.isalpha():
        return OperandError(f"{operator}({', '.join(texts)})")
    if len(texts) == 1:
        return OperandError(f"{operator}{texts[0]}")
    return OperandError(f"{texts[0]} {operator} {texts[1]}")


def bad_boolean(operator: str, value: Term) -> ElixirError:
    """Return the error of `value and ...`."""
    struct = exception("BadBooleanError", operator=operator, term=value)
    return VmError(struct, (A.badbool, Atom(operator), value))


def bad_function(value: Term) -> ElixirError:
    """Return the error of calling something that is not a function."""
    return VmError(exception("BadFunctionError", term=value), (A.badfun, value))


def clause_error(name: str, value: Term) -> ElixirError:
    """Return a WithClauseError or TryClauseError."""
    return VmError(exception(name, term=value), (ERLANG_TAGS[alias(name)], value))


def cond_error() -> ElixirError:
    """Return the error of a `cond` without a true condition."""
    return VmError(exception("CondClauseError"), A.cond_clause)


def compile_error(file: str, line: int, description: str) -> ElixirError:
    """Return a CompileError; its message starts with the position."""
    return ElixirError(exception("CompileError", file=file, line=line, description=description))


# What shows here what a user expects of a module that draws windows or measures a BEAM.
_INSTEAD = {
    ":observer": "tree, processes, tables and watch show what runs",
    ":dbg": "messages, :sys.trace and watch show what is sent",
    ":erlang.memory/0": "processes and tables show what there is",
    ":erlang.memory/1": "processes and tables show what there is",
}


def refused(name: str, place: str = "") -> ElixirError:
    """Return the error for a feature that this shell lacks; `place` is put in front, if given."""
    instead = _INSTEAD.get(name, "help elixir")
    message = f"{place}{name} is not part of this shell's Elixir: {instead}"
    return ElixirError(exception("CommandError", message=message))


def undefined_function(
    module: Term, name: str, arity: int, *, reason: str, message: str
) -> ElixirError:
    """Return an UndefinedFunctionError with the message of Elixir's blame."""
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
    """Return the error of a function without a clause for `given`."""
    return FunctionClauseError(module, Atom(name), arity, given)


class AnonymousClauseError(FunctionClauseError):
    """No clause of an anonymous function matches the arguments."""

    def __init__(self, place: str, arity: int, given: Sequence[Term]) -> None:
        super().__init__(alias("Kernel"), Atom("fn"), arity, given)
        if place == PROMPT_PLACE:  # typed code is evaluated: all closures share a name
            self.call = f':erl_eval."-inside-an-interpreted-fun-"/{arity}'
        else:
            self.call = f"anonymous fn/{arity} in {place}"
        self.struct = self.struct.put(
            Atom("message"), f"no function clause matching in {self.call}"
        )


def system_limit(why: str) -> ElixirError:
    """Return the error of a program that exceeds a limit."""
    return ElixirError(
        exception("SystemLimitError", message=f"a system limit has been reached: {why}")
    )


def shown_call(module: Term, name: str, arity: int) -> str:
    """Return `Module.name/arity`."""
    return call_text(module, Atom(name), f"/{arity}")
