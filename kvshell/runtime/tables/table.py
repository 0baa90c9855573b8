"""Table: a `set`, the kind with one object per key; and TableInfo, a snapshot of any table."""

from _thread import allocate_lock
from collections.abc import Iterable
from itertools import count
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kvshell.runtime.processes.observation import words_of_rows
from kvshell.runtime.tables.key_order import KeyOrder, in_order, rank
from kvshell.terms import A, Atom, List, Ref, Term, key, unkey
from kvshell.terms.coerce import levels
from kvshell.terms.list import PROPER, trusted

if TYPE_CHECKING:
    from kvshell.runtime.processes.record import Process


class TableInfo(NamedTuple):
    """A snapshot of a table, taken without an operation; `memory` is an estimate in words."""

    ref: Ref
    name: Term
    named: bool
    kind: Atom
    protection: Atom
    owner: "Process"
    heir: "Process | None"
    size: int
    memory: int
    keypos: int
    read_concurrency: bool
    reads: int
    hits: int
    misses: int


def seen(counter: "count[int]") -> int:
    """Return how often `next` was called on `counter`: read from its repr, which does not count."""
    return int(repr(counter).removeprefix("count(").removesuffix(")"))


if TYPE_CHECKING:
    from kvshell.runtime.processes.record import Process

Row = tuple[Term, ...]

EMPTY: Final = List()


