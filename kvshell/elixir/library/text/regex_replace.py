"""Regex.replace, and other functions of Regex."""

from collections.abc import Callable, Iterator
from typing import Any

from kvshell.elixir.library.calls import caller
from kvshell.elixir.library.collections.keyword import option
from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.kinds import BINARY
from kvshell.elixir.library.protocols import octets, text
from kvshell.elixir.library.registry import EMPTY_LIST, Cost
from kvshell.elixir.library.text.regexes import REGEX_KIND, RegexSubject, regex_
from kvshell.terms import (
    A,
    Function,
    Term,
)


@regex_.function(regex=REGEX_KIND, string=BINARY)
def replace(regex: Term, string: Term, replacement: Term, options: Term = EMPTY_LIST) -> Term:
    """Replaces the matches of a regex in a string."""
    subject = RegexSubject(regex, string)
    with_ = _replacing(subject, replacement, (regex, string, replacement, options))
    everywhere = option(options, A.global_, default=True) is not False
    pieces: list[bytes] = []
    start = 0

    def raw(chars: str) -> bytes:
        return chars.encode("latin-1" if subject.as_bytes else "utf-8")

    for found in subject.all():
        pieces += raw(subject.chars[start : found.start()]), octets(with_(found))
        start = found.end()
        if not everywhere:
            break
    pieces.append(raw(subject.chars[start:]))
    return text(b"".join(pieces))


def _replacing(
    subject: RegexSubject, replacement: Any, args: tuple[Any, ...]
) -> Callable[[Any], Any]:
    if type(replacement) is Function:
        arity = replacement.capture.arity
        call = caller(replacement, arity)

        def called(found: Any) -> Any:
            texts = [subject.part(found.group(i)) for i in range(found.re.groups + 1)]
            return call(*(texts + [""] * arity)[:arity])

        return called
    if type(replacement) not in {str, bytes}:
        raise no_clause("Regex", "replace", args)
    template = list(_template(replacement if type(replacement) is str else str(replacement)))

    def filled(found: Any) -> Any:
        made = b""
        for each in template:
            if type(each) is str:
                made += each.encode()
            elif type(each) is int:
                made += octets(subject.part(found.group(each))) if each <= found.re.groups else b""
            else:
                made += octets(subject.part(found.group(each[0])))
        return text(made)

    return filled


def _template(replacement: str) -> Iterator[Any]:
    """Yield the parts of a replacement: text, group numbers, and group names in 1-tuples."""
    place = 0
    while place < len(replacement):
        char = replacement[place]
        follows = replacement[place + 1 : place + 2]
        if char == "\\" and follows == "g" and replacement[place + 2 : place + 3] == "{":
            end = replacement.index("}", place)
            name = replacement[place + 3 : end]
            yield int(name) if name.isdigit() else (name,)
            place = end + 1
        elif char == "\\" and follows.isdigit():
            yield int(follows)
            place += 2
        elif char == "\\" and follows:
            yield follows
            place += 2
        else:
            yield char
            place += 1


@regex_.function(regex=REGEX_KIND, cost=Cost.SHORT)
def re_pattern(regex: Term) -> Term:
    """Returns the compiled pattern of a regex."""
    return regex[A.re_pattern]


@regex_.function(cost=Cost.SHORT)
def version() -> Term:
    """Returns the version of PCRE whose dialect is implemented."""
    return "8.44 2020-02-12"


@regex_.function(regex=REGEX_KIND)
def recompile(regex: Term) -> Term:
    """Returns `{:ok, regex}`: a regex need not be recompiled here."""
    return A.ok, regex


@regex_.function(name="recompile!", regex=REGEX_KIND)
def recompile_or_raise(regex: Term) -> Term:
    """Returns the regex: it need not be recompiled here."""
    return regex
