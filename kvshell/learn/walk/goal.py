"""Checks the goal of a lesson's step: its read-only commands are answered by observation.

Checking a goal must not disturb the system. So nothing here sends a message, counts a read or
enters the history: a `get` reads the store's state instead of calling the store.
"""

from typing import Any, Final, NamedTuple

from kvshell.commands.arguments import TypedTerm, Word
from kvshell.commands.read.match import Match
from kvshell.commands.read.matcher import parse
from kvshell.commands.result import CommandError, Result
from kvshell.learn.lesson.lesson import Do, LessonStep
from kvshell.runtime import Exit
from kvshell.runtime.tables.access import refusal, unknown
from kvshell.session import Session
from kvshell.session.resolving import Resolver
from kvshell.terms import (
    A,
    Atom,
    ElixirError,
    List,
    Map,
    Pid,
    Term,
    format_banner,
    inspect,
    sort_key,
)
from kvshell.transcript.format.document import Hole
from kvshell.transcript.format.holes import output_lines
from kvshell.transcript.match.bindings import Scope
from kvshell.transcript.match.expectation import Expectation, Printed
from kvshell.transcript.match.judge import Rules, judge
from kvshell.transcript.match.line_match import Budget
from kvshell.transcript.match.outcome import Mismatch
from kvshell.views import DOCUMENT, render

READ_ONLY: Final = frozenset(
    [
        "alive",
        "cache",
        "get",
        "info",
        "keys",
        "lookup",
        "mailbox",
        "processes",
        "registry",
        "state",
        "stores",
        "tables",
        "tree",
    ]
) | {"ets info", "ets list", "ets lookup"}


def is_look(text: str) -> bool:
    """Whether a line consists only of commands that a goal may contain."""
    parts = parse(text).parts
    return bool(parts) and all(_looks(part) for part in parts)


def look(session: Session, text: str) -> tuple[str, ...]:
    """Return the lines that a command of a goal would print, in the form of a document."""
    line = parse(text)
    if len(line.parts) != 1 or not _looks(line.parts[0]):
        raise ValueError(f"{text}: a goal holds commands that only look")
    return tuple(output_lines(render(_looked(session, line.parts[0]), DOCUMENT)))


def resolver(session: Session) -> Resolver:
    """Return a resolver of words that knows the learner's current bindings."""
    return Resolver(session.runtime, session.design, session.shell, session.bindings)


def _looks(part: Match) -> bool:
    return part.command is not None and part.command.words in READ_ONLY and part.pattern is None


def _looked(session: Session, part: Match) -> Result:
    assert part.command is not None
    try:
        if part.problems:
            raise CommandError(part.problems[0].message)
        if part.command.words in {"lookup", "stores"} and not session.running:
            raise CommandError("nothing runs")
        match part.command.words:
            case "lookup":
                found = session.design.pid(session.runtime, part.args["name"])
                value: Term = A.error if found is None else (A.ok, found)
            case "get":
                value = _contents(session, part).get(session.term(part.args["key"]))
            case "keys":
                value = List(sorted((key for key, _ in _contents(session, part)), key=sort_key))
            case "stores":
                value = List([each.name for each in session.design.entries(session.runtime)])
            case "alive":
                value = _alive(session, part)
            case "ets lookup" | "ets list":
                value = _rows(session, part)
            case _:
                return session.play(part.text)[-1]
    except CommandError as error:
        return _failed(part, f"** (CommandError) {error.sentence}")
    except Exit as exit_:
        return _failed(part, format_banner(A.exit, exit_.reason))
    except ElixirError as error:
        return _failed(part, format_banner(A.error, error.struct))
    return Result(0, part.text, ok=True, value=value)


def _failed(part: Match, error: str) -> Result:
    return Result(0, part.text, ok=False, error=error)


def _contents(session: Session, part: Match) -> Map:
    store = resolver(session).server(part.args["store"])
    pid = store if isinstance(store, Pid) else session.runtime.whereis(store)
    seen = session.runtime.observe(pid) if pid is not None else None
    if seen is None or seen.status == "dead":
        raise Exit((A.noproc, (A.sys, A.get_state, List([store]))))
    return seen.state if isinstance(seen.state, Map) else Map()


