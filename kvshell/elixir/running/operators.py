"""Operators outside the inlined fast path: mixed numbers, deep terms, wrong types.

Compiled code for `a + b` is `a + b if both are ints else add(a, b)`. Unlike in Python, true is not
a number, and a result of infinity is an error.
"""

from math import isfinite
from typing import Any, Final

from kvshell.elixir.running.errors import bad_boolean, operand_error, system_limit
from kvshell.elixir.running.step_limits import room_for, room_for_octets
from kvshell.terms import A, ArgumentError, Atom, List, Map, Term, alias, compare, equal, inspect
from kvshell.terms import sort_key as rank
from kvshell.terms.comparing import key
from kvshell.terms.list import PROPER

MOST_BITS: Final = 1 << 21  # of an integer
NUMBERS: Final = frozenset((int, float))
PLAIN_COMPARED: Final = frozenset((str, Atom, type(None), bool, bytes))
RANGE: Final = alias("Range")


def add(left: Term, right: Term) -> Term:
    """Return `left + right`."""
    return _arithmetic("+", left, right, lambda: left + right)


def subtract(left: Term, right: Term) -> Term:
    """Return `left - right`."""
    return _arithmetic("-", left, right, lambda: left - right)


def multiply(left: Term, right: Term) -> Term:
    """Return `left * right`."""
    if type(left) is int and type(right) is int:
        if left.bit_length() + right.bit_length() > MOST_BITS:
            raise system_limit("an integer of more than 2,097,152 bits")
        return left * right
    return _arithmetic("*", left, right, lambda: left * right)


def divide(left: Term, right: Term) -> Term:
    """Return `left / right`, a float."""
    if right == 0:
        raise operand_error("/", left, right)
    return _arithmetic("/", left, right, lambda: left / right)


def _arithmetic(operator: str, left: Term, right: Term, run: Any) -> Term:
    if type(left) not in NUMBERS or type(right) not in NUMBERS:
        raise operand_error(operator, left, right)
    try:
        result = run()
    except OverflowError:
        raise operand_error(operator, left, right) from None
    if type(result) is float and not isfinite(result):
        raise operand_error(operator, left, right)
    return result


def power(left: Term, right: Term) -> Term:
    """Return `left ** right`."""
    if type(left) is int and type(right) is int:
        if right >= 0:
            if left.bit_length() * right > MOST_BITS:
                raise system_limit("an integer of more than 2,097,152 bits")
            return left**right
        if left == 0:
            raise operand_error("**", left, right)
    if type(left) in NUMBERS and type(right) in NUMBERS:
        try:
            result = float(left) ** float(right)
        except (OverflowError, ZeroDivisionError):
            raise operand_error("**", left, right) from None
        if isinstance(result, float) and isfinite(result):
            return result
    raise operand_error("**", left, right)


def integer_divide(left: Term, right: Term) -> Term:
    """Return `div(left, right)`, rounded towards zero."""
    if type(left) is not int or type(right) is not int or right == 0:
        raise operand_error("div", left, right)
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def remainder(left: Term, right: Term) -> Term:
    """Return `rem(left, right)`, with the sign of `left`."""
    if type(left) is not int or type(right) is not int or right == 0:
        raise operand_error("rem", left, right)
    rest = abs(left) % abs(right)
    return -rest if left < 0 else rest


def negate(value: Term) -> Term:
    """Return `-value`."""
    if type(value) not in NUMBERS:
        raise operand_error("-", value)
    return -value


def plus(value: Term) -> Term:
    """Return `+value`."""
    if type(value) not in NUMBERS:
        raise operand_error("+", value)
    return value


# -- comparing ---------------------------------------------------------------------------------


def same(left: Term, right: Term) -> bool:
    """Whether `left === right`, as in a pattern match."""
    if left is right:
        return True
    kind = type(left)
    if kind is not type(right):
        return False
    if kind is str or kind is int or kind is float:
        return bool(left == right)
    return equal(left, right)


