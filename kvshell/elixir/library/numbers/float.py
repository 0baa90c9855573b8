"""Float: rounding, parsing and conversion."""

import math
import sys
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.kinds import BINARY, FLOAT
from kvshell.elixir.library.numbers.reading import LEADING_FLOAT
from kvshell.elixir.library.numbers.short import short_text
from kvshell.elixir.library.registry import Library
from kvshell.terms import A, ArgumentError, ArithmeticError_, List, Term

float_ = Library("Float")
_CONTEXT = Context(prec=1100)  # all digits of any float


@float_.function()
def max_finite() -> Term:
    """Returns the greatest finite float."""
    return sys.float_info.max


@float_.function()
def min_finite() -> Term:
    """Returns the smallest finite float."""
    return -sys.float_info.max


@float_.function()
def round_(float_: Term, precision: Term = 0) -> Term:
    """Rounds a float to a number of decimals, halves away from zero."""
    return _rounded("round", float_, precision, ROUND_HALF_UP)


@float_.function()
def ceil(number: Term, precision: Term = 0) -> Term:
    """Rounds a float up to a number of decimals."""
    return _rounded("ceil", number, precision, ROUND_CEILING)


@float_.function()
def floor(number: Term, precision: Term = 0) -> Term:
    """Rounds a float down to a number of decimals."""
    return _rounded("floor", number, precision, ROUND_FLOOR)


def _rounded(name: str, number: Term, precision: Term, how: str) -> float:
    if type(precision) is int and not 0 <= precision <= 15:
        raise ArgumentError(f"precision {precision} is out of valid range of 0..15")
    if type(number) is not float or type(precision) is not int:
        param = "float" if name == "round" else "number"
        raise no_clause(
            "Float",
            name,
            (number, precision),
            f"def {name}({param}, 0) when -is_float({param})-",
            f"def {name}({param}, precision) when -is_float({param})- and is_integer(precision) and"
            " precision >= 0 and precision <= 15",
            f"def {name}({param}, precision) when -is_float({param})-",
        )
    made = Decimal(number).quantize(Decimal(1).scaleb(-precision), how, _CONTEXT)
    return math.copysign(float(made), number) if made == 0 and number == 0 else float(made)


@float_.function()
def pow_(base: Term, exponent: Term) -> Term:
    """Raises `base` to the power of `exponent`; returns a float."""
    if type(base) not in {int, float} or type(exponent) not in {int, float}:
        raise no_clause("Float", "pow", (base, exponent))
    try:
        made = math.pow(base, exponent)
    except (OverflowError, ZeroDivisionError, ValueError):
        raise ArithmeticError_ from None
    return made


@float_.function(binary=BINARY)
def parse(binary: Term) -> Term:
    """Parses the float at the start of a string: `{float, rest}` or `:error`."""
    text = binary if type(binary) is str else binary.decode("latin-1")
    found = LEADING_FLOAT.match(text)
    if found is None:
        return A.error
    whole = found.group()
    value = float(whole)
    if not math.isfinite(value):
        return A.error
    rest = text[found.end() :]
    return value, rest if type(binary) is str else rest.encode("latin-1")


@float_.function(float_=FLOAT)
def ratio(float_: float) -> Term:
    """Returns `{numerator, denominator}`, two integers whose quotient is exactly the float."""
    return float_.as_integer_ratio()


@float_.function(float_=FLOAT)
def to_string(float_: Term) -> Term:
    """Converts a float to the shortest string that parses back to it."""
    return short_text(float_)


@float_.function()
def to_charlist(float_: Term) -> Term:
    """Converts a float to the shortest charlist that parses back to it."""
    return List(map(ord, to_string(float_)))
