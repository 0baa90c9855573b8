"""Tables: every ETS table of a runtime, by reference and by name."""

from _thread import allocate_lock
from typing import TYPE_CHECKING

from kvshell.runtime.signals import arrive_message, transmit
from kvshell.terms import Atom, Ref

if TYPE_CHECKING:
    from kvshell.runtime.record import Process
    from kvshell.runtime.table import Table


_TRANSFER = Atom("ETS-TRANSFER")


class Tables:
    """The living tables. Finding one takes no lock; a name and its table change in one step."""

    def __init__(self) -> None:
        self.counting = False  # whether new tables count their reads
        self._lock = allocate_lock()
        self._by_ref: dict[Ref, Table] = {}
        self._by_name: dict[Atom, Table] = {}

    def __len__(self) -> int:
        return len(self._by_ref)

    def all(self) -> "list[Table]":
        """Return the living tables, oldest first."""
        return list(self._by_ref.values())

    def find(self, which: object) -> "Table | None":
        """Return the table behind a reference or the name of a named table, or None."""
        if type(which) is Atom:
            return self._by_name.get(which)
        return self._by_ref.get(which) if type(which) is Ref else None

    def add(self, table: "Table") -> bool:
        """Enter a new table; False when its name is taken by a named table."""
        with self._lock:
            if table.named:
                if table.name in self._by_name:
                    return False
                self._by_name[table.name] = table
            self._by_ref[table.ref] = table
        owner = table.owner
        with owner.lock:
            if owner.tables is None:
                owner.tables = {}
            owner.tables[table] = None
        return True

    def rename(self, table: "Table", name: Atom) -> bool:
        """Give a table another name; False when it is taken."""
        with self._lock:
            if table.named:
                if name in self._by_name:
                    return False
                del self._by_name[table.name]
                self._by_name[name] = table
            table.name = name
        return True

    def remove(self, table: "Table") -> None:
        """Forget a table; whoever still holds its reference finds nothing."""
        with self._lock:
            self._by_ref.pop(table.ref, None)
            if table.named and self._by_name.get(table.name) is table:
                del self._by_name[table.name]
        with table.owner.lock:
            if table.owner.tables is not None:
                table.owner.tables.pop(table, None)

    def give(self, table: "Table", owner: "Process") -> bool:
        """Make `owner` the owner; False when it is dead."""
        with owner.lock:
            if not owner.alive:
                return False
            if owner.tables is None:
                owner.tables = {}
            owner.tables[table] = None
        old, table.owner = table.owner, owner
        with old.lock:
            if old.tables is not None:
                old.tables.pop(table, None)
        return True

    def owner_died(self, table: "Table", process: "Process") -> None:
        """Give the table to its living heir, or forget it. A dying step of its owner."""
        heir = table.heir
        if heir is None or heir[0] is process or not self.give(table, heir[0]):
            self.remove(table)
            return
        message = (_TRANSFER, table.shown(), process.pid, heir[1])
        transmit(process, heir[0], arrive_message, message)
