"""Patterns of match, match_object and select, compiled.

A pattern is a term in which `:_` matches anything and `:"$1"`, `:"$2"`, ... bind what they meet. A
compiled pattern is a function of a term and of the bindings so far. Runs no code of a user.
"""

from collections.abc import Callable
from typing import Final

from kvshell.terms import A, Atom, List, Map, Term, equal, key

ANYTHING: Final = A._

Bindings = dict[int, Term]
Matcher = Callable[[Term, Bindings], bool]


class BadSpec(Exception):  # noqa: N818  # never leaves the runtime: becomes an ArgumentError
    """The term is no match specification."""


def variable(term: Term) -> int | None:
    """Return the number of a variable such as `:"$1"`, None for any other term."""
    if type(term) is not Atom or term.name[:1] != "$":
        return None
    digits = term.name[1:]
    numbered = digits.isascii() and digits.isdigit() and (digits[0] != "0" or digits == "0")
    return int(digits) if numbered else None


def is_ground(term: Term) -> bool:
    """Whether a pattern matches just the one term that it is; a map also matches larger ones."""
    match term:
        case Atom():
            return term is not ANYTHING and variable(term) is None
        case tuple() | List():
            last = [] if isinstance(term, tuple) or term.proper else [term.last]
            return all(map(is_ground, (*term, *last)))
        case Map():
            return False
    return True


def bound_key(pattern: Term, keypos: int) -> tuple[bool, Term]:
    """Return whether a pattern fits the objects of one key alone, and that key."""
    if type(pattern) is tuple and len(pattern) >= keypos and is_ground(pattern[keypos - 1]):
        return True, pattern[keypos - 1]
    return False, None


def compile_pattern(pattern: Term, seen: set[int]) -> Matcher:
    """Return the function that matches `pattern`; adds its variables to `seen`."""
    number = variable(pattern)
    if number is not None:
        seen.add(number)
        return _binder(number)
    if pattern is ANYTHING:
        return lambda _term, _bindings: True
    if is_ground(pattern):
        wanted = key(pattern)
        return lambda term, _bindings: bool(key(term) == wanted)
    if type(pattern) is Map:
        return _map_matcher(pattern, seen)
    parts = [compile_pattern(each, seen) for each in pattern]
    if type(pattern) is tuple:
        return _tuple_matcher(parts)
    return _list_matcher(parts, compile_pattern(List() if pattern.proper else pattern.last, seen))


def _binder(number: int) -> Matcher:
    def bind(term: Term, bindings: Bindings) -> bool:
        if number in bindings:
            return equal(bindings[number], term)
        bindings[number] = term
        return True

    return bind


def _tuple_matcher(parts: list[Matcher]) -> Matcher:
    size = len(parts)

    def match_tuple(term: Term, bindings: Bindings) -> bool:
        if type(term) is not tuple or len(term) != size:
            return False
        return all(part(item, bindings) for part, item in zip(parts, term, strict=True))

    return match_tuple


def _list_matcher(first: list[Matcher], tail: Matcher) -> Matcher:
    def match_list(term: Term, bindings: Bindings) -> bool:
        for part in first:
            if type(term) is not List or not term.items or not part(term.head, bindings):
                return False
            term = term.tail
        return tail(term, bindings)

    return match_list


def _map_matcher(pattern: Map, seen: set[int]) -> Matcher:
    parts = []
    for name, value in pattern:
        if not is_ground(name):
            raise BadSpec
        parts.append((name, compile_pattern(value, seen)))

    def match_map(term: Term, bindings: Bindings) -> bool:
        if type(term) is not Map:
            return False
        return all(name in term and part(term.get(name), bindings) for name, part in parts)

    return match_map


def matching(pattern: Term) -> Callable[[Term], Bindings | None]:
    """Return the function that gives what the variables stand for in a row; None: no match.

    Raises:
        BadSpec: `pattern` has a variable for a key of a map.
    """
    matcher = compile_pattern(pattern, set())

    def bindings_of(row: Term) -> Bindings | None:
        bindings: Bindings = {}
        return bindings if matcher(row, bindings) else None

    return bindings_of


def in_order(bindings: Bindings) -> List:
    """Return what the variables stand for, in the order of their numbers."""
    return List([value for _, value in sorted(bindings.items(), key=_number)])


def _number(binding: tuple[int, Term]) -> int:
    return binding[0]
