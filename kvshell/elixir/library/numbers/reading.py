"""Parses numbers, as in `String.to_integer` and `Float.parse`."""

import math
import re

from kvshell.elixir.library.numbers.integer import integer_of
from kvshell.terms import ArgumentError

_FLOAT = re.compile(r"[+-]?[0-9]+\.[0-9]+([eE][+-]?[0-9]+)?")
LEADING_FLOAT = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"[+-]?[0-9A-Za-z]+")


def float_of(text: str, problem: str) -> float:
    """Return the float that the whole text represents; else raise ArgumentError, `problem`."""
    if _FLOAT.fullmatch(text) is None or not math.isfinite(float(text)):
        raise ArgumentError.at(1, problem)
    return float(text)


def integer_text_of(text: str, base: int = 10) -> int:
    """Return the integer that the whole text represents in a base; else raise ArgumentError."""
    if type(base) is not int or not 2 <= base <= 36:
        raise ArgumentError.at(2, "not an integer in the range 2 through 36")
    try:
        if _INTEGER.fullmatch(text) is None:
            raise ValueError
        return integer_of(text, base)
    except ValueError:
        raise ArgumentError.at(1, "not a textual representation of an integer") from None
