"""Exception structs: creating them, deriving them from crash reasons, and their messages."""

from collections.abc import Callable
from typing import Any

from kvshell.terms.atom import A, Atom, alias
from kvshell.terms.list import List
from kvshell.terms.map import Map
from kvshell.terms.printing.inspection import inspect
from kvshell.terms.printing.spelling import as_call
from kvshell.terms.values import Function, Pid, Ref


def exception(name: str, **fields: Any) -> Map:
    """Return the struct of an exception; `name` is its module."""
    pairs: list[tuple[Any, Any]] = [(Atom(field), value) for field, value in fields.items()]
    return Map([(A.__struct__, alias(name)), (A.__exception__, True), *pairs])


def is_exception(term: Any) -> bool:
    """Whether `term` is an exception struct."""
    return type(term) is Map and term.get(A.__exception__) is True


def exception_message(struct: Map) -> str:
    """Return the message of an exception struct. Mirrors Exception.message/1."""
    message = struct.get(A.message)
    if type(message) is str and struct.get(A.__struct__) not in _MORE_THAN_MESSAGE:
        return message
    say = _MESSAGES.get(struct.get(A.__struct__))
    return say(struct) if say else f"got {_one_line(struct)} while retrieving Exception.message/1"


def normalized(reason: Any, stack: Any = None) -> Map | None:
    """Return the exception for an Erlang error reason such as `{:badmatch, 1}`.

    The first entry of `stack`, if given, names the function of a `:function_clause`, and the bad
    arguments of a `:badarg`. None for a reason without its own exception, which `raise` turns into
    an ErlangError.
    """
    if is_exception(reason):
        return reason  # type: ignore[no-any-return]  # a struct is a Map
    match reason:
        case A.function_clause | A.undef:
            return _of_function(reason, stack)
        case A.badarg if (problems := _problems(stack)) is not None:
            return exception("ArgumentError", message=problems_text(problems))
        case (A.badkey, name, term):
            return exception("KeyError", key=name, term=term, message=None)
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


def _of_function(reason: Any, stack: Any) -> Map | None:
    """Return the exception for a missing clause or a missing function."""
    entry = stack.items[0] if type(stack) is List and stack.items else None
    match entry:
        case (module, function, args, _where):
            arity = len(args) if type(args) is List else args
            fields = {"module": module, "function": function, "arity": arity}
            if reason is A.undef:
                return exception("UndefinedFunctionError", **fields, reason=None, message=None)
            return exception("FunctionClauseError", **fields, kind=None, args=None, clauses=None)
    return None


def _problems(stack: Any) -> dict[int, str] | None:
    """Return the problem with each argument, as given by the first stack entry."""
    if type(stack) is not List or not stack.items:
        return None
    match stack.items[0]:
        case (_module, _function, _args, List(((A.error_info, Map() as info),))):
            cause = info.get(A.cause)
            if type(cause) is Map:
                return dict(cause.items())
    return None


def call_text(module: Any, function: Any, tail: str) -> str:
    """Return a call as text; `tail` is `/2` or `(1, 2)`. Mirrors Exception.format_mfa/3."""
    if type(function) is Atom and function.name[:1] == "-" and "-fun-" in function.name:
        outer, _, arity = function.name[1:].partition("-fun-")[0].rpartition("/")
        return f"anonymous fn{tail} in {call_text(module, Atom(outer), f'/{arity}')}"
    return f"{inspect(module)}.{as_call(_name(function))}{tail}"


def _name(function: Any) -> str:
    return function.name if type(function) is Atom else inspect(function)


def _one_line(term: Any) -> str:
    return inspect(term, width=None)


def _of(field: Atom, text: str) -> Callable[[Map], str]:
    return lambda struct: text + _one_line(struct.get(field))


def _key_error(struct: Map) -> str:
    message = f"key {_one_line(struct.get(A.key))} not found"
    term = struct.get(A.term)
    return message if term is None else f"{message} in: {_one_line(term)}"


def _function_clause(struct: Map) -> str:
    if struct.get(A.function) is None:
        return "no function clause matches"
    tail = f"/{inspect(struct.get(A.arity))}"
    call = call_text(struct.get(A.module), struct.get(A.function), tail)
    return f"no function clause matching in {call}"


def _undefined(struct: Map) -> str:
    tail = f"/{inspect(struct.get(A.arity))}"
    module = struct.get(A.module)
    call = call_text(module, struct.get(A.function), tail)
    if module in missing_modules:
        return f"function {call} is undefined (module {_one_line(module)} is not available)"
    return f"function {call} is undefined or private"


# Modules that a call found missing. The reason `:undef` does not tell whether it was the module or
# the function, and its text is made later, by code that cannot look up modules.
missing_modules: set[Any] = set()


