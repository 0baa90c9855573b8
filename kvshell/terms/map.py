"""Map: Elixir's map, persistent: an update shares what it does not change with its original.

A str is its own key in the trie, any other term stands there as the 1-tuple of its key(): so 1, 1.0
and true are three keys. The tuple is for rpds, which asks one key's `__eq__` about another of the
same hash and panics at NotImplemented: 0 and "" have the same hash. Iteration sorts into term
order: nothing ever comes out in hash order.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from rpds import HashTrieMap

from kvshell.terms import edge, keys, order
from kvshell.terms.edge import FLAT, term
from kvshell.terms.keys import key
from kvshell.terms.shown import Shown

_EMPTY: "HashTrieMap[Any, Any]" = HashTrieMap()


class Map(Shown):
    """The map of `source`: a dict, another Map or pairs.

    `depth` is how many levels it is nested, itself included (an upper bound after a delete).
    """

    __slots__ = ("depth", "trie")
    trie: "HashTrieMap[Any, Any]"
    depth: int

    def __init__(self, source: "Map | dict[Any, Any] | Iterable[tuple[Any, Any]]" = ()) -> None:
        if type(source) is Map:
            self.trie, self.depth = source.trie, source.depth
            return
        pairs = source.items() if isinstance(source, dict) else source
        made = _from_pairs(((term(k, "map key"), term(v, "map")) for k, v in pairs))
        self.trie, self.depth = made.trie, made.depth

    def get(self, name: Any, default: Any = None) -> Any:
        """Return the value under `name`, or `default`."""
        return self.trie.get(name if type(name) is str else (key(name),), default)

    def put(self, name: Any, value: Any) -> "Map":
        """Return the map with `value` under `name`."""
        made = object.__new__(Map)
        depth = self.depth
        if type(value) not in FLAT:
            value = term(value, "map")
            depth = max(depth, 1 + edge.levels(value))
        if type(name) not in FLAT:
            name = term(name, "map key")
            depth = max(depth, 1 + edge.levels(name))
        if depth > edge.MAX_NESTING:
            raise ValueError(edge.TOO_DEEP)
        made.trie = self.trie.insert(name if type(name) is str else (key(name),), value)
        made.depth = depth
        return made

    def delete(self, name: Any) -> "Map":
        """Return the map without `name`; itself if `name` is not in it."""
        form = _form(name)
        if form not in self.trie:
            return self
        return _trusted(self.trie.remove(form), self.depth)

    def pop(self, name: Any, default: Any = None) -> "tuple[Any, Map]":
        """Return the value under `name`, or `default`, and the map without it."""
        return self.get(name, default), self.delete(name)

    def items(self) -> list[tuple[Any, Any]]:
        """Return the pairs, in term order of their keys."""
        return order.sorted_pairs([(_name(form), value) for form, value in self.trie.items()])

    def keys(self) -> list[Any]:
        """Return the keys, in term order."""
        return [name for name, _ in self.items()]

    def values(self) -> list[Any]:
        """Return the values, in term order of their keys."""
        return [value for _, value in self.items()]

    def __getitem__(self, name: Any) -> Any:
        return self.trie[_form(name)]

    def __contains__(self, name: Any) -> bool:
        return _form(name) in self.trie

    def __len__(self) -> int:
        return len(self.trie)

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        return iter(self.items())

    def __eq__(self, other: object) -> bool:
        if type(other) is not Map:
            return NotImplemented
        return self is other or bool(_key(self) == _key(other))

    def __hash__(self) -> int:
        return hash(_key(self))


def _form(name: Any) -> Any:
    return name if type(name) is str else (key(name),)


def _name(form: Any) -> Any:
    return form if type(form) is str else keys.unkey(form[0])


def _trusted(trie: "HashTrieMap[Any, Any]", depth: int) -> Map:
    made = object.__new__(Map)
    made.trie, made.depth = trie, depth
    return made


def _from_pairs(pairs: Iterable[tuple[Any, Any]]) -> Map:
    forms: dict[Any, Any] = {}
    depth = 1
    for name, value in pairs:
        forms[_form(name)] = value
        if type(value) not in FLAT or type(name) not in FLAT:
            depth = max(depth, 1 + edge.levels(value), 1 + edge.levels(name))
    if depth > edge.MAX_NESTING:
        raise ValueError(edge.TOO_DEEP)
    return _trusted(_EMPTY.update(forms), depth)


def _from_python(value: dict[Any, Any], depth: int) -> Map:
    return _from_pairs(
        (
            edge.part(name, depth, f" key {name!r}".__str__),
            edge.part(item, depth, f"[{name!r}]".__str__),
        )
        for name, item in value.items()
    )


def _key(value: Map) -> Any:
    return keys.MAP, frozenset((form, key(item)) for form, item in value.trie.items())


def _unkey(form: Any) -> Map:
    return Map((_name(form), keys.unkey(value)) for form, value in form[1])


def _rank(value: Map, exact: bool) -> tuple[Any, ...]:
    pairs = value.items()
    names = tuple(order.sort_key(name, exact=True) for name, _ in pairs)
    return order.MAP, len(pairs), names, tuple(order.sort_key(item, exact) for _, item in pairs)


keys.keyed(Map, keys.MAP, _key, _unkey)
order.RANKS[Map] = _rank
edge.CONVERTERS[Map] = edge.nested
edge.CONVERTERS[dict] = _from_python
