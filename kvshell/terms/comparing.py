"""key(): converts a term to a dictionary key whose equality is Elixir's `===`.

1, 1.0 and true are one key in Python but three in Elixir. A str, int, Atom, Pid, Ref, Function,
bytes, Opaque or None is its own key; a float or a bool is tagged, and so is anything that contains
one. Tags are private objects, so no term can be mistaken for a tagged key. Hashing and comparing a
key runs no Python code: a dict operation stays atomic.
"""

from collections.abc import Callable
from typing import Any

from kvshell.terms.atom import Atom
from kvshell.terms.coerce import TOO_DEEP
from kvshell.terms.values import Bits, Function, Opaque, Pid, Ref

PLAIN: frozenset[type] = frozenset(
    {str, int, Atom, Pid, Ref, Function, bytes, Bits, Opaque, type(None)}
)


class Tag:
    """Distinguishes tagged keys from every term."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"<{self.name}>"


FLOAT, TUPLE, LIST, MAP = Tag("float"), Tag("tuple"), Tag("list"), Tag("map")
TRUE, FALSE = Tag("true"), Tag("false")


def key(term: Any) -> Any:
    """Return the hashable form of `term`: two terms are `===` iff their keys are equal."""
    kind = type(term)
    if kind in PLAIN:
        return term
    try:
        return _MAKERS[kind](term)
    except KeyError:
        raise TypeError(f"{kind.__name__} is not a term") from None
    except RecursionError:
        raise ValueError(TOO_DEEP) from None


def unkey(form: Any) -> Any:
    """Return the term whose key is `form`."""
    kind = type(form)
    if kind is tuple and form and type(form[0]) is Tag:
        return _READERS[form[0]](form)
    if kind is Tag:
        return form is TRUE
    return form


def equal(left: Any, right: Any) -> bool:
    """Whether `left === right` in Elixir."""
    return left is right or bool(key(left) == key(right))


def _tuple_key(term: tuple[Any, ...]) -> Any:
    for item in term:
        if type(item) not in PLAIN:
            break
    else:
        return term
    forms = [item if type(item) in PLAIN else key(item) for item in term]
    for form, item in zip(forms, term, strict=True):
        if form is not item:
            return (TUPLE, *forms)
    return term


_MAKERS: dict[type, Callable[[Any], Any]] = {
    bool: lambda term: TRUE if term else FALSE,
    float: lambda term: (FLOAT, term),
    tuple: _tuple_key,
}
_READERS: dict[Tag, Callable[[Any], Any]] = {
    FLOAT: lambda form: form[1],
    TUPLE: lambda form: tuple(map(unkey, form[1:])),
}


def keyed(kind: type, tag: Tag, make: Callable[[Any], Any], read: Callable[[Any], Any]) -> None:
    """Register one more class with key() and unkey(); list.py and map.py call this on import."""
    _MAKERS[kind] = make
    _READERS[tag] = read
