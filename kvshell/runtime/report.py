"""Report: the text of a crash, as Elixir's logger prints it (without the stack lines)."""

from typing import TYPE_CHECKING, Final

from kvshell.runtime.exits import Thrown
from kvshell.runtime.places import stack_of
from kvshell.terms import A, List, Term, alias, exception_struct, format_banner, inspect, term

if TYPE_CHECKING:
    from kvshell.runtime.record import Process


def reason_of(error: BaseException) -> Term:
    """Return the exit reason for what was raised: `{%RuntimeError{...}, stack}`.

    A failed match stays an error of Erlang's own: `{{:badmatch, 2}, stack}`. The stack holds the
    places in files that were loaded (places.py), and nothing else.
    """
    if isinstance(error, Thrown):
        return ((A.nocatch, exit_reason(error.value)), List(()))
    if not isinstance(error, Exception):
        error = RuntimeError(f"{type(error).__name__} was raised")
    struct = exception_struct(error)
    tag = _ERLANGS.get(struct.get(A.__struct__))
    return (struct if tag is None else (tag, struct.get(A.term)), stack_of(error))


_ERLANGS: Final = {
    alias("BadMapError"): A.badmap,
    alias("CaseClauseError"): A.case_clause,
    alias("MatchError"): A.badmatch,
}


def exit_reason(reason: object) -> Term:
    """Return what code gave as its reason to exit, as a term; what is none, as the error it is."""
    try:
        return term(reason, "reason")
    except (TypeError, ValueError) as error:
        return reason_of(error)


def crashed(process: "Process", error: BaseException) -> Term:
    """Report that a bare process raised; return its exit reason. Mirrors the emulator's report."""
    reason = reason_of(error)
    banner = format_banner(A.error, reason[0])
    process.runtime.emit(
        "crash", process.pid, f"Process {inspect(process.pid)} raised an exception\n{banner}"
    )
    return reason
