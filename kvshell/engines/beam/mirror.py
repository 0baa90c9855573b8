"""`Mirror`: a node's processes and tables as a runtime that kvshell can observe.

kvshell's views observe a Runtime and send nothing. So the data of a node is put into the records of
a runtime that never runs, and every view is created by the same handler as without an engine.
"""

from collections import deque
from typing import Any, Final

from kvshell.otp import registry
from kvshell.otp.child_spec import Restarts
from kvshell.runtime import Runtime
from kvshell.runtime.processes.record import Process
from kvshell.runtime.processes.thread_context import Carrier
from kvshell.runtime.tables.table import Table
from kvshell.systems.designs.supervision import Supervision
from kvshell.systems.kv import registry_ets, registry_library
from kvshell.terms import A, Atom, List, Map, Opaque, Pid, Ref, Term

UNKNOWN: Final = Atom("unknown")
_AT_IT: Final = Carrier()  # the shell is observing, so it is running


class _Supervised(Supervision):
    """The data that a supervisor on the node reports about itself."""

    @property
    def restarts(self) -> Restarts:
        """Its restart limit; the reason for the last restart is unknown."""
        return Restarts(self.limit, self.seconds)


class Runs:
    """A Behaviour that says what a process on the node runs, and runs nothing itself."""

    def __init__(self, kind: str, module: Atom) -> None:
        self.kind = kind
        self.module = module

    def handle(self, process: Process, message: Term) -> None:
        """Raise NotImplementedError: the process runs on a node."""
        raise NotImplementedError

    def never_waits(self, message: Term) -> bool:  # noqa: ARG002  # a protocol
        """Return False, as nothing is run here."""
        return False


class NodeSnapshot:
    """The data of a node at a moment."""

    def __init__(self, facts: Term) -> None:
        self._facts = facts

    def get(self, name: str) -> Any:
        """Return the item `name` of the data, or None."""
        return self._facts.get(Atom(name))

    def memory(self, target: Term) -> str:
        """Return the memory of `target` as the BEAM counts it: bytes, or words for a table.

        `target` None means the names table.
        """
        for facts in self.get("processes"):
            if fact(facts, "pid") is target:
                return f"{fact(facts, 'memory'):,} bytes"
        wanted = registry_ets.NAME if target is None else target
        for facts in self.get("tables"):
            if wanted in (fact(facts, "id"), fact(facts, "name")):
                return f"{fact(facts, 'memory')} words"
        return ""

    @property
    def clients(self) -> dict[str, Pid]:
        """The living clients by name; the shell's name is empty."""
        return {str(name): pid for name, pid in self.get("clients")}

    @property
    def shell(self) -> Pid:
        """The pid of the shell's process."""
        pid: Pid = self.get("shell")
        return pid


def fact(facts: Map, name: str) -> Any:
    """Return an item of the data on a process, a table or a node."""
    return facts.get(Atom(name))


