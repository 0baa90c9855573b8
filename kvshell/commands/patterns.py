"""The left side of `PATTERN = command`: Elixir's patterns, read and matched.

Variables, `_`, pins (`^b`), literals, tuples, lists with `[head | tail]`, keyword lists and maps.
`match_pattern` is pure: it says what would be bound, or None where Elixir raises MatchError.
"""

from collections.abc import Mapping
from typing import NamedTuple

from kvshell.terms import List, Map, Term, equal


class Variable(NamedTuple):
    """Binds `name` to whatever is there; twice in one pattern, both must be equal."""

    name: str


class Anything(NamedTuple):
    """`_`: fits and binds nothing."""


class Pin(NamedTuple):
    """`^name`: fits what `name` is bound to already."""

    name: str


class Exact(NamedTuple):
    """A literal: fits what is `===` to it."""

    term: Term


class Tuple(NamedTuple):
    """`{a, b}`: fits a tuple of as many elements."""

    items: tuple["Pattern", ...]


class Items(NamedTuple):
    """`[a, b]` or `[a | rest]`; `rest` is None when the list must end there."""

    items: tuple["Pattern", ...]
    rest: "Pattern | None" = None


class Fields(NamedTuple):
    """`%{k: v}`: fits every map that has these keys."""

    pairs: tuple[tuple[Term, "Pattern"], ...]


class Both(NamedTuple):
    """`a = b`: fits what fits both."""

    left: "Pattern"
    right: "Pattern"


Pattern = Variable | Anything | Pin | Exact | Tuple | Items | Fields | Both


def variables(pattern: Pattern) -> list[str]:
    """Return the names that `pattern` binds, from left to right."""
    match pattern:
        case Variable(name):
            return [name]
        case Tuple(items):
            return [name for item in items for name in variables(item)]
        case Items(items, rest):
            inner = items if rest is None else (*items, rest)
            return [name for item in inner for name in variables(item)]
        case Fields(pairs):
            return [name for _, item in pairs for name in variables(item)]
        case Both(left, right):
            return variables(left) + variables(right)
    return []


def pins(pattern: Pattern) -> list[str]:
    """Return the names that must be bound already."""
    match pattern:
        case Pin(name):
            return [name]
        case Tuple(items) | Items(items, None):
            return [name for item in items for name in pins(item)]
        case Items(items, rest):
            return [name for item in (*items, rest) if item for name in pins(item)]
        case Fields(pairs):
            return [name for _, item in pairs for name in pins(item)]
        case Both(left, right):
            return pins(left) + pins(right)
    return []


def match_pattern(
    pattern: Pattern, value: Term, bindings: Mapping[str, Term] | None = None
) -> dict[str, Term] | None:
    """Return what `pattern = value` binds, None where it is a MatchError.

    `bindings` is what pins refer to; a pin of an unbound name fits nothing.
    """
    found: dict[str, Term] = {}
    return found if _fits(pattern, value, found, bindings or {}) else None


def _fits(pattern: Pattern, value: Term, found: dict[str, Term], bound: Mapping[str, Term]) -> bool:
    match pattern:
        case Anything():
            return True
        case Variable(name):
            return equal(found.setdefault(name, value), value)
        case Pin(name):
            return name in bound and equal(bound[name], value)
        case Exact(term):
            return equal(term, value)
        case Tuple(items):
            return (
                isinstance(value, tuple)
                and len(items) == len(value)
                and all(_fits(p, v, found, bound) for p, v in zip(items, value, strict=True))
            )
        case Items(items, rest):
            return _fits_list(items, rest, value, found, bound)
        case Fields(pairs):
            return isinstance(value, Map) and all(
                key in value and _fits(p, value.get(key), found, bound) for key, p in pairs
            )
        case Both(left, right):
            return _fits(left, value, found, bound) and _fits(right, value, found, bound)


def _fits_list(
    items: tuple[Pattern, ...],
    rest: Pattern | None,
    value: Term,
    found: dict[str, Term],
    bound: Mapping[str, Term],
) -> bool:
    for item in items:
        if not isinstance(value, List) or not len(value):
            return False
        if not _fits(item, value.head, found, bound):
            return False
        value = value.tail
    if rest is not None:
        return _fits(rest, value, found, bound)
    return isinstance(value, List) and not len(value)
