"""Builds snapshots; anything that grows with the number of stores is computed on demand."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, Generic, TypeVar, overload

from kvshell.commands.cells import signal_word
from kvshell.commands.snapshot import BindingRow, Lane, ProcessRow, Snapshot, StoreRow, TableRow
from kvshell.commands.types.parameter import quote
from kvshell.commands.types.simple_types import as_name
from kvshell.runtime import Observation, Runtime
from kvshell.runtime.processes.record import lives
from kvshell.runtime.processes.signals import Channels
from kvshell.runtime.tables.table import Table
from kvshell.systems import Design
from kvshell.systems.designs.name_index import NameIndex, text
from kvshell.systems.designs.own_lines import OWN
from kvshell.terms import Map, Pid, Ref, Term, inspect

if TYPE_CHECKING:
    from kvshell.session.client_context import ClientContext

Row = TypeVar("Row")


class Rows(Sequence[Row], Generic[Row]):
    """A sequence of rows whose length is known; each row is built when it is accessed."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice) or index < 0:
            return list(self)[index]
        for row in islice(self, index, None):
            return row
        raise IndexError(index)

    def __iter__(self) -> Iterator[Row]:
        raise NotImplementedError


class ProcessRows(Rows[ProcessRow]):
    """The rows of the living processes in order of creation, built on demand."""

    def __init__(
        self, processes: Callable[[], Sequence[Pid]], make: Callable[[Pid], ProcessRow]
    ) -> None:
        super().__init__(0)
        self._processes = processes
        self._make = make

    def __len__(self) -> int:
        return len(self._processes())

    def __iter__(self) -> Iterator[ProcessRow]:
        return map(self._make, self._processes())


class BindingRows(Rows[BindingRow]):
    """The rows of the variables, ordered by name."""

    def __init__(self, bindings: Mapping[str, Term]) -> None:
        super().__init__(len(bindings))
        self._bindings = dict(bindings)

    def __iter__(self) -> Iterator[BindingRow]:
        return (_binding(name, self._bindings[name]) for name in sorted(self._bindings))

    def find(self, name: str) -> BindingRow | None:
        """Return the row of the variable `name`, or None."""
        return _binding(name, self._bindings[name]) if name in self._bindings else None


class TableRows(Rows[TableRow]):
    """The rows of the ETS tables in order of creation."""

    def __init__(self, tables: Sequence[Table]) -> None:
        super().__init__(len(tables))
        self._tables = tables

    def __iter__(self) -> Iterator[TableRow]:
        return map(_table, self._tables)


class StoreRows(Rows[StoreRow]):
    """The rows of the stores, ordered by name, including stores that are being created."""

    def __init__(
        self, runtime: Runtime, design: Design, index: NameIndex, pending: tuple[str, ...]
    ) -> None:
        super().__init__(design.count(runtime) + len(pending))
        self._runtime = runtime
        self._design = design
        self._index = index
        self._pending = pending

    def __iter__(self) -> Iterator[StoreRow]:
        self._index.follow(self._design, self._runtime)
        return map(self._row, merge(self._index.order, sorted(self._pending)))

    def find(self, name: str) -> StoreRow | None:
        """Return the row of the store `name`, or None."""
        pid = self._design.pid(self._runtime, name)
        return self._made(name, pid) if pid is not None or name in self._pending else None

    def starting(self, prefix: str) -> Iterator[StoreRow]:
        """Return the rows whose names start with `prefix`, in order."""
        self._index.follow(self._design, self._runtime)
        pending = sorted(name for name in self._pending if name.startswith(prefix))
        return map(self._row, merge(self._index.starting(prefix), pending))

    def _row(self, name: str) -> StoreRow:
        return self._made(name, self._index.pid(name))

    def _made(self, name: str, pid: Pid | None) -> StoreRow:
        if pid is None:
            return StoreRow(name, "", "pending")
        seen = self._runtime.peek(pid)
        if not seen.alive:
            design = self._design
            kept = design.dead_is != "stale" and name not in design.stale(self._runtime)
            return StoreRow(name, inspect(pid), "dead" if kept else "stale")
        contents = seen.state if isinstance(seen.state, Map) else None
        return StoreRow(name, inspect(pid), "fresh", contents)


