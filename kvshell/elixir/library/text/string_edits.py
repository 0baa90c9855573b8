"""String: splitting, trimming and replacing."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.collections.keyword import option
from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.kinds import BINARY, LIST
from kvshell.elixir.library.protocols import source
from kvshell.elixir.library.registry import EMPTY_LIST, MISSING
from kvshell.elixir.library.text import graphemes
from kvshell.elixir.library.text.graphemes import back, chars
from kvshell.elixir.library.text.patterns import is_regex, matches
from kvshell.elixir.library.text.string_parts import string
from kvshell.terms import A, ArgumentError, Function, List, Term

# Unicode white space; text is not split at non-breaking spaces.
_BREAKING = "\t\n\v\f\r \x85\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000"
_SPACES = re.compile(f"[{_BREAKING}]+")
_ALL_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680"
    + "".join(map(chr, range(0x2000, 0x200B)))
    + ("\u2028\u2029\u202f\u205f\u3000")
)


@string.function()
def split(string: Term, pattern: Term = MISSING, options: Term = EMPTY_LIST) -> Term:
    """Splits a string at whitespace, or at the matches of a pattern."""
    if type(string) not in {str, bytes}:
        if pattern is MISSING:
            raise ArgumentError.at(1, "not a binary")
        tried = "def split(string, pattern, options) when -is_binary(string)-"
        given = (string, pattern) if options is EMPTY_LIST else (string, pattern, options)
        raise no_clause("String", "split", given, tried)
    if pattern is MISSING:
        return List(back(each) for each in _SPACES.split(chars(string)) if each)
    if type(options) is not List:
        raise no_clause("String", "split", (string, pattern, options))
    if is_regex(pattern):
        from kvshell.elixir.library.text.regexes import split as split_by_regex  # noqa: PLC0415

        return split_by_regex(pattern, string, options)
    parts = option(options, A.parts, A.infinity)
    trim = option(options, A.trim, default=False) is True
    if parts is not A.infinity and (type(parts) is not int or parts < 1):
        raise no_clause("String", "split", (string, pattern, options))
    most = parts if type(parts) is int else None
    return List(_split(chars(string), pattern, most, trim))


def _split(whole: str, pattern: Any, most: int | None, trim: bool) -> Iterator[Any]:
    if pattern == "":
        yield from _letters(whole, most, trim)
        return
    start = count = 0
    for begin, end in matches(whole, pattern, "split"):
        if most is not None and count + 1 >= most:
            break
        if trim and begin == start:
            start = end
            continue
        yield back(whole[start:begin])
        count += 1
        start = end
    rest = whole[start:]
    if rest or not trim:
        yield back(rest)


def _letters(whole: str, most: int | None, trim: bool) -> Iterator[Any]:
    parts = graphemes.split(whole)
    pieces = parts if trim else ["", *parts, ""]
    if most is None or len(pieces) <= most:
        yield from map(back, pieces)
        return
    yield from map(back, pieces[: most - 1])
    yield back("".join(pieces[most - 1 :]))


@string.function(string=BINARY, options=LIST)
def splitter(string: Term, pattern: Term, options: Term = EMPTY_LIST) -> Term:
    """Returns a stream that splits a string at the matches of a pattern."""
    trim = option(options, A.trim, default=False) is True
    whole = chars(string)
    return source("String.splitter/3", lambda: _split(whole, pattern, None, trim))


def _trimmed(string: Any, what: Any, ends: str) -> Any:
    whole = chars(string)
    if what is MISSING:
        strip = {"both": str.strip, "left": str.lstrip, "right": str.rstrip}[ends]
        return back(strip(whole, _ALL_SPACE))
    unwanted = chars(what)
    if unwanted and ends != "right":
        while whole.startswith(unwanted):
            whole = whole[len(unwanted) :]
    if unwanted and ends != "left":
        while whole.endswith(unwanted):
            whole = whole[: -len(unwanted)]
    return back(whole)


@string.function(string=BINARY)
def trim(string: Term, to_trim: Term = MISSING) -> Term:
    """Removes leading and trailing whitespace, or copies of `to_trim`."""
    return _trimmed(string, to_trim, "both")


@string.function(string=BINARY)
def trim_leading(string: Term, to_trim: Term = MISSING) -> Term:
    """Removes leading whitespace, or leading copies of `to_trim`."""
    return _trimmed(string, to_trim, "left")


@string.function(string=BINARY)
def trim_trailing(string: Term, to_trim: Term = MISSING) -> Term:
    """Removes trailing whitespace, or trailing copies of `to_trim`."""
    return _trimmed(string, to_trim, "right")


@string.function(subject=BINARY, options=LIST)
def replace(subject: Term, pattern: Term, replacement: Term, options: Term = EMPTY_LIST) -> Term:
    """Replaces the matches of a pattern by a string, or by the result of a function."""
    if is_regex(pattern):
        from kvshell.elixir.library.text.regex_replace import replace as by_regex  # noqa: PLC0415

        return by_regex(pattern, subject, replacement, options)
    if type(replacement) in {str, bytes}:
        with_ = _inserting(chars(replacement), option(options, A.insert_replaced))
    elif type(replacement) is Function:
        call = caller(replacement, 1)
        with_ = lambda found: chars(call(back(found)))  # noqa: E731  # the other kind of pattern
    else:
        raise no_clause("String", "replace", (subject, pattern, replacement, options))
    whole = chars(subject)
    everywhere = option(options, A.global_, default=True) is not False
    if pattern == "":
        return back(_between(whole, with_, everywhere))
    made: list[str] = []
    start = 0
    for begin, end in matches(whole, pattern, "replace"):
        made += whole[start:begin], with_(whole[begin:end])
        start = end
        if not everywhere:
            break
    made.append(whole[start:])
    return back("".join(made))


def _between(whole: str, with_: Callable[[str], str], everywhere: bool) -> str:
    parts = graphemes.split(whole)
    if not everywhere:
        return with_("") + whole
    return "".join(with_("") + part for part in parts) + with_("")


def _inserting(replacement: str, places: Any) -> Callable[[str], str]:
    if places is None:
        return lambda _found: replacement
    spots = sorted([places] if type(places) is int else places.items)

    def replaced(found: str) -> str:
        made, start = "", 0
        for spot in spots:
            made += replacement[start:spot] + found
            start = spot
        return made + replacement[start:]

    return replaced


@string.function(string=BINARY, match=BINARY, replacement=BINARY)
def replace_prefix(string: Term, match: Term, replacement: Term) -> Term:
    """Replaces a prefix once, if the string has it."""
    whole, prefix = chars(string), chars(match)
    return back(chars(replacement) + whole[len(prefix) :]) if whole.startswith(prefix) else string


@string.function(string=BINARY, match=BINARY, replacement=BINARY)
def replace_suffix(string: Term, match: Term, replacement: Term) -> Term:
    """Replaces a suffix once, if the string has it."""
    whole, suffix = chars(string), chars(match)
    kept = whole[: len(whole) - len(suffix)]
    return back(kept + chars(replacement)) if whole.endswith(suffix) else string


@string.function(string=BINARY, match=BINARY, replacement=BINARY)
def replace_leading(string: Term, match: Term, replacement: Term) -> Term:
    """Replaces all leading copies of `match`."""
    whole, prefix = chars(string), chars(match)
    if not prefix:
        raise ArgumentError("cannot use an empty string as the match to replace")
    times = 0
    while whole.startswith(prefix):
        whole = whole[len(prefix) :]
        times += 1
    return back(chars(replacement) * times + whole)


@string.function(string=BINARY, match=BINARY, replacement=BINARY)
def replace_trailing(string: Term, match: Term, replacement: Term) -> Term:
    """Replaces all trailing copies of `match`."""
    whole, suffix = chars(string), chars(match)
    if not suffix:
        raise ArgumentError("cannot use an empty string as the match to replace")
    times = 0
    while whole.endswith(suffix):
        whole = whole[: -len(suffix)]
        times += 1
    return back(whole + chars(replacement) * times)


@string.function(name="match?", string=BINARY)
def match_p(string: Term, regex: Term) -> Term:
    """Tells whether a string matches a regex anywhere."""
    from kvshell.elixir.library.text.regexes import match_p as matches_regex  # noqa: PLC0415

    return matches_regex(regex, string)
