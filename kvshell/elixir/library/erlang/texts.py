""":binary and :string."""

from typing import Any

from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.kinds import E_BINARY
from kvshell.elixir.library.protocols import list_to_string, octets, text
from kvshell.elixir.library.registry import EMPTY_LIST, MISSING, Cost, Library
from kvshell.elixir.library.text import graphemes
from kvshell.elixir.running.step_limits import room_for_octets
from kvshell.terms import A, ArgumentError, List, Term

binary = Library.of(":binary", Cost.LOOPS)
string = Library.of(":string", Cost.LOOPS)


@binary.function()
def compile_pattern(pattern: Term) -> Term:
    """Compiles a string, or a list of strings, to a search pattern."""
    from kvshell.elixir.library.text.patterns import needles  # noqa: PLC0415

    return A.ac if type(pattern) is List else A.bm, List(needles(pattern, "compile_pattern"))


@binary.function(subject=E_BINARY)
def split(subject: Term, pattern: Term, options: Term = EMPTY_LIST) -> Term:
    """Splits a binary at the matches of a pattern."""
    from kvshell.elixir.library.text.string_edits import split as parts  # noqa: PLC0415

    limits = () if A.global_ in options else ((A.parts, 2),)
    trim = ((A.trim, True),) if A.trim_all in options else ()
    return parts(subject, pattern, List((*limits, *trim)))


@binary.function(subject=E_BINARY)
def bin_to_list(subject: Term, pos: Term = MISSING, length: Term = MISSING) -> Term:
    """Converts a binary, or a part of it, to the list of its bytes."""
    return List(octets(subject if pos is MISSING else part(subject, pos, length)))


@binary.function(name="encode_hex", subject=E_BINARY)
def encode_hex(subject: Term) -> Term:
    """Encodes a binary in hexadecimal."""
    return octets(subject).hex().upper()


@binary.function(name="decode_hex", subject=E_BINARY)
def decode_hex(subject: Term) -> Term:
    """Decodes a hexadecimal string to a binary."""
    try:
        return text(bytes.fromhex(str(subject)))
    except ValueError:
        raise ArgumentError.at(1, f"{subject!s} is not a valid hex") from None


@binary.function(name="decode_unsigned", subject=E_BINARY)
def decode_unsigned(subject: Term, endianness: Term = A.big) -> Term:
    """Converts the bytes of a binary to an unsigned integer."""
    return int.from_bytes(octets(subject), "little" if endianness is A.little else "big")


@binary.function(name="encode_unsigned")
def encode_unsigned(unsigned: Term, endianness: Term = A.big) -> Term:
    """Converts an unsigned integer to a binary."""
    if type(unsigned) is not int or unsigned < 0:
        raise ArgumentError.at(1, "not an integer" if type(unsigned) is not int else "out of range")
    size = max((unsigned.bit_length() + 7) // 8, 1)
    return text(unsigned.to_bytes(size, "little" if endianness is A.little else "big"))


@binary.function(subject=E_BINARY)
def copy(subject: Term, n: Term = 1) -> Term:
    """Returns a binary repeated `n` times."""
    room_for_octets(len(octets(subject)) * n)
    return text(octets(subject) * n)


@binary.function(subject=E_BINARY)
def at(subject: Term, pos: Term) -> Term:
    """Returns the byte of a binary at a zero-based position."""
    raw = octets(subject)
    if type(pos) is not int or not 0 <= pos < len(raw):
        raise ArgumentError("argument error")
    return raw[pos]


@binary.function(subject=E_BINARY)
def first(subject: Term) -> Term:
    """Returns the first byte of a binary."""
    return at(subject, 0)


@binary.function(subject=E_BINARY)
def last(subject: Term) -> Term:
    """Returns the last byte of a binary."""
    return at(subject, len(octets(subject)) - 1)


@binary.function(subject=E_BINARY)
def part(subject: Term, pos: Term, length: Term = MISSING) -> Term:
    """Returns the part of a binary at a position with a length."""
    from kvshell.elixir.library.kernel.types import binary_part  # noqa: PLC0415

    return binary_part(subject, *(pos if length is MISSING else (pos, length)))


@binary.function(subject=E_BINARY)
def match(subject: Term, pattern: Term, options: Term = EMPTY_LIST) -> Term:
    """Returns `{start, length}` of the first match of a pattern, or `:nomatch`."""
    del options
    found = matches(subject, pattern).items
    return found[0] if found else A.nomatch


@binary.function(subject=E_BINARY)
def matches(subject: Term, pattern: Term, options: Term = EMPTY_LIST) -> Term:
    """Returns `{start, length}` of each match of a pattern."""
    del options
    from kvshell.elixir.library.text.patterns import matches as spots  # noqa: PLC0415

    whole = octets(subject).decode("latin-1")
    one = pattern if type(pattern) is List else List((pattern,))
    wanted = List(octets(each).decode("latin-1") for each in one.items)
    return List((begin, end - begin) for begin, end in spots(whole, wanted, "match"))


@binary.function(subject=E_BINARY)
def replace(subject: Term, pattern: Term, replacement: Term, options: Term = EMPTY_LIST) -> Term:
    """Replaces the first match of a pattern in a binary, or with `:global` all of them."""
    from kvshell.elixir.library.text.string_edits import replace as replaced  # noqa: PLC0415

    return replaced(subject, pattern, replacement, List(((A.global_, A.global_ in options),)))


@binary.function()
def list_to_bin(list_: Term) -> Term:
    """Converts iodata to a binary."""
    from kvshell.elixir.library.text.io import gathered  # noqa: PLC0415

    return text(gathered(list_))


def _chars(name: str, term: Any) -> str:
    if type(term) in {str, bytes}:
        return graphemes.chars(term)
    if type(term) is List:
        return str(list_to_string(term))
    raise no_clause(":string", name, (term,))


def _like(made: str, given: Any) -> Term:
    return graphemes.back(made) if type(given) is not List else List(map(ord, made))


def _mapped(name: str, code: Any, summary: str) -> None:
    def function(string: Term) -> Term:
        return _like(code(_chars(name, string)), string)

    function.__doc__ = summary
    string.function(name=name)(function)


for _name, _code, _summary in (
    ("to_upper", str.upper, "Converts a string or charlist to upper case."),
    ("to_lower", str.lower, "Converts a string or charlist to lower case."),
    ("uppercase", str.upper, "Converts a string or charlist to upper case."),
    ("lowercase", str.lower, "Converts a string or charlist to lower case."),
    ("trim", str.strip, "Removes leading and trailing whitespace of a string or charlist."),
):
    _mapped(_name, _code, _summary)


@string.function(name="length")
def length(string: Term) -> Term:
    """Returns the number of graphemes in a string or charlist."""
    return len(graphemes.split(_chars("length", string)))


@string.function()
def reverse(string: Term) -> Term:
    """Reverses the graphemes of a string or charlist; returns a charlist."""
    return List(map(ord, "".join(reversed(graphemes.split(_chars("reverse", string))))))


@string.function(name="is_empty")
def is_empty_text(string: Term) -> Term:
    """Tells whether a string or charlist is empty."""
    return not _chars("is_empty", string)