class Living(Container[str]):
    """The printed pids of all living processes; only tests for membership are possible."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def __contains__(self, text: object) -> bool:
        digits = str(text).removeprefix("#PID<0.").removesuffix(".0>")
        pid = self._runtime.pid(int(digits)) if digits.isdecimal() else None
        return pid is not None and lives(pid)


def take(context: "ClientContext") -> Snapshot:
    """Take a snapshot as the client of `context` sees it; observes only and never waits."""
    runtime, design, state = context.runtime, context.design, context.state
    pending = tuple(name for name in design.pending(runtime) if isinstance(name, str))
    names = ProcessNames(context)
    shell = context.shell.record
    backlog = runtime.backlog()
    tables = runtime.tables.all()
    return Snapshot(
        design=design.name if context.running else None,
        default=context.default.name,
        counter=context.counter,
        manager=inspect(design.manager),
        stores=StoreRows(runtime, design, state.names, pending),
        processes=ProcessRows(context.processes, names.row),
        bindings=BindingRows(context.bindings),
        tables=TableRows(tables) if tables else (),
        suspended=tuple(names.typed(each.pid) for each in backlog if each.suspended),
        stale=tuple(map(text, design.stale(runtime))),
        pending=pending,
        waiting=sum(len(each.mailbox or ()) for each in backlog if each is not shell),
        inbox=len(shell.mailbox or ()),
        clients=tuple(context.clients),
        scheduler=context.scheduler,
        ended=state.ended(),
        blame=state.blame(),
        law=state.options["law"],
        flying=_flying(runtime, names),
        living=Living(runtime),
        own=inspect(own.manager) if (own := context.designs.get(OWN)) is not None else "",
    )


def _flying(runtime: Runtime, names: "ProcessNames") -> tuple[Lane, ...]:
    channels = runtime.channels
    if not isinstance(channels, Channels) or not len(channels):
        return ()
    return tuple(
        Lane(
            names.typed(flight.source.pid),
            names.typed(flight.target.pid),
            signal_word(flight.arrive, flight.args),
            len(channels.lane(flight.source, flight.target)),
        )
        for flight in channels.heads()
    )


class ProcessNames:
    """Names processes: by registered name, by store, or by client."""

    def __init__(self, context: "ClientContext") -> None:
        self._runtime = context.runtime
        self._design = context.design
        self._shell = context.shell
        self._bindings = context.bindings
        self._clients = context.clients
        self._index = context.state.names

    def row(self, pid: Pid) -> ProcessRow:
        """Return the row of a process."""
        seen = self._runtime.observe(pid)
        assert seen is not None  # every spawned process has a record
        return ProcessRow(
            inspect(pid), self._called(pid, seen.name), seen.status, len(seen.mailbox), module(seen)
        )

    def typed(self, pid: Pid) -> str:
        """Return the word that refers to a process in a command."""
        if pid is self._shell:
            return "shell"
        registered = pid.record.name
        for role in ("manager", "supervisor", "buckets"):
            if registered is not None and self._design.roles.get(role) == registered:
                return role
        called = self._called(pid, registered)
        if not called or registered is not None or pid in self._clients.values():
            return called or inspect(pid)
        hidden = self._bindings.get(called, pid) is not pid
        return quote(called) if hidden else as_name(called, resolved=True)

    def _called(self, pid: Pid, registered: Term) -> str:
        if registered is not None:
            return inspect(registered)
        if pid is self._shell:
            return "shell"
        for name, client in self._clients.items():
            if client is pid:
                return name
        self._index.follow(self._design, self._runtime)
        return self._index.name_of(pid)


def module(seen: Observation) -> str:
    """Return the module that a process runs or, if unknown, its behaviour."""
    return inspect(seen.module) if seen.module is not None else seen.behaviour


def _binding(name: str, value: Term) -> BindingRow:
    kind = "pid" if type(value) is Pid else "table" if type(value) is Ref else "term"
    return BindingRow(name, inspect(value, width=None, limit=5)[:80], kind)


def _table(table: Table) -> TableRow:
    return TableRow(
        inspect(table.shown()), table.size, table.protection.name, inspect(table.owner.shown())
    )
