"""take(): the system between two lines, as completion, toolbar and hints read it.

Taken at every line, so what grows with the number of stores is only counted and copied here; the
row of a store or a process is made when somebody asks for that row.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar, overload

from kvshell.commands.handlers.cells import lives
from kvshell.commands.handlers.rows import creates, manager
from kvshell.commands.snapshot import BindingRow, ProcessRow, Snapshot, StoreRow, TableRow
from kvshell.runtime import Observation, Runtime
from kvshell.runtime.table import Table
from kvshell.systems import Design
from kvshell.terms import Map, Pid, Ref, Term, inspect

if TYPE_CHECKING:
    from kvshell.session.desk import Desk

Made = TypeVar("Made")


class Rows(Sequence[Made], Generic[Made]):
    """Rows that are made one by one from `raw`, in its order."""

    def __init__(self, raw: Sequence[tuple[str, Pid | None]], make: Callable[..., Made]) -> None:
        self._raw = raw
        self._make = make

    def __len__(self) -> int:
        return len(self._raw)

    @overload
    def __getitem__(self, index: int) -> Made: ...
    @overload
    def __getitem__(self, index: slice) -> list[Made]: ...
    def __getitem__(self, index: int | slice) -> Made | list[Made]:
        if isinstance(index, slice):
            return [self._make(*raw) for raw in self._raw[index]]
        return self._make(*self._raw[index])

    def __iter__(self) -> Iterator[Made]:
        return (self._make(*raw) for raw in self._raw)

    def find(self, name: str) -> Made | None:
        """Return the row called `name`; the rows are in the order of their names."""
        place = bisect_left(self._raw, name, key=lambda raw: raw[0])
        if place < len(self._raw) and self._raw[place][0] == name:
            return self[place]
        return None

    def starting(self, prefix: str) -> Iterator[Made]:
        """Return the rows whose names begin so; made one by one."""
        place = bisect_left(self._raw, prefix, key=lambda raw: raw[0])
        while place < len(self._raw) and self._raw[place][0].startswith(prefix):
            yield self[place]
            place += 1


def take(desk: "Desk") -> Snapshot:
    """Take a picture of the system as `desk` sees it; observes and never waits."""
    runtime, design = desk.runtime, desk.design
    owner = manager(runtime, design)
    raw: list[tuple[str, Pid | None]] = [
        (entry.name if isinstance(entry.name, str) else inspect(entry.name, width=None), entry.pid)
        for entry in design.entries(runtime)
    ]
    pending = tuple(
        name
        for name in creates(owner.mailbox if owner is not None else ()).values()
        if isinstance(name, str) and design.entry(runtime, name) is None
    )
    raw += [(name, None) for name in pending]
    raw.sort(key=lambda pair: pair[0])
    dead = [name for name, pid in raw if pid is not None and not lives(pid)]
    pids = runtime.processes()
    queued, suspended, inbox = _mail(pids, desk.shell)
    names = _Names(runtime, design, desk, raw)
    return Snapshot(
        design=design.name if desk.running else None,
        default=desk.default.name,
        counter=desk.counter,
        manager=inspect(design.manager),
        stores=Rows(raw, _store_row(runtime, design)),
        processes=Rows([(inspect(pid), pid) for pid in pids], names.row),
        bindings=tuple(_binding(name, desk.bindings[name]) for name in sorted(desk.bindings)),
        tables=tuple(_table(table) for table in runtime.tables.all()),
        suspended=tuple(names.typed(pid) for pid in suspended),
        stale=tuple(dead) if design.supervisor is not None else (),
        pending=pending,
        waiting=queued,
        inbox=inbox,
        clients=tuple(desk.clients),
        scheduler=desk.scheduler,
    )


def _mail(pids: list[Pid], shell: Pid) -> tuple[int, list[Pid], int]:
    """Return the messages waiting for all but the shell, the suspended, the shell's messages."""
    queued = 0
    suspended = []
    for pid in pids:
        record = pid.record
        if record.mailbox and pid is not shell:
            queued += len(record.mailbox)
        if record.suspended:
            suspended.append(pid)
    return queued, suspended, len(shell.record.mailbox or ())


def _store_row(runtime: Runtime, design: Design) -> Callable[[str, Pid | None], StoreRow]:
    def make(name: str, pid: Pid | None) -> StoreRow:
        if pid is None:
            return StoreRow(name, "", "pending")
        seen = runtime.observe(pid)
        if seen is None or seen.status == "dead":
            return StoreRow(name, inspect(pid), "dead" if design.supervisor is None else "stale")
        contents = seen.state if isinstance(seen.state, Map) else None
        return StoreRow(name, inspect(pid), "fresh", contents)

    return make


class _Names:
    """What a process is called: its registered name, its store's, a client's."""

    def __init__(
        self,
        runtime: Runtime,
        design: Design,
        desk: "Desk",
        stores: Sequence[tuple[str, Pid | None]],
    ) -> None:
        self._runtime = runtime
        self._design = design
        self._shell = desk.shell
        self._clients = {pid: name for name, pid in desk.clients.items()}
        self._stores = stores
        self._by_pid: dict[Pid | None, str] | None = None

    def row(self, text: str, pid: Pid) -> ProcessRow:
        """Return the process's row."""
        seen = self._runtime.observe(pid)
        if seen is None:
            return ProcessRow(text, "", "dead")
        return ProcessRow(
            text, self._called(pid, seen), seen.status, len(seen.mailbox), module(seen)
        )

    def typed(self, pid: Pid) -> str:
        """Return what to type to mean the process."""
        seen = self._runtime.observe(pid)
        if seen is None:
            return inspect(pid)
        roles = {
            self._design.manager: "manager",
            self._design.supervisor: "supervisor",
            self._design.buckets: "buckets",
        }
        return roles.get(seen.name) or self._called(pid, seen) or inspect(pid)

    def _called(self, pid: Pid, seen: Observation) -> str:
        if seen.name is not None:
            return inspect(seen.name)
        if pid is self._shell:
            return "shell"
        if pid in self._clients:
            return self._clients[pid]
        if self._by_pid is None:
            self._by_pid = {owner: name for name, owner in self._stores}
        return self._by_pid.get(pid, "")


def module(seen: Observation) -> str:
    """Return what a process runs, in a word."""
    return inspect(seen.module) if seen.module is not None else seen.behaviour


def _binding(name: str, value: Term) -> BindingRow:
    kind = "pid" if type(value) is Pid else "table" if type(value) is Ref else "term"
    return BindingRow(name, inspect(value, width=None, limit=5)[:80], kind)


def _table(table: Table) -> TableRow:
    return TableRow(
        inspect(table.shown()), table.size, table.protection.name, inspect(table.owner.shown())
    )
