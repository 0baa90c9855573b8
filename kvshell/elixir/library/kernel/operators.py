"""Kernel and :erlang: arithmetic, comparison, lists, rounding; and Bitwise."""

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from kvshell.elixir.library.failures import BadArithmetic, failure, no_clause
from kvshell.elixir.library.kinds import E_NUMBER
from kvshell.elixir.library.numbers.integer import power
from kvshell.elixir.library.protocols import binary
from kvshell.elixir.library.registry import Library
from kvshell.elixir.running.step_limits import room_for
from kvshell.terms import ArgumentError, ArithmeticError_, List, Term, compare, inspect, key
from kvshell.terms.list import PROPER

kernel = Library.of("Kernel")
erlang = Library.of(":erlang")

_NUMBERS = (int, float)


def both(name: str, function: Any, erlangs: str | None = None) -> None:
    """Declare a function of both Kernel and :erlang; `erlangs` is its name there, if different."""
    kernel.function(name=name)(function)
    erlang.function(name=erlangs or name)(function)


def _checked(operator: str, left: Any, right: Any) -> None:
    if type(left) not in _NUMBERS or type(right) not in _NUMBERS:
        raise BadArithmetic(operator, left, right)


def _finite(value: Any, operator: str, left: Any, right: Any) -> Any:
    if type(value) is float and not math.isfinite(value):
        raise BadArithmetic(operator, left, right)
    return value


def add(left: Term, right: Term) -> Term:
    """Adds two numbers."""
    _checked("+", left, right)
    try:
        return _finite(left + right, "+", left, right)
    except OverflowError:
        raise BadArithmetic("+", left, right) from None


def subtract(left: Term, right: Term) -> Term:
    """Subtracts the second number from the first."""
    _checked("-", left, right)
    try:
        return _finite(left - right, "-", left, right)
    except OverflowError:
        raise BadArithmetic("-", left, right) from None


def multiply(left: Term, right: Term) -> Term:
    """Multiplies two numbers."""
    _checked("*", left, right)
    if (
        type(left) is int
        and type(right) is int
        and left.bit_length() + right.bit_length() > 1 << 26
    ):
        raise failure("SystemLimitError", "a system limit has been reached")
    try:
        return _finite(left * right, "*", left, right)
    except OverflowError:
        raise BadArithmetic("*", left, right) from None


def divide(left: Term, right: Term) -> Term:
    """Divides the first number by the second; the result is a float."""
    _checked("/", left, right)
    try:
        return _finite(left / right, "/", left, right)
    except (ZeroDivisionError, OverflowError):
        raise BadArithmetic("/", left, right) from None


def div(dividend: Term, divisor: Term) -> Term:
    """Divides two integers, rounding towards zero."""
    if type(dividend) is not int or type(divisor) is not int or not divisor:
        raise BadArithmetic("div", dividend, divisor)
    made = abs(dividend) // abs(divisor)
    return made if (dividend < 0) == (divisor < 0) else -made


def rem(dividend: Term, divisor: Term) -> Term:
    """Returns the remainder of an integer division, with the sign of the dividend."""
    if type(dividend) is not int or type(divisor) is not int or not divisor:
        raise BadArithmetic("rem", dividend, divisor)
    made = abs(dividend) % abs(divisor)
    return -made if dividend < 0 else made


def negate(value: Term) -> Term:
    """Negates a number."""
    if type(value) not in _NUMBERS:
        raise BadArithmetic("-", value)
    return -value


def plus(value: Term) -> Term:
    """Returns a number unchanged."""
    if type(value) not in _NUMBERS:
        raise BadArithmetic("+", value)
    return value


@kernel.function(name="**")
def raise_to(base: Term, exponent: Term) -> Term:
    """Raises `base` to the power of `exponent`."""
    if type(base) not in _NUMBERS or type(exponent) not in _NUMBERS:
        raise _no_power(base, exponent)
    try:
        if type(base) is int and type(exponent) is int:
            return power(base, exponent) if exponent >= 0 else 1 / base**-exponent
        made = float(base) ** exponent
        if type(made) is complex or not math.isfinite(made):
            raise ArithmeticError_
    except (OverflowError, ZeroDivisionError):
        raise ArithmeticError_ from None
    return made


def _no_power(base: Any, exponent: Any) -> Exception:
    def guard(test: str, name: str, holds: bool) -> str:
        return f"{test}({name})" if holds else f"-{test}({name})-"

    whole = guard("is_integer", "base", type(base) is int)
    whole += " and " + guard("is_integer", "exponent", type(exponent) is int)
    whole += " and " + (
        "exponent >= 0" if type(exponent) is not int or exponent >= 0 else "-exponent >= 0-"
    )
    any_number = guard("is_number", "base", type(base) in _NUMBERS)
    any_number += " and " + guard("is_number", "exponent", type(exponent) in _NUMBERS)
    return no_clause(
        "Kernel",
        "**",
        (base, exponent),
        f"def **(base, exponent) when {whole}",
        f"def **(base, exponent) when {any_number}",
    )


def equals(left: Term, right: Term) -> Term:
    """Tells whether two terms are equal; `1 == 1.0` is true."""
    kind = type(left)
    if kind is type(right) and kind in {int, str, float}:
        return left == right
    return compare(left, right) == 0


def differs(left: Term, right: Term) -> Term:
    """Tells whether two terms are not equal; `1 != 1.0` is false."""
    return not equals(left, right)


def same(left: Term, right: Term) -> Term:
    """Tells whether two terms are strictly equal; `1 === 1.0` is false."""
    return left is right or key(left) == key(right)


