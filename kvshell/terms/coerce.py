"""term(): checks and converts values that Python code sends or stores.

A Python list becomes a List, a dict a Map, UTF-8 bytes a str. Anything that is not a term is a
TypeError that names its place: `message[1]["k"]: set is not a term`. No term is nested deeper than
MAX_NESTING, so code that walks one never hits the recursion limit.
"""

from collections.abc import Callable, Iterable
from math import isfinite
from typing import Any

from kvshell.terms.atom import Atom
from kvshell.terms.escape import quoted
from kvshell.terms.values import Bits, Function, Opaque, Pid, Ref

FLAT: frozenset[type] = frozenset({int, bool, type(None), Atom, Pid, Ref, Function, Opaque, Bits})
NESTED: set[type] = set()  # term classes that store their depth: List, Map
MAX_NESTING = 200
TOO_DEEP = f"a term is nested deeper than {MAX_NESTING} levels"

Convert = Callable[[Any, int], Any]


class _MisfitError(Exception):
    def __init__(self, problem: str, error: type[Exception] = TypeError) -> None:
        super().__init__(problem)
        self.problem = problem
        self.error = error
        self.place: list[str] = []

    def named(self, start: str) -> Exception:
        way = self.place[::-1]
        if len(way) > 8:
            way[4:-3] = ["..."]
        return self.error(f"{start}{''.join(way)}: {self.problem}")


def term(value: Any, place: str = "message") -> Any:
    """Return `value` as a term; the same object if no conversion is needed.

    Raises TypeError (not a term) or ValueError (not UTF-8, not finite, nested too deep), the
    message starting with `place` and the path below it.
    """
    kind = type(value)
    if kind in FLAT or (kind is str and value.isascii()):
        return value
    if kind in NESTED:  # deeper terms are never created
        return value
    if kind is tuple:
        for item in value:  # most messages are flat
            inner = type(item)
            if inner not in FLAT and not (inner is str and item.isascii()):
                break
        else:
            return value
        if settled(value) >= 0:
            return value
    try:
        return converted(value, 0)
    except _MisfitError as misfit:
        raise misfit.named(place) from None


def settled(items: Iterable[Any], most: int = MAX_NESTING - 1) -> int:
    """Return the depth of `items` if a quick check shows that all are terms already, else -1.

    Also -1 if the quick check is inconclusive, or if they are nested deeper than `most`.
    """
    deepest = 0
    for item in items:
        kind = type(item)
        if kind in FLAT or (kind is str and item.isascii()) or (kind is float and isfinite(item)):
            continue
        if kind is tuple:
            level = 1 + settled(item, most - 1) if most else 0
        else:
            level = item.depth if kind in NESTED else 0
        if not 0 < level <= most:
            return -1
        deepest = max(deepest, level)
    return deepest


def terms(values: Iterable[Any], place: str) -> list[Any]:
    """Return each of `values` as a term; their places are `place[0]`, `place[1]`, ..."""
    try:
        return parts(values, 0)
    except _MisfitError as misfit:
        raise misfit.named(place) from None


def converted(value: Any, depth: int) -> Any:
    """Convert `value`, found `depth` levels down; raises _MisfitError if it is not a term."""
    kind = type(value)
    if kind in FLAT:
        return value
    convert = CONVERTERS.get(kind)
    if convert is None:
        raise _MisfitError(f"{kind.__name__} is not a term")
    return convert(value, depth)


def parts(items: Iterable[Any], depth: int) -> list[Any]:
    """Convert each of `items`, the elements of a container `depth` levels down."""
    room(depth)
    made: list[Any] = []
    try:
        for item in items:
            made.append(item if type(item) in FLAT else converted(item, depth + 1))
    except _MisfitError as misfit:
        misfit.place.append(f"[{len(made)}]")
        raise
    return made


def part(value: Any, depth: int, place: str, name: Any) -> Any:
    """Convert `value`, the element `name` of a container `depth` levels down.

    `place` is how an error names an element, such as `[{}]`.
    """
    try:
        return converted(value, depth + 1)
    except _MisfitError as misfit:
        label = quoted(name) if type(name) is str else repr(name)
        misfit.place.append(place.format(label if len(label) <= 40 else f"{label[:36]}..."))
        raise


def room(depth: int) -> None:
    """Reject a container `depth` levels down if that is too deep."""
    if depth >= MAX_NESTING:
        raise _MisfitError(TOO_DEEP, ValueError)


def levels(value: Any) -> int:
    """Return the nesting depth of a term: 0 for a number, 1 for `{}` and `{1}`."""
    kind = type(value)
    if kind is tuple:
        deepest = 0
        for item in value:
            inner = type(item)
            if inner not in FLAT and inner is not str:
                deepest = max(deepest, levels(item))
        return 1 + deepest
    return getattr(value, "depth", 0)


def nested(value: Any, depth: int) -> Any:
    """Return `value`, a List or Map found `depth` levels down, or reject it as too deep."""
    if depth + value.depth > MAX_NESTING:
        raise _MisfitError(TOO_DEEP, ValueError)
    return value


def _text(value: str, _depth: int) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise _MisfitError("a str with a lone surrogate is not a term", ValueError) from None
    return value


def _binary(value: bytes, _depth: int) -> str | bytes:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value


def _float(value: float, _depth: int) -> float:
    if not isfinite(value):
        raise _MisfitError(f"{value} is not a term", ValueError)
    return value


def _tuple(value: tuple[Any, ...], depth: int) -> tuple[Any, ...]:
    made = parts(value, depth)
    for old, new in zip(value, made, strict=True):
        if old is not new:
            return tuple(made)
    return value


CONVERTERS: dict[type, Convert] = {str: _text, bytes: _binary, float: _float, tuple: _tuple}
