"""Only: the tables of the one runtime there mostly is, so that a read need not ask which.

Asking the thread which process it runs costs a third of a read. So while a single runtime lives,
its tables are found from here; with a second one nobody finds any, and each reader asks.
"""

from _thread import allocate_lock
from typing import TYPE_CHECKING, Any
from weakref import ref

if TYPE_CHECKING:
    from kvshell.runtime.table import Table
    from kvshell.runtime.tables import Tables


class Only:
    """`quick` is `Tables.quick` of the only runtime, and empty when there are several."""

    __slots__ = ("_lock", "_running", "quick")

    def __init__(self) -> None:
        self.quick: dict[Any, Table] = {}
        self._lock = allocate_lock()
        self._running: list[ref[Tables]] = []  # one that was dropped without a stop counts no more

    def began(self, tables: "Tables") -> None:
        """A runtime with these tables has begun."""
        with self._lock:
            self._running.append(ref(tables))
            self._choose()

    def ended(self, tables: "Tables") -> None:
        """It has stopped. A second call does nothing."""
        with self._lock:
            self._running = [each for each in self._running if each() is not tables]
            self._choose()

    def _choose(self) -> None:
        living = [tables for each in self._running if (tables := each()) is not None]
        self._running = [ref(tables) for tables in living]
        self.quick = living[0].quick if len(living) == 1 else {}


only = Only()
