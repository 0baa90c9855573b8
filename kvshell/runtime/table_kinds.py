"""The other kinds of tables: bag, duplicate_bag and ordered_set."""

from collections.abc import Iterable
from typing import Any, Final

from kvshell.runtime.table import EMPTY, Table, one
from kvshell.runtime.walk import Walk
from kvshell.terms import A, Atom, List, Term, equal, sort_key


class DuplicateBag(Table):
    """Any number of objects per key, also equal ones, in the order of their insertion."""

    __slots__ = ()

    many = True

    def put(self, row: tuple[Term, ...], line: int | None = None) -> None:
        """Insert one object after those of its key."""
        form = self.form(self.key_of(row))
        found = self.objects.get(form, EMPTY)
        self.size += 1
        self.write(form, one(row) if found is EMPTY else found + one(row), line)


class Bag(DuplicateBag):
    """Any number of objects per key, no two of them equal."""

    __slots__ = ()

    def put(self, row: tuple[Term, ...], line: int | None = None) -> None:
        """Insert one object, unless it is there."""
        # `in` compares as Python does, which finds too much (1 == 1.0) but never too little.
        items = self.objects.get(self.form(self.key_of(row)), EMPTY).items
        if row not in items or not any(equal(row, item) for item in items):
            super().put(row, line)

    def put_all(self, rows: Iterable[tuple[Term, ...]], line: int | None = None) -> None:
        """Insert several objects: those of one key from the last to the first, as OTP 25 does."""
        by_key: dict[Any, list[tuple[Term, ...]]] = {}
        for row in rows:
            by_key.setdefault(self.form(self.key_of(row)), []).append(row)
        for same_key in by_key.values():
            for row in reversed(same_key):
                self.put(row, line)


class OrderedSet(Table):
    """One object per key, in term order; keys that are `==`, as 1 and 1.0, are one."""

    __slots__ = ()

    words_empty = 139
    words_per_object = 5

    def new_objects(self) -> dict[Any, List]:
        """Return the empty dictionary that sorts its keys."""
        # Few programs make one, and the import would be felt at every start.
        from sortedcontainers import SortedDict  # noqa: PLC0415

        made: dict[Any, List] = SortedDict()
        return made

    def form(self, name: Term) -> Any:
        """Return what sorts as the key does."""
        return sort_key(name)

    def walking(self) -> Walk:
        """Fail: an ordered_set is walked by its keys."""
        raise NotImplementedError

    def cursor(self, form: Any) -> Any:
        """Return the key itself: it need not be there."""
        return form

    def after(self, cursor: Any = None) -> tuple[Any, List] | None:
        """Return the next greater key and its object."""
        return self._at(0 if cursor is None else self._sorted.bisect_right(cursor))

    def before(self, cursor: Any = None) -> tuple[Any, List] | None:
        """Return the next smaller key and its object."""
        end = len(self.objects) if cursor is None else self._sorted.bisect_left(cursor)
        return self._at(end - 1)

    def hold_walk(self, on: bool) -> None:
        """Do nothing: the place of a key needs no holding."""

    @property
    def _sorted(self) -> Any:
        return self.objects

    def _at(self, index: int) -> tuple[Any, List] | None:
        if not 0 <= index < len(self.objects):
            return None
        found: tuple[Any, List] = self._sorted.peekitem(index)
        return found


KINDS: Final[dict[Atom, type[Table]]] = {
    A.set: Table,
    A.bag: Bag,
    A.duplicate_bag: DuplicateBag,
    A.ordered_set: OrderedSet,
}
