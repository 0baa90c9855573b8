""":unicode: conversion of chardata between encodings, and normal forms."""

import unicodedata
from typing import Any

from kvshell.elixir.library.protocols import octets, text
from kvshell.elixir.library.registry import Cost, Library
from kvshell.elixir.library.stdlib.strings import charlist_of, decoded
from kvshell.terms import A, ArgumentError, Term

unicode = Library(":unicode", Cost.LOOPS)

_ENCODINGS = {
    A.utf8: "utf-8", A.unicode: "utf-8", A.latin1: "latin-1", A.utf16: "utf-16-be",
    A.utf32: "utf-32-be",
}  # fmt: skip


def _read(data: Any, encoding: Any) -> tuple[str, bytes]:
    if encoding is A.latin1 and type(data) in {str, bytes}:
        return octets(data).decode("latin-1"), b""
    found, rest = decoded(data)
    if found is None:
        raise ArgumentError.at(1, "not valid character data (an iodata term)")
    return found, rest


@unicode.function()
def characters_to_binary(data: Term, in_: Term = A.unicode, out: Term = A.unicode) -> Term:
    """Converts chardata to a binary; `{:error, binary, rest}` at an invalid byte."""
    found, rest = _read(data, in_)
    try:
        made = text(found.encode(_ENCODINGS.get(out, "utf-8")))
    except UnicodeEncodeError as error:
        return A.error, text(found[: error.start].encode("latin-1")), found[error.start :]
    return (A.error, made, rest) if rest else made


@unicode.function()
def characters_to_list(data: Term, in_: Term = A.unicode) -> Term:
    """Converts chardata to a charlist; `{:error, list, rest}` at an invalid byte."""
    found, rest = _read(data, in_)
    return (A.error, charlist_of(found), rest) if rest else charlist_of(found)


def _normal(form: Any) -> None:
    def binary(data: Term) -> Term:
        """Converts chardata to a string in a Unicode normal form."""
        return unicodedata.normalize(form, _read(data, A.unicode)[0])

    def charlist(data: Term) -> Term:
        """Converts chardata to a charlist in a Unicode normal form."""
        return charlist_of(unicodedata.normalize(form, _read(data, A.unicode)[0]))

    name = f"characters_to_{form.lower()}"
    unicode.function(name=f"{name}_binary")(binary)
    unicode.function(name=f"{name}_list")(charlist)


for _form in ("NFC", "NFD", "NFKC", "NFKD"):
    _normal(_form)