def equals(left: Term, right: Term) -> bool:
    """Whether `left == right`; 1 and 1.0 are equal."""
    if left is right:
        return True
    kind, other = type(left), type(right)
    if kind in NUMBERS:
        return other in NUMBERS and bool(left == right)
    if kind is not other:
        return False
    if kind in PLAIN_COMPARED:
        return bool(left == right)
    if kind is tuple:
        return len(left) == len(right) and all(map(equals, left, right))
    if equal(left, right):
        return True
    return rank(left) == rank(right)


def less(left: Term, right: Term) -> bool:
    """Whether `left < right` in the order of all terms."""
    kind, other = type(left), type(right)
    if kind in NUMBERS and other in NUMBERS:
        return bool(left < right)
    return compare(left, right) < 0


def less_or_equal(left: Term, right: Term) -> bool:
    """Whether `left <= right`."""
    kind, other = type(left), type(right)
    if kind in NUMBERS and other in NUMBERS:
        return bool(left <= right)
    return compare(left, right) <= 0


def boolean(value: Term, operator: str) -> bool:
    """Return the left side of `and` or `or`; raise BadBooleanError if it is not a boolean."""
    if value is True or value is False:
        return value
    raise bad_boolean(operator, value)


def negation(value: Term) -> bool:
    """Return `not value`."""
    if value is True or value is False:
        return not value
    raise ArgumentError.of_erlang()


# -- lists and binaries ------------------------------------------------------------------------


def append(left: Term, right: Term) -> Term:
    """Return `left ++ right`; a right side that is not a list makes it improper."""
    if type(left) is not List or left.last is not PROPER:
        raise ArgumentError.of_erlang()
    if type(right) is List:
        room_for(len(left.items) + len(right.items))
        return left + right
    if not left.items:
        return right
    return List(left.items, right)


def without(left: Term, right: Term) -> Term:
    """Return `left -- right`: `left` without the first occurrence of each element of `right`."""
    if type(left) is not List or type(right) is not List:
        raise ArgumentError.of_erlang()
    if left.last is not PROPER or right.last is not PROPER:
        raise ArgumentError.of_erlang()
    counts: dict[Any, int] = {}
    for item in right.items:
        form = key(item)
        counts[form] = counts.get(form, 0) + 1
    kept = []
    for item in left.items:
        form = key(item)
        if counts.get(form, 0):
            counts[form] -= 1
        else:
            kept.append(item)
    return List(kept)


def concat(*parts: Term) -> Term:
    """Return `a <> b <> c`; raise ArgumentError for anything but binaries."""
    if all(type(part) is str for part in parts):
        room_for_octets(sum(map(len, parts)))
        return "".join(parts)
    octets = b""
    for part in parts:
        if type(part) is str:
            octets += part.encode()
        elif type(part) is bytes:
            octets += part
        else:
            raise ArgumentError.at(1, "not a bitstring")
    return binary(octets)


def binary(octets: bytes) -> Term:
    """Return the binary of `octets`: a str if they are valid UTF-8, otherwise bytes."""
    room_for_octets(len(octets))
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return octets


def octets_of(value: Term) -> bytes:
    """Return the bytes of a binary."""
    return value.encode() if type(value) is str else value


def member(value: Term, items: Term) -> bool:
    """Return `value in items` for a list; raise ArgumentError for any other term."""
    if type(items) is List:
        return value in items
    raise ArgumentError(
        f'invalid right argument for operator "in", it expects a list, got: {inspect(items)}'
    )


def new_range(first: Term, last: Term, step: Term = None) -> Term:
    """Return `first..last//step`; the default step is 1, or -1 downwards."""
    if type(first) is not int or type(last) is not int:
        raise ArgumentError(
            "ranges (first..last) expect both sides to be integers, "
            f"got: {inspect(first)}..{inspect(last)}"
        )
    if step is None:
        step = 1 if first <= last else -1
    elif type(step) is not int or step == 0:
        raise ArgumentError(
            "ranges (first..last//step) expect both sides to be integers and the step to be a "
            f"non-zero integer, got: {inspect(first)}..{inspect(last)}//{inspect(step)}"
        )
    return Map([(A.__struct__, RANGE), (A.first, first), (A.last, last), (A.step, step)])
