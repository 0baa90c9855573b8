"""Tables: every ETS table of a runtime, by reference and by name."""

from _thread import allocate_lock
from typing import TYPE_CHECKING, Any

from kvshell.runtime.record import NOTHING
from kvshell.runtime.signals import arrive_message, transmit
from kvshell.terms import Atom, Ref, Term

if TYPE_CHECKING:
    from kvshell.runtime.record import Process
    from kvshell.runtime.table import Table


_TRANSFER = Atom("ETS-TRANSFER")


class Tables:
    """The living tables. Finding one takes no lock.

    `quick` is a short cut to those that anybody may read by key, under both kinds of names: what is
    not found there may still be. A name, an owner and the life of a table change under `_lock`,
    inside which the leaf lock of an owner is taken: so nobody can rename or give away what another
    has just deleted.
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
        """Return the table behind a reference or the name of a named table, or None."""
        kind = type(which)
        if kind is Atom or kind is bool or which is None:  # nil, true, false are atoms, too
            table = self._by_name.get(which)
        elif type(which) is Ref:
            table = self._by_ref.get(which)
        else:
            return None
        return None if table is None or table.gone else table

    def count_reads(self, on: bool = True) -> None:
        """Count the reads of every table, the coming ones included, or stop."""
        self.counting = on
        for table in self.all():
            table.count_reads(on)

    def add(self, table: "Table") -> bool:
        """Enter a new table; False when its name is taken by a named table."""
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
        """Give a table another name; False when it is taken.

        Raises:
            KeyError: the table is gone.
        """
        with self._lock:
            if table.gone:
                raise KeyError(table.ref)
            if table.named:
                if name in self._by_name:
                    return False
                self.quick.pop(table.name, None)
                # One step: nobody finds the table under neither name.
                names = {**self._by_name, name: table}
                del names[table.name]
                self._by_name = names
            table.name = name
            self._enter(table)
        return True

    def remove(self, table: "Table") -> bool:
        """Forget a table; False when it is gone already. Who holds its reference finds nothing."""
        with self._lock:
            if table.gone:
                return False
            table.plain = False  # first: the short way of a read does not ask whether it is gone
            table.gone = True  # one step for who calls it by name and who by reference
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
            if table.named and type(table.name) is Atom:  # else 0 would find the table `false`
                self.quick[table.name] = table

    def give(self, table: "Table", owner: "Process") -> bool:
        """Make `owner` the owner; False when it is dead or dying.

        Raises:
            KeyError: the table is gone.
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
        """Give the table to its living heir, or forget it. A dying step of its owner."""
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
        # Once `reason` is set the owner is giving its tables up, and would not see this one.
        if not owner.alive or owner.reason is not NOTHING:
            return False
        if owner.tables is None:
            owner.tables = {}
        owner.tables[table] = None
    return True


def _disown(owner: "Process", table: "Table") -> None:
    with owner.lock:
        tables = owner.tables  # read once: a dying owner lets go of them without the lock
        if tables is not None:
            tables.pop(table, None)
