"""String: graphemes and code points."""

from typing import Any

from kvshell.elixir.library.collections.range import is_range
from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.kinds import BINARY, INTEGER, NON_NEGATIVE
from kvshell.elixir.library.protocols import octets, text
from kvshell.elixir.library.registry import MISSING, Cost, Library
from kvshell.elixir.library.text import graphemes
from kvshell.elixir.library.text.graphemes import back, chars
from kvshell.elixir.running.step_limits import room_for_octets
from kvshell.terms import A, ArgumentError, List, Map, Term, inspect

string = Library.of("String", Cost.LOOPS)


@string.function(string=BINARY)
def length(string: Term) -> Term:
    """Returns the number of graphemes in a string."""
    if type(string) is str and string.isascii() and "\r" not in string:
        return len(string)
    return len(graphemes.split(string))


@string.function(name="graphemes", string=BINARY)
def graphemes_(string: Term) -> Term:
    """Returns the graphemes of a string."""
    return List(map(back, graphemes.split(string)))


@string.function(string=BINARY)
def codepoints(string: Term) -> Term:
    """Returns the code points of a string, as strings."""
    return List(map(back, chars(string)))


@string.function(string=BINARY, position=INTEGER)
def at(string: Term, position: int) -> Term:
    """Returns the grapheme at a zero-based position, or nil; negative positions count back."""
    parts = graphemes.split(string)
    return back(parts[position]) if -len(parts) <= position < len(parts) else None


@string.function(string=BINARY)
def first(string: Term) -> Term:
    """Returns the first grapheme of a string, or nil."""
    return back(graphemes.first(string)) or None


@string.function(string=BINARY)
def last(string: Term) -> Term:
    """Returns the last grapheme of a string, or nil."""
    parts = graphemes.split(string)
    return back(parts[-1]) if parts else None


@string.function(string=BINARY)
def next_codepoint(string: Term) -> Term:
    """Returns the first code point and the rest of a string, or nil for an empty one."""
    whole = chars(string)
    return (back(whole[0]), back(whole[1:])) if whole else None


@string.function(string=BINARY)
def next_grapheme(string: Term) -> Term:
    """Returns the first grapheme and the rest of a string, or nil for an empty one."""
    head = graphemes.first(string)
    return (back(head), back(chars(string)[len(head) :])) if head else None


@string.function(string=BINARY)
def reverse(string: Term) -> Term:
    """Reverses the graphemes of a string."""
    return back("".join(reversed(graphemes.split(string))))


@string.function()
def slice_(string: Term, start: Term, length: Term = MISSING) -> Term:
    """Returns the graphemes in a range, or `length` of them from a position on."""
    if type(string) not in {str, bytes}:
        raise no_clause("String", "slice", (string, start))
    parts = graphemes.split(string)
    if length is not MISSING:
        if type(start) is not int or type(length) is not int or length < 0:
            raise no_clause("String", "slice", (string, start, length))
        if start < 0:
            start = max(start + len(parts), 0)
        return back("".join(parts[start : start + length]))
    if not is_range(start):
        raise no_clause("String", "slice", (string, start))
    return back("".join(_in_range(parts, start)))


def _in_range(parts: list[str], where: Map) -> list[str]:
    first, last, step = where[A.first], where[A.last], where[A.step]
    if first < 0:
        first += len(parts)
    if last < 0:
        last += len(parts)
    if step < -1:
        raise ArgumentError(
            "String.slice/2 does not accept ranges with negative steps, got: "
            + inspect(where, width=None)
        )
    first = max(first, 0)
    return parts[first : last + 1 : abs(step)] if last >= first else []


@string.function(string=BINARY, position=INTEGER)
def split_at(string: Term, position: int) -> Term:
    """Splits a string at a position, counted in graphemes."""
    parts = graphemes.split(string)
    spot = max(position + len(parts), 0) if position < 0 else position
    return back("".join(parts[:spot])), back("".join(parts[spot:]))


@string.function(subject=BINARY)
def duplicate(subject: Term, n: Term) -> Term:
    """Repeats a string `n` times."""
    if type(n) is not int:
        raise ArgumentError.at(2, "not an integer")
    if n < 0:
        raise ArgumentError.at(2, "out of range")
    room_for_octets(len(subject) * n)
    return text(octets(subject) * n) if type(subject) is bytes else subject * n


def _padding(name: str, string: Any, count: Any, padding: Any) -> str:
    if type(padding) is List:
        pads = [chars(each) for each in padding.items]
        if not pads:
            raise no_clause("String", name, (string, count, padding))
    else:
        pads = graphemes.split(padding)
    missing = count - length(string)
    if missing <= 0:
        return ""
    if not pads:
        raise ArgumentError('expected a string padding element, got: ""')
    room_for_octets(missing * max(map(len, pads)))
    return "".join(pads[index % len(pads)] for index in range(missing))


@string.function(string=BINARY, count=NON_NEGATIVE)
def pad_leading(string: Term, count: int, padding: Term = " ") -> Term:
    """Pads a string at its start to `count` graphemes."""
    return back(_padding("pad_leading", string, count, padding) + chars(string))


@string.function(string=BINARY, count=NON_NEGATIVE)
def pad_trailing(string: Term, count: int, padding: Term = " ") -> Term:
    """Pads a string at its end to `count` graphemes."""
    return back(chars(string) + _padding("pad_trailing", string, count, padding))


@string.function(name="valid?")
def valid(string: Term) -> Term:
    """Tells whether a binary is valid UTF-8."""
    if type(string) not in {str, bytes}:
        raise no_clause("String", "valid?", (string,))
    return type(string) is str


def _valid(char: str) -> bool:
    return not "\ud800" <= char <= "\udfff"


@string.function(string=BINARY)
def chunk(string: Term, trait: Term) -> Term:
    """Splits a string into chunks that are valid, or printable, and chunks that are not."""
    from kvshell.terms.escape import printable  # noqa: PLC0415  # rare

    if trait is A.valid:
        has: Any = _valid
    elif trait is A.printable:
        has = printable
    else:
        raise no_clause("String", "chunk", (string, trait))
    parts: list[str] = []
    before: bool | None = None
    for char in chars(string):
        now = has(char)
        if now is before:
            parts[-1] += char
        else:
            parts.append(char)
        before = now
    return List(map(back, parts))
