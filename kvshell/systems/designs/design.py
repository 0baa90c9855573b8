"""Design: one stage of the tutorials, as driven by a prompt, a test or a search.

A design owns the state of its manager or registry: all queries about names and their processes go
through it. A user's own modules become a design in the same way.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from kvshell.runtime import Runtime
from kvshell.runtime.processes.record import lives
from kvshell.runtime.tables.table import Table
from kvshell.terms import Atom, List, Map, Pid, Term, inspect, key


class RegistryEntry(NamedTuple):
    """A published name and its process."""

    name: Term
    pid: Pid


class RegistryRow(NamedTuple):
    """What is known about a name, for display.

    Attributes:
        name: the name of a store.
        pid: its process, dead or alive; None if it is not published.
        process: `alive`, `dead: REASON`, or `-`.
        owner: whether the manager knows the name: `yes`, `no`, or `-` if it keeps none.
        table: whether the name is in the table: `yes`, `no`, or `-` if the design has none.
        state: `fresh`, `pending`, or what the design calls a name whose process is dead.
    """

    name: Term
    pid: Pid | None
    process: str
    owner: str
    table: str
    state: str


class DesignText(NamedTuple):
    """What the command `designs` prints about a design."""

    summary: str
    processes: str
    names_in: str
    lookup_asks: str
    create_is: str
    dead_are: str


class Design(Protocol):
    """A stage of the system: how it is started and used, and where its names are kept.

    Attributes:
        name: the word after `start manager`.
        text: its texts in `designs`.
        roles: the registered names of its parts, by role word: always `manager`, and where they
            exist `supervisor`, `buckets` and `cleaner`, which removes the rows of dead processes.
        table_name: the name of the ETS table that holds the names, if there is one.
        dead_is: the state shown for a published name whose process is dead.
    """

    name: str
    text: DesignText
    roles: Mapping[str, Atom]
    table_name: Atom | None = None
    dead_is: str = "stale"

    # -- the tutorial's own functions: they run in the caller and return Elixir's values -----------

    @abstractmethod
    def start(self) -> Term:
        """Start the system; returns `{:ok, pid}` of the manager, or `{:error, ...}`."""

    @abstractmethod
    def stop(self) -> Term:
        """Stop the system."""

    @abstractmethod
    def create(self, name: Term) -> Term:
        """Request a store called `name`; after a cast it may not exist yet."""

    @abstractmethod
    def lookup(self, name: Term) -> Term:
        """Look up the store called `name`; returns `{:ok, pid}` or `:error`."""

    @abstractmethod
    def names(self) -> List:
        """Return the names of all stores."""

    @abstractmethod
    def put(self, store: Pid, key: Term, value: Term) -> Term:
        """Put a value under a key of a store."""

    @abstractmethod
    def get(self, store: Pid, key: Term) -> Term:
        """Return the value under a key, or nil."""

    @abstractmethod
    def delete(self, store: Pid, key: Term) -> Term:
        """Delete a key of a store."""

    @abstractmethod
    def keys(self, store: Pid) -> List:
        """Return the keys of a store."""

    @property
    def lines(self) -> Mapping[str, str]:
        """The Elixir code of its commands, where it differs from the command table."""
        return {}

    @property
    def sources(self) -> Sequence[str]:
        """The Elixir source of the modules it runs, if they are not built in."""
        return ()

    # -- observing: sends nothing, waits for nothing, is not counted -------------------------------

    def readable(self, runtime: Runtime) -> bool:
        """Return whether the names can be observed from outside."""
        return True

    def monitors(self, runtime: Runtime, pid: Pid) -> bool:
        """Return whether the process that keeps the names monitors the living store `pid`."""
        return self.supervised

    @abstractmethod
    def pid(self, runtime: Runtime, name: Term) -> Pid | None:
        """Return the process published under `name`, dead or alive."""

    @abstractmethod
    def source(self, runtime: Runtime) -> Map | Table | None:
        """Return what holds the published names now: the manager's map or the ETS table."""

    @abstractmethod
    def entries(self, runtime: Runtime) -> Sequence[RegistryEntry]:
        """Return all published names. The cost is linear in their number."""

    @abstractmethod
    def name_of(self, runtime: Runtime, pid: Pid) -> Term:
        """Return the published name of a living process, or None; at most one lookup per name."""

    @abstractmethod
    def pending(self, runtime: Runtime) -> Sequence[Term]:
        """Return the names whose `create` is pending: in a mailbox, being handled, or in flight."""

    @abstractmethod
    def stale(self, runtime: Runtime) -> Sequence[Term]:
        """Return the published names whose process is dead, and that will be removed."""

    @abstractmethod
    def owned(self, runtime: Runtime) -> Mapping[Term, Term]:
        """Return the names that the manager itself knows, by key(name). The cost is linear."""

    @abstractmethod
    def knows(self, runtime: Runtime, name: Term) -> bool:
        """Return whether the manager itself knows the name."""

    def count(self, runtime: Runtime) -> int:
        """Return the number of published names."""
        found = self.source(runtime)
        return 0 if found is None else found.size if isinstance(found, Table) else len(found)

    def table(self, runtime: Runtime) -> Table | None:
        """Return the ETS table of the names, if there is one."""
        found = self.source(runtime)
        return found if isinstance(found, Table) else None

    def row(self, runtime: Runtime, name: Term) -> RegistryRow:
        """Return what is known about a name that is published or pending."""
        pid = self.pid(runtime, name)
        owned = self.knows(runtime, name)
        waits = pid is None and name in self.pending(runtime)
        return self._row(runtime, name, pid, owned=owned, waits=waits)

    def rows(self, runtime: Runtime) -> list[RegistryRow]:
        """Return a row per name, oldest first; pending creates last. The cost is linear."""
        entries = {key(name): (name, pid) for name, pid in self.entries(runtime)}
        owned = self.owned(runtime)
        waiting = {key(name): name for name in self.pending(runtime)}
        names = {form: name for form, (name, _) in entries.items()} | dict(owned) | waiting
        return [
            self._row(
                runtime,
                *entries.get(form, (name, None)),
                owned=form in owned,
                waits=form in waiting,
            )
            for form, name in names.items()
        ]

    def _row(
        self, runtime: Runtime, name: Term, pid: Pid | None, *, owned: bool, waits: bool
    ) -> RegistryRow:
        dead = pid is not None and not lives(pid)
        return RegistryRow(
            name,
            pid,
            _process(runtime, pid, dead),
            "-" if self.cleaner else "yes" if owned else "no",
            ("yes" if pid is not None else "no") if self.table_name is not None else "-",
            self.dead_is if dead else "pending" if pid is None and waits else "fresh",
        )

    # -- derived from the roles --------------------------------------------------------------------

    @property
    def manager(self) -> Atom:
        """The registered name of the process that creates stores or keeps the names."""
        return self.roles["manager"]

    @property
    def supervisor(self) -> Atom | None:
        """The supervisor of the manager, if there is one."""
        return self.roles.get("supervisor")

    @property
    def buckets(self) -> Atom | None:
        """The supervisor of the stores, if there is one."""
        return self.roles.get("buckets")

    @property
    def cleaner(self) -> Atom | None:
        """The process that removes the rows of dead processes, if not the manager."""
        return self.roles.get("cleaner")

    @property
    def supervised(self) -> bool:
        """Whether the manager has a supervisor."""
        return "supervisor" in self.roles


def _process(runtime: Runtime, pid: Pid | None, dead: bool) -> str:
    if pid is None:
        return "-"
    if not dead:
        return "alive"
    seen = runtime.observe(pid)
    return f"dead: {inspect(seen.reason, width=None)}" if seen is not None else "dead"
