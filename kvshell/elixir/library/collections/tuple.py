"""Tuple: operations on tuples."""

from kvshell.elixir.library.kinds import E_INTEGER, E_TUPLE, Kind
from kvshell.elixir.library.registry import Cost, Library
from kvshell.elixir.running.step_limits import room_for
from kvshell.terms import ArgumentError, ArithmeticError_, List, Term

tuple_ = Library("Tuple")

_SIZE = Kind(lambda term: type(term) is int and term >= 0, "", "out of range")


@tuple_.function(tuple_=E_TUPLE)
def append(tuple_: Term, value: Term) -> Term:
    """Appends an element to a tuple."""
    return (*tuple_, value)


@tuple_.function(tuple_=E_TUPLE, index=E_INTEGER)
def delete_at(tuple_: Term, index: int) -> Term:
    """Deletes the element at a zero-based index."""
    if not 0 <= index < len(tuple_):
        raise ArgumentError.at(1, "out of range")
    return tuple_[:index] + tuple_[index + 1 :]


@tuple_.function(size=_SIZE)
def duplicate(data: Term, size: int) -> Term:
    """Returns a tuple that repeats a value `size` times."""
    return (data,) * room_for(size)


@tuple_.function(tuple_=E_TUPLE, index=E_INTEGER)
def insert_at(tuple_: Term, index: int, value: Term) -> Term:
    """Inserts an element at a zero-based index."""
    if not 0 <= index <= len(tuple_):
        raise ArgumentError.at(1, "out of range")
    return (*tuple_[:index], value, *tuple_[index:])


@tuple_.function(tuple_=E_TUPLE, cost=Cost.LOOPS)
def product(tuple_: Term) -> Term:
    """Returns the product of the elements."""
    made: int | float = 1
    for each in tuple_:
        made *= number(each)
    return made


@tuple_.function(tuple_=E_TUPLE, cost=Cost.LOOPS)
def sum_(tuple_: Term) -> Term:
    """Returns the sum of the elements."""
    made: int | float = 0
    for each in tuple_:
        made += number(each)
    return made


def number(term: Term) -> int | float:
    """Return `term` if it is a number; raise ArithmeticError otherwise."""
    if type(term) is int or type(term) is float:
        return term
    raise ArithmeticError_


@tuple_.function(tuple_=E_TUPLE)
def to_list(tuple_: Term) -> Term:
    """Converts a tuple to a list."""
    return List(tuple_)
