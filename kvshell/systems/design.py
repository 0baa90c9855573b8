"""Design: one stage of the tutorials, as a prompt, a test or a search drives it.

Every function runs in the caller, which is a process, and returns Elixir's own value. `entries` and
`entry` look from outside: they send nothing, wait for nobody and are not counted.
"""

from collections.abc import Callable
from typing import NamedTuple

from kvshell.runtime import Runtime
from kvshell.runtime.table import Table
from kvshell.terms import Atom, List, Pid, Term


class Entry(NamedTuple):
    """One published name."""

    name: Term
    pid: Pid


def no_table(_runtime: Runtime) -> Table | None:
    """Return nothing: the names are in a process."""
    return None


class Design(NamedTuple):
    """The stages differ in where the names are kept and in what `create` is.

    Attributes:
        manager: the registered name of who is asked to start a store, or keeps the names.
        table: the name under which the table of the names is found, if they are in one.
        names_table: that table now, looked at from outside.
        cleaner: who takes the rows of the dead away, where that is not the manager.
    """

    name: str
    summary: str
    processes: str
    names_in: str
    lookup_asks: str
    create_is: str
    dead_are: str
    manager: Atom
    supervisor: Atom | None
    buckets: Atom | None
    table: Atom | None
    start: Callable[[], Term]
    stop: Callable[[], Term]
    create: Callable[[Term], Term]
    lookup: Callable[[Term], Term]
    names: Callable[[], List]
    put: Callable[[Pid, Term, Term], Term]
    get: Callable[[Pid, Term], Term]
    delete: Callable[[Pid, Term], Term]
    keys: Callable[[Pid], List]
    stop_store: Callable[[Pid, Term], Term]
    entries: Callable[[Runtime], list[Entry]]
    entry: Callable[[Runtime, Term], Pid | None]
    names_table: Callable[[Runtime], Table | None] = no_table
    cleaner: Atom | None = None

    @property
    def tabled(self) -> bool:
        """Whether the names are in a table."""
        return self.table is not None
