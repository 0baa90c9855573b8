"""Kernel and :erlang: type tests, and parts of tuples, lists, maps and binaries."""

from collections.abc import Callable
from typing import Any

from kvshell.elixir.library.failures import BadArithmetic
from kvshell.elixir.library.kernel.operators import both, erlang, kernel
from kvshell.elixir.library.kinds import ATOMS, E_ATOM, E_BINARY, E_LIST, E_MAP, E_TUPLE, Kind
from kvshell.elixir.library.protocols import octets, text
from kvshell.terms import (
    A,
    ArgumentError,
    Atom,
    Function,
    List,
    Map,
    Pid,
    Ref,
    Term,
)
from kvshell.terms.list import PROPER

_TESTS: dict[str, tuple[tuple[type, ...], str]] = {
    "is_atom": (ATOMS, "an atom"),
    "is_binary": ((str, bytes), "a binary"),
    "is_boolean": ((bool,), "true or false"),
    "is_float": ((float,), "a float"),
    "is_integer": ((int,), "an integer"),
    "is_list": ((List,), "a list"),
    "is_map": ((Map,), "a map"),
    "is_number": ((int, float), "a number"),
    "is_pid": ((Pid,), "a process identifier"),
    "is_port": ((), "a port"),
    "is_reference": ((Ref,), "a reference"),
    "is_tuple": ((tuple,), "a tuple"),
}


def _test(types: tuple[type, ...], what: str) -> Callable[[Any], bool]:
    wanted = frozenset(types)

    def test(term: Term) -> bool:
        return type(term) in wanted

    test.__doc__ = f"Tells whether a term is {what}."
    return test


for _name, (_types, _what) in _TESTS.items():
    both(_name, _test(_types, _what))


def is_bitstring(term: Term) -> Term:
    """Tells whether a term is a bitstring, which includes binaries."""
    return type(term) in {str, bytes} or type(term).__name__ == "Bits"


both("is_bitstring", is_bitstring)


@kernel.function(macro=True, name="is_nil")
def is_nil(term: Term) -> Term:
    """Tells whether a term is nil."""
    return term is None


def is_function(term: Term, arity: Term = None) -> Term:
    """Tells whether a term is a function, of the given arity if there is one."""
    if arity is None:
        return type(term) is Function
    if type(arity) is not int:
        raise ArgumentError.at(2, "not an integer")
    if arity < 0:
        raise ArgumentError.at(2, "out of range")
    return type(term) is Function and term.capture.arity == arity


both("is_function", is_function)


@kernel.function(name="is_struct")
def is_struct(term: Term, name: Term = A.any) -> Term:
    """Tells whether a term is a struct, of the given module if there is one."""
    if type(name) not in ATOMS:
        raise ArgumentError.of_erlang()
    if type(term) is not Map or type(term.get(A.__struct__)) is not Atom:
        return False
    return name is A.any or term.get(A.__struct__) is name


@kernel.function(name="is_exception")
def is_exception(term: Term, name: Term = A.any) -> Term:
    """Tells whether a term is an exception, of the given module if there is one."""
    return is_struct(term, name) and term.get(A.__exception__) is True


def is_map_key(map_: Term, key: Term) -> Term:
    """Tells whether a map has a key."""
    return key in map_


kernel.function(name="is_map_key", map_=E_MAP)(is_map_key)


@erlang.function(name="is_map_key", map_=E_MAP)
def _is_map_key(key: Term, map_: Term) -> Term:
    """Tells whether a map has a key."""
    return key in map_


_NONEMPTY = Kind(
    lambda term: type(term) is List and bool(term.items), problem="not a nonempty list"
)


def hd(list_: Term) -> Term:
    """Returns the first element of a non-empty list."""
    return list_.head


def tl(list_: Term) -> Term:
    """Returns a non-empty list without its first element."""
    return list_.tail


def length(list_: Term) -> Term:
    """Returns the length of a list."""
    if list_.last is not PROPER:
        raise ArgumentError.at(1, "not a list")
    return len(list_)


