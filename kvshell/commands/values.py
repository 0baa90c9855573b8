"""What typed words become before the system is asked: the arguments of a handler.

A `Word` names a process, a store or a table and is resolved when the line runs, because what
it means depends on bindings and on what lives. A `Typed` is a term, or text that stays text.
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from kvshell.commands.result import CommandError
from kvshell.terms import Pid, ReadError, Ref, Term, read

ROLES: Final = {
    "manager": "the manager or registry of the running design",
    "registry": "the same as manager",
    "supervisor": "KV.Supervisor",
    "buckets": "KV.BucketSupervisor",
    "shell": "this shell's own process",
}


class Word(NamedTuple):
    """A process, store or table by what was typed; in quotes it is always a store."""

    text: str
    quoted: bool = False


class Typed(NamedTuple):
    """A term as typed.

    Attributes:
        text: as typed.
        value: the term; meaningless while `dynamic`.
        dynamic: holds `$x`, `self()`, a pid or a reference: `resolve` says what when it runs.
        plain: no literal, so it was taken as text (or, for a reason, as an atom).
    """

    text: str
    value: Term
    dynamic: bool = False
    plain: bool = False


# Only what can begin a literal is given to the reader; everything else is text at once.
_LITERAL: Final = re.compile(
    r"""[-+]?\d | ["':{\[?] | %(?:[A-Z][\w.]*)?\{ | << | \#(?:PID|Reference)<
      | \$[A-Za-z_]\w*[?!]?\Z | self\(\)\Z | (?:nil|true|false)\Z""",
    re.VERBOSE,
)
_ALIAS: Final = re.compile(r"[A-Z]\w*(?:\.[A-Z]\w*)*")
_BARE_ATOM: Final = re.compile(r"[a-z_]\w*[?!]?")


class _Seen:
    """Stands for what is known only when the line runs, and remembers that it was asked for."""

    def __init__(self) -> None:
        self.any = False

    def __call__(self, _key: object) -> Term:
        self.any = True
        return None


def literal(text: str) -> Typed | None:
    """Return `text` as the term it denotes, None when the whole of it denotes none."""
    if not _LITERAL.match(text):
        return None
    seen = _Seen()
    try:
        value = read(text, pid=seen, ref=seen, variable=seen)
    except ReadError:
        return None
    return Typed(text, value, seen.any)


def typed(text: str) -> Typed:
    """Read a KEY or VALUE: a literal when the whole word is one, else text."""
    return literal(text) or Typed(text, text, plain=True)


def reason(text: str) -> Typed | None:
    """Read a REASON: a literal, or a bare word as the atom of that name."""
    found = literal(text) or term(text)
    if found is None and _BARE_ATOM.fullmatch(text):
        return _read(text, ":" + text, plain=True)
    return found


def term(text: str) -> Typed | None:
    """Read a TERM: a literal or a module's name."""
    found = literal(text)
    if found is None and _ALIAS.fullmatch(text):
        return _read(text, text)
    return found


def _read(text: str, spelled: str, *, plain: bool = False) -> Typed | None:
    try:
        return Typed(text, read(spelled), plain=plain)
    except ReadError:  # a name over 255 characters
        return None


def resolve(
    typed_: Typed,
    *,
    pid: Callable[[int], Pid],
    ref: Callable[[int], Ref],
    variable: Callable[[str], Term],
) -> Term:
    """Return the term of `typed_` now. The resolvers raise CommandError for what is unknown."""
    if not typed_.dynamic:
        return typed_.value
    try:
        return read(typed_.text, pid=pid, ref=ref, variable=variable)
    except ReadError as error:
        raise CommandError(f"{typed_.text}: {error}") from error
