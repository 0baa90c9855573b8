"""Exception."""

from typing import Any

from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.registry import EMPTY_LIST, Cost, Library
from kvshell.terms import (
    A,
    ElixirError,
    Function,
    List,
    Map,
    Term,
    exception_message,
    format_banner,
    format_exit,
    format_places,
    inspect,
)
from kvshell.terms import exception as struct_of
from kvshell.terms.printing.exceptions import call_text, is_exception, normalized

exception = Library("Exception", Cost.LOOPS)


@exception.function(name="exception?")
def exception_p(term: Term) -> Term:
    """Tells whether a term is an exception."""
    return is_exception(term)


@exception.function()
def message(exception: Term) -> Term:
    """Returns the message of an exception."""
    if not is_exception(exception):
        tried = "def message(-%module{__exception__: true} = exception-)"
        raise no_clause("Exception", "message", (exception,), tried)
    return exception_message(exception)


@exception.function(name="normalize")
def normalize(kind: Term, payload: Term, stacktrace: Term = EMPTY_LIST) -> Term:
    """Returns the exception for an Erlang error reason."""
    del stacktrace
    if kind is not A.error:
        return payload
    return normalized(payload) or struct_of("ErlangError", original=payload, reason=None)


@exception.function(name="format_banner")
def banner(kind: Term, exception: Term, stacktrace: Term = EMPTY_LIST) -> Term:
    """Returns the line with two stars, as the prompt prints it."""
    del stacktrace
    return format_banner(kind, exception)


@exception.function(name="format")
def format_(kind: Term, payload: Term, stacktrace: Term = EMPTY_LIST) -> Term:
    """Returns an error as the prompt prints it, including its stack."""
    lines = [format_banner(kind, payload)]
    lines += [f"    {place}" for place in format_places(stacktrace)]
    return "\n".join(lines)


@exception.function(name="format_exit")
def exit_(reason: Term) -> Term:
    """Returns an exit reason as text."""
    return format_exit(reason)


@exception.function()
def format_mfa(module: Term, fun: Term, arity: Term) -> Term:
    """Returns a call as text, with its arity or its arguments."""
    if type(arity) is List:
        return call_text(module, fun, f"({', '.join(_one_line(each) for each in arity.items)})")
    return call_text(module, fun, f"/{arity}")


def _one_line(term: Any) -> str:
    return inspect(term, width=None)


@exception.function()
def format_fa(fun: Term, arity: Term) -> Term:
    """Returns a closure and its arity or arguments as text."""
    if type(fun) is not Function:
        raise no_clause("Exception", "format_fa", (fun, arity))
    if type(arity) is List:
        return f"{_one_line(fun)}({', '.join(_one_line(each) for each in arity.items)})"
    return f"{_one_line(fun)}/{arity}"


@exception.function()
def format_file_line(file: Term, line: Term, suffix: Term = "") -> Term:
    """Returns a file and a line as text."""
    if not file:
        return ""
    return f"{file}:{line}:{suffix}" if line else f"{file}:{suffix}"


@exception.function()
def format_file_line_column(file: Term, line: Term, column: Term, suffix: Term = "") -> Term:
    """Returns a file, a line and a column as text."""
    if not file:
        return ""
    if not line:
        return f"{file}:{suffix}"
    return f"{file}:{line}:{column}:{suffix}" if column else f"{file}:{line}:{suffix}"


@exception.function()
def format_stacktrace(trace: Term = EMPTY_LIST) -> Term:
    """Returns a stack as text, one line per entry."""
    return "".join(f"    {_entry(each)}\n" for each in trace.items) or "\n"


@exception.function()
def format_stacktrace_entry(entry: Term) -> Term:
    """Returns one entry of a stack as text."""
    return _entry(entry)


def _entry(entry: Any) -> str:
    match entry:
        case (module, function, arity, List() as place):
            where = dict(each for each in place.items if type(each) is tuple and len(each) == 2)
            front = format_file_line(_text(where.get(A.file)), where.get(A.line))
            call = format_mfa(module, function, arity)
            return f"{front} {call}" if front else str(call)
    return _one_line(entry)


def _text(file: Any) -> Any:
    return "".join(map(chr, file.items)) if type(file) is List else file


@exception.function()
def blame(kind: Term, error: Term, stacktrace: Term) -> Term:
    """Returns the error with details about its cause, and the stack."""
    return (normalize(kind, error) if kind is A.error else error), stacktrace


def raised(struct: Map) -> ElixirError:
    """Return the Python exception of an exception struct."""
    return ElixirError(struct)
