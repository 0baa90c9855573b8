"""Regex, based on the `regex` package, whose dialect is close to PCRE.

Without the modifier `u`, Elixir matches bytes. ASCII text is the same either way; other text is
decoded as Latin-1 for such an expression, and its parts are converted back to UTF-8.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from kvshell.elixir.library.collections.keyword import option
from kvshell.elixir.library.failures import is_struct
from kvshell.elixir.library.kinds import BINARY, Kind
from kvshell.elixir.library.protocols import octets, text
from kvshell.elixir.library.registry import EMPTY_LIST, Cost, Library
from kvshell.elixir.library.text.patterns import REGEX
from kvshell.terms import (
    A,
    ArgumentError,
    ElixirError,
    List,
    Map,
    Term,
    exception,
    inspect,
)
from kvshell.terms.printing.algebra import Doc
from kvshell.terms.printing.inspection import STRUCTS, Printer

regex_ = Library("Regex", Cost.LOOPS)
_LETTERS = {"i": "i", "m": "m", "s": "s", "x": "x"}
REGEX_KIND = Kind(lambda term: is_struct(term, REGEX), "is_struct({}, Regex)")
_OPTIONS = {
    A.caseless: "i",
    A.multiline: "m",
    A.dotall: "s",
    A.extended: "x",
    A.unicode: "u",
    A.ungreedy: "U",
    A.firstline: "f",
}
_WRONG = {
    "missing )": "missing )",
    "unterminated character set": "missing terminating ] for character class",
    "nothing to repeat": "nothing to repeat",
    "unbalanced parenthesis": "unmatched parentheses",
    "unexpected end of pattern": "\\ at end of pattern",
}


@lru_cache(maxsize=512)
def compiled(source: str, modifiers: str) -> Any:
    """Return the compiled Python pattern; raise ValueError `(message, position)` if invalid."""
    import regex  # noqa: PLC0415  # only for lines with a regular expression

    flags = "".join(letter for letter in modifiers if letter in _LETTERS)
    pattern = source if "u" in modifiers else source.encode().decode("latin-1")
    flags += "u" if "u" in modifiers else "a"
    try:
        return regex.compile(f"(?{flags}V0)" + pattern)
    except regex.error as error:
        message = next((text for part, text in _WRONG.items() if part in str(error.msg)), error.msg)
        position = (error.pos or 0) - len(flags) - 5
        if message.startswith("missing"):
            position = len(source)  # PCRE reports the end
        raise ValueError(message, max(position, 0)) from None


def make(source: str | bytes, modifiers: str, options: Any) -> Map:
    """Return the `%Regex{}` of a source; `options` are the modifiers as they were given."""
    if type(source) is bytes:
        source = source.decode("latin-1")
    compiled(str(source), modifiers)
    return Map(
        [
            (A.__struct__, REGEX),
            (A.opts, options),
            (A.re_pattern, (A.re_pattern, 0, 0, 0, source)),
            (A.re_version, ("8.44 2020-02-12", A.little)),
            (A.source, source),
        ]
    )


def _doc(_printer: Printer, term: Map, _limit: int, _depth: int) -> Doc:
    source = "".join(
        "\\/" if each == "/" else _ESCAPES.get(each, each)
        for each in re.split(r"(\\.|/|\n)", str(term[A.source]), flags=re.DOTALL)
        if each
    )
    if type(term[A.opts]) is List and term[A.opts].items:
        return f"Regex.compile!({inspect(term[A.source])}, {inspect(term[A.opts])})"
    return f"~r/{source}/{term[A.opts] if type(term[A.opts]) is str else ''}"


_ESCAPES = {"\n": "\\n"}
STRUCTS[REGEX] = _doc


def _modifiers(options: Any) -> str | None:
    if type(options) in {str, bytes}:
        return str(options)
    if type(options) is List and all(each in _OPTIONS for each in options.items):
        return "".join(_OPTIONS[each] for each in options.items)
    return None


@regex_.function(source=BINARY)
def compile_(source: Term, options: Term = "") -> Term:
    """Compiles a regular expression: `{:ok, regex}` or `{:error, {message, position}}`."""
    modifiers = _modifiers(options)
    if modifiers is None or any(each not in "imsxuUf" for each in modifiers):
        return A.error, (A.invalid_option, options)
    try:
        return A.ok, make(source, modifiers, options)
    except ValueError as wrong:
        return A.error, (List(map(ord, wrong.args[0])), wrong.args[1])


@regex_.function(name="compile!", source=BINARY)
def compile_or_raise(source: Term, options: Term = "") -> Term:
    """Compiles a regular expression; raises Regex.CompileError if it is invalid."""
    match compile_(source, options):
        case (A.ok, made):
            return made
        case (_, (List() as message, int() as position)):
            text = "".join(map(chr, message.items))
            raise ElixirError(
                exception("Regex.CompileError", message=f"{text} at position {position}")
            )
        case _:
            raise ElixirError(
                exception("Regex.CompileError", message=f"invalid option: {inspect(options)}")
            )


class RegexSubject:
    """A string in the form in which a regex searches it; converts matches back to terms."""

    def __init__(self, pattern: Map, subject: str | bytes) -> None:
        modifiers = _modifiers(pattern[A.opts]) or ""
        self.code = compiled(pattern[A.source], modifiers)
        self.whole = octets(subject)
        self.as_bytes = "u" not in modifiers
        if self.as_bytes:
            self.chars = self.whole.decode("latin-1")
        elif type(subject) is str:
            self.chars = subject
        else:
            raise ArgumentError("argument error")

    def part(self, found: str | None) -> Any:
        """Return the text of a group as a term; "" if the group did not take part in the match."""
        if found is None:
            return ""
        return text(found.encode("latin-1")) if self.as_bytes else found

    def spot(self, begin: int, end: int) -> Any:
        """Return the byte position of a match: `(start, length)`, `(-1, 0)` if there is none."""
        if begin < 0:
            return -1, 0
        if self.as_bytes:
            return begin, end - begin
        start = len(self.chars[:begin].encode())
        return start, len(self.chars[begin:end].encode())

    def searched(self, offset: int = 0) -> Any:
        """Return the first match from an offset on, or None."""
        return self.code.search(self.chars, offset)

    def all(self) -> Iterator[Any]:
        """Yield all matches."""
        return self.code.finditer(self.chars)  # type: ignore[no-any-return]  # untyped package


@regex_.function(name="match?", regex=REGEX_KIND, string=BINARY)
def match_p(regex: Term, string: Term) -> Term:
    """Tells whether a string matches a regex anywhere."""
    return RegexSubject(regex, string).searched() is not None


def _groups(found: Any, captures: Any) -> list[Any]:
    """Return the numbers of the groups that the `:capture` option asks for."""
    if captures is A.all:
        last = max((i for i in range(found.re.groups + 1) if found.start(i) >= 0), default=0)
        return list(range(last + 1))
    if captures is A.first:
        return [0]
    if captures is A.all_but_first:
        return _groups(found, A.all)[1:]
    if captures is A.none:
        return []
    if captures is A.all_names:
        return sorted(found.re.groupindex)
    if type(captures) is List:
        return [_named(found, each) for each in captures.items]
    raise ArgumentError("argument error")


def _named(found: Any, name: Any) -> Any:
    if type(name) is int:
        return name if 0 <= name <= found.re.groups else None
    message = name if type(name) is str else name.name
    return message if message in found.re.groupindex else None


def _captured(subject: RegexSubject, found: Any, options: Any, position: Any = None) -> List:
    captures = option(options, A.capture, A.all) if position is None else position
    as_index = option(options, A.return_, A.binary) is A.index
    made: list[Any] = []
    for each in _groups(found, captures):
        if each is None:
            made.append((-1, 0) if as_index else "")
        elif as_index:
            made.append(subject.spot(*found.span(each)))
        else:
            made.append(subject.part(found.group(each)))
    return List(made)


@regex_.function(regex=REGEX_KIND, string=BINARY)
def run(regex: Term, string: Term, options: Term = EMPTY_LIST) -> Term:
    """Runs a regex against a string: returns the first match with its groups, or nil."""
    subject = RegexSubject(regex, string)
    found = subject.searched(option(options, A.offset, 0))
    if found is None:
        return None
    if option(options, A.capture) is A.none:
        return List()
    return _captured(subject, found, options)


@regex_.function(regex=REGEX_KIND, string=BINARY)
def scan(regex: Term, string: Term, options: Term = EMPTY_LIST) -> Term:
    """Returns all matches of a regex in a string, each with its groups."""
    subject = RegexSubject(regex, string)
    return List(_captured(subject, found, options) for found in subject.all())


@regex_.function(regex=REGEX_KIND, string=BINARY)
def named_captures(regex: Term, string: Term, options: Term = EMPTY_LIST) -> Term:
    """Returns the named groups of the first match as a map, or nil."""
    subject = RegexSubject(regex, string)
    found = subject.searched()
    if found is None:
        return None
    names = sorted(found.re.groupindex)
    as_index = option(options, A.return_, A.binary) is A.index
    return Map(
        (name, subject.spot(*found.span(name)) if as_index else subject.part(found.group(name)))
        for name in names
    )


@regex_.function(regex=REGEX_KIND)
def names(regex: Term) -> Term:
    """Returns the names of a regex's groups."""
    return List(sorted(compiled(regex[A.source], _modifiers(regex[A.opts]) or "").groupindex))


