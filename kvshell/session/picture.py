"""take(): the system between two lines, as completion, toolbar and hints read it.

Taken at every line, so what grows with the number of stores is only counted and copied here; the
row of a store or a process is made when somebody asks for that row.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from kvshell.commands.handlers.rows import creates, down_refs, mail, manager
from kvshell.commands.signal_words import signal_word
from kvshell.commands.snapshot import BindingRow, Lane, ProcessRow, Snapshot, StoreRow, TableRow
from kvshell.runtime import Observation, Runtime
from kvshell.runtime.channels import Channels
from kvshell.runtime.table import Table
from kvshell.session.lazy_rows import Living, Names, Rows, Stores
from kvshell.systems import Design
from kvshell.terms import A, Atom, Map, Pid, Ref, Term, inspect

if TYPE_CHECKING:
    from kvshell.session.desk import Desk


def take(desk: "Desk") -> Snapshot:
    """Take a picture of the system as `desk` sees it; observes and never waits."""
    runtime, design = desk.runtime, desk.design
    owner = manager(runtime, design)
    pending = tuple(
        name
        for name in creates(mail(runtime, owner) if owner is not None else ()).values()
        if isinstance(name, str) and design.entry(runtime, name) is None
    )
    stores = Stores(_names(runtime, design, owner), pending, _store_row(runtime, design))
    pids = runtime.processes()
    # Most processes are idle, with an empty mailbox: one pass picks out the others.
    busy = [pid for pid in pids if (record := pid.record).mailbox or record.suspended]
    names = _Names(runtime, design, desk, stores)
    return Snapshot(
        design=design.name if desk.running else None,
        default=desk.default.name,
        counter=desk.counter,
        manager=inspect(design.manager),
        stores=stores,
        processes=Rows(pids, names.row),
        bindings=tuple(_binding(name, desk.bindings[name]) for name in sorted(desk.bindings)),
        tables=tuple(map(_table, runtime.tables.all())),
        suspended=tuple(names.typed(pid) for pid in busy if pid.record.suspended),
        stale=_stale(runtime, owner) if design.cleaner is None else _left(runtime, design.cleaner),
        pending=pending,
        waiting=sum(len(pid.record.mailbox or ()) for pid in busy if pid is not desk.shell),
        inbox=len(desk.shell.record.mailbox or ()),
        clients=tuple(desk.clients),
        scheduler=desk.scheduler,
        ended=desk.world.ended(),
        blame=desk.world.blame(),
        law=desk.world.options["law"],
        flying=_flying(runtime, names),
        living=Living(runtime),
    )


def _names(runtime: Runtime, design: Design, owner: Observation | None) -> Names:
    """Return what holds the names now: it does not change any more, or is a copy."""
    if design.tabled:
        table = design.names_table(runtime)
        if design.cleaner is not None:
            return [tuple(entry) for entry in design.entries(runtime)]
        return table.rows() if table is not None else []
    match owner.state if owner is not None else None:
        case Map() as names:
            return names
        case (Map() as names, _):
            return names
        case _:
            return []


def _flying(runtime: Runtime, names: "_Names") -> tuple[Lane, ...]:
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


def _stale(runtime: Runtime, owner: Observation | None) -> tuple[str, ...]:
    """Return the names whose `:DOWN` waits in the owner's mailbox, or is on its way there."""
    match owner.state if owner is not None else None:
        case (_, Map() as refs) if owner is not None:
            found = (refs.get(ref) for ref in down_refs(mail(runtime, owner)))
            return tuple(
                name if isinstance(name, str) else inspect(name, width=None)
                for name in found
                if name is not None
            )
        case _:
            return ()


def _left(runtime: Runtime, cleaner: Atom) -> tuple[str, ...]:
    """Return the names of the library whose process has died, while its `:EXIT` waits."""
    pid = runtime.whereis(cleaner)
    seen = runtime.observe(pid) if pid is not None else None
    match seen.state if seen is not None else None:
        case (_keys, Ref() as pids) if seen is not None:
            table = runtime.tables.find(pids)
            dead = [message[1] for message in seen.mailbox if message[0] is A.EXIT]
            rows = [row for each in dead for row in (table.peek(each) if table else ())]
            return tuple(name if isinstance(name, str) else inspect(name) for _pid, name in rows)
        case _:
            return ()


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
        stores: Stores,
    ) -> None:
        self._runtime = runtime
        self._design = design
        self._shell = desk.shell
        self._clients = {pid: name for name, pid in desk.clients.items()}
        self._stores = stores
        self._by_pid: dict[Pid | None, str] | None = None

    def row(self, pid: Pid) -> ProcessRow:
        """Return the process's row."""
        text = inspect(pid)
        seen = self._runtime.observe(pid)
        assert seen is not None  # whatever was spawned has a record
        return ProcessRow(
            text, self._called(pid, seen), seen.status, len(seen.mailbox), module(seen)
        )

    def typed(self, pid: Pid) -> str:
        """Return what to type to mean the process."""
        seen = self._runtime.observe(pid)
        assert seen is not None
        if pid is self._shell:
            return "shell"
        roles = {
            self._design.manager: "manager",
            self._design.supervisor: "supervisor",
            self._design.buckets: "buckets",
        }
        role = roles.get(seen.name) if seen.name is not None else None
        return role or self._called(pid, seen) or inspect(pid)

    def _called(self, pid: Pid, seen: Observation) -> str:
        if seen.name is not None:
            return inspect(seen.name)
        if pid is self._shell:
            return "shell"
        if pid in self._clients:
            return self._clients[pid]
        if self._by_pid is None:
            self._by_pid = {owner: name for name, owner in self._stores.pids.items()}
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
