"""format_exit() and format_banner(): reasons and exceptions as iex prints them, without stacks."""

from typing import Any

from kvshell.terms.atom import A, Atom
from kvshell.terms.errors import exception_message
from kvshell.terms.inspection import inspect
from kvshell.terms.list import List
from kvshell.terms.map import Map

_NOPROC = (
    "no process: the process is not alive or there's no process currently associated with the"
    " given name, possibly because its application isn't started"
)
_WORDS: dict[Any, str] = {
    A.normal: "normal",
    A.shutdown: "shutdown",
    A.killed: "killed",
    A.timeout: "time out",
    A.interrupted: "interrupted",
    A.noconnection: "no connection",
    A.calling_self: "process attempted to call itself",
    A.noproc: _NOPROC,
}


def format_exit(reason: Any) -> str:
    """Return `Exception.format_exit(reason)` without its stack lines."""
    return _format(reason, "\n    ")


def format_banner(kind: Any, reason: Any) -> str:
    """Return the `** (kind) reason` of iex; `kind` is :exit, :throw, :error or {:EXIT, pid}."""
    if type(kind) is tuple:
        return f"** (EXIT from {inspect(kind[1])}) shell process exited with reason: {format_exit(reason)}"
    if kind is A.exit:
        return f"** (exit) {format_exit(reason)}"
    if kind is A.throw:
        return f"** (throw) {inspect(reason, width=None)}"
    return _error_banner(reason)


def _error_banner(struct: Map) -> str:
    return f"** ({inspect(struct.get(A.__struct__))}) {exception_message(struct)}"


def _format(reason: Any, joiner: str) -> str:
    match reason:
        case (Map() as error, List()) if A.__exception__ in error:
            return f"an exception was raised:{joiner}{_error_banner(error)}"
        case (A.shutdown, inner):
            return f"shutdown: {inspect(inner, width=None)}"
        case (inner, (Atom() as module, Atom() as function, List() as args)):
            call = f"{inspect(module)}.{function.name}"
            said = ", ".join(inspect(arg, width=None) for arg in args)
            nested = _format(inner, joiner + "    ")
            return f"exited in: {call}({said}){joiner}** (EXIT) {nested}"
        case (A.bad_return_value, value):
            return f"bad return value: {inspect(value, width=None)}"
        case (A.already_started, pid):
            return f"already started: {inspect(pid)}"
    if type(reason) is Atom and reason in _WORDS:
        return _WORDS[reason]
    return inspect(reason, width=None)
