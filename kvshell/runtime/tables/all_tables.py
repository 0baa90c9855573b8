"""Tables: every ETS table of a runtime, by reference and by name."""

from _thread import allocate_lock
from typing import TYPE_CHECKING, Any
from weakref import ref

from kvshell.runtime.processes.record import NOTHING
from kvshell.runtime.processes.signals import arrive_message, transmit
from kvshell.terms import Atom, Ref, Term

if TYPE_CHECKING:
    from kvshell.runtime.processes.record import Process
    from kvshell.runtime.tables.table import Table


_TRANSFER = Atom("ETS-TRANSFER")


class Tables:
    """The living tables. Finding one takes no lock.

    `quick` is a fast path to tables that any process may read by key, under name and reference; a
    table missing there may still exist. A table's name, owner and existence change under `_lock`,
    inside which an owner's leaf lock is taken: so a table that has just been deleted cannot be
    renamed or given away.
    """

    def __init__(self) -> None:
        self.counting = False  # whether new tables count their reads
        self._lock = allocate_lock()
        self._by_ref: dict[Ref, Table] = {}
        self._by_name: dict[Term, Table] = {}
        self.quick: dict[Any, Table] = {}

    def __len__(self) -> int:
        return len(self._by_ref)

    def all(self) -> "list[Table]":
        """Return the living tables, oldest first."""
        return list(self._by_ref.values())

    def find(self, which: object) -> "Table | None":
        """Return the table that has the reference or the name `which`, or None."""
        kind = type(which)
        if kind is Atom or kind is bool or which is None:  # nil, true and false are atoms, too
            table = self._by_name.get(which)
        elif type(which) is Ref:
            table = self._by_ref.get(which)
        else:
            return None
        return None if table is None or table.gone else table

    def count_reads(self, on: bool = True) -> None:
        """Start or stop counting reads in every table, including new ones."""
        self.counting = on
        for table in self.all():
            table.count_reads(on)

    def add(self, table: "Table") -> bool:
        """Add a new table; False if a named table already has its name."""
        with self._lock:
            if table.named:
                if table.name in self._by_name:
                    return False
                self._by_name[table.name] = table
            self._by_ref[table.ref] = table
            self._enter(table)
            _own(table.owner, table)
        return True

    def rename(self, table: "Table", name: Term) -> bool:
        """Rename a table; False if the name is taken.

        Raises:
            KeyError: the table has been deleted.
        """
        with self._lock:
            if table.gone:
                raise KeyError(table.ref)
            if table.named:
                if name in self._by_name:
                    return False
                self.quick.pop(table.name, None)
                # One step: the table is always found under one of the names.
                names = {**self._by_name, name: table}
                del names[table.name]
                self._by_name = names
            table.name = name
            self._enter(table)
        return True

    def remove(self, table: "Table") -> bool:
        """Remove a table; False if already removed. Its reference then finds nothing."""
        with self._lock:
            if table.gone:
                return False
            table.plain = False  # first: the fast read path does not check for deletion
            table.gone = True  # one step for lookups by name and by reference
            del self._by_ref[table.ref]
            self.quick.pop(table.ref, None)
            if table.named:
                del self._by_name[table.name]
                self.quick.pop(table.name, None)
            _disown(table.owner, table)
        return True

    def _enter(self, table: "Table") -> None:
        if table.plain:
            self.quick[table.ref] = table
            if table.named and type(table.name) is Atom:  # otherwise 0 would find the table `false`
                self.quick[table.name] = table

    def give(self, table: "Table", owner: "Process") -> bool:
        """Make `owner` the owner; False if that process is dead or dying.

        Raises:
            KeyError: the table has been deleted.
        """
        with self._lock:
            if table.gone:
                raise KeyError(table.ref)
            if not _own(owner, table):
                return False
            old, table.owner = table.owner, owner
            _disown(old, table)
        return True

    def owner_died(self, table: "Table", process: "Process") -> None:
        """Give the table to its living heir, or delete it: one of its owner's dying steps."""
        heir = table.heir
        try:
            given = heir is not None and heir[0] is not process and self.give(table, heir[0])
        except KeyError:
            return
        if given and heir is not None:
            message = (_TRANSFER, table.shown(), process.pid, heir[1])
            transmit(process, heir[0], arrive_message, message)
        else:
            self.remove(table)


def _own(owner: "Process", table: "Table") -> bool:
    with owner.lock:
        # Once `reason` is set, the owner is giving up its tables and would miss this one.
        if not owner.alive or owner.reason is not NOTHING:
            return False
        if owner.tables is None:
            owner.tables = {}
        owner.tables[table] = None
    return True


def _disown(owner: "Process", table: "Table") -> None:
    with owner.lock:
        tables = owner.tables  # read once: a dying owner releases them without the lock
        if tables is not None:
            tables.pop(table, None)


if TYPE_CHECKING:
    from kvshell.runtime.tables.table import Table


class DefaultTables:
    """Lets a fast read find a table without finding out which runtime the caller runs in.

    `quick` is `Tables.quick` of the only runtime, and empty if there are several.
    """

    __slots__ = ("_lock", "_running", "quick")

    def __init__(self) -> None:
        self.quick: dict[Any, Table] = {}
        self._lock = allocate_lock()
        self._running: list[ref[Tables]] = []  # a runtime dropped without a stop no longer counts

    def began(self, tables: "Tables") -> None:
        """Note that a runtime with these tables has started."""
        with self._lock:
            self._running.append(ref(tables))
            self._choose()

    def ended(self, tables: "Tables") -> None:
        """Note that a runtime with these tables has stopped. A second call does nothing."""
        with self._lock:
            self._running = [each for each in self._running if each() is not tables]
            self._choose()

    def _choose(self) -> None:
        living = [tables for each in self._running if (tables := each()) is not None]
        self._running = [ref(tables) for tables in living]
        self.quick = living[0].quick if len(living) == 1 else {}


default_tables = DefaultTables()
