"""String: comparison, search, case, and conversion."""

import unicodedata
from typing import Any, Literal

from kvshell.elixir.library.collections.list import existing_atom
from kvshell.elixir.library.collections.myers import difference
from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.kinds import BINARY, E_BINARY
from kvshell.elixir.library.numbers.reading import float_of, integer_text_of
from kvshell.elixir.library.protocols import binary, octets
from kvshell.elixir.library.text import graphemes
from kvshell.elixir.library.text.graphemes import back, chars
from kvshell.elixir.library.text.patterns import needles
from kvshell.elixir.library.text.string_parts import string
from kvshell.elixir.running.step_limits import room_for_octets
from kvshell.elixir.running.suggestions import jaro
from kvshell.terms import A, ArgumentError, List, Term, atom
from kvshell.terms.escape import printable as is_printable


def _changed(name: str, string: Any, mode: Any, change: Any) -> Any:
    if type(string) not in {str, bytes}:
        raise _no_case(name, string, mode)
    whole = chars(string)
    if mode is A.ascii:
        ascii_only = str.upper if name == "upcase" else str.lower
        return back("".join(ascii_only(char) if char.isascii() else char for char in whole))
    if mode is A.turkic:
        table = {"i": "İ", "ı": "I"} if name == "upcase" else {"I": "ı", "İ": "i"}
        return back("".join(table.get(char) or change(char) for char in whole))
    if mode is A.greek and name == "downcase":
        return back(whole.lower())
    if mode is A.default or mode is A.greek:
        return back("".join(map(change, whole)))
    raise _no_case(name, string, mode)


_MOST_PARTS = 18  # code points of one character in a normal form


def _no_case(name: str, string: Any, mode: Any) -> Exception:
    binary = "is_binary(string)" if type(string) in {str, bytes} else "-is_binary(string)-"
    return no_clause(
        "String",
        name,
        (string, mode),
        f'def {name}(-""-, _mode)',
        f"def {name}(string, :default) when {binary}",
        f"def {name}(string, -:ascii-) when {binary}",
        f"def {name}(string, mode) when {binary} and -mode === :greek- or -mode === :turkic-",
    )


@string.function()
def upcase(string: Term, mode: Term = A.default) -> Term:
    """Converts a string to upper case."""
    return _changed("upcase", string, mode, str.upper)


@string.function()
def downcase(string: Term, mode: Term = A.default) -> Term:
    """Converts a string to lower case."""
    return _changed("downcase", string, mode, str.lower)


@string.function(string=BINARY)
def capitalize(string: Term, mode: Term = A.default) -> Term:
    """Converts the first character of a string to upper case, and the rest to lower case."""
    whole = chars(string)
    if mode is A.ascii:
        first = whole[:1].upper() if whole[:1].isascii() else whole[:1]
        return binary((back(first), downcase(back(whole[1:]), mode)))
    head = "İ" if mode is A.turkic and whole[:1] == "i" else whole[:1].title()
    return binary((back(head), downcase(back(whole[1:]), mode)))


@string.function(name="contains?", string=BINARY)
def contains(string: Term, contents: Term) -> Term:
    """Tells whether a string contains another one, or any of a list."""
    if type(string) is str and type(contents) is str:
        return contents in string
    return any(each in octets(string) for each in map(octets, needles(contents, "contains?")))


@string.function(name="starts_with?", string=BINARY)
def starts_with(string: Term, prefix: Term) -> Term:
    """Tells whether a string starts with a prefix, or with any of a list."""
    if type(string) is str and type(prefix) is str:
        return string.startswith(prefix)
    return any(octets(string).startswith(octets(each)) for each in needles(prefix, "starts_with?"))


@string.function(name="ends_with?", string=BINARY)
def ends_with(string: Term, suffix: Term) -> Term:
    """Tells whether a string ends with a suffix, or with any of a list."""
    if type(string) is str and type(suffix) is str:
        return string.endswith(suffix)
    return any(octets(string).endswith(octets(each)) for each in needles(suffix, "ends_with?"))


@string.function(name="equivalent?", string1=BINARY, string2=BINARY)
def equivalent(string1: Term, string2: Term) -> Term:
    """Tells whether two strings are canonically equivalent in Unicode."""
    return normalize(string1, A.nfd) == normalize(string2, A.nfd)


_FORMS: dict[Any, Literal["NFC", "NFD", "NFKC", "NFKD"]] = {
    A.nfd: "NFD",
    A.nfc: "NFC",
    A.nfkd: "NFKD",
    A.nfkc: "NFKC",
}


@string.function(string=BINARY)
def normalize(string: Term, form: Term) -> Term:
    """Converts a string to a Unicode normal form: `:nfd`, `:nfc`, `:nfkd` or `:nfkc`."""
    if form not in _FORMS:
        raise no_clause("String", "normalize", (string, form))
    room_for_octets(len(string) * _MOST_PARTS)
    return back(unicodedata.normalize(_FORMS[form], chars(string)))


@string.function(name="printable?", string=BINARY)
def printable(string: Term, character_limit: Term = A.infinity) -> Term:
    """Tells whether all characters of a string, or the first ones up to a limit, are printable."""
    whole = chars(string)
    if type(character_limit) is int:
        whole = whole[:character_limit]
    return is_printable(whole)


@string.function(string1=BINARY, string2=BINARY)
def jaro_distance(string1: Term, string2: Term) -> Term:
    """Returns the Jaro similarity of two strings, from 0.0 to 1.0 (equal)."""
    return jaro(graphemes.split(string1), graphemes.split(string2))


@string.function(string1=BINARY, string2=BINARY)
def bag_distance(string1: Term, string2: Term) -> Term:
    """Returns the bag similarity of two strings, from 0.0 to 1.0 (equal)."""
    one, other = graphemes.split(string1), graphemes.split(string2)
    if not one and not other:
        return 1.0
    left = list(other)
    missing = 0
    for each in one:
        if each in left:
            left.remove(each)
        else:
            missing += 1
    return 1 - max(missing, len(left)) / max(len(one), len(other))


@string.function(string1=BINARY, string2=BINARY)
def myers_difference(string1: Term, string2: Term) -> Term:
    """Returns the edit script from one string to the other: `:eq`, `:del` and `:ins`."""
    return difference(
        graphemes.split(string1),
        graphemes.split(string2),
        None,
        lambda parts: back("".join(parts)),
    )


@string.function(string=E_BINARY)
def to_atom(string: Term) -> Term:
    """Converts a string to an atom."""
    if type(string) is bytes or len(string) > 255:
        if type(string) is str:
            from kvshell.elixir.library.failures import failure  # noqa: PLC0415  # rare

            raise failure("SystemLimitError", "a system limit has been reached")
        raise ArgumentError.at(1, "not a binary")
    return atom(string)


@string.function(string=E_BINARY)
def to_existing_atom(string: Term) -> Term:
    """Converts a string to an atom that already exists; raises if it does not."""
    return existing_atom(string)


@string.function(string=BINARY)
def to_charlist(string: Term) -> Term:
    """Converts a string to a charlist."""
    if type(string) is bytes:
        raise no_clause("String", "to_charlist", (string,))
    return List(map(ord, string))


@string.function(string=BINARY)
def to_integer(string: Term, base: Term = 10) -> Term:
    """Converts a string to the integer it represents in a base."""
    return integer_text_of(chars(string), base)


@string.function(string=BINARY)
def to_float(string: Term) -> Term:
    """Converts a string to the float it represents."""
    return float_of(chars(string), "not a textual representation of a float")
