"""List: Elixir's list, immutable, never equal to a tuple.

Not a `collections.abc.Sequence`: `case (A.create, name):` must not match `[:create, "x"]`.
Take one apart with `case List((first, second)):`, or with `head` and `tail`.
"""

from collections.abc import Iterable, Iterator
from typing import Any, overload

from kvshell.terms import edge, keys, order
from kvshell.terms.shown import Shown


class _Proper:
    """What stands after the last item of a list that ends in `[]`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "PROPER"


PROPER: Any = _Proper()


class List(Shown):
    """The list of `items`; `last` follows them: PROPER, or the end of an improper list.

    `depth` is how many levels it is nested, itself included.
    """

    __slots__ = ("depth", "items", "last")
    __match_args__ = ("items",)
    items: tuple[Any, ...]
    last: Any
    depth: int

    def __init__(self, items: Iterable[Any] = (), last: Any = PROPER) -> None:
        if type(items) is List:
            self.items, self.last, self.depth = items.items, items.last, items.depth
            return
        self.items = tuple(items)
        self.last = last
        inner = edge.settled(self.items)
        if inner < 0 or last is not PROPER:
            self.items = tuple(edge.terms(self.items, "list"))
            self.last = last if last is PROPER else edge.term(last, "list tail")
            inner = _inner(self.items, self.last)
        self.depth = inner + 1

    @staticmethod
    def cons(head: Any, tail: Any) -> "List":
        """Return `[head | tail]`: improper unless `tail` is a List."""
        if type(tail) is List:
            return List((head, *tail.items), tail.last)
        return List((head,), tail)

    @property
    def proper(self) -> bool:
        """Whether the list ends in `[]`."""
        return self.last is PROPER

    @property
    def head(self) -> Any:
        """The first item: `hd(list)`."""
        return self.items[0]

    @property
    def tail(self) -> Any:
        """What follows the first item: `tl(list)`."""
        if not self.items:
            raise IndexError("the empty list has no tail")
        rest = self.items[1:]
        return trusted(rest, self.last, self.depth) if rest or self.proper else self.last

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)

    def __contains__(self, item: object) -> bool:
        wanted = keys.key(item)
        return any(keys.key(each) == wanted for each in self.items)

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> "List": ...
    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return trusted(self.items[index], PROPER, self.depth)
        return self.items[index]

    def __add__(self, other: "List") -> "List":
        if type(other) is not List or not self.proper:
            return NotImplemented
        return trusted(self.items + other.items, other.last, max(self.depth, other.depth))

    def __eq__(self, other: object) -> bool:
        if type(other) is not List:
            return NotImplemented
        return self is other or bool(_key(self) == _key(other))

    def __hash__(self) -> int:
        return hash(_key(self))


def _inner(items: tuple[Any, ...], last: Any) -> int:
    inner = edge.levels(items if last is PROPER else (*items, last)) - 1
    if inner >= edge.MAX_NESTING:
        raise ValueError(edge.TOO_DEEP)
    return inner


def trusted(items: tuple[Any, ...], last: Any, depth: int) -> List:
    """Return a List of what are terms already, without looking at them again."""
    made = object.__new__(List)
    made.items, made.last, made.depth = items, last, depth
    return made


def _key(value: List) -> Any:
    last = PROPER if value.last is PROPER else keys.key(value.last)
    return (keys.LIST, last, *map(keys.key, value.items))


def _unkey(form: Any) -> List:
    last = PROPER if form[1] is PROPER else keys.unkey(form[1])
    return List(map(keys.unkey, form[2:]), last)


def _from_python(value: list[Any], depth: int) -> List:
    items = tuple(edge.parts(value, depth))
    return trusted(items, PROPER, 1 + _inner(items, PROPER))


def _rank(value: List, exact: bool) -> tuple[Any, ...]:
    # Cell after cell, then the end: [1 | 2] < [1] < [1, 2], because number < [] < list.
    rank: list[Any] = []
    for item in value.items:
        rank += order.LIST, order.sort_key(item, exact)
    rank += (order.NIL,) if value.last is PROPER else order.sort_key(value.last, exact)
    return tuple(rank)


keys.keyed(List, keys.LIST, _key, _unkey)
order.RANKS[List] = _rank
edge.NESTED.add(List)
edge.CONVERTERS[List] = edge.nested
edge.CONVERTERS[list] = _from_python