@regex_.function(regex=REGEX_KIND)
def source(regex: Term) -> Term:
    """Returns the source of a regex."""
    return regex[A.source]


@regex_.function(regex=REGEX_KIND)
def opts(regex: Term) -> Term:
    """Returns the modifiers of a regex."""
    return regex[A.opts]


@regex_.function(name="regex?")
def regex_p(term: Term) -> Term:
    """Tells whether a term is a regex."""
    return is_struct(term, REGEX)


@regex_.function(string=BINARY)
def escape(string: Term) -> Term:
    """Escapes the characters of a string that are special in a regex."""
    special = set(".^$*+?()[]{}|#-\\ \t\n\v\f\r&~/")
    special -= set("/&~")
    return "".join("\\" + each if each in special else each for each in string)


@regex_.function(regex=REGEX_KIND, string=BINARY)
def split(regex: Term, string: Term, options: Term = EMPTY_LIST) -> Term:
    """Splits a string at the matches of a regex."""
    parts = option(options, A.parts, A.infinity)
    trim = option(options, A.trim, default=False) is True
    include = option(options, A.include_captures, default=False) is True
    on = option(options, A.on, A.first)
    subject = RegexSubject(regex, string)
    if not subject.chars:
        return List() if trim else List(("",))
    made: list[Any] = []
    start = count = 0
    for found in subject.all():
        if type(parts) is int and count + 1 >= parts:
            break
        for begin, end in _spans(found, on):
            if begin < start or (begin == end and (begin == 0 or begin == len(subject.chars))):
                if (
                    begin == end
                    and not trim
                    and begin in (0, len(subject.chars))
                    and begin >= start
                ):
                    made.append(subject.part(subject.chars[start:begin]))
                    start = end
                continue
            piece = subject.part(subject.chars[start:begin])
            if piece or not trim:
                made.append(piece)
            if include:
                made.append(subject.part(subject.chars[begin:end]))
            start = end
            count += 1
    rest = subject.part(subject.chars[start:])
    if rest or not trim:
        made.append(rest)
    return List(made)


def _spans(found: Any, on: Any) -> list[tuple[int, int]]:
    groups = [each for each in _groups(found, on) if each is not None]
    return [found.span(each) for each in groups if found.start(each) >= 0]
