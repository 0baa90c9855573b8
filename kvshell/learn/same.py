"""Whether two lines are the same command: quotes, spaces, synonyms and names of one pid aside."""

from typing import Any

from kvshell.commands.match import Match
from kvshell.commands.matching import parse
from kvshell.commands.result import CommandError
from kvshell.commands.values import Typed, Word
from kvshell.learn.look import resolver
from kvshell.session import Session
from kvshell.terms import Atom, ElixirError, Pid, inspect

Form = tuple[Any, ...]


def form(session: Session, text: str) -> Form:
    """Return what a line means in this world; equal forms are the same line.

    Asked for before the line runs: afterwards a name may mean something else.
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
        case Typed():
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