for _library in (kernel, erlang):
    _library.function(list_=_NONEMPTY)(hd)
    _library.function(list_=_NONEMPTY)(tl)
    _library.function(list_=E_LIST)(length)


def _place(index: Any, shift: int) -> int:
    if type(index) is not int:
        if shift:
            raise BadArithmetic("+", index, 1)
        raise ArgumentError.at(1, "not an integer")
    return index + shift


def element(index: Term, tuple_: Term) -> Term:
    """Returns the element of a tuple at a position, counted from 1."""
    if type(index) is not int:
        raise ArgumentError.at(1, "not an integer")
    if type(tuple_) is not tuple:
        raise ArgumentError.at(2, "not a tuple")
    if not 1 <= index <= len(tuple_):
        raise ArgumentError.at(1, "out of range")
    return tuple_[index - 1]


erlang.function()(element)


@kernel.function()
def elem(tuple_: Term, index: Term) -> Term:
    """Returns the element of a tuple at a zero-based index."""
    return element(_place(index, 1), tuple_)


def setelement(index: Term, tuple_: Term, value: Term) -> Term:
    """Replaces the element of a tuple at a position, counted from 1."""
    element(index, tuple_)
    return (*tuple_[: index - 1], value, *tuple_[index:])


erlang.function()(setelement)


@kernel.function()
def put_elem(tuple_: Term, index: Term, value: Term) -> Term:
    """Replaces the element of a tuple at a zero-based index."""
    return setelement(_place(index, 1), tuple_, value)


def tuple_size(tuple_: Term) -> Term:
    """Returns the number of elements in a tuple."""
    return len(tuple_)


def map_size(map_: Term) -> Term:
    """Returns the number of keys in a map."""
    return len(map_)


for _library in (kernel, erlang):
    _library.function(tuple_=E_TUPLE)(tuple_size)
    _library.function(map_=E_MAP)(map_size)


def byte_size(bitstring: Term) -> Term:
    """Returns the number of bytes in a binary."""
    if type(bitstring) is str:
        return len(bitstring) if bitstring.isascii() else len(bitstring.encode())
    if type(bitstring) is bytes:
        return len(bitstring)
    if type(bitstring).__name__ == "Bits":
        return (bitstring.size + 7) // 8
    raise ArgumentError.at(1, "not a bitstring")


def bit_size(bitstring: Term) -> Term:
    """Returns the number of bits in a bitstring."""
    if type(bitstring).__name__ == "Bits":
        return bitstring.size
    return byte_size(bitstring) * 8


def binary_part(binary: Term, start: Term, size: Term) -> Term:
    """Returns `size` bytes of a binary from `start` on; a negative size counts backwards."""
    raw = octets(binary)
    for place, each in ((2, start), (3, size)):
        if type(each) is not int:
            raise ArgumentError.at(place, "not an integer")
    if not 0 <= start <= len(raw):
        raise ArgumentError.at(2, "out of range")
    if not 0 <= start + size <= len(raw):
        raise ArgumentError.at(3, "out of range")
    return text(raw[start : start + size] if size >= 0 else raw[start + size : start])


both("byte_size", byte_size)
both("bit_size", bit_size)
kernel.function(binary=E_BINARY)(binary_part)
erlang.function(binary=E_BINARY)(binary_part)


@erlang.function(atom=E_ATOM)
def atom_to_binary(atom: Term, encoding: Term = A.utf8) -> Term:
    """Converts an atom to a string."""
    del encoding
    return name_of(atom)


def name_of(atom: Any) -> str:
    """Return the name of an atom, also of `nil`, `true` and `false`."""
    if type(atom) is Atom:
        return atom.name
    return {None: "nil", True: "true", False: "false"}[atom]


@erlang.function(atom=E_ATOM)
def atom_to_list(atom: Term) -> Term:
    """Converts an atom to a charlist."""
    return List(map(ord, name_of(atom)))
