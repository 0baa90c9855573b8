"""Graphemes: user-perceived characters of binaries."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from kvshell.elixir.library.protocols import text


@cache
def _clusters() -> Any:
    import regex  # noqa: PLC0415  # only for text beyond ASCII

    return regex.compile(r"\X")


def chars(term: str | bytes) -> str:
    """Return a binary as a str in which each byte that is not UTF-8 is a lone surrogate."""
    return term if isinstance(term, str) else term.decode("utf-8", "surrogateescape")


def back(made: str) -> str | bytes:
    """Return the binary for a str made of a result of `chars`."""
    if made.isascii():
        return made
    try:
        made.encode()
    except UnicodeEncodeError:
        return text(made.encode("utf-8", "surrogateescape"))
    return made


def split(term: str | bytes) -> list[str]:
    """Return the graphemes of a binary."""
    whole = chars(term)
    if whole.isascii():
        return list(whole) if "\r\n" not in whole else _with_line_ends(whole)
    made: list[str] = _clusters().findall(whole)
    return made


def _with_line_ends(whole: str) -> list[str]:
    made = []
    for index, part in enumerate(whole.split("\r\n")):
        if index:
            made.append("\r\n")
        made.extend(part)
    return made


def each(term: str | bytes) -> Iterator[str]:
    """Yield the graphemes of a binary."""
    whole = chars(term)
    if whole.isascii():
        yield from split(whole)
    else:
        for found in _clusters().finditer(whole):
            yield found.group()


def first(term: str | bytes) -> str:
    """Return the first grapheme, or "" for an empty binary."""
    return next(each(term), "")