def other(left: Term, right: Term) -> Term:
    """Tells whether two terms are not strictly equal; `1 !== 1.0` is true."""
    return not same(left, right)


def less(left: Term, right: Term) -> Term:
    """Tells whether the first term is less than the second."""
    return compare(left, right) < 0


def greater(left: Term, right: Term) -> Term:
    """Tells whether the first term is greater than the second."""
    return compare(left, right) > 0


def at_most(left: Term, right: Term) -> Term:
    """Tells whether the first term is less than or equal to the second."""
    return compare(left, right) <= 0


def at_least(left: Term, right: Term) -> Term:
    """Tells whether the first term is greater than or equal to the second."""
    return compare(left, right) >= 0


def append(left: Term, right: Term) -> Term:
    """Concatenates two lists; if the right side is not a list, the result is improper."""
    if type(left) is not List or left.last is not PROPER:
        raise ArgumentError.of_erlang()
    if type(right) is List:
        room_for(len(left.items) + len(right.items))
        return left + right if left.items else right
    return List(left.items, right) if left.items else right


def without(left: Term, right: Term) -> Term:
    """Removes the first occurrence of each element of the right list from the left one."""
    for each in (left, right):
        if type(each) is not List or each.last is not PROPER:
            raise ArgumentError.of_erlang()
    unwanted: dict[Any, int] = {}
    for each in right.items:
        form = key(each)
        unwanted[form] = unwanted.get(form, 0) + 1
    kept = []
    for each in left.items:
        form = key(each)
        if unwanted.get(form):
            unwanted[form] -= 1
        else:
            kept.append(each)
    return List(kept)


@kernel.function(name="<>")
def join(left: Term, right: Term) -> Term:
    """Concatenates two binaries."""
    for each in (left, right):
        if type(each) not in {str, bytes}:
            raise ArgumentError(
                f"expected binary argument in <> operator but got: {inspect(each, width=None)}"
            )
    return binary((left, right))


def not_(value: Term) -> Term:
    """Negates a boolean; raises ArgumentError for any other term."""
    if type(value) is not bool:
        raise ArgumentError.of_erlang()
    return not value


@kernel.function(name="!", macro=True)
def bang(value: Term) -> Term:
    """Tells whether a term is falsy: nil or false."""
    return value is None or value is False


def max_(first: Term, second: Term) -> Term:
    """Returns the greater of two terms."""
    return first if compare(first, second) >= 0 else second


def min_(first: Term, second: Term) -> Term:
    """Returns the smaller of two terms."""
    return first if compare(first, second) <= 0 else second


for _name, _function, _erlangs in (
    ("+", add, None),
    ("-", subtract, None),
    ("*", multiply, None),
    ("/", divide, None),
    ("+", plus, None),
    ("-", negate, None),
    ("div", div, None),
    ("rem", rem, None),
    ("==", equals, None),
    ("!=", differs, "/="),
    ("===", same, "=:="),
    ("!==", other, "=/="),
    ("<", less, None),
    (">", greater, None),
    ("<=", at_most, "=<"),
    (">=", at_least, None),
    ("++", append, None),
    ("--", without, None),
    ("not", not_, None),
    ("max", max_, None),
    ("min", min_, None),
):
    both(_name, _function, _erlangs)


def half_up(number: Term) -> Term:
    """Rounds a number to the nearest integer, halves away from zero."""
    if type(number) is int:
        return number
    return int(Decimal(number).to_integral_value(ROUND_HALF_UP))


def truncate(number: Term) -> Term:
    """Returns the integer part of a number."""
    return int(number)


def ceil(number: Term) -> Term:
    """Returns the smallest integer greater than or equal to a number."""
    return math.ceil(number)


def floor(number: Term) -> Term:
    """Returns the greatest integer less than or equal to a number."""
    return math.floor(number)


def abs_(number: Term) -> Term:
    """Returns the absolute value of a number."""
    return abs(number)


_ROUNDING: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("round", half_up),
    ("trunc", truncate),
    ("ceil", ceil),
    ("floor", floor),
    ("abs", abs_),
)
for _word, _rounding in _ROUNDING:
    kernel.function(name=_word, number=E_NUMBER)(_rounding)
    erlang.function(name=_word, number=E_NUMBER)(_rounding)


_BITS = (
    ("band", "&&&", lambda left, right: left & right),
    ("bor", "|||", lambda left, right: left | right),
    ("bxor", "^^^", lambda left, right: left ^ right),
    ("bsl", "<<<", lambda left, right: left << right if right >= 0 else left >> -right),
    ("bsr", ">>>", lambda left, right: left >> right if right >= 0 else left << -right),
)
bitwise = Library("Bitwise")


def _bit(name: str, sign: str, code: Any) -> None:
    def operation(left: Term, right: Term) -> Term:
        """Performs a bitwise operation on two integers."""
        if type(left) is not int or type(right) is not int:
            raise BadArithmetic(name, left, right)
        if name in {"bsl", "bsr"} and abs(right) > 1 << 26:
            raise failure("SystemLimitError", "a system limit has been reached")
        return code(left, right)

    bitwise.function(name=name)(operation)
    bitwise.function(name=sign)(operation)
    erlang.function(name=name)(operation)


for _each in _BITS:
    _bit(*_each)


def bnot(value: Term) -> Term:
    """Inverts every bit of an integer."""
    if type(value) is not int:
        raise BadArithmetic("bnot", value)
    return ~value


bitwise.function(name="bnot")(bnot)
bitwise.function(name="~~~")(bnot)
erlang.function(name="bnot")(bnot)
