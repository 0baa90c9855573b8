"""Check: every schedule of anybody's servers, in a test of anybody's."""

from collections.abc import Callable
from typing import Final, Literal

from kvshell.explore.opening import verdicts
from kvshell.explore.report import views
from kvshell.explore.search import BUDGET, execute
from kvshell.explore.token import Follow, read_token
from kvshell.explore.verdict import Verdict
from kvshell.explore.written import Clients, Written
from kvshell.runtime.step import Manner, Patience
from kvshell.runtime.threads import Threads
from kvshell.views import DOCUMENT, render_view

Law = Literal["both", "spec", "beam"]

_LAWS: Final[dict[Law, tuple[bool, ...]]] = {
    "both": (True, False),
    "spec": (True,),
    "beam": (False,),
}
_CRASHES: Final = range(4)
_FOR_EVER: Final = Patience(None)  # a debugger waits for a person


class Failed(AssertionError):  # noqa: N818  # pytest prints the name before the report
    """A schedule fails, or not all could be run; `verdicts` are what was found."""

    def __init__(self, message: str, verdicts: tuple[Verdict, ...]) -> None:
        super().__init__(message)
        self.verdicts = verdicts


Failed.__module__ = "kvshell.explore"  # where to import it from: pytest prints it


def check(
    program: Callable[[], Clients],
    law: Law = "both",
    *,
    budget: int = BUDGET,
    crash: int = 0,
    timeouts: Literal["any"] | None = None,
    replay: str = "",
) -> tuple[Verdict, ...]:
    """Run `program` under every schedule that can make a difference; none may fail.

    `program` is a function that yields once. It begins anew in every schedule: before the `yield`
    it sets up, at the `yield` it hands out its clients - a function, or several that run side by
    side, each in a process of its own - and after it it checks how all ended. The `yield` answers
    with what the clients returned, in their order. A client fails by raising: AssertionError, or an
    exit or an error that it does not catch; or by waiting for ever.

        def two_increments():
            _ok, counter = gen_server.start(Counter, 0)
            yield lambda: increment(counter), lambda: increment(counter)
            assert gen_server.call(counter, A.read) == 2

    All state must live in processes and tables: the search sees the order of messages, reads and
    writes, not that of assignments.

    Args:
        program: the function.
        law: which orders of delivery are allowed: `spec`, `beam`, or `both`, one after the other.
        budget: how many schedules at most, under each law.
        crash: how many times some process, of those that are no clients, may be killed anywhere.
        timeouts: `any` lets timers fire at any moment, not only when nothing else can happen.
        replay: the token of one schedule, as the report of a failure gives it. Only that one is
            run, whatever `law` says, and what its client raised is raised as it was: with its own
            traceback, under a debugger, with `breakpoint()` in it.

    Returns:
        A verdict for each law; none for a replay.

    Raises:
        Failed: an AssertionError, with the report that `kvshell explore` prints.
        RefusedError: the program is not deterministic, and how two runs differ; or somebody is
            stuck between two operations, and where.
        TokenError: the token is none, or does not fit.
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
    manners = tuple(Manner(spec, timeouts == "any", crash) for spec in _LAWS[law])
    found = tuple(verdicts(written, manners, budget))
    if any(verdict.failing for verdict in found) or not all(v.complete for v in found):
        raise Failed(_report(written, found), found)
    return found


def _report(written: Written, found: tuple[Verdict, ...]) -> str:
    """Return what `kvshell explore` prints, and how to run the schedule again."""
    lines = [render_view(view, DOCUMENT) for view in views(found)]
    failing = next((verdict for verdict in found if verdict.failing), None)
    if failing is None:
        return "\n".join(lines)
    first = failing.outcomes[0].token
    return "\n".join([*lines, f'Again: check({written.title}, replay="{first}")'])


def _again(written: Written, token: str) -> None:
    """Run one schedule and raise what it raises."""
    __tracebackhide__ = True
    manner, choices = read_token(token)
    follow = Follow(choices)
    threads = Threads()
    try:
        ending, _ = execute(written, manner, follow, threads, {}, _FOR_EVER)
    finally:
        threads.close()
    follow.ended("program")
    for error in written.errors:
        if isinstance(error, Exception):
            raise error
    if ending.failures:
        failure = ending.failures[0]
        told = "".join(f"\n{note}" for note in ending.notes)
        message = f"{failure.place} - expected {failure.expected}, got {failure.actual}{told}"
        raise Failed(message, ()) from next(iter(written.errors), None)


__all__ = ["Failed", "Law", "check"]
