"""The other kinds of tables: bag, duplicate_bag and ordered_set."""

from collections.abc import Iterable
from typing import Any, Final

from kvshell.runtime.table import Row, Table, one
from kvshell.terms import A, Atom, List, Term, equal, sort_key


class DuplicateBag(Table):
    """Any number of objects per key, also equal ones, in the order of their insertion."""

    __slots__ = ()

    many = True

    def joined(self, found: List, row: Row) -> List:
        """Return the objects of a key and one more."""
        return found + one(row)


class Bag(DuplicateBag):
    """Any number of objects per key, no two of them equal."""

    __slots__ = ()

    def joined(self, found: List, row: Row) -> List:
        """Return the objects of a key and one more, unless it is there."""
        # `in` compares as Python does, which finds too much (1 == 1.0) but never too little.
        there = row in found.items and any(equal(row, item) for item in found.items)
        return found if there else super().joined(found, row)

    def put_all(self, rows: Iterable[Row], line: int | None = None) -> None:
        """Insert objects: those of one key from the last to the first, as OTP 25 does."""
        by_key: dict[Any, list[Row]] = {}
        for row in rows:
            by_key.setdefault(self.form(self.key_of(row)), []).append(row)
        super().put_all([row for same_key in by_key.values() for row in reversed(same_key)], line)


class OrderedSet(Table):
    """One object per key, in term order; keys that are `==`, as 1 and 1.0, are one."""

    __slots__ = ("forms",)

    words_empty = 139
    words_per_object = 5

    def __init__(self, *args: Any, **options: Any) -> None:
        # Few programs make one, and the import would be felt at every start.
        from sortedcontainers import SortedList  # noqa: PLC0415

        super().__init__(*args, **options)
        self.forms: Any = SortedList()

    def form(self, name: Term) -> Any:
        """Return what sorts as the key does."""
        return sort_key(name)

    def all(self) -> list[Row]:
        """Return every object in the order of the keys."""
        return [self.objects[form].items[0] for form in self.forms]

    def cursor(self, form: Any) -> Any:
        """Return the key itself: it need not be there."""
        return form

    def after(self, cursor: Any = None) -> tuple[Any, List] | None:
        """Return the next greater key and its object."""
        return self._at(0 if cursor is None else self.forms.bisect_right(cursor))

    def before(self, cursor: Any = None) -> tuple[Any, List] | None:
        """Return the next smaller key and its object."""
        end = len(self.forms) if cursor is None else self.forms.bisect_left(cursor)
        return self._at(end - 1)

    def _at(self, index: int) -> tuple[Any, List] | None:
        if not 0 <= index < len(self.forms):
            return None
        form = self.forms[index]
        return form, self.objects[form]

    def hold_walk(self, on: bool) -> None:
        """Do nothing: the place of a key needs no holding."""

    def enter(self, form: Any) -> None:
        """Sort a new key in."""
        self.forms.add(form)

    def leave(self, form: Any) -> None:
        """Take a key out of the order."""
        self.forms.remove(form)
        super().leave(form)

    def clear(self) -> None:
        """Delete every object."""
        super().clear()
        self.forms.clear()


KINDS: Final[dict[Atom, type[Table]]] = {
    A.set: Table,
    A.bag: Bag,
    A.duplicate_bag: DuplicateBag,
    A.ordered_set: OrderedSet,
}