def _alive(session: Session, part: Match) -> bool:
    named = resolver(session).server(part.args["process"])
    pid = named if isinstance(named, Pid) else session.runtime.whereis(named)
    seen = session.runtime.observe(pid) if pid is not None else None
    return seen is not None and seen.status != "dead"


def _rows(session: Session, part: Match) -> List:
    handle = resolver(session).table(part.args["table"])
    table = session.runtime.tables.find(handle)
    if table is None:
        raise refusal({1: unknown(handle)})
    if "key" in part.args:
        return List(table.peek(session.term(part.args["key"])))
    return List(table.rows())


class Missed(NamedTuple):
    """A line of the goal that is not met.

    Attributes:
        do: the command of the goal.
        text: the command with its placeholders filled in.
        printed: the lines of its output.
        failure: why the output does not match.
    """

    do: Do
    text: str
    printed: tuple[str, ...]
    failure: Mismatch


class GoalState(NamedTuple):
    """The result of checking a goal: the names it binds, and the first line that is not met.

    `shown` holds each command that is met, with the first line of its output, for the feedback.
    """

    scope: Scope
    missed: Missed | None
    shown: tuple[tuple[str, str], ...] = ()


def see(session: Session, step: LessonStep, scope: Scope) -> GoalState:
    """Check the goal of a step by observation; `scope` is not changed."""
    mine = scope.copy()
    shown = []
    for do in step.goal:
        text = filled(do, mine)
        printed = look(session, text)
        failure = judge(do.entry, printed, (), mine, Rules(flex=do.block.attributes.flex))
        if failure is not None:
            return GoalState(scope.copy(), Missed(do, text, printed, failure))
        shown.append((text, printed[0] if len(printed) == 1 else ""))
    return GoalState(mine, None, tuple(shown))


def filled(do: Do, scope: Scope) -> str:
    """Return the text of a command with its placeholders replaced by their values."""
    parts = []
    for part in do.entry.command.pattern:
        if isinstance(part, Hole):
            bound = scope.get(part.name)
            parts.append(bound.text if bound is not None else part.text)
        else:
            parts.append(part)
    return "".join(parts)


def fits(do: Do, printed: tuple[str, ...], scope: Scope) -> Scope | None:
    """Return the scope with the names that an answer binds, or None if it is not as expected."""
    mine = scope.copy()
    failure = judge(do.entry, printed, (), mine, Rules(flex=do.block.attributes.flex))
    return mine if failure is None else None


def expected(do: Do) -> str:
    """Return the first line of a command's expected output, as written in the document."""
    return next((getattr(out, "text", "...") for out in do.entry.out), "")


def same_but_names(missed: Missed) -> bool:
    """Whether the answer would match if it were about other processes."""
    loose = Expectation(missed.do.entry.out).match(Printed(missed.printed), None, Budget())
    return loose is not None


Form = tuple[Any, ...]


def form(session: Session, text: str) -> Form:
    """Return the canonical form of a line in this state of the system.

    Equal forms mean equal lines. To be called before the line runs: afterwards a name may mean
    something else.
    """
    return tuple(_part(session, part) for part in parse(text).parts)


def _part(session: Session, part: Match) -> Form:
    if part.command is None or part.problems:
        return ("?", " ".join(part.text.split()))
    args = tuple(sorted((name, _argument(session, name, each)) for name, each in part.args.items()))
    bound = part.text[: part.text.find("=")].split() if part.pattern is not None else []
    return (part.command.words, args, tuple(bound))


def _argument(session: Session, name: str, value: Any) -> str:
    match value:
        case Word():
            return _word(session, value)
        case TypedTerm():
            return value.text if value.dynamic else inspect(value.value)
        case tuple():
            return " ".join(_argument(session, name, each) for each in value)
        case str() if name in {"line", "target"}:
            return repr(form(session, value))
        case _:
            return repr(value)


def _word(session: Session, word: Word) -> str:
    try:
        found = resolver(session).known(word)
    except (CommandError, ElixirError):
        return word.text
    if type(found) is Atom:
        found = session.runtime.whereis(found) or found
    return inspect(found) if type(found) is Pid or type(found) is Atom else word.text
