"""Map: Elixir's map, immutable: put and delete return a new map.

As on the BEAM there are two forms. Up to SMALL entries it is a plain dict, copied on update: at
this size that is faster than any tree (60 ns against 600). Above, it is a persistent trie that
shares unchanged parts. Both use key(term) as keys, so 1, 1.0 and true are distinct; in the trie,
keys that are not a str are wrapped in a 1-tuple, because rpds panics when keys of two classes share
a hash, as 0 and "" do. A followed trie remembers its last changes, so that an index over a hundred
thousand entries need not be rebuilt. Iteration is in term order, never in hash order.
"""

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from rpds import HashTrieMap

from kvshell.terms import coerce as edge
from kvshell.terms import comparing as keys
from kvshell.terms import order
from kvshell.terms.coerce import FLAT
from kvshell.terms.comparing import PLAIN, key
from kvshell.terms.values import TermBase

SMALL = 32
REMEMBERED = 512  # maximum number of changes kept; at least half of them are
_NOTHING: dict[Any, Any] = {}
_EMPTY: "HashTrieMap[Any, Any]" = HashTrieMap()


class Map(TermBase):
    """A map with the entries of `source`: a dict, another Map or pairs.

    `depth` is its nesting depth, including itself (an upper bound after a delete).
    """

    __slots__ = ("depth", "history", "small", "trie")
    small: dict[Any, Any] | None
    trie: "HashTrieMap[Any, Any]"
    depth: int
    history: "_Change | None"

    def __init__(self, source: "Map | dict[Any, Any] | Iterable[tuple[Any, Any]]" = ()) -> None:
        if type(source) is Map:
            self.small, self.trie, self.depth = source.small, source.trie, source.depth
            self.history = source.history
            return
        self.small, self.trie, self.depth, self.history = _NOTHING, _EMPTY, 1, None
        if source:
            pairs = source.items() if isinstance(source, dict) else source
            _fill(self, ((edge.term(k, "map key"), edge.term(v, "map")) for k, v in pairs))

    def get(self, name: Any, default: Any = None) -> Any:
        """Return the value under `name`, or `default`."""
        if self.small is not None:
            return self.small.get(name if type(name) in PLAIN else key(name), default)
        return self.trie.get(name if type(name) is str else (key(name),), default)

    def put(self, name: Any, value: Any) -> "Map":
        """Return the map with `value` under `name`."""
        depth = self.depth
        kind = type(value)
        if not (type(name) is str and name.isascii()) or not (
            kind in FLAT or (kind is str and value.isascii())
        ):
            inner = edge.settled((name, value))
            if inner < 0:
                name, value = edge.term(name, "map key"), edge.term(value, "map")
                inner = edge.levels((name, value)) - 1
            depth = _deeper(depth, inner)
        made = object.__new__(Map)
        made.depth = depth
        if self.small is None:
            made.small = None
            form = name if type(name) is str else (key(name),)
            made.trie = self.trie.insert(form, value)
            made.history = None if self.history is None else _changed(self.history, form)
            return made
        small = self.small.copy()
        small[name if type(name) in PLAIN else key(name)] = value
        made.small, made.trie, made.history = small, _EMPTY, None
        if len(small) > SMALL:
            _plant(made, small)
        return made

    def delete(self, name: Any) -> "Map":
        """Return the map without `name`; the map itself if `name` is not in it."""
        if name not in self:
            return self
        made = object.__new__(Map)
        made.small, made.trie, made.depth, made.history = None, _EMPTY, self.depth, None
        if self.small is None:
            form = name if type(name) is str else (key(name),)
            made.trie = self.trie.remove(form)
            made.history = None if self.history is None else _changed(self.history, form)
        else:
            made.small = self.small.copy()
            del made.small[key(name)]
        return made

    def pop(self, name: Any, default: Any = None) -> "tuple[Any, Map]":
        """Return the value under `name`, or `default`, and the map without it."""
        return self.get(name, default), self.delete(name)

    def forms(self) -> Iterable[tuple[Any, Any]]:
        """Return pairs of key(key) and value, in no particular order."""
        if self.small is not None:
            return self.small.items()
        pairs = self.trie.items()
        return ((form if type(form) is str else form[0], value) for form, value in pairs)

    def follow(self) -> None:
        """Make maps derived from this one remember their changes, if it is a trie."""
        if self.history is None and self.small is None:
            self.history = _Change(None, "", next(_numbers), 0)

    def changes_since(self, earlier: "Map") -> list[Any] | None:
        """Return key(key) of each entry put or deleted since `earlier`; None if unknown.

        The cost is linear in the number of changes. They are known for a trie derived from
        `earlier`, which must be followed, by at most a few hundred changes.
        """
        if self is earlier or self.trie is earlier.trie:
            return [] if self.small is earlier.small else None
        change, before = self.history, earlier.history
        found: list[Any] = []
        while change is not None and change is not before:
            if before is None or change.number < before.number:
                return None  # it was derived from another map
            found.append(change.form if type(change.form) is str else change.form[0])
            change = change.earlier
        return None if change is None else found

    def items(self) -> list[tuple[Any, Any]]:
        """Return the pairs in term order of their keys."""
        unkey = keys.unkey
        return order.sorted_pairs([(unkey(form), value) for form, value in self.forms()])

    def keys(self) -> list[Any]:
        """Return the keys in term order."""
        return [name for name, _ in self.items()]

    def values(self) -> list[Any]:
        """Return the values in term order of their keys."""
        return [value for _, value in self.items()]

    def __getitem__(self, name: Any) -> Any:
        if self.small is not None:
            return self.small[key(name)]
        return self.trie[name if type(name) is str else (key(name),)]

    def __contains__(self, name: Any) -> bool:
        if self.small is not None:
            return (name if type(name) in PLAIN else key(name)) in self.small
        return (name if type(name) is str else (key(name),)) in self.trie

    def __len__(self) -> int:
        return len(self.trie if self.small is None else self.small)

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        return iter(self.items())

    def __eq__(self, other: object) -> bool:
        if type(other) is not Map:
            return NotImplemented
        return self is other or bool(_key(self) == _key(other))

    def __hash__(self) -> int:
        return hash(_key(self))


