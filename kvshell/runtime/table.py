"""Table: the data of one ETS table; kvshell.runtime.ets says who may do what with it.

`objects` maps the form of a key to the List of the objects under it, which is never empty and never
changed: a write puts another List in its place. So one dict read is a whole lookup: it takes no
lock and finds the table before or after a write, never in between. Writers, and whoever needs the
order of the keys, hold `lock`: a leaf, taken inside the writer's effect lock, under which no code
of a user runs. Rejected: rows as plain tuples (each lookup would build its List, at twice the cost)
and a lock round the reads.
"""

from _thread import allocate_lock
from collections.abc import Iterable
from itertools import count
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kvshell.runtime.walk import Walk
from kvshell.runtime.words import words
from kvshell.terms import A, Atom, List, Ref, Term, equal, key
from kvshell.terms.edge import levels
from kvshell.terms.list import PROPER, trusted

if TYPE_CHECKING:
    from kvshell.runtime.record import Process

EMPTY: Final = List()
SAMPLE = 1_000  # rows that are measured for `memory`; the rest are like them


class TableInfo(NamedTuple):
    """What is to be seen of a table from outside; `memory` is words, about."""

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


class Table:
    """A `set`: one object per key. The other kinds are in kvshell.runtime.table_kinds."""

    __slots__ = (
        "compressed", "counting", "decentralized_counters", "heir", "hit", "keypos", "kind",
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
        self.objects = self.new_objects()
        # What anybody may read, under a key that is its own form: the short way of a lookup.
        self.plain = None if protection is A.private or kind is A.ordered_set else self.objects
        self.walk: Walk | None = None  # made by the first traversal
        self.lines: dict[Any, int] | None = (
            None  # of the host, by form: when a key was written last
        )
        self.counting = False
        self.hit = count()
        self.missed = count()

    def new_objects(self) -> dict[Any, List]:
        """Return the empty dictionary of this kind of table."""
        return {}

    def form(self, name: Term) -> Any:
        """Return what stands for a key in `objects`; equal for keys that are one to this kind."""
        return key(name)

    def key_of(self, row: tuple[Term, ...]) -> Term:
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
        return _counted(self.hit)

    @property
    def misses(self) -> int:
        """How many counted reads found nothing."""
        return _counted(self.missed)

    @property
    def reads(self) -> int:
        """How many reads were counted."""
        return self.hits + self.misses

    # -- the whole table -------------------------------------------------------------------------

    def rows(self) -> list[tuple[Term, ...]]:
        """Return every object: in the order of insertion, of an ordered_set in term order."""
        with self.lock:
            return self.all()

    def all(self) -> list[tuple[Term, ...]]:
        """Return every object. Runs under the lock, as all that follows."""
        return [row for found in self.objects.values() for row in found.items]

    def memory(self) -> int:
        """Return about how many words the table takes on the BEAM."""
        rows = self.rows()
        sample = rows[:SAMPLE]
        total = sum(map(words, sample)) + self.words_per_object * len(sample)
        return self.words_empty + total * len(rows) // max(1, len(sample))

    def info(self) -> TableInfo:
        """Return what is to be seen of the table; no operation of anybody."""
        return TableInfo(
            self.ref, self.name, self.named, self.kind, self.protection, self.owner,
            None if self.heir is None else self.heir[0], self.size, self.memory(), self.keypos,
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

    def put(self, row: tuple[Term, ...], line: int | None = None) -> None:
        """Insert one object."""
        form = self.form(self.key_of(row))
        if form not in self.objects:
            self.size += 1
        self.write(form, one(row), line)

    def put_all(self, rows: Iterable[tuple[Term, ...]], line: int | None = None) -> None:
        """Insert several objects, which other writers see at once."""
        for row in rows:
            self.put(row, line)

    def write(self, form: Any, found: List, line: int | None = None) -> None:
        """Let `found` be the objects under a key; `size` is the caller's."""
        self.objects[form] = found
        if self.walk is not None:
            self.walk.add(form)
        if line is not None:
            if self.lines is None:
                self.lines = {}
            self.lines[form] = line
        elif self.lines is not None:
            self.lines.pop(form, None)

    def drop(self, form: Any) -> List:
        """Delete a key; return what was under it."""
        found = self.objects.pop(form, EMPTY)
        if found is not EMPTY:
            self.size -= len(found.items)
            if self.walk is not None:
                self.walk.drop(form)
            if self.lines is not None:
                self.lines.pop(form, None)
        return found

    def drop_row(self, row: tuple[Term, ...]) -> None:
        """Delete exactly this object, every copy of it."""
        form = self.form(self.key_of(row))
        found = self.objects.get(form, EMPTY)
        left = tuple(item for item in found.items if not equal(item, row))
        if not left:
            self.drop(form)
        elif len(left) < len(found.items):
            self.size -= len(found.items) - len(left)
            self.objects[form] = trusted(left, PROPER, found.depth)

    def clear(self) -> None:
        """Delete every object."""
        self.objects.clear()
        self.size = 0
        self.lines = None
        if self.walk is not None:
            self.walk.clear()


def one(row: tuple[Term, ...]) -> List:
    """Return the List of one object."""
    return trusted((row,), PROPER, 1 + levels(row))


def _counted(counter: "count[int]") -> int:
    """Return how often `next` was called; its text is the one way to look without counting."""
    return int(repr(counter).removeprefix("count(").removesuffix(")"))
