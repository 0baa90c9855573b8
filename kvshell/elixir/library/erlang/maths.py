""":math and :rand."""

import math
from collections.abc import Callable
from typing import Any

from kvshell.elixir.library import chance
from kvshell.elixir.library.failures import no_clause
from kvshell.elixir.library.registry import EMPTY_LIST, Cost, Library
from kvshell.terms import A, ArgumentError, ArithmeticError_, Map, Term

math_ = Library.of(":math")
rand = Library.of(":rand", Cost.LOOPS)


def _number(place: int, term: Any) -> float:
    if type(term) is not int and type(term) is not float:
        raise ArgumentError.at(place, "not a number")
    return float(term)


def _finite(code: Callable[..., float], *args: float) -> float:
    try:
        made = float(code(*args))
    except (ValueError, OverflowError, ZeroDivisionError):
        raise ArithmeticError_ from None
    if not math.isfinite(made):
        raise ArithmeticError_
    return made


def _of_one(name: str, code: Callable[[float], float]) -> None:
    def function(x: Term) -> Term:
        return _finite(code, _number(1, x))

    function.__doc__ = f"Returns the {name} of a number."
    math_.function(name=name)(function)


for _name, _code in {
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": math.log,
    "log2": math.log2,
    "log10": math.log10,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "tanh": math.tanh,
    "ceil": math.ceil,
    "floor": math.floor,
}.items():
    _of_one(_name, _code)


@math_.function(name="pi")
def pi() -> Term:
    """Returns pi."""
    return math.pi


@math_.function(name="pow")
def pow_(x: Term, y: Term) -> Term:
    """Returns `x` to the power of `y`, a float."""
    return _finite(math.pow, _number(1, x), _number(2, y))


@math_.function()
def atan2(y: Term, x: Term) -> Term:
    """Returns the arc tangent of `y / x` in radians, in the quadrant of the two signs."""
    return _finite(math.atan2, _number(1, y), _number(2, x))


@math_.function()
def fmod(x: Term, y: Term) -> Term:
    """Returns the floating-point remainder of `x / y`."""
    return _finite(math.fmod, _number(1, x), _number(2, y))


@rand.function()
def uniform(n: Term = None) -> Term:
    """Returns a random float at least 0.0 and less than 1.0, or an integer from 1 to `n`."""
    if n is None:
        return chance.uniform()
    if type(n) is not int or n < 1:
        raise no_clause(":rand", "uniform", (n,))
    return chance.below(n) + 1


@rand.function()
def seed(algorithm: Term, state: Term = EMPTY_LIST) -> Term:
    """Seeds the random number generator of the calling process."""
    if type(state) is not int and not (type(state) is tuple and len(state) == 3):
        raise no_clause(":rand", "seed", (algorithm, state))
    chance.seed(algorithm, state)
    return Map([(A.type, algorithm)])


@rand.function()
def uniform_real() -> Term:
    """Returns a random float greater than 0.0 and less than 1.0."""
    return chance.uniform() or 0.5


@rand.function()
def normal() -> Term:
    """Returns a random float from the standard normal distribution."""
    one = max(chance.uniform(), 1e-12)
    return math.sqrt(-2 * math.log(one)) * math.cos(2 * math.pi * chance.uniform())
