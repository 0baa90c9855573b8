"""Exception structs: making one, naming what a crash reason holds, and what each says."""

from collections.abc import Callable
from typing import Any

from kvshell.terms.atom import A, Atom, alias
from kvshell.terms.inspection import inspect
from kvshell.terms.map import Map
from kvshell.terms.spelling import as_call


def exception(name: str, **fields: Any) -> Map:
    """Return the struct of the exception module `name`."""
    pairs: list[tuple[Any, Any]] = [(Atom(field), value) for field, value in fields.items()]
    return Map([(A.__struct__, alias(name)), (A.__exception__, True), *pairs])


def is_exception(term: Any) -> bool:
    """Whether `term` is the struct of an exception."""
    return type(term) is Map and term.get(A.__exception__) is True


def exception_message(struct: Map) -> str:
    """Return `Exception.message(struct)`."""
    message = struct.get(A.message)
    if type(message) is str:
        return message
    say = _MESSAGES.get(struct.get(A.__struct__))
    return say(struct) if say else f"got {_said(struct)} while retrieving Exception.message/1"


def normalized(reason: Any) -> Map | None:
    """Return the exception that an error reason of Erlang's stands for: `{:badmatch, 1}`.

    None for a reason that has no exception of its own; `raise`d it is an ErlangError.
    """
    if is_exception(reason):
        return reason  # type: ignore[no-any-return]  # a struct is a Map
    match reason:
        case (Atom() as tag, value) if tag in _ERLANG_WITH_TERM:
            return exception(_ERLANG_WITH_TERM[tag], term=value)
        case (A.nocatch, _):
            return exception("ErlangError", original=reason, reason=None)
        case (A.badkey, name):
            return exception("KeyError", key=name, term=None, message=None)
        case Atom() if reason in _ERLANG:
            name, message = _ERLANG[reason]
            return exception(name, message=message)
    return None


def call_text(module: Any, function: Any, tail: str) -> str:
    """Return a call as `Exception.format_mfa` writes it; `tail` is `/2` or `(1, 2)`."""
    return f"{inspect(module)}.{as_call(_name(function))}{tail}"


def _name(function: Any) -> str:
    return function.name if type(function) is Atom else inspect(function)


def _said(term: Any) -> str:
    return inspect(term, width=None)


def _of(field: Atom, text: str) -> Callable[[Map], str]:
    return lambda struct: text + _said(struct.get(field))


def _key_error(struct: Map) -> str:
    message = f"key {_said(struct.get(A.key))} not found"
    term = struct.get(A.term)
    return message if term is None else f"{message} in: {_said(term)}"


def _function_clause(struct: Map) -> str:
    if struct.get(A.function) is None:
        return "no function clause matches"
    tail = f"/{inspect(struct.get(A.arity))}"
    call = call_text(struct.get(A.module), struct.get(A.function), tail)
    return f"no function clause matching in {call}"


def _undefined(struct: Map) -> str:
    tail = f"/{inspect(struct.get(A.arity))}"
    call = call_text(struct.get(A.module), struct.get(A.function), tail)
    return f"function {call} is undefined or private"


def _erlang(struct: Map) -> str:
    details = struct.get(A.reason)
    return f"Erlang error: {_said(struct.get(A.original))}{details if type(details) is str else ''}"


_MESSAGES: dict[Any, Callable[[Map], str]] = {
    alias("MatchError"): _of(A.term, "no match of right hand side value: "),
    alias("CaseClauseError"): _of(A.term, "no case clause matching: "),
    alias("WithClauseError"): _of(A.term, "no with clause matching: "),
    alias("TryClauseError"): _of(A.term, "no try clause matching: "),
    alias("CondClauseError"): lambda _: "no cond clause evaluated to a truthy value",
    alias("BadMapError"): _of(A.term, "expected a map, got: "),
    alias("BadFunctionError"): _of(A.term, "expected a function, got: "),
    alias("ErlangError"): _erlang,
    alias("FunctionClauseError"): _function_clause,
    alias("UndefinedFunctionError"): _undefined,
    alias("KeyError"): _key_error,
}
_ERLANG_WITH_TERM: dict[Atom, str] = {
    A.badmatch: "MatchError",
    A.case_clause: "CaseClauseError",
    A.with_clause: "WithClauseError",
    A.try_clause: "TryClauseError",
    A.badmap: "BadMapError",
    A.badfun: "BadFunctionError",
}
_ERLANG: dict[Atom, tuple[str, str]] = {
    A.badarg: ("ArgumentError", "argument error"),
    A.badarith: ("ArithmeticError", "bad argument in arithmetic expression"),
    A.system_limit: ("SystemLimitError", "a system limit has been reached"),
}
