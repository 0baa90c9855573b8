"""Kernel: the sigils. Each gets its text, already interpolated and unescaped, and modifiers."""

from collections.abc import Callable
from typing import Any

from kvshell.elixir.library.kernel.operators import kernel
from kvshell.elixir.library.registry import Cost
from kvshell.terms import A, ArgumentError, List, Term, atom, inspect


def words(text: str, modifiers: Any) -> List:
    """Return the words of `~w`: strings, atoms or charlists, according to the modifier."""
    kind = "".join(map(chr, modifiers.items)) or "s"
    parts = text.split()
    if kind == "s":
        return List(parts)
    if kind == "a":
        return List(map(atom, parts))
    if kind == "c":
        return List(List(map(ord, part)) for part in parts)
    raise ArgumentError("modifier must be one of: s, a, c")


Code = Callable[..., Any]


def _letters(names: str) -> Callable[[Code], Code]:
    def declare(function: Code) -> Code:
        for letter in names:
            kernel.function(name=f"sigil_{letter}", macro=True, cost=Cost.LOOPS)(function)
        return function

    return declare


@_letters("wW")
def sigil_w(text: Term, modifiers: Term) -> Term:
    """Returns a list of the words of a string."""
    return words(text, modifiers)


@_letters("sS")
def sigil_s(text: Term, modifiers: Term) -> Term:
    """Returns a string."""
    del modifiers
    return text


@_letters("cC")
def sigil_c(text: Term, modifiers: Term) -> Term:
    """Returns a charlist."""
    del modifiers
    return List(map(ord, text))


@_letters("rR")
def sigil_r(text: Term, modifiers: Term) -> Term:
    """Returns a regular expression."""
    from kvshell.elixir.library.text.regexes import compile_or_raise  # noqa: PLC0415  # rare

    return compile_or_raise(text, "".join(map(chr, modifiers.items)))


@_letters("D")
def sigil_d(text: Term, modifiers: Term) -> Term:
    """Returns a Date."""
    del modifiers
    from kvshell.elixir.library.calendar.dates import from_iso8601  # noqa: PLC0415  # rare

    return _parsed(from_iso8601(text), text, "Date")


@_letters("T")
def sigil_t(text: Term, modifiers: Term) -> Term:
    """Returns a Time."""
    del modifiers
    from kvshell.elixir.library.calendar.times import from_iso8601  # noqa: PLC0415  # rare

    return _parsed(from_iso8601(text), text, "Time")


@_letters("N")
def sigil_n(text: Term, modifiers: Term) -> Term:
    """Returns a NaiveDateTime."""
    del modifiers
    from kvshell.elixir.library.calendar.times import naive_from_iso8601  # noqa: PLC0415

    return _parsed(naive_from_iso8601(text), text, "NaiveDateTime")


@_letters("U")
def sigil_u(text: Term, modifiers: Term) -> Term:
    """Returns a DateTime in UTC."""
    del modifiers
    from kvshell.elixir.library.calendar.times import utc_from_iso8601  # noqa: PLC0415

    return _parsed(utc_from_iso8601(text)[:2], text, "UTC DateTime")


def _parsed(answer: Any, text: Any, what: str) -> Any:
    if answer[0] is A.error:
        raise ArgumentError(
            f"cannot parse {inspect(text)} as {what} for Calendar.ISO, reason: {inspect(answer[1])}"
        )
    return answer[1]
