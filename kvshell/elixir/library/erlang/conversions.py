""":erlang: conversions between terms and binaries, and tuples; :crypto.hash."""

import hashlib
import zlib
from typing import Any

from kvshell.elixir.library.collections.list import existing_atom
from kvshell.elixir.library.erlang import external_format
from kvshell.elixir.library.kinds import E_BINARY, E_LIST, E_NUMBER, E_TUPLE
from kvshell.elixir.library.numbers.reading import float_of
from kvshell.elixir.library.protocols import list_to_string, octets, text
from kvshell.elixir.library.registry import EMPTY_LIST, Library
from kvshell.elixir.library.text.io import gathered
from kvshell.elixir.running.step_limits import room_for
from kvshell.terms import A, ArgumentError, ErlangError, List, Term

erlang = Library.of(":erlang")
crypto = Library.of(":crypto")


@erlang.function()
def term_to_binary(term: Term) -> Term:
    """Encodes a term in Erlang's external term format."""
    return text(external_format.encoded(term))


@erlang.function(binary=E_BINARY)
def binary_to_term(binary: Term, options: Term = EMPTY_LIST) -> Term:
    """Decodes a binary in Erlang's external term format."""
    del options
    return external_format.decoded(octets(binary))


@erlang.function()
def iolist_size(item: Term) -> Term:
    """Returns the number of bytes of iodata."""
    return len(gathered(item))


@erlang.function()
def list_to_float(string: Term) -> Term:
    """Converts a charlist to the float it represents."""
    return float_of(str(list_to_string(string)), "not a textual representation of a float")


@erlang.function(binary=E_BINARY)
def binary_to_existing_atom(binary: Term, encoding: Term = A.utf8) -> Term:
    """Converts a string to an atom that already exists; raises if it does not."""
    del encoding
    return existing_atom(str(binary))


@erlang.function(list_=E_LIST)
def list_to_existing_atom(list_: Term) -> Term:
    """Converts a charlist to an atom that already exists; raises if it does not."""
    return existing_atom(str(list_to_string(list_)))


@erlang.function(binary=E_BINARY)
def split_binary(binary: Term, pos: Term) -> Term:
    """Splits a binary at a byte position."""
    raw = octets(binary)
    if type(pos) is not int:
        raise ArgumentError.at(2, "not an integer")
    if not 0 <= pos <= len(raw):
        raise ArgumentError.at(2, "out of range")
    return text(raw[:pos]), text(raw[pos:])


@erlang.function()
def crc32(data: Term) -> Term:
    """Returns the CRC32 checksum of iodata."""
    return zlib.crc32(gathered(data))


@erlang.function()
def adler32(data: Term) -> Term:
    """Returns the Adler-32 checksum of iodata."""
    return zlib.adler32(gathered(data))


@erlang.function(name="float", number=E_NUMBER)
def float_(number: Term) -> Term:
    """Converts a number to a float."""
    try:
        return float(number)
    except OverflowError:
        raise ArgumentError.at(1, "the value is out of range") from None


@erlang.function(tuple_=E_TUPLE)
def delete_element(index: Term, tuple_: Term) -> Term:
    """Deletes the element of a tuple at a position, counted from 1."""
    _within(index, len(tuple_))
    return (*tuple_[: index - 1], *tuple_[index:])


@erlang.function(tuple_=E_TUPLE)
def insert_element(index: Term, tuple_: Term, term: Term) -> Term:
    """Inserts an element into a tuple at a position, counted from 1."""
    _within(index, len(tuple_) + 1)
    return (*tuple_[: index - 1], term, *tuple_[index - 1 :])


def _within(index: Any, size: int) -> None:
    if type(index) is not int:
        raise ArgumentError.at(1, "not an integer")
    if not 1 <= index <= size:
        raise ArgumentError.at(1, "out of range")


@erlang.function()
def make_tuple(arity: Term, term: Term) -> Term:
    """Creates a tuple with `arity` elements that are all the same term."""
    if type(arity) is not int:
        raise ArgumentError.at(1, "not an integer")
    if not 0 <= arity < 1 << 24:
        raise ArgumentError.at(1, "out of range")
    return (term,) * room_for(arity)


_HASHES = ("md5", "sha", "sha224", "sha256", "sha384", "sha512")


@crypto.function(name="hash")
def hash_(type_: Term, data: Term) -> Term:
    """Returns the digest of iodata: `:sha256`, `:sha512`, `:sha`, `:md5` and others."""
    name = getattr(type_, "name", "")
    if name not in _HASHES:
        raise ErlangError((A.badarg, (List(map(ord, "hash.c")), 0), List(map(ord, "Bad hash"))))
    made = hashlib.new("sha1" if name == "sha" else name, gathered(data), usedforsecurity=False)
    return text(made.digest())
