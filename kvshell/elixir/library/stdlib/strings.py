""":string on strings and charlists; `erlang.texts` has its most common functions."""

import unicodedata
from collections.abc import Callable
from typing import Any

from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.registry import MISSING, Cost, Library
from kvshell.elixir.library.text import graphemes
from kvshell.elixir.running.step_limits import room_for_octets
from kvshell.terms import A, List, Term

string = Library.of(":string", Cost.LOOPS)

_SPACES = " \t\n\r\v\f\x85\u2028\u2029"


def _text(name: str, term: Any) -> str:
    """Return chardata as a str; raise FunctionClauseError, for the function `name`, if invalid."""
    found, rest = decoded(term)
    if found is None or rest:
        raise no_clause(":string", name, (term,))
    return found


def decoded(term: Any) -> tuple[str | None, bytes]:
    """Return the text of chardata up to the first invalid byte, and the rest of that binary.

    The text is None if `term` is not chardata at all.
    """
    parts: list[str] = []
    todo = [term]
    if type(term) is int:
        return None, b""
    while todo:
        each = todo.pop()
        if type(each) is str:
            parts.append(each)
        elif type(each) is bytes:
            try:
                parts.append(each.decode())
            except UnicodeDecodeError as error:
                parts.append(each[: error.start].decode())
                return "".join(parts), each[error.start :]
        elif type(each) is int and 0 <= each < 0x110000 and not 0xD800 <= each < 0xE000:
            parts.append(chr(each))
        elif type(each) is List:
            todo += reversed(each.items if each.proper else (*each.items, each.last))
        else:
            return None, b""
    return "".join(parts), b""


def _like(made: str, given: Any) -> Term:
    """Return `made` as a charlist if the argument `given` was a list, otherwise as a string."""
    return List(map(ord, made)) if type(given) is List else made


def charlist_of(made: str) -> List:
    """Return a str as a charlist."""
    return List(map(ord, made))


# -- on texts and charlists ----------------------------------------------------------------------


def _cut(name: str, subject: Any, pattern: Any, where: Any) -> list[str]:
    whole, wanted = _text(name, subject), _text(name, pattern)
    if not wanted or wanted not in whole:
        return [whole]
    if where is A.all:
        return whole.split(wanted)
    return whole.rsplit(wanted, 1) if where is A.trailing else whole.split(wanted, 1)


@string.function()
def split(string: Term, search_pattern: Term, where: Term = A.leading) -> Term:
    """Splits a string at the first match of a pattern, or the last, or `:all`."""
    return List(_like(each, string) for each in _cut("split", string, search_pattern, where))


@string.function()
def replace(string: Term, search_pattern: Term, replacement: Term, where: Term = A.leading) -> Term:
    """Replaces matches of a pattern: returns the parts and replacements as chardata."""
    made: list[Any] = []
    for each in _cut("replace", string, search_pattern, where):
        made += [_like(each, string), replacement]
    return List(made[:-1])


@string.function()
def find(string: Term, search_pattern: Term, direction: Term = A.leading) -> Term:
    """Returns the string from the first match of a pattern on, or `:nomatch`."""
    whole, wanted = _text("find", string), _text("find", search_pattern)
    at = whole.rfind(wanted) if direction is A.trailing else whole.find(wanted)
    return A.nomatch if at < 0 else _like(whole[at:], string)


@string.function()
def prefix(string: Term, prefix_: Term) -> Term:
    """Returns the string after a prefix, or `:nomatch`."""
    whole, wanted = _text("prefix", string), _text("prefix", prefix_)
    return _like(whole[len(wanted) :], string) if whole.startswith(wanted) else A.nomatch


@string.function(name="slice")
def slice_(string: Term, start: Term, length: Term = A.infinity) -> Term:
    """Returns `length` graphemes of a string from a position on."""
    parts = graphemes.split(_text("slice", string))
    end = start + length if type(length) is int else None
    return _like("".join(parts[start:end]), string)


