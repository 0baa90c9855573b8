"""List: Elixir's list, immutable, never equal to a tuple.

Not a `collections.abc.Sequence`: `case (A.create, name):` must not match `[:create, "x"]`.
Destructure one with `case List((first, second)):`, or with `head` and `tail`.
"""

from collections.abc import Iterable, Iterator
from typing import Any, overload

from kvshell.terms import coerce as edge
from kvshell.terms import comparing as keys
from kvshell.terms import order
from kvshell.terms.values import TermBase


class _Proper:
    """Marks the end of a proper list, which ends in `[]`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "PROPER"


PROPER: Any = _Proper()


class List(TermBase):
    """A list of `items`, followed by `last`: PROPER, or the tail of an improper list.

    `depth` is its nesting depth, including itself; `size` is the number of its items. A list has
    one of two forms: a slice of a tuple, `_base` from `_at` on, or a cell with `head` and `tail`.
    `[h | t]` makes a cell and destructuring makes a slice, so both are O(1); missing attributes are
    computed on first use and cached.
    """

    __slots__ = ("_at", "_base", "depth", "head", "items", "last", "size", "tail")
    __match_args__ = ("items",)
    items: tuple[Any, ...]
    last: Any
    depth: int
    size: int
    head: Any  # the first item: `hd(list)`
    tail: Any  # everything after the first item: `tl(list)`
    _base: tuple[Any, ...] | None
    _at: int

    def __init__(self, items: Iterable[Any] = (), last: Any = PROPER) -> None:
        if type(items) is List:
            self.items, self.last, self.depth = items.items, items.last, items.depth
            self._base, self._at, self.size = self.items, 0, items.size
            return
        self.items = tuple(items)
        self.last = last
        inner = edge.settled(self.items)
        if inner < 0 or last is not PROPER:
            self.items = tuple(edge.terms(self.items, "list"))
            self.last = last if last is PROPER else edge.term(last, "list tail")
            inner = _inner(self.items, self.last)
        self.depth = inner + 1
        self._base, self._at, self.size = self.items, 0, len(self.items)

    def __getattr__(self, name: str) -> Any:
        # Only for a slot that is not set yet. Two threads may both set it, to the same value.
        if name == "items":
            self.items = found = _gathered(self)
        elif name == "head":
            base = self._base
            if not self.size or base is None:
                raise IndexError("the empty list has no head")
            self.head = found = base[self._at]
        elif name == "tail":
            self.tail = found = _rest(self)
        else:
            raise AttributeError(name)
        return found

    @staticmethod
    def cons(head: Any, tail: Any) -> "List":
        """Return `[head | tail]`; improper unless `tail` is a List."""
        head = edge.term(head, "list")
        return cons(head, tail) if type(tail) is List else List((head,), tail)

    @property
    def proper(self) -> bool:
        """Whether the list ends in `[]`."""
        return self.last is PROPER

    def __len__(self) -> int:
        return self.size

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
    """Return a List of values known to be terms, without checking them again."""
    made = object.__new__(List)
    made.items, made.last, made.depth = items, last, depth
    made._base, made._at, made.size = items, 0, len(items)  # noqa: SLF001  # an access within the class
    return made


def cons(head: Any, tail: Any) -> List:
    """Return `[head | tail]` of values known to be terms, in O(1)."""
    if type(tail) is not List:
        return trusted((head,), tail, 1 + _inner((head,), tail))
    made = object.__new__(List)
    made.head, made.tail, made.last = head, tail, tail.last
    made._base, made.size = None, tail.size + 1  # noqa: SLF001  # an access within the class
    depth = tail.depth
    kind = type(head)
    if kind not in edge.FLAT and kind is not str:
        inner = edge.levels(head)
        if inner >= depth:
            if inner >= edge.MAX_NESTING:
                raise ValueError(edge.TOO_DEEP)
            depth = inner + 1
    made.depth = depth
    return made


def _gathered(value: List) -> tuple[Any, ...]:
    """Return the items of a list that is a slice or starts with cells."""
    base = value._base  # noqa: SLF001  # an access within the class
    if base is not None:
        return base[value._at :]  # noqa: SLF001  # as above
    heads: list[Any] = []
    while value._base is None:  # noqa: SLF001  # as above
        heads.append(value.head)
        value = value.tail
    return (*heads, *value.items)


def _rest(value: List) -> Any:
    """Return the tail of a list that is not a cell: a slice of the same tuple."""
    if not value.size:
        raise IndexError("the empty list has no tail")
    if value.size == 1 and value.last is not PROPER:
        return value.last
    base, start = value._base, value._at + 1  # noqa: SLF001  # an access within the class
    assert base is not None
    made = object.__new__(List)
    made._base, made._at = base, start  # noqa: SLF001  # an access within the class
    made.last, made.depth, made.size = value.last, value.depth, value.size - 1
    if made.size:
        made.head = base[start]  # code that walks a list needs it next
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