class Mirror:
    """A runtime filled with a node's snapshot; it has no threads, and no process ever runs."""

    def __init__(self, snapshot: NodeSnapshot) -> None:
        self.snapshot = snapshot
        self.runtime = Runtime("controlled")
        self._names = {pid: name for name, pid in snapshot.clients.items()}
        records = {fact(each, "pid"): each for each in snapshot.get("processes")}
        for pid in records:
            self._record(pid)
        for pid, fate in snapshot.get("dead"):
            self._dead(pid, fate)
        for facts in records.values():
            self._fill(facts)
        for facts in snapshot.get("tables"):
            self._table(facts)

    def _record(self, pid: Pid) -> Process:
        process = Process(self.runtime, pid, None)
        pid.record = process
        self.runtime._living[pid.number] = process  # noqa: SLF001  # the mirror consists of records only
        self.runtime._known[pid.number] = pid  # noqa: SLF001
        return process

    def _dead(self, pid: Pid, fate: Map) -> None:
        process = Process(self.runtime, pid, None)
        pid.record = process
        self.runtime._known[pid.number] = pid  # noqa: SLF001
        process.alive = False
        reason = fate.get(A.reason)
        process.reason = reason
        process.born, process.died = fact(fate, "born"), fact(fate, "died")

    def _fill(self, facts: Map) -> None:
        process: Process = fact(facts, "pid").record
        name = fact(facts, "name")
        if type(name) is Atom:
            self.runtime.names.claim(name, process)
        process.mailbox = deque(fact(facts, "messages")) or None
        process.links = dict.fromkeys(fact(facts, "links"))
        process.monitors = {
            Ref(number): pid.record
            for number, pid in enumerate(fact(facts, "monitors"))
            if pid.record is not None
        }
        process.watchers = {
            Ref(number): (pid.record, process.pid)
            for number, pid in enumerate(fact(facts, "monitored_by"))
            if pid.record is not None
        }
        process.trap_exit = fact(facts, "trap_exit")
        process.suspended = fact(facts, "suspended")
        if process.suspended:
            self.runtime.suspended[process] = None
        fate = fact(facts, "fate")
        process.born, process.parent = fact(fate, "born"), fact(fate, "parent")
        if process.parent is not None and process.parent.record is None:
            process.parent = None  # the bridge's own process, which has no record
        self._behave(process, facts)

    def _behave(self, process: Process, facts: Map) -> None:
        if process.pid in self._names:
            name = self._names[process.pid]
            process.label = f"client {name}" if name else "shell"
            if not name:
                process.carrier = _AT_IT
            process.receiving = bool(name)
            return
        runs, known = fact(facts, "runs"), fact(facts, "state")
        supervised = _supervised(known)
        if supervised is not None:
            runs = known[1][1]  # Supervisor or DynamicSupervisor
        if type(runs) is Atom:
            kind = runs.name.removeprefix("Elixir.").removesuffix(".Server")
            kind = kind if kind in {"Agent", "Supervisor", "DynamicSupervisor"} else "GenServer"
            process.behaviour = Runs(kind, runs)
        if supervised is not None:
            process.state = supervised
        elif type(known) is tuple:
            process.state = known[1]
        else:
            process.state = UNKNOWN
        if not fact(facts, "looping"):
            process.receiving = True

    def _table(self, facts: Map) -> None:
        owner: Process | None = fact(facts, "owner").record
        if owner is None:
            return
        identity = fact(facts, "id")
        ref = identity if isinstance(identity, Ref) else self.runtime.make_ref()
        table = Table(
            ref,
            fact(facts, "name"),
            owner,
            kind=fact(facts, "type"),
            named=fact(facts, "named"),
            protection=fact(facts, "protection"),
            keypos=fact(facts, "keypos"),
        )
        heir = fact(facts, "heir")
        if heir is not None and heir.record is not None:
            table.heir = (heir.record, None)
        table.read_concurrency = fact(facts, "read_concurrency") is True
        self.runtime.tables.add(table)
        table.put_all(self._rows(table))
        table.size = fact(facts, "size")

    def _rows(self, table: Table) -> list[tuple[Term, ...]]:
        """Return the rows of a table of names, ordered by the start of their processes.

        Other tables are empty, because their rows are not in a snapshot.
        """
        # The BEAM's sets are unordered, so this order is kvshell's.
        rows = [tuple(row) for row in self.snapshot.get("names") or ()]
        names = sorted(rows, key=lambda row: int(row[1].number))
        if self.snapshot.get("design") != "library":
            return names if table.name is registry_ets.NAME else []
        if table.name is registry_ets.NAME:
            partition = Atom(f"{registry_ets.NAME.name}.KeyPartition0")
            owner = (registry_library.PARTITION, None)
            return [(registry.META, (A.unique, 1, partition, owner, List()))]
        if table.name is Atom(f"{registry_ets.NAME.name}.KeyPartition0"):
            return [(name, (pid, None)) for name, pid in names]
        return []


def _supervised(known: Term) -> Opaque | None:
    """Return a supervisor's state as kvshell stores it, from what the bridge reports."""
    match known:
        case (A.ok, (A.supervisor, _kind, strategy, used, limit, seconds, children)):
            state = _Supervised(strategy.name, used, limit, seconds, "", children)
            return Opaque(state)
        case _:
            return None
