"""KeyOrder: lists and traverses the keys of a hashed table in term order.

On the BEAM the order of a set depends only on its keys, not on the order of insertion; here it is
term order. A table that is only accessed by key keeps no order. Listing sorts; the first traversal
builds a KeyOrder, which later writes maintain. Everything runs under the table's lock.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from typing import Any

from kvshell.terms import Atom, Term, sort_key, unkey

Rank = tuple[Any, ...]

_PLAIN = frozenset({str, int, Atom})  # never `==` for two different keys


def rank(key: Term) -> Rank:
    """Return a sort key for a table key; the distinct keys 1 and 1.0 get different ones."""
    place = sort_key(key)
    return (place,) if type(key) in _PLAIN else (place, sort_key(key, exact=True))


def in_order(forms: Iterable[Any]) -> list[Any]:
    """Return the key forms in term order of the keys."""
    found = list(forms)
    kinds = set(map(type, found))
    if kinds in ({str}, {int}):  # code points sort as their UTF-8 bytes do
        found.sort()
    else:
        found.sort(key=lambda form: rank(unkey(form)))
    return found


class KeyOrder:
    """The keys of a table in term order.

    A position is the rank of a key, which need not be in the table.
    """

    __slots__ = ("_keys", "_ranks")

    def __init__(self, keys: Iterable[Term]) -> None:
        self._keys: dict[Rank, Term] = {rank(key): key for key in keys}
        self._ranks = sorted(self._keys)

    def add(self, key: Term) -> None:
        """Insert a new key."""
        place = rank(key)
        if place not in self._keys:
            insort(self._ranks, place)
        self._keys[place] = key

    def drop(self, key: Term) -> None:
        """Remove a key."""
        place = rank(key)
        if place in self._keys:
            del self._keys[place]
            del self._ranks[bisect_left(self._ranks, place)]

    def clear(self) -> None:
        """Remove all keys."""
        self._ranks.clear()
        self._keys.clear()

    def after(self, place: Rank | None) -> Rank | None:
        """Return the first position after `place`, or the very first for None; None at the end."""
        index = 0 if place is None else bisect_right(self._ranks, place)
        return self._ranks[index] if index < len(self._ranks) else None

    def key(self, place: Rank) -> Term:
        """Return the key at a position returned by `after`."""
        return self._keys[place]