class Table:
    """A `set`: one object per key. The other kinds are in kvshell.runtime.tables.kinds."""

    __slots__ = (
        "changed", "compressed", "counting", "decentralized_counters", "gone", "heir", "hit",
        "keypos", "kind", "lines", "lock", "missed", "name", "named", "objects", "owner", "plain",
        "protection",
        "read_concurrency", "ref", "size", "walk", "write_concurrency",
    )  # fmt: skip

    many = False  # whether several objects may share a key
    words_empty = 305
    words_per_object = 4

    def __init__(
        self,
        ref: Ref,
        name: Term,
        owner: "Process",
        *,
        kind: Atom = A.set,
        named: bool = False,
        protection: Atom = A.protected,
        keypos: int = 1,
        heir: "tuple[Process, Term] | None" = None,
    ) -> None:
        self.ref = ref
        self.name = name
        self.named = named
        self.owner = owner
        self.heir = heir
        self.kind = kind
        self.protection = protection
        self.keypos = keypos
        self.read_concurrency = False
        self.write_concurrency: Term = False
        self.decentralized_counters = False
        self.compressed = False
        self.lock = allocate_lock()
        self.size = 0
        self.gone = False  # deleted: it can no longer be found
        self.objects: dict[Any, List] = {}
        # Whether any process may read it, under keys that equal their own forms: the fast read
        # path. Cleared on deletion.
        self.plain = protection is not A.private and kind is not A.ordered_set
        self.walk: KeyOrder | None = None  # created by the first traversal
        self.lines: dict[Any, int] | None = (
            None  # set by the host, by form: when a key was last written
        )
        self.changed: list[Any] | None = None  # forms written since `take_changed`, if followed
        self.counting = False
        self.hit = count()
        self.missed = count()

    def form(self, name: Term) -> Any:
        """Return a key's form in `objects`; equal for keys that this kind treats as the same."""
        return key(name)

    def key_of(self, row: Row) -> Term:
        """Return the key of an object."""
        return row[self.keypos - 1]

    def shown(self) -> Term:
        """Return what `:ets.new` returned: the name of a named table, otherwise the reference."""
        return self.name if self.named else self.ref

    # -- reading: no lock ------------------------------------------------------------------------

    def find(self, form: Any) -> List:
        """Return the objects under a key, counting the read if reads are counted."""
        found = self.objects.get(form, EMPTY)
        if self.counting:
            next(self.missed if found is EMPTY else self.hit)
        return found

    def peek(self, name: Term) -> List:
        """Return the objects under a key, without an operation and without counting."""
        return self.objects.get(self.form(name), EMPTY)

    def line_of(self, name: Term) -> int | None:
        """Return the host's line that last wrote a key, if known."""
        return None if self.lines is None else self.lines.get(self.form(name))

    def follow(self) -> None:
        """Start recording which keys are written or deleted, for `take_changed`."""
        with self.lock:
            self.changed = []

    def take_changed(self) -> list[Any] | None:
        """Return the forms of the keys written since the last call; None if unknown."""
        if self.changed == []:
            return []  # reads are not counted any more
        with self.lock:
            changed, self.changed = self.changed, []
        return changed

    # -- counting reads: one `next` is atomic, `+= 1` would lose some --------------------------

    def count_reads(self, on: bool = True) -> None:
        """Start or stop counting lookups; off by default."""
        self.counting = on

    def uncount_read(self, *, hit: bool) -> None:
        """Take back the count of one read, which was made by the shell, not by a user's process."""
        if hit:
            self.hit = count(self.hits - 1)
        else:
            self.missed = count(self.misses - 1)

    @property
    def counted(self) -> tuple[str, str]:
        """A value that changes with each counted read; it takes less time than their number."""
        return repr(self.hit), repr(self.missed)

    @property
    def hits(self) -> int:
        """The number of counted reads that found something."""
        return seen(self.hit)

    @property
    def misses(self) -> int:
        """The number of counted reads that found nothing."""
        return seen(self.missed)

    @property
    def reads(self) -> int:
        """The number of counted reads."""
        return self.hits + self.misses

    # -- the whole table -------------------------------------------------------------------------

    def rows(self) -> list[Row]:
        """Return every object, oldest first; for an ordered_set in term order."""
        with self.lock:
            return self.all()

    def listed(self) -> list[Row]:
        """Return every object in the order in which `:ets.tab2list` returns them."""
        with self.lock:
            return self.in_order()

    def all(self) -> list[Row]:
        """Return every object.

        Runs under the lock, as do `in_order` and all methods from `walking` on.
        """
        return [row for found in self.objects.values() for row in found.items]

    def in_order(self) -> list[Row]:
        """Return every object: in term order of the keys, then in order of insertion."""
        return [row for form in in_order(self.objects) for row in self.objects[form].items]

    def count(self) -> int:
        """Return `size`, including every write that a read may already have seen."""
        with self.lock:
            return self.size

    def memory(self) -> int:
        """Return an estimate of the words that the table takes on the BEAM."""
        return self.words_empty + words_of_rows(self.rows(), self.words_per_object)

    def info(self) -> TableInfo:
        """Return a snapshot of the table, without an operation."""
        return TableInfo(
            self.ref, self.name, self.named, self.kind, self.protection, self.owner,
            None if self.heir is None else self.heir[0], self.count(), self.memory(), self.keypos,
            self.read_concurrency, self.reads, self.hits, self.misses,
        )  # fmt: skip

    # -- traversal -------------------------------------------------------------------------------

    def walking(self) -> KeyOrder:
        """Return the order of the keys, built on the first traversal."""
        if self.walk is None:
            self.walk = KeyOrder(map(unkey, self.objects))
        return self.walk

    def cursor(self, form: Any) -> Any:
        """Return the traversal position of a key.

        Raises:
            KeyError: the key is not in the table; an ordered_set accepts any key.
        """
        if form not in self.objects:
            raise KeyError(form)
        return rank(unkey(form))

    def after(self, cursor: Any = None) -> tuple[Any, List] | None:
        """Return the position after `cursor` (None: the start) and its objects."""
        walk = self.walking()
        place = walk.after(cursor)
        return None if place is None else (place, self.objects[key(walk.key(place))])

    def before(self, cursor: Any = None) -> tuple[Any, List] | None:
        """Return the position before `cursor` (None: the end); only an ordered_set has one.

        Mirrors `:ets.prev`, which equals `:ets.next` for the other kinds.
        """
        return self.after(cursor)

    # -- writing ---------------------------------------------------------------------------------

    def joined(self, _found: List, row: Row) -> List:
        """Return the objects under a key after inserting `row`."""
        return one(row)

    def put_all(self, rows: Iterable[Row], line: int | None = None) -> None:
        """Insert objects atomically: readers see all of them or none."""
        written: dict[Any, List] = {}
        # Replaced objects are kept alive until the update is over: destroying a pid may run code,
        # and another thread would see a partial update.
        replaced: dict[Any, List] = {}
        for row in rows:
            form = self.form(self.key_of(row))
            found = written.get(form)
            if found is None:
                found = replaced[form] = self.objects.get(form, EMPTY)
                if found is EMPTY:
                    self.enter(form)
            written[form] = self.joined(found, row)
        self.objects.update(written)
        if self.changed is not None:
            self.changed += written
        self.size += _total(written) - _total(replaced)
        self._wrote(written, line)

    def _wrote(self, written: Iterable[Any], line: int | None) -> None:
        """Record the line that wrote these keys."""
        if line is not None:
            if self.lines is None:
                self.lines = {}
            self.lines.update(dict.fromkeys(written, line))
        elif self.lines is not None:
            for form in written:
                self.lines.pop(form, None)

    def replace_all(self, replaced: dict[Any, list[Row]], line: int | None = None) -> None:
        """Replace the objects under each key by the same number of objects with that key."""
        written = {
            form: trusted(tuple(rows), PROPER, 1 + max(map(levels, rows)))
            for form, rows in replaced.items()
        }
        self.objects.update(written)
        if self.changed is not None:
            self.changed += written
        self._wrote(written, line)

    def drop(self, form: Any) -> List:
        """Delete a key; return its objects."""
        found = self.objects.pop(form, EMPTY)
        if found is not EMPTY:
            self.size -= len(found.items)
            self.leave(form)
        return found

    def drop_all(self, rows: Iterable[Row]) -> None:
        """Delete exactly these objects, including copies; readers see all of them or none."""
        doomed: dict[Any, set[Any]] = {}
        for row in rows:
            doomed.setdefault(self.form(self.key_of(row)), set()).add(key(row))
        written = {form: self._without(form, forms) for form, forms in doomed.items()}
        replaced = {form: self.objects.get(form, EMPTY) for form in written}
        self.size += _total(written) - _total(replaced)
        if len(written) == 1:
            for form, left in written.items():
                if left.items:
                    self.objects[form] = left
                else:
                    self.objects.pop(form, None)
        else:
            objects = {**self.objects, **written}
            self.objects = {form: left for form, left in objects.items() if left.items}
        for form, left in written.items():
            if not left.items and replaced[form] is not EMPTY:
                self.leave(form)

    def _without(self, form: Any, doomed: set[Any]) -> List:
        """Return the objects under a key, except those whose own keys are in `doomed`."""
        found = self.objects.get(form, EMPTY)
        left = tuple(row for row in found.items if key(row) not in doomed)
        return trusted(left, PROPER, found.depth)

    def clear(self) -> None:
        """Delete every object."""
        self.objects.clear()
        self.size = 0
        self.changed = None
        self.lines = None
        if self.walk is not None:
            self.walk.clear()

    def enter(self, form: Any) -> None:
        """Record a new key."""
        if self.walk is not None:
            self.walk.add(unkey(form))

    def leave(self, form: Any) -> None:
        """Record a removed key."""
        if self.changed is not None:
            self.changed.append(form)
        if self.walk is not None:
            self.walk.drop(unkey(form))
        if self.lines is not None:
            self.lines.pop(form, None)


def one(row: Row) -> List:
    """Return a List with one object."""
    return trusted((row,), PROPER, 1 + levels(row))


def _total(written: dict[Any, List]) -> int:
    total = 0
    for found in written.values():
        total += found.size
    return total
