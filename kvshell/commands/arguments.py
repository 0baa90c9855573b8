"""Parsed arguments: what the words of a command become before its handler runs.

A `Word` names a process, a store or a table. It is resolved only when the line runs, because its
meaning depends on bindings and living processes. A `TypedTerm` is a parsed term, or plain text.
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from kvshell.commands.result import CommandError
from kvshell.terms import Atom, Pid, ReadError, Ref, Term, read
from kvshell.terms.weight import weight

ROLES: Final = {
    "manager": "the manager or registry of the running design",
    "registry": "the same as manager",
    "supervisor": "KV.Supervisor",
    "buckets": "KV.BucketSupervisor",
    "shell": "this shell's own process",
    "self": "the same as shell; of a client, its own",
}


class Word(NamedTuple):
    """The name of a process, store or table as typed; a quoted word always names a store."""

    text: str
    quoted: bool = False


class TypedTerm(NamedTuple):
    """A term together with the text it was typed as.

    Attributes:
        text: the source text.
        value: the parsed term; meaningless if `dynamic`.
        dynamic: whether the text contains `$x`, `self()`, a pid or a reference, whose values
            `resolve` looks up at run time.
        plain: whether the text is not a literal and was read as a string (for a REASON, as an
            atom).
    """

    text: str
    value: Term
    dynamic: bool = False
    plain: bool = False


# Only text that can start a literal is passed to the term reader; the rest is plain text.
_LITERAL: Final = re.compile(
    r"""[-+]?\d | ["':{\[?] | %(?:[A-Z][\w.]*)?\{ | << | \#(?:PID|Reference)<
      | \$[A-Za-z_]\w*[?!]?\Z | self\(\)\Z | (?:nil|true|false)\Z""",
    re.VERBOSE,
)
_STRING: Final = re.compile(r'("(?:\\.|[^"\\])*")')
_ALIAS: Final = re.compile(r"[A-Z]\w*(?:\.[A-Z]\w*)*")
_BARE_ATOM: Final = re.compile(r"[a-z_]\w*[?!]?")


class _Seen:
    """A pid, reference and variable resolver that only records whether it was called."""

    def __init__(self) -> None:
        self.any = False

    def __call__(self, _key: object) -> Term:
        self.any = True
        return None


def literal(text: str) -> TypedTerm | None:
    """Parse `text` as a term literal; return None unless all of it is one."""
    if not _LITERAL.match(text):
        return None
    seen = _Seen()
    try:
        value = read(text, pid=seen, ref=seen, variable=seen)
    except ReadError:
        return None
    return TypedTerm(text, value, seen.any)


def outside_strings(text: str, change: Callable[[str], str]) -> str:
    """Return the text of a term with `change` applied to the parts outside string literals."""
    pieces = _STRING.split(text)
    return "".join(piece if piece.startswith('"') else change(piece) for piece in pieces)


def typed(text: str) -> TypedTerm:
    """Read a KEY or VALUE: a literal if the whole word is one, otherwise text."""
    return literal(text) or TypedTerm(text, text, plain=True)


def reason(text: str) -> TypedTerm | None:
    """Read a REASON: a literal, a module name, or a bare word as an atom; None for other text."""
    found = literal(text) or term(text)
    if found is None and _BARE_ATOM.fullmatch(text):
        return _read(text, ":" + text, plain=True)
    return found


def term(text: str) -> TypedTerm | None:
    """Read a TERM: a literal or a module name; return None for any other text."""
    found = literal(text)
    if found is None and _ALIAS.fullmatch(text):
        return _read(text, text)
    return found


def _read(text: str, spelled: str, *, plain: bool = False) -> TypedTerm | None:
    try:
        return TypedTerm(text, read(spelled), plain=plain)
    except ReadError:  # an atom of more than 255 characters
        return None


def resolve(
    typed_: TypedTerm,
    *,
    pid: Callable[[int], Pid],
    ref: Callable[[int], Ref],
    variable: Callable[[str], Term],
) -> Term:
    """Return the value of `typed_`, looking up its pids, references and variables now.

    Raises CommandError if a name is unknown (from the resolvers) or the term is too large.
    """
    if not typed_.dynamic:
        return typed_.value
    try:
        found = read(typed_.text, pid=pid, ref=ref, variable=variable)
    except ReadError as error:
        raise CommandError(f"{typed_.text}: {error}") from error
    if typed_.text[:1] in _BRACKETS and (parts := weight(found)) > MOST_PARTS:
        raise CommandError(
            f"this term would have {parts:,} parts: a line makes one of at most {MOST_PARTS:,}"
        )
    return found


# A line may put a value into a value several times, and the next line may do the same with the
# result. The size is limited here, where terms are built, so that code which walks terms need not
# check.
MOST_PARTS = 100_000
_BRACKETS = frozenset("[{%")


def table_name(text: str) -> Atom:
    """Return the atom that names a table; CommandError if `text` cannot be an atom."""
    try:
        return Atom(text)
    except ValueError as error:
        raise CommandError(f"not a table name: {text[:40]}; {error}") from error