@string.function()
def pad(string: Term, length: Term, direction: Term = A.trailing, char: Term = 32) -> Term:
    """Pads a string to `length` graphemes; returns chardata."""
    missing = max(length - len(graphemes.split(_text("pad", string))), 0)
    room_for_octets(missing)
    if direction is A.leading:
        return List((List([char] * missing), string))
    if direction is A.both:
        left = missing // 2
        return List((List([char] * left), string, *[List([char] * (missing - left))]))
    return List((string, *[char] * missing))


@string.function()
def trim(string: Term, direction: Term, characters: Term = MISSING) -> Term:
    """Removes whitespace, or the given characters, from the ends of a string."""
    if characters is not MISSING and type(characters) is not List:
        raise no_clause(":string", "trim", (string, direction, characters))
    drop = _SPACES if characters is MISSING else _text("trim", characters)
    whole = _text("trim", string)
    if direction is not A.trailing:
        whole = whole.lstrip(drop)
    return _like(whole if direction is A.leading else whole.rstrip(drop), string)


@string.function()
def take(
    string: Term, characters: Term, complement: Term = False, direction: Term = A.leading
) -> Term:
    """Splits off the leading or trailing characters that are in a set, or not in it."""
    whole, chosen = _text("take", string), _text("take", characters)
    order = whole[::-1] if direction is A.trailing else whole
    count = next((i for i, c in enumerate(order) if (c in chosen) is complement), len(order))
    at = len(whole) - count if direction is A.trailing else count
    return _like(whole[:at], string), _like(whole[at:], string)


@string.function()
def equal(a: Term, b: Term, ignore_case: Term = False, normalization: Term = A.none) -> Term:
    """Tells whether two strings are equal, with or without regard to case."""
    left, right = _text("equal", a), _text("equal", b)
    if ignore_case is True:
        left, right = left.casefold(), right.casefold()
    if normalization is not A.none:
        form = str(normalization.name).upper()
        left, right = (unicodedata.normalize(form, each) for each in (left, right))  # type: ignore[arg-type]  # one of the four forms
    return left == right


@string.function()
def casefold(string: Term) -> Term:
    """Converts a string to a form for comparison without regard to case."""
    return _like(_text("casefold", string).casefold(), string)


@string.function()
def titlecase(string: Term) -> Term:
    """Converts the first character of a string to title case."""
    whole = _text("titlecase", string)
    return _like(whole[:1].title() + whole[1:], string)


@string.function()
def chomp(string: Term) -> Term:
    """Removes newlines from the end of a string."""
    return _like(_text("chomp", string).rstrip("\r\n"), string)


@string.function()
def lexemes(string: Term, separators: Term) -> Term:
    """Splits a string at separators, and drops empty parts."""
    return List(_like(each, string) for each in _lexemes("lexemes", string, separators))


def _lexemes(name: str, string: Any, separators: Any) -> list[str]:
    drop = set(_text(name, separators))
    spaced = "".join("\0" if each in drop else each for each in _text(name, string))
    return [each for each in spaced.split("\0") if each]


@string.function()
def nth_lexeme(string: Term, n: Term, separators: Term) -> Term:
    """Returns the `n`th part of a string that is split at separators."""
    found = _lexemes("nth_lexeme", string, separators)
    return _like(found[n - 1] if 0 < n <= len(found) else "", string)


@string.function()
def to_graphemes(string: Term) -> Term:
    """Converts a string to a list of graphemes: code points, or lists of them."""
    parts = graphemes.split(_text("to_graphemes", string))
    return List(ord(each) if len(each) == 1 else charlist_of(each) for each in parts)


@string.function()
def next_grapheme(string: Term) -> Term:
    """Returns the first grapheme of a string and the rest."""
    parts = graphemes.split(_text("next_grapheme", string))
    if not parts:
        return List()
    first = ord(parts[0]) if len(parts[0]) == 1 else charlist_of(parts[0])
    return List((first,), _like("".join(parts[1:]), string))


def _number(string: Any, code: Callable[[str], Any], taken: str, missing: Any) -> Term:
    whole = _text("to_number", string)
    for size in range(len(whole), 0, -1):
        begun = whole[:size]
        if begun[-1] in taken:
            try:
                return code(begun), _like(whole[size:], string)
            except ValueError:
                continue
    return A.error, missing


