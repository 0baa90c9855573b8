"""Integer: digits, division, parsing and conversion."""

import math

from kvshell.elixir.library.failures import failure, no_clause
from kvshell.elixir.library.kinds import INTEGER, Kind, at_least
from kvshell.elixir.library.registry import Library
from kvshell.elixir.running.errors import operand_error
from kvshell.terms import A, ArgumentError, ArithmeticError_, List, Term
from kvshell.terms.printing.inspection import integer_text

integer = Library("Integer")

_BASE = Kind(
    lambda term: type(term) is int and 2 <= term <= 36,
    problem="not an integer in the range 2 through 36",
)
_DIGIT_BASE = at_least(2, "{} >= 2")
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@integer.function(macro=True, name="is_odd")
def is_odd(integer: Term) -> bool:
    """Tells whether an integer is odd."""
    _integer(integer)
    return bool(integer & 1)


@integer.function(macro=True, name="is_even")
def is_even(integer: Term) -> bool:
    """Tells whether an integer is even."""
    _integer(integer)
    return not integer & 1


def _integer(term: Term) -> None:
    if type(term) is not int:
        raise ArithmeticError_


@integer.function(base=INTEGER, exponent=INTEGER)
def pow_(base: int, exponent: int) -> int:
    """Raises `base` to the power of `exponent`; returns an integer."""
    if exponent < 0:
        raise ArithmeticError_
    return power(base, exponent)


def power(base: int, exponent: int) -> int:
    """Return an integer power; raise SystemLimitError if it would be too large."""
    if abs(base) > 1 and base.bit_length() * exponent > 1 << 26:
        raise failure("SystemLimitError", "a system limit has been reached")
    return int(base**exponent)


@integer.function(dividend=INTEGER, divisor=INTEGER)
def mod(dividend: int, divisor: int) -> int:
    """Returns the remainder of an integer division, with the sign of the divisor."""
    if divisor == 0:
        raise operand_error("rem", dividend, divisor)
    return dividend % divisor


@integer.function(dividend=INTEGER, divisor=INTEGER)
def floor_div(dividend: int, divisor: int) -> int:
    """Divides two integers and rounds down."""
    if divisor == 0:
        raise ArithmeticError_
    return dividend // divisor


@integer.function(integer=INTEGER, base=_DIGIT_BASE)
def digits(integer: int, base: int = 10) -> List:
    """Returns the digits of an integer in a base."""
    sign, rest = (-1, -integer) if integer < 0 else (1, integer)
    made: list[int] = []
    while True:
        rest, digit = divmod(rest, base)
        made.append(sign * digit)
        if not rest:
            return List(reversed(made))


@integer.function(base=_DIGIT_BASE)
def undigits(digits: Term, base: int = 10) -> int:
    """Returns the integer with the given digits in a base."""
    if type(digits) is not List:
        raise no_clause("Integer", "undigits", (digits, base))
    made = 0
    for digit in digits.items:
        if type(digit) is not int:
            raise ArithmeticError_
        if digit >= base:
            raise ArgumentError(f"invalid digit {digit} in base {base}")
        made = made * base + digit
    return made


@integer.function()
def parse(binary: Term, base: Term = 10) -> Term:
    """Parses the integer at the start of a string: `{integer, rest}` or `:error`."""
    if type(base) is not int or not 2 <= base <= 36:
        radix = base if type(base) is int else None
        if radix is None:
            raise no_clause("Integer", "parse", (binary, base))
        raise ArgumentError(f"invalid base {integer_text(base)}")
    if type(binary) is bytes:
        cut = len(binary.decode("utf-8", "ignore")) and binary
        return _parse_bytes(cut or binary, base)
    if type(binary) is not str:
        raise no_clause("Integer", "parse", (binary, base))
    return _parsed(binary, base)


def _parsed(text: str, base: int) -> Term:
    start = 1 if text[:1] in {"+", "-"} else 0
    end = start
    allowed = _DIGITS[:base]
    while end < len(text) and text[end].upper() in allowed and text[end].isascii():
        end += 1
    if end == start:
        return A.error
    return integer_of(text[:end], base), text[end:]


def integer_of(text: str, base: int = 10) -> int:
    """Return the integer that a text of digits represents, however long it is."""
    try:
        return int(text, base)
    except ValueError:  # Python refuses more than 4300 digits
        sign = -1 if text[:1] == "-" else 1
        made = 0
        allowed = _DIGITS[:base]
        for digit in text.lstrip("+-"):
            made = made * base + allowed.index(digit.upper())
        return sign * made


def _parse_bytes(raw: bytes, base: int) -> Term:
    answer = _parsed(raw.decode("latin-1"), base)
    return answer if answer is A.error else (answer[0], answer[1].encode("latin-1"))


@integer.function(base=_BASE)
def to_string(integer: Term, base: int = 10) -> str:
    """Converts an integer to a string in a base."""
    if type(integer) is not int:
        raise ArgumentError.at(1, "not an integer")
    return in_base(integer, base)


def in_base(value: int, base: int) -> str:
    """Return an integer as text in a base, with upper-case digits."""
    if base == 10:
        return integer_text(value)
    sign, rest = ("-", -value) if value < 0 else ("", value)
    made: list[str] = []
    while True:
        rest, digit = divmod(rest, base)
        made.append(_DIGITS[digit])
        if not rest:
            return sign + "".join(reversed(made))


@integer.function(base=_BASE)
def to_charlist(integer: Term, base: int = 10) -> List:
    """Converts an integer to a charlist in a base."""
    return List(map(ord, to_string(integer, base)))


@integer.function(integer1=INTEGER, integer2=INTEGER)
def gcd(integer1: int, integer2: int) -> int:
    """Returns the greatest common divisor of two integers."""
    return math.gcd(integer1, integer2)


@integer.function(a=INTEGER, b=INTEGER)
def extended_gcd(a: int, b: int) -> Term:
    """Returns `{gcd, m, n}`, where `a * m + b * n` is the greatest common divisor."""
    if a == 0 and b == 0:
        return (0, 0, 0)
    last, now = a, b
    last_s, s, last_t, t = 1, 0, 0, 1
    while now:
        quotient = int(last // now) if (last < 0) == (now < 0) else -(-last // now)
        last, now = now, last - quotient * now
        last_s, s = s, last_s - quotient * s
        last_t, t = t, last_t - quotient * t
    if last < 0:
        return (-last, -last_s, -last_t)
    return (last, last_s, last_t)
