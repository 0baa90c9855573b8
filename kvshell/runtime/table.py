"""Table: the data of one ETS table; kvshell.runtime.ets says who may do what with it.

`objects` maps the form of a key to the List of the objects under it, which is never empty and never
changed: a write puts another List in its place. So one dict read is a whole lookup and takes no
lock. Writers, and whoever needs more than one key, hold `lock`: a leaf, taken inside the writer's
effect lock, under which no code of a user runs. A writer prepares what it wants and shows it in one
step, whatever the number of keys: one `dict.update`, or another dict in the place of `objects`. So
a read without the lock, too, finds all of a write or nothing of it. Rejected: rows as plain tuples
(each lookup would build its List, at twice the cost) and a lock round the reads.
"""

from _thread import allocate_lock
from collections.abc import Iterable
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from kvshell.runtime.table_info import TableInfo, seen
from kvshell.runtime.walk import Walk
from kvshell.runtime.words import words_of_rows
from kvshell.terms import A, Atom, List, Ref, Term, key
from kvshell.terms.edge import levels
from kvshell.terms.list import PROPER, trusted

if TYPE_CHECKING:
    from kvshell.runtime.record import Process

Row = tuple[Term, ...]

EMPTY: Final = List()


class Table:
    """A `set`: one object per key. The other kinds are in kvshell.runtime.table_kinds."""

    __slots__ = (
        "compressed", "counting", "decentralized_counters", "gone", "heir", "hit", "keypos", "kind",
        "lines", "lock", "missed", "name", "named", "objects", "owner", "plain", "protection",
        "read_concurrency", "ref", "size", "walk", "write_concurrency",
    )  # fmt: skip

    many = False  # whether several objects may have one key
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
        self.gone = False  # deleted: nobody finds it any more
        self.objects: dict[Any, List] = {}
        # Whether anybody may read it, under keys that are their own forms: the short way of a read.
        # No more once it is deleted.
        self.plain = protection is not A.private and kind is not A.ordered_set
        self.walk: Walk | None = None  # made by the first traversal
        self.lines: dict[Any, int] | None = (
            None  # of the host, by form: when a key was written last
        )
        self.counting = False
        self.hit = count()
        self.missed = count()

    def form(self, name: Term) -> Any:
        """Return what stands for a key in `objects`; equal for keys that are one to this kind."""
        return key(name)

    def key_of(self, row: Row) -> Term:
        """Return the key of an object."""
        return row[self.keypos - 1]

    def shown(self) -> Term:
        """Return what `:ets.new` returned: the name of a named table, else the reference."""
        return self.name if self.named else self.ref

    # -- reading: no lock ------------------------------------------------------------------------

    def find(self, form: Any) -> List:
        """Return the objects under a key, and count the read if reads are counted."""
        found = self.objects.get(form, EMPTY)
        if self.counting:
            next(self.missed if found is EMPTY else self.hit)
        return found

    def peek(self, name: Term) -> List:
        """Return the objects under a key; no operation of anybody, and not counted."""
        return self.objects.get(self.form(name), EMPTY)

    def line_of(self, name: Term) -> int | None:
        """Return the host's line at which a key was written last, when it is known."""
        return None if self.lines is None else self.lines.get(self.form(name))

    # -- counting reads: one `next` is atomic, where `+= 1` would lose some ---------------------

    def count_reads(self, on: bool = True) -> None:
        """Count lookups from now on, or stop; off unless asked for."""
        self.counting = on

    @property
    def hits(self) -> int:
        """How many counted reads found something."""
        return seen(self.hit)

    @property
    def misses(self) -> int:
        """How many counted reads found nothing."""
        return seen(self.missed)

    @property
    def reads(self) -> int:
        """How many reads were counted."""
        return self.hits + self.misses

    # -- the whole table -------------------------------------------------------------------------

    def rows(self) -> list[Row]:
        """Return every object: in the order of insertion, of an ordered_set in term order."""
        with self.lock:
            return self.all()

    def all(self) -> list[Row]:
        """Return every object. Runs under the lock, as all of the following but `info`."""
        return [row for found in self.objects.values() for row in found.items]

    def count(self) -> int:
        """Return `size` after every write that a read may have seen already."""
        with self.lock:
            return self.size

    def memory(self) -> int:
        """Return about how many words the table takes on the BEAM."""
        return self.words_empty + words_of_rows(self.rows(), self.words_per_object)

    def info(self) -> TableInfo:
        """Return what is to be seen of the table; no operation of anybody."""
        return TableInfo(
            self.ref, self.name, self.named, self.kind, self.protection, self.owner,
            None if self.heir is None else self.heir[0], self.count(), self.memory(), self.keypos,
            self.read_concurrency, self.reads, self.hits, self.misses,
        )  # fmt: skip

    # -- traversal -------------------------------------------------------------------------------

    def walking(self) -> Walk:
        """Return the walk, made now if this is the first traversal."""
        if self.walk is None:
            self.walk = Walk(self.objects)
        return self.walk

    def cursor(self, form: Any) -> Any:
        """Return where a traversal is that has come to a key.

        Raises:
            KeyError: the key is not in the table; an ordered_set takes any.
        """
        return self.walking().place(form)

    def after(self, cursor: Any = None) -> tuple[Any, List] | None:
        """Return the place after `cursor`, None being before the first, and its objects."""
        walk = self.walking()
        place = walk.after(-1 if cursor is None else cursor)
        return None if place is None else (place, self.objects[walk.form(place)])

    def before(self, cursor: Any = None) -> tuple[Any, List] | None:
        """Return the place before `cursor`, None being after the last; only an ordered_set has one.

        Mirrors `:ets.prev`, which for the others is `:ets.next`.
        """
        return self.after(cursor)

    def hold_walk(self, on: bool) -> None:
        """Let cursors stay valid while others write, until it is called with False as often."""
        self.walking().fixed += 1 if on else -1

    # -- writing ---------------------------------------------------------------------------------

    def joined(self, _found: List, row: Row) -> List:
        """Return what is under a key after `row` was inserted into what was there."""
        return one(row)

    def put_all(self, rows: Iterable[Row], line: int | None = None) -> None:
        """Insert objects; whoever reads sees all of them or none."""
        written: dict[Any, List] = {}
        # What is replaced is kept until the update is over: the end of a pid may run code, and
        # another thread would see the update half done.
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
        self.size += _total(written) - _total(replaced)
        if line is not None:
            if self.lines is None:
                self.lines = {}
            self.lines.update(dict.fromkeys(written, line))
        elif self.lines is not None:
            for form in written:
                self.lines.pop(form, None)

    def drop(self, form: Any) -> List:
        """Delete a key; return what was under it."""
        found = self.objects.pop(form, EMPTY)
        if found is not EMPTY:
            self.size -= len(found.items)
            self.leave(form)
        return found

    def drop_all(self, rows: Iterable[Row]) -> None:
        """Delete exactly these objects, every copy; whoever reads sees all of them or none."""
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
        """Return what is under a key but for the objects with these keys of their own."""
        found = self.objects.get(form, EMPTY)
        left = tuple(row for row in found.items if key(row) not in doomed)
        return trusted(left, PROPER, found.depth)

    def clear(self) -> None:
        """Delete every object."""
        self.objects.clear()
        self.size = 0
        self.lines = None
        if self.walk is not None:
            self.walk.clear()

    def enter(self, form: Any) -> None:
        """Note that a key is new."""
        if self.walk is not None:
            self.walk.add(form)

    def leave(self, form: Any) -> None:
        """Note that a key is gone."""
        if self.walk is not None:
            self.walk.drop(form)
        if self.lines is not None:
            self.lines.pop(form, None)


def one(row: Row) -> List:
    """Return the List of one object."""
    return trusted((row,), PROPER, 1 + levels(row))


def _total(written: dict[Any, List]) -> int:
    return sum(len(found.items) for found in written.values())
