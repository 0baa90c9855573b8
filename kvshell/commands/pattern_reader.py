"""Text to patterns: what stands left of `=`."""

import re
from typing import Final

from kvshell.commands.patterns import Anything, Exact, Fields, Items, Pattern, Pin, Tuple, Variable
from kvshell.terms import ReadError, Term, read

MAX_NESTING: Final = 50


class PatternError(Exception):
    """The text is no pattern; the message says why."""


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
    """Return the pattern that `text` is, or raise PatternError."""
    reader = _Reader(text)
    pattern = reader.pattern(0)
    if reader.kind:
        raise PatternError(f"{reader.text} does not belong there")
    return pattern


class _Reader:
    """Reads with one piece of look-ahead: its `kind`, "" at the end, and its `text`."""

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
            raise PatternError("it is nested too deep")
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
        raise PatternError(f"{text} is a word of Elixir's own: pick another name")
    return Anything() if text == "_" else Variable(text)


def _literal(text: str) -> Term:
    try:
        return read(text)
    except ReadError as error:
        raise PatternError(f"{text} cannot be read") from error
