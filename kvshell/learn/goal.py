"""A step's goal, held against the system as it is now."""

from typing import NamedTuple

from kvshell.learn.look import look
from kvshell.learn.step import Do, Step
from kvshell.session import Session
from kvshell.transcript.document import Hole
from kvshell.transcript.expect import Expectation, Printed
from kvshell.transcript.judge import Rules, judge
from kvshell.transcript.lines import Budget
from kvshell.transcript.outcome import Failure
from kvshell.transcript.scope import Scope


class Missed(NamedTuple):
    """A line of the goal that does not hold: the look, what it shows, why it does not fit."""

    do: Do
    text: str
    printed: tuple[str, ...]
    failure: Failure


class Seen(NamedTuple):
    """What looking came to: the names as bound by the goal, and the first line that misses.

    `shown` are the looks with their first line, for who wants to say what holds.
    """

    scope: Scope
    missed: Missed | None
    shown: tuple[tuple[str, str], ...] = ()


def see(session: Session, step: Step, scope: Scope) -> Seen:
    """Evaluate the goal; silent, and `scope` stays as it is."""
    mine = scope.copy()
    shown = []
    for do in step.goal:
        text = filled(do, mine)
        printed = look(session, text)
        failure = judge(do.entry, printed, (), mine, Rules(flex=do.block.attributes.flex))
        if failure is not None:
            return Seen(scope.copy(), Missed(do, text, printed, failure))
        shown.append((text, printed[0] if len(printed) == 1 else ""))
    return Seen(mine, None, tuple(shown))


def filled(do: Do, scope: Scope) -> str:
    """Return a command with the names it holds replaced by what they stand for."""
    parts = []
    for part in do.entry.command.pattern:
        if isinstance(part, Hole):
            bound = scope.get(part.name)
            parts.append(bound.text if bound is not None else part.text)
        else:
            parts.append(part)
    return "".join(parts)


def fits(do: Do, printed: tuple[str, ...], scope: Scope) -> Scope | None:
    """Return the names bound by an answer that is the one expected; None when it is not."""
    mine = scope.copy()
    failure = judge(do.entry, printed, (), mine, Rules(flex=do.block.attributes.flex))
    return mine if failure is None else None


def expected(do: Do) -> str:
    """Return the first line that a look is to show, as the document writes it."""
    return next((getattr(out, "text", "...") for out in do.entry.out), "")


def same_but_names(missed: Missed) -> bool:
    """Whether only the identity of a process is wrong: the text fits when names are left aside."""
    loose = Expectation(missed.do.entry.out).match(Printed(missed.printed), None, Budget())
    return loose is not None