def trusted(pairs: Iterable[tuple[Any, Any]]) -> Map:
    """Return a Map of values known to be terms, without checking them again."""
    made = object.__new__(Map)
    made.small, made.trie, made.depth, made.history = _NOTHING, _EMPTY, 1, None
    _fill(made, pairs)
    return made


class _Change:
    """A change of a trie, linked to earlier changes."""

    __slots__ = ("count", "earlier", "form", "number")

    def __init__(self, earlier: "_Change | None", form: Any, number: int, count: int) -> None:
        self.earlier = earlier
        self.form = form
        self.number = number
        self.count = count


_numbers = itertools.count()


def _changed(history: _Change, form: Any) -> _Change:
    """Return the history with one more change; beyond the limit the older half is dropped."""
    count = history.count + 1
    if count >= REMEMBERED:
        _forget(history, REMEMBERED // 2)
        count = REMEMBERED // 2
    return _Change(history, form, next(_numbers), count)


def _forget(history: _Change, kept: int) -> None:
    change: _Change | None = history
    for _ in range(kept):
        if change is not None:
            change = change.earlier
    if change is not None:
        change.earlier = None


def _fill(made: Map, pairs: Iterable[tuple[Any, Any]]) -> None:
    """Set `pairs` of terms as the entries of `made`, a new map not yet visible to others."""
    small: dict[Any, Any] = {}
    for name, value in pairs:
        small[key(name)] = value
        if type(name) not in FLAT or type(value) not in FLAT:
            made.depth = _deeper(made.depth, edge.levels((name, value)) - 1)
    made.small = small
    if len(small) > SMALL:
        _plant(made, small)


def _plant(made: Map, entries: dict[Any, Any]) -> None:
    wrapped = {form if type(form) is str else (form,): value for form, value in entries.items()}
    made.small, made.trie, made.history = None, _EMPTY.update(wrapped), None


def _deeper(depth: int, inner: int) -> int:
    if inner < depth:
        return depth
    if inner >= edge.MAX_NESTING:
        raise ValueError(edge.TOO_DEEP)
    return inner + 1


def _from_python(value: dict[Any, Any], depth: int) -> Map:
    edge.room(depth)
    pairs = [
        (edge.part(name, depth, " key {}", name), edge.part(item, depth, "[{}]", name))
        for name, item in value.items()
    ]
    made = Map()
    _fill(made, pairs)
    return made


def _key(value: Map) -> Any:
    return keys.MAP, frozenset((form, key(item)) for form, item in value.forms())


def _unkey(form: Any) -> Map:
    return Map((keys.unkey(name), keys.unkey(value)) for name, value in form[1])


def _rank(value: Map, exact: bool) -> tuple[Any, ...]:
    pairs = value.items()
    names = tuple(order.sort_key(name, exact=True) for name, _ in pairs)
    return order.MAP, len(pairs), names, tuple(order.sort_key(item, exact) for _, item in pairs)


keys.keyed(Map, keys.MAP, _key, _unkey)
order.RANKS[Map] = _rank
edge.NESTED.add(Map)
edge.CONVERTERS[Map] = edge.nested
edge.CONVERTERS[dict] = _from_python
