"""The other kinds of tables: bag, duplicate_bag and ordered_set; and the options of `:ets.new`."""

from collections.abc import Iterable
from typing import Any, Final

from kvshell.runtime.processes.record import Process
from kvshell.runtime.tables.table import Row, Table, one
from kvshell.terms import A, Atom, List, Pid, Term, equal, sort_key


class DuplicateBag(Table):
    """A `duplicate_bag`: any number of objects per key, even equal ones, in order of insertion."""

    __slots__ = ()

    many = True

    def joined(self, found: List, row: Row) -> List:
        """Return the objects under a key after inserting `row`: one more."""
        return found + one(row)


class Bag(DuplicateBag):
    """A `bag`: any number of objects per key, all different."""

    __slots__ = ()

    def joined(self, found: List, row: Row) -> List:
        """Return the objects under a key after inserting `row`, unless it is among them already."""
        # `in` compares as Python does, which finds too much (1 == 1.0) but never too little.
        there = row in found.items and any(equal(row, item) for item in found.items)
        return found if there else super().joined(found, row)

    def put_all(self, rows: Iterable[Row], line: int | None = None) -> None:
        """Insert objects: those with the same key from last to first, as OTP 25 does."""
        by_key: dict[Any, list[Row]] = {}
        for row in rows:
            by_key.setdefault(self.form(self.key_of(row)), []).append(row)
        super().put_all([row for same_key in by_key.values() for row in reversed(same_key)], line)


class OrderedSet(Table):
    """An `ordered_set`: one object per key, in term order; keys that are `==` are the same."""

    __slots__ = ("forms",)

    words_empty = 139
    words_per_object = 5

    def __init__(self, *args: Any, **options: Any) -> None:
        # Few programs use one, and the import would slow down every start.
        from sortedcontainers import SortedList  # noqa: PLC0415

        super().__init__(*args, **options)
        self.forms: Any = SortedList()

    def form(self, name: Term) -> Any:
        """Return a sort key for the key."""
        return sort_key(name)

    def all(self) -> list[Row]:
        """Return every object in key order."""
        return [self.objects[form].items[0] for form in self.forms]

    def in_order(self) -> list[Row]:
        """Return every object in key order."""
        return self.all()

    def cursor(self, form: Any) -> Any:
        """Return the position of a key: its sort key, which need not be in the table."""
        return form

    def after(self, cursor: Any = None) -> tuple[Any, List] | None:
        """Return the position after `cursor` and its object; None at the end."""
        return self._at(0 if cursor is None else self.forms.bisect_right(cursor))

    def before(self, cursor: Any = None) -> tuple[Any, List] | None:
        """Return the position before `cursor` and its object; None at the start."""
        end = len(self.forms) if cursor is None else self.forms.bisect_left(cursor)
        return self._at(end - 1)

    def _at(self, index: int) -> tuple[Any, List] | None:
        if not 0 <= index < len(self.forms):
            return None
        form = self.forms[index]
        return form, self.objects[form]

    def enter(self, form: Any) -> None:
        """Insert a new key into the order."""
        self.forms.add(form)

    def leave(self, form: Any) -> None:
        """Remove a key from the order."""
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


INVALID: Final = "invalid options"
PROTECTIONS: Final = frozenset({A.public, A.protected, A.private})

Heir = tuple[Process, Term]


class InvalidOptionError(Exception):
    """An unknown table option; becomes an ArgumentError."""


class TableOptions:
    """The properties of a table, parsed from a list such as `[:named_table, {:keypos, 2}]`."""

    __slots__ = (
        "compressed", "decentralized_counters", "heir", "keypos", "kind", "named", "protection",
        "read_concurrency", "write_concurrency",
    )  # fmt: skip

    def __init__(self, options: List) -> None:
        self.kind = A.set
        self.protection = A.protected
        self.named = False
        self.compressed = False
        self.keypos = 1
        self.heir: Heir | None = None
        self.read_concurrency = False
        self.write_concurrency: Term = False
        self.decentralized_counters: bool | None = None
        for option in options:
            self._take(option)

    def _take(self, option: Term) -> None:
        match option:
            case A.named_table:
                self.named = True
            case A.compressed:
                self.compressed = True
            case (A.keypos, int() as keypos) if type(keypos) is int and keypos > 0:
                self.keypos = keypos
            case (A.read_concurrency, bool() as wanted):
                self.read_concurrency = wanted
            case (A.write_concurrency, bool() | A.auto as wanted):
                self.write_concurrency = wanted
            case (A.decentralized_counters, bool() as wanted):
                self.decentralized_counters = wanted
            case (A.heir, *_):
                self.heir = heir(option)
            case _ if option in KINDS:
                self.kind = option
            case _ if option in PROTECTIONS:
                self.protection = option
            case _:
                raise InvalidOptionError

    @property
    def counters(self) -> bool:
        """Whether counters are decentralized: only with write_concurrency."""
        if self.write_concurrency is False:
            return False
        wanted = self.decentralized_counters
        return self.write_concurrency is A.auto if wanted is None else wanted


def heir(option: Term) -> Heir | None:
    """Parse `{:heir, :none}` or `{:heir, pid, data}`; a dead heir counts as none.

    Raises:
        InvalidOptionError: it is neither.
    """
    match option:
        case (A.heir, A.none):
            return None
        case (A.heir, Pid() as pid, data):
            process: Any = pid.record
            return (process, data) if process is not None and process.alive else None
    raise InvalidOptionError


def only_heir(options: Term) -> list[Term]:
    """Return the options in the second argument of setopts as a list: none or one.

    Raises:
        InvalidOptionError: there are several, or the list is improper.
    """
    if type(options) is not List:
        return [options]
    if not options.proper or len(options) > 1:
        raise InvalidOptionError
    return list(options)
