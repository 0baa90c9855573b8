"""What a read-only command would answer, found out by looking alone.

A goal must not disturb what it checks. So nothing here sends a message, counts a read or enters
the history: a `get` reads the store's state where the command would ask the store.
"""

from typing import Final

from kvshell.commands.match import Match
from kvshell.commands.matching import parse
from kvshell.commands.result import CommandError, Result
from kvshell.runtime import Exit
from kvshell.runtime.access import refusal, unknown
from kvshell.session import Session
from kvshell.session.resolving import Resolver
from kvshell.terms import A, ElixirError, List, Map, Pid, Term, format_banner, sort_key
from kvshell.transcript.normal import output_lines
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
    """Whether a line consists of commands that a goal may hold."""
    parts = parse(text).parts
    return bool(parts) and all(_looks(part) for part in parts)


def look(session: Session, text: str) -> tuple[str, ...]:
    """Return the lines that the command would print, as a document compares them."""
    line = parse(text)
    if len(line.parts) != 1 or not _looks(line.parts[0]):
        raise ValueError(f"{text}: a goal holds commands that only look")
    return tuple(output_lines(render(_looked(session, line.parts[0]), DOCUMENT)))


def resolver(session: Session) -> Resolver:
    """Return what words mean to the learner now."""
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
                found = session.design.entry(session.runtime, part.args["name"])
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
