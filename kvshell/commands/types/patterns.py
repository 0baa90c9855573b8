"""The left side of `PATTERN = command`: parse and match Elixir patterns.

A pattern may contain variables, `_`, pins (`^b`), literals, tuples, lists with `[head | tail]`,
keyword lists and maps. `match_pattern` is pure: it returns the bindings, or None where Elixir
raises MatchError.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from kvshell.terms import List, Map, ReadError, Term, equal, read


class Variable(NamedTuple):
    """`name`: binds the name to any value; all values of a name in one pattern must be equal."""

    name: str


class Anything(NamedTuple):
    """`_`: matches anything and binds nothing."""


class Pin(NamedTuple):
    """`^name`: matches the value that the name is bound to."""

    name: str


class Exact(NamedTuple):
    """A literal: matches a value that is equal to it by Elixir's `===`."""

    term: Term


class Tuple(NamedTuple):
    """`{a, b}`: matches a tuple with the same number of elements."""

    items: tuple["Pattern", ...]


class Items(NamedTuple):
    """`[a, b]` or `[a | rest]`: matches a list; if `rest` is None, of exactly this length."""

    items: tuple["Pattern", ...]
    rest: "Pattern | None" = None


class Fields(NamedTuple):
    """`%{k: v}`: matches every map that has these keys."""

    pairs: tuple[tuple[Term, "Pattern"], ...]


class Both(NamedTuple):
    """`a = b`: matches a value that both patterns match."""

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
    """Return the names that `pattern` pins, which must be bound before it is matched."""
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
    """Return the bindings of `pattern = value`, or None where Elixir raises MatchError.

    Pins refer to `bindings`; a pin of an unbound name never matches.
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


MAX_NESTING: Final = 50


class PatternError(Exception):
    """The text is not a valid pattern; the message says why."""


_RESERVED: Final = frozenset(
    {"do", "end", "fn", "when", "and", "or", "not", "in", "after", "rescue", "catch", "else"}
)


_PIECE: Final = re.compile(
    r"""\s*(?:
      (?P<key>[A-Za-z_]\w*[?!]?:(?=\s|$)|"[^"\\]*(?:\\.[^"\\]*)*":(?=\s))
    | (?P<scalar>"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'
        |:"[^"\\]*(?:\\.[^"\\]*)*"|:[A-Za-z_][\w@]*[?!]?|:[^\s\w,\[\]{}()]{1,3}
        |[-+]?\d[\w.]*(?:[eE][-+]?\d+)?
        |<<[^<>]*>>
        |\#(?:PID|Reference)<[\d.]+>
        |[A-Z]\w*(?:\.[A-Z]\w*)*(?=[\s,\]}]|$))
    | (?P<name>[a-z_]\w*[?!]?)
    | (?P<sign>=>|%\{|[{}\[\],|^])
    )""",
    re.VERBOSE | re.DOTALL,
)


def read_pattern(text: str) -> Pattern:
    """Parse `text` as a pattern; raises PatternError if it is not a valid one."""
    reader = _Reader(text)
    pattern = reader.pattern(0)
    if reader.kind:
        raise PatternError(f"{reader.text} does not belong there")
    return pattern


class _Reader:
    """A parser with one token of lookahead: its `kind`, "" at the end, and its `text`."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self.kind = self.text = ""
        self.advance()

    def advance(self) -> None:
        found = _PIECE.match(self.source, self.position)
        if found is None:
            left = self.source[self.position :].strip()
            if left:
                raise PatternError(f"{left[:20]} does not belong there")
            self.kind = self.text = ""
            return
        self.kind = found.lastgroup or ""
        self.text = found[self.kind]
        self.position = found.end()

    def take(self, text: str) -> None:
        if self.text != text or self.kind != "sign":
            raise PatternError(f"{text} is missing")
        self.advance()

    def at(self, *signs: str) -> bool:
        return self.kind == "sign" and self.text in signs

    def pattern(self, depth: int) -> Pattern:
        if depth > MAX_NESTING:
            raise PatternError("it is nested too deeply")
        kind, text = self.kind, self.text
        if kind == "name":
            self.advance()
            return _named(text)
        if kind == "scalar":
            self.advance()
            return Exact(_literal(text))
        if kind == "sign":
            self.advance()
            match text:
                case "{":
                    return self.tuple_of(depth)
                case "[":
                    return self.list_of(depth)
                case "%{":
                    return self.map_of(depth)
                case "^":
                    name, named = self.text, self.kind == "name"
                    self.advance()
                    if named:
                        return Pin(name)
                    raise PatternError("a name is missing after ^")
        raise PatternError(f"{text} does not belong there" if text else "something is missing")

    def tuple_of(self, depth: int) -> Pattern:
        items: list[Pattern] = []
        while not self.at("}"):
            if self.kind == "key":
                items.append(self.keywords(depth, "}"))
                break
            items.append(self.pattern(depth + 1))
            if not self.at("}"):
                self.take(",")
        self.take("}")
        return Tuple(tuple(items))

    def list_of(self, depth: int) -> Pattern:
        if self.kind == "key":
            pattern = self.keywords(depth, "]")
            self.take("]")
            return pattern
        items: list[Pattern] = []
        rest: Pattern | None = None
        while not self.at("]"):
            items.append(self.pattern(depth + 1))
            if self.at("|"):
                self.advance()
                rest = self.pattern(depth + 1)
                break
            if not self.at("]"):
                self.take(",")
        self.take("]")
        return Items(tuple(items), rest)

    def keywords(self, depth: int, close: str) -> Pattern:
        pairs: list[Pattern] = []
        while self.kind == "key":
            key = _literal(":" + self.text[:-1])
            self.advance()
            pairs.append(Tuple((Exact(key), self.pattern(depth + 1))))
            if not self.at(close):
                self.take(",")
        return Items(tuple(pairs))

    def map_of(self, depth: int) -> Pattern:
        pairs: list[tuple[Term, Pattern]] = []
        while not self.at("}"):
            if self.kind == "key":
                key = _literal(":" + self.text[:-1])
                self.advance()
            else:
                wanted = self.pattern(depth + 1)
                if not isinstance(wanted, Exact):
                    raise PatternError("the key of a map must be a literal")
                key = wanted.term
                self.take("=>")
            pairs.append((key, self.pattern(depth + 1)))
            if not self.at("}"):
                self.take(",")
        self.take("}")
        return Fields(tuple(pairs))


def _named(text: str) -> Pattern:
    if text in {"nil", "true", "false"}:
        return Exact(_literal(text))
    if text in _RESERVED:
        raise PatternError(f"{text} is a reserved word of Elixir: choose another name")
    return Anything() if text == "_" else Variable(text)


def _literal(text: str) -> Term:
    try:
        return read(text)
    except ReadError as error:
        raise PatternError(f"{text} cannot be read") from error