_DIGITS = "0123456789"


@string.function()
def to_integer(string: Term) -> Term:
    """Parses the integer at the start of a string: `{integer, rest}` or an error."""
    begun = _text("to_integer", string)
    size = len(begun) - len(begun.lstrip("+-" + _DIGITS))
    room_for_octets(size)
    return _number(string, int, _DIGITS, A.no_integer)


@string.function()
def to_float(string: Term) -> Term:
    """Parses the float at the start of a string: `{float, rest}` or an error."""

    def code(begun: str) -> float:
        if "." not in begun:
            raise ValueError(begun)
        return float(begun)

    return _number(string, code, _DIGITS, A.no_float)


# -- on charlists, the older functions -----------------------------------------------------------


@string.function()
def concat(string1: Term, string2: Term) -> Term:
    """Concatenates two charlists."""
    return string1 + string2


@string.function()
def copies(string: Term, number: Term) -> Term:
    """Returns a charlist repeated `number` times."""
    room_for_octets(len(string.items) * number)
    return List(string.items * number)


@string.function()
def join(string_list: Term, separator: Term) -> Term:
    """Joins charlists with `separator` between each two of them."""
    made = _text("join", separator).join(_text("join", each) for each in string_list.items)
    return charlist_of(made)


@string.function()
def tokens(string: Term, separator_list: Term) -> Term:
    """Splits a charlist at separators, and drops empty parts."""
    return List(charlist_of(each) for each in _lexemes("tokens", string, separator_list))


@string.function(name="len")
def len_(string: Term) -> Term:
    """Returns the number of characters in a charlist."""
    return len(_text("len", string))


def _sized(name: str, place: Callable[[str, int, str], str]) -> None:
    def function(string: Term, number: Term, character: Term = 32) -> Term:
        """Adjusts a charlist to `number` characters: cuts it, or fills it with `character`."""
        room_for_octets(number)
        return charlist_of(place(_text(name, string), number, chr(character)))

    string.function(name=name)(function)


_sized("left", lambda text, size, fill: text[:size].ljust(size, fill))
_sized("right", lambda text, size, fill: text[max(len(text) - size, 0) :].rjust(size, fill))


def _centred(text: str, size: int, fill: str) -> str:
    left = (len(text) - size) // 2 if len(text) > size else 0
    before = max(size - len(text), 0) // 2
    return (fill * before + text[left : left + size]).ljust(size, fill)


_sized("centre", _centred)


@string.function()
def words(string: Term, character: Term = 32) -> Term:
    """Returns the number of words in a charlist, separated by `character`."""
    return len([each for each in _text("words", string).split(chr(character)) if each])


@string.function()
def sub_string(string: Term, start: Term, stop: Term = MISSING) -> Term:
    """Returns the characters from `start` to `stop`, counted from 1."""
    end = None if stop is MISSING else stop
    return charlist_of(_text("sub_string", string)[start - 1 : end])


@string.function()
def substr(string: Term, start: Term, length: Term = MISSING) -> Term:
    """Returns `length` characters from `start` on, counted from 1."""
    end = None if length is MISSING else start - 1 + length
    return charlist_of(_text("substr", string)[start - 1 : end])


def _position(name: str, code: Callable[[str, str], int]) -> None:
    def function(string: Term, wanted: Term) -> Term:
        """Returns the position of a character or charlist, counted from 1; 0 if there is none."""
        sought = chr(wanted) if type(wanted) is int else _text(name, wanted)
        return code(_text(name, string), sought) + 1

    string.function(name=name)(function)


for _name, _code in (
    ("str", str.find),
    ("chr", str.find),
    ("rstr", str.rfind),
    ("rchr", str.rfind),
):
    _position(_name, _code)


@string.function()
def strip(string: Term, direction: Term = A.both, character: Term = 32) -> Term:
    """Removes a character from the ends of a charlist."""
    whole = _text("strip", string)
    if direction is not A.right:
        whole = whole.lstrip(chr(character))
    return charlist_of(whole if direction is A.left else whole.rstrip(chr(character)))
