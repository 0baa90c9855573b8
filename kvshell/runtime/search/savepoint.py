"""Savepoint: restores a system to an earlier state, instead of building it again.

All runs of a search begin with the same set-up. It is therefore run once: the contents of the
objects that it created are recorded, and restored before each further run. Older objects are left
alone, as they are when the set-up is run again.
"""

import gc
from _thread import LockType
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from types import (
    BuiltinMethodType,
    CellType,
    CodeType,
    FunctionType,
    MethodType,
    ModuleType,
)
from typing import Any, Final
from weakref import WeakValueDictionary, ref

from rpds import HashTrieMap

from kvshell.runtime.tables.table import seen
from kvshell.terms import Atom, Function, List, Map, Ref

# Immutable, but may refer to mutable objects.
_FIXED: Final = (
    tuple, frozenset, FunctionType, MethodType, BuiltinMethodType, partial, ref,
    Atom, List, Map, Ref, Function,
)  # fmt: skip
_ATOMIC: Final = frozenset({str, int, float, bool, bytes, type(None), CodeType, ModuleType})
_OURS: Final = "kvshell."
_KNOWN: Final = frozenset(WeakValueDictionary.__mro__)


class NotKept(Exception):  # noqa: N818  # named after the finding, not an error
    """The system holds an object whose contents cannot be recorded."""


@contextmanager
def created() -> Iterator[set[int]]:
    """Yield a set; after the block it has the ids of the objects that the block created and left.

    Atomic objects, and dicts and tuples of atomic objects, may be missing.
    """
    found: set[int] = set()
    collects = gc.isenabled()
    gc.disable()
    gc.collect(0)  # only what is created from now on is in the youngest generation
    try:
        yield found
        found.update(map(id, gc.get_objects(generation=0)))
    finally:
        if collects:
            gc.enable()


class Savepoint:
    """The recorded contents of all objects reachable from some roots; `restore` restores them."""

    def __init__(self, roots: Iterable[object], new: set[int], shared: Iterable[object]) -> None:
        """Record the contents of the objects in `new`, see `created`, except those in `shared`.

        Raises:
            NotKept: one of them is of an unknown kind.
        """
        self._empty: list[Any] = []
        self._filled: list[tuple[Any, Callable[[Any], None], Any]] = []
        self._values: list[tuple[Any, str, Any]] = []
        self._counters: list[tuple[Any, str, int]] = []
        self._locks: list[tuple[LockType, bool]] = []
        self._new = new
        self._slots: dict[type, tuple[str, ...]] = {}
        met = set(map(id, shared))
        left = list(roots)
        while left:
            each = left.pop()
            if type(each) not in _ATOMIC and id(each) not in met:
                met.add(id(each))
                left += self._note(each)

    def restore(self) -> None:
        """Restore the contents of the objects. No thread may be using them."""
        for empty in self._empty:
            if empty:
                empty.clear()
        for filled, fill, contents in self._filled:
            filled.clear()
            fill(contents)
        for holder, name, value in self._values:
            setattr(holder, name, value)
        for holder, name, number in self._counters:
            setattr(holder, name, count(number))
        for lock, locked in self._locks:
            if lock.locked() is not locked:
                (lock.acquire if locked else lock.release)()

    def _note(self, found: Any) -> Iterable[object]:
        """Record the contents of an object; return the objects that it refers to."""
        kind = type(found)
        if kind is LockType:
            self._locks.append((found, found.locked()))
        elif kind is dict:
            if id(found) in self._new or not gc.is_tracked(found):
                self._hold(found, found.update, dict(found))
                return (*found, *found.values())
        elif id(found) not in self._new and gc.is_tracked(found):
            return ()
        elif isinstance(found, _FIXED):
            return _parts(found, self._new)
        elif kind is HashTrieMap:
            return (*found, *found.values())
        elif kind in {list, set, deque}:
            contents = tuple(found)
            self._hold(found, found.update if kind is set else found.extend, contents)
            return contents
        elif kind is CellType:
            try:
                self._values.append((found, "cell_contents", found.cell_contents))
            except ValueError:  # the variable has no value yet
                raise NotKept(found) from None
            return (found.cell_contents,)
        else:
            return self._note_attributes(found)
        return ()

    def _hold(self, found: Any, fill: Callable[[Any], None], contents: Any) -> None:
        """Note the contents of a collection, which `fill` adds to an empty one."""
        if contents:
            self._filled.append((found, fill, contents))
        else:
            self._empty.append(found)

    def _note_attributes(self, found: object) -> Iterable[object]:
        """Record the attributes of an instance of a kvshell class."""
        kind = type(found)
        names = self._slots.get(kind)
        if names is None:
            if id(kind) in self._new:
                raise NotKept(kind)
            names = self._slots[kind] = _slots(kind)
        try:
            held = {name: getattr(found, name) for name in names}
        except AttributeError:
            raise NotKept(kind) from None
        self._values += [(found, name, value) for name, value in held.items()]
        attributes: dict[str, object] | None = getattr(found, "__dict__", None)
        if attributes is not None:
            self._hold(attributes, attributes.update, dict(attributes))
            held |= attributes
        counters = [name for name, value in held.items() if type(value) is count]
        self._counters += [(found, name, seen(held.pop(name))) for name in counters]
        return held.values()


def _parts(found: Any, new: set[int]) -> Iterable[object]:
    """Return the objects that an immutable object refers to.

    `new` has the ids of the objects that the set-up has created.
    """
    if isinstance(found, FunctionType):
        if id(found.__globals__) in new or found.__dict__:
            raise NotKept(found)
        keywords = found.__kwdefaults__ or {}
        return (*(found.__closure__ or ()), *(found.__defaults__ or ()), *keywords.values())
    if isinstance(found, ref):  # kept alive, since no garbage is collected during a run
        return (found(),)
    return gc.get_referents(found)


def _slots(kind: type) -> tuple[str, ...]:
    """Return the names of the slots of a kvshell class.

    Raises:
        NotKept: the class has a base outside kvshell, which may store data elsewhere.
    """
    names: list[str] = []
    for base in kind.__mro__:
        if base in _KNOWN:
            continue
        if not base.__module__.startswith(_OURS):
            raise NotKept(kind)
        slots = base.__dict__.get("__slots__", ())
        names += (slots,) if isinstance(slots, str) else slots
    return tuple(name for name in names if name not in {"__weakref__", "__dict__"})
