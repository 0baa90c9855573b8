"""check(): explores every schedule of your own servers, in your own test."""

from collections.abc import Callable
from typing import Final, Literal

from kvshell.explore.program.function_program import Clients, Written
from kvshell.explore.program_loading import verdicts
from kvshell.explore.report.difference import wanted
from kvshell.explore.report.verdict_text import views
from kvshell.explore.search.choices import STEPS
from kvshell.explore.search.search import BUDGET
from kvshell.explore.search.single_run import execute
from kvshell.explore.search.token import Follow, read_token
from kvshell.explore.verdict.verdict import Verdict
from kvshell.runtime.schedule.threads import Threads
from kvshell.runtime.search.steps import FaultModel, Numbers, Patience
from kvshell.views import DOCUMENT, render_view

Law = Literal["both", "spec", "beam"]

_LAWS: Final[dict[Law, tuple[bool, ...]]] = {
    "both": (True, False),
    "spec": (True,),
    "beam": (False,),
}
_CRASHES: Final = range(4)
_FOR_EVER: Final = Patience(None)  # a debugger waits for its user


class Failed(AssertionError):  # noqa: N818  # pytest prints the name before the report
    """A schedule fails, or not all could be run; `verdicts` holds the results."""

    def __init__(self, message: str, verdicts: tuple[Verdict, ...]) -> None:
        super().__init__(message)
        self.verdicts = verdicts


Failed.__module__ = "kvshell.explore"  # its import path, which pytest prints


def check(
    program: Callable[[], Clients],
    law: Law = "both",
    *,
    budget: int = BUDGET,
    crash: int = 0,
    timeouts: Literal["any"] | None = None,
    steps: int = STEPS,
    replay: str = "",
) -> tuple[Verdict, ...]:
    """Run `program` under every schedule that can make a difference; raise if one fails.

    `program` is a generator function that yields once, and is run again for every schedule. The
    code before the `yield` is the set-up; the `yield` hands out the clients - one function, or
    several that run concurrently, each in its own process - and the code after it checks the
    outcome. The `yield` returns the clients' results in order. A client or this code fails by
    raising - an AssertionError, or an uncaught exit or error - or by waiting forever.

        def two_increments():
            _ok, counter = gen_server.start(Counter, 0)
            yield lambda: increment(counter), lambda: increment(counter)
            assert gen_server.call(counter, A.read) == 2

    All state must be in processes and tables: the search sees the order of messages, reads and
    writes, not that of assignments.

    Args:
        program: the function.
        law: which orders of delivery are allowed: `spec`, `beam`, or `both`, one after the other.
        budget: the maximum number of schedules under each law.
        crash: how many kills to inject, at any point, into processes other than clients.
        timeouts: `any` lets timers fire at any moment, not only when nothing else can happen.
        steps: the maximum number of steps of a schedule; one that is longer has no verdict.
        replay: the token of one schedule, from the report of a failure. Only that schedule is run,
            whatever `law` says, and its client's exception is raised with its own traceback, for
            use with a debugger or `breakpoint()`.

    Returns:
        A verdict for each law; none for a replay.

    Raises:
        Failed: an AssertionError, with the report that `kvshell explore` prints.
        RefusedError: the program is not deterministic (with the difference of two runs), or a
            process is stuck between two operations (with the place).
        TokenError: the token is invalid or does not fit the program.
    """
    __tracebackhide__ = True
    written = Written(program)
    if replay:
        _again(written, replay)
        return ()
    if law not in _LAWS:
        raise ValueError(f"law is one of {', '.join(_LAWS)}: not {law!r}")
    if crash not in _CRASHES:
        raise ValueError(f"crash is a number of kills, 0 to {_CRASHES[-1]}: not {crash!r}")
    models = tuple(FaultModel(spec, timeouts == "any", crash) for spec in _LAWS[law])
    found = tuple(map(_advised, verdicts(written, models, budget, steps=steps)))
    if any(verdict.failing for verdict in found) or not all(v.complete for v in found):
        raise Failed(_report(written, found), found)
    return found


def _advised(verdict: Verdict) -> Verdict:
    """Return the verdict with `steps=` in its text, in place of the command's `--steps`."""
    return verdict._replace(restless=verdict.restless.replace("`--steps`", "`steps=`"))


def _report(written: Written, found: tuple[Verdict, ...]) -> str:
    """Return the report of `kvshell explore`, and how to run the schedule again."""
    lines = [render_view(view, DOCUMENT) for view in views(found)]
    failing = next((verdict for verdict in found if verdict.failing), None)
    if failing is None:
        return "\n".join(lines)
    first = failing.outcomes[0].token
    return "\n".join([*lines, f'Again: check({written.title}, replay="{first}")'])


def _again(written: Written, token: str) -> None:
    """Run the schedule of a token, and raise the exception of its client or final check."""
    __tracebackhide__ = True
    model, choices = read_token(token)
    follow = Follow(choices)
    threads = Threads()
    try:
        ending, _ = execute(written, model, follow, threads, Numbers(), _FOR_EVER)
    finally:
        threads.close()
    follow.ended("program")
    for error in written.errors:
        if isinstance(error, Exception):
            raise error
    if ending.failures:
        failure = ending.failures[0]
        notes = "".join(f"\n{note}" for note in ending.notes)
        message = f"{failure.place} - {wanted(failure)}{notes}"
        raise Failed(message, ()) from next(iter(written.errors), None)


__all__ = ["Failed", "Law", "check"]
