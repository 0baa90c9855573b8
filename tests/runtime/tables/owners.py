"""Processes that own tables, and the errors that iex prints when access is refused."""

from collections.abc import Callable
from typing import Any

from kvshell.runtime import process
from kvshell.terms import A, ArgumentError, Atom, Pid, Ref, Term

MISSING = "the table identifier does not refer to an existing ETS table"
NO_RIGHT = "the table identifier refers to an ETS table with insufficient access rights"
TRANSFER = Atom("ETS-TRANSFER")


def error(position: str, problem: str) -> str:
    """Return what iex prints for an ArgumentError about one argument."""
    return (
        "** (ArgumentError) errors were found at the given arguments:\n\n"
        f"  * {position} argument: {problem}"
    )


def elsewhere(code: Callable[[], Term]) -> Term:
    """Return the result of `code()` in a separate process, or the text of its error."""
    me, tag = process.self_(), Ref(-1)

    def run() -> None:
        try:
            answer = code()
        except ArgumentError as refused:
            answer = str(refused)
        process.send(me, (tag, answer))

    pid = process.spawn(run)
    ref = process.monitor(pid)
    answer = process.receive(lambda m: m[0] is tag)[1]
    process.receive(lambda m: m[:2] == (A.DOWN, ref))
    return answer


def owner_of(code: Callable[[], Any]) -> Pid:
    """Start a process that runs `code` and lives until `end`; wait until `code` has finished."""
    me, tag = process.self_(), Ref(-2)

    def own() -> None:
        code()
        process.send(me, tag)
        process.receive(lambda m: m is A.stop)

    pid = process.spawn(own)
    process.receive(lambda m: m is tag)
    return pid


def end(pid: Pid) -> None:
    """Stop a process started by `owner_of`, and wait for its end."""
    ref = process.monitor(pid)
    process.send(pid, A.stop)
    process.receive(lambda m: m[:2] == (A.DOWN, ref))


def refusal(position: str, problem: str) -> str:
    """Return the message of the ArgumentError that `error` prints."""
    return error(position, problem).removeprefix("** (ArgumentError) ") + "\n"
