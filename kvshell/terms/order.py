"""Erlang's term order.

    number < atom < reference < function < opaque < pid < tuple < map < [] < list < bitstring

Numbers compare by value, so 1 == 1.0 here; only among map keys does every integer come before every
float (with `exact`).
"""

from collections.abc import Callable
from typing import Any

from kvshell.terms.atom import Atom
from kvshell.terms.coerce import TOO_DEEP
from kvshell.terms.values import Bits, Function, Opaque, Pid, Ref

NUMBER, ATOM, REF, FUNCTION, OPAQUE, PID, TUPLE, MAP, NIL, LIST, BINARY = range(11)
Rank = Callable[[Any, bool], tuple[Any, ...]]


def compare(left: Any, right: Any) -> int:
    """Return -1, 0 or 1 as `left` is less than, equal to (`==`) or greater than `right`."""
    one, other = sort_key(left), sort_key(right)
    return (one > other) - (one < other)


def sort_key(term: Any, exact: bool = False) -> tuple[Any, ...]:
    """Return a hashable key that sorts like `term`; keys are equal for terms that are `==`.

    With `exact`, integers come before floats, as they do among the keys of a map.
    """
    try:
        return RANKS[type(term)](term, exact)
    except KeyError:
        raise TypeError(f"{type(term).__name__} is not a term") from None
    except RecursionError:
        raise ValueError(TOO_DEEP) from None


def sorted_pairs(pairs: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Return key-value `pairs` in the order of a map's keys."""
    if all(type(name) is str for name, _ in pairs):  # code points sort as their UTF-8 bytes do
        pairs.sort(key=_first)
    else:
        pairs.sort(key=lambda pair: sort_key(pair[0], exact=True))
    return pairs


def _first(pair: tuple[Any, Any]) -> Any:
    return pair[0]


def _function(term: Function, exact: bool) -> tuple[Any, ...]:
    capture = term.capture
    environment = tuple(sort_key(arg, exact) for arg in term.args)
    return FUNCTION, capture.module_function, capture.index, capture.uniq, environment


def _tuple(term: tuple[Any, ...], exact: bool) -> tuple[Any, ...]:
    return TUPLE, len(term), *[sort_key(item, exact) for item in term]


RANKS: dict[type, Rank] = {
    int: lambda term, exact: (NUMBER, 0, term) if exact else (NUMBER, term),
    float: lambda term, exact: (NUMBER, 1, term) if exact else (NUMBER, term),
    type(None): lambda _term, _exact: (ATOM, "nil"),
    bool: lambda term, _exact: (ATOM, "true" if term else "false"),
    Atom: lambda term, _exact: (ATOM, term.name),
    Ref: lambda term, _exact: (REF, term.number),
    Function: _function,
    Opaque: lambda term, _exact: (OPAQUE, term.serial),
    Pid: lambda term, _exact: (PID, term.path, term.number),
    tuple: _tuple,
    str: lambda term, _exact: (BINARY, term.encode("utf-8", "surrogatepass")),
    bytes: lambda term, _exact: (BINARY, term),
    Bits: lambda term, _exact: (BINARY, term.octets, term.size),
}