def _erlang(struct: Map) -> str:
    text, details = _one_line(struct.get(A.original)), struct.get(A.reason)
    return f"Erlang error: {text}{details if type(details) is str else ''}"


def _in_file(struct: Map) -> str:
    """Return `file:line:column: description`, and the line with a caret below it."""
    places = [struct.get(A.file), struct.get(A.line), struct.get(A.column)]
    place = "".join(f"{place}:" for place in places if place is not None)
    text = f"{place} {struct.get(A.description)}"
    snippet = struct.get(A.snippet)
    if type(snippet) is not Map:
        return text
    number = " " + f"{struct.get(A.line)}".rjust(2)
    content, offset = snippet.get(A.content), snippet.get(A.offset)
    bar = " " * len(number) + " |"
    return f"{text}\n{bar}\n{number} | {content}\n{bar} {' ' * offset}^"


def say_with(module: Atom, say: Callable[[Map], str], *, always: bool = False) -> None:
    """Register `say`, which returns the message of an exception of `module`.

    With `always` it is also called for an exception that has a `message`, which it may include.
    """
    _MESSAGES[module] = say
    if always:
        _MORE_THAN_MESSAGE.add(module)


_MORE_THAN_MESSAGE: set[Any] = set()


def _undefined_protocol(struct: Map) -> str:
    value = struct.get(A.value)
    message = (
        f"protocol {_one_line(struct.get(A.protocol))} not implemented for {_one_line(value)}"
        f" of type {_type_name(value)}"
    )
    description = struct.get(A.description)
    return f"{message}, {description}" if description else message


def _type_name(value: Any) -> str:
    if type(value) is Map:
        module = value.get(A.__struct__)
        return f"{_one_line(module)} (a struct)" if type(module) is Atom else "Map"
    return _TYPE_NAMES.get(type(value), "BitString")


_TYPE_NAMES: dict[type, str] = {
    int: "Integer",
    float: "Float",
    Atom: "Atom",
    bool: "Atom",
    type(None): "Atom",
    List: "List",
    tuple: "Tuple",
    Pid: "PID",
    Ref: "Reference",
    Function: "Function",
}


def _bad_arity(struct: Map) -> str:
    function, args = struct.get(A.function), struct.get(A.args)
    if type(function) is not Function or type(args) is not List:
        return f"got {_one_line(struct)} while retrieving Exception.message/1"
    count = len(args.items)
    given = ", ".join(map(_one_line, args.items))
    called = f"{count} argument{'' if count == 1 else 's'} ({given})" if count else "no arguments"
    return f"{_one_line(function)} with arity {function.capture.arity} called with {called}"


def _bad_boolean(struct: Map) -> str:
    operator = struct.get(A.operator)
    name = operator if type(operator) is str else _name(operator)
    return f'expected a boolean on left-side of "{name}", got: {_one_line(struct.get(A.term))}'


def _bad_struct(struct: Map) -> str:
    expected, term = struct.get(A.struct), struct.get(A.term)
    return f"expected a struct named {_one_line(expected)}, got: {_one_line(term)}"


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
    alias("Protocol.UndefinedError"): _undefined_protocol,
    alias("BadArityError"): _bad_arity,
    alias("BadBooleanError"): _bad_boolean,
    alias("BadStructError"): _bad_struct,
    alias("KeyError"): _key_error,
    alias("SyntaxError"): _in_file,
    alias("TokenMissingError"): _in_file,
    alias("CompileError"): _in_file,
}
_ERLANG_WITH_TERM: dict[Atom, str] = {
    A.badmatch: "MatchError",
    A.case_clause: "CaseClauseError",
    A.with_clause: "WithClauseError",
    A.try_clause: "TryClauseError",
    A.badmap: "BadMapError",
    A.badfun: "BadFunctionError",
}
ERLANG_TAGS = {alias(name): tag for tag, name in _ERLANG_WITH_TERM.items()}
_ERLANG: dict[Atom, tuple[str, str]] = {
    A.badarg: ("ArgumentError", "argument error"),
    A.badarith: ("ArithmeticError", "bad argument in arithmetic expression"),
    A.system_limit: ("SystemLimitError", "a system limit has been reached"),
    A.cond_clause: ("CondClauseError", "no cond clause evaluated to a truthy value"),
}


def problems_text(problems: dict[int, str]) -> str:
    """Return an ArgumentError's text about arguments: `1st argument: not a pid`."""
    lines = "".join(
        f"  * {_ORDINALS.get(position, f'{position}th')} argument: {problem}\n"
        for position, problem in sorted(problems.items())
    )
    return f"errors were found at the given arguments:\n\n{lines}"


_ORDINALS = {1: "1st", 2: "2nd", 3: "3rd"}
