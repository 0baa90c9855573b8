"""Exception: messages of errors and exits, stacktraces, and blame."""

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
    """Converts an Erlang error reason to the exception for it."""
    del stacktrace
    if kind is not A.error:
        return payload
    return normalized(payload) or struct_of("ErlangError", original=payload, reason=None)


@exception.function(name="format_banner")
def banner(kind: Term, exception: Term, stacktrace: Term = EMPTY_LIST) -> Term:
    """Formats an error, exit or throw as the line with two stars that the prompt prints."""
    del stacktrace
    return format_banner(kind, exception)


@exception.function(name="format")
def format_(kind: Term, payload: Term, stacktrace: Term = EMPTY_LIST) -> Term:
    """Formats an error, exit or throw with its stacktrace, as the prompt prints it."""
    lines = [format_banner(kind, payload)]
    lines += [f"    {place}" for place in format_places(stacktrace)]
    return "\n".join(lines)


@exception.function(name="format_exit")
def exit_(reason: Term) -> Term:
    """Formats an exit reason."""
    return format_exit(reason)


@exception.function()
def format_mfa(module: Term, fun: Term, arity: Term) -> Term:
    """Formats a function with its arity or its arguments: `Enum.map/2`, `Enum.map([], f)`."""
    if type(arity) is List:
        return call_text(module, fun, f"({', '.join(_one_line(each) for each in arity.items)})")
    return call_text(module, fun, f"/{arity}")


def _one_line(term: Any) -> str:
    return inspect(term, width=None)


@exception.function()
def format_fa(fun: Term, arity: Term) -> Term:
    """Formats an anonymous function with its arity or its arguments."""
    if type(fun) is not Function:
        raise no_clause("Exception", "format_fa", (fun, arity))
    if type(arity) is List:
        return f"{_one_line(fun)}({', '.join(_one_line(each) for each in arity.items)})"
    return f"{_one_line(fun)}/{arity}"


@exception.function()
def format_file_line(file: Term, line: Term, suffix: Term = "") -> Term:
    """Formats a file and a line: `lib/kv.ex:7:`."""
    if not file:
        return ""
    return f"{file}:{line}:{suffix}" if line else f"{file}:{suffix}"


@exception.function()
def format_file_line_column(file: Term, line: Term, column: Term, suffix: Term = "") -> Term:
    """Formats a file, a line and a column: `lib/kv.ex:7:2:`."""
    if not file:
        return ""
    if not line:
        return f"{file}:{suffix}"
    return f"{file}:{line}:{column}:{suffix}" if column else f"{file}:{line}:{suffix}"


@exception.function()
def format_stacktrace(trace: Term = EMPTY_LIST) -> Term:
    """Formats a stacktrace, one line per entry."""
    return "".join(f"    {_entry(each)}\n" for each in trace.items) or "\n"


@exception.function()
def format_stacktrace_entry(entry: Term) -> Term:
    """Formats an entry of a stacktrace."""
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
    """Returns `{error, stacktrace}`; the error may have details about its cause."""
    return (normalize(kind, error) if kind is A.error else error), stacktrace


def raised(struct: Map) -> ElixirError:
    """Return the Python exception for an exception struct."""
    return ElixirError(struct)
