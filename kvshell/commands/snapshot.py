"""What may be read while a key is pressed: one picture of the system, taken once per line.

Completion, the toolbar, hints and `help` read this and nothing else, so a stuck store can
never make typing stutter.
"""

from collections.abc import Container, Iterator, Sequence
from typing import Any, NamedTuple


class StoreRow(NamedTuple):
    """A name the system has handed out.

    Attributes:
        name: as typed to `create store`.
        pid: as printed, `#PID<0.104.0>`; empty while the create still waits.
        state: `fresh`, `pending`, `stale` or `dead`.
        contents: the store's map as last seen, for the completion of keys; None when unread.
    """

    name: str
    pid: str
    state: str = "fresh"
    contents: Any = None


class ProcessRow(NamedTuple):
    """A living process: `name` is its registered name, its store's name or empty."""

    pid: str
    name: str
    status: str = "idle"
    mailbox: int = 0
    module: str = ""


class BindingRow(NamedTuple):
    """A bound name and its value, inspected on one line; `kind` is `pid`, `table` or `term`."""

    name: str
    value: str
    kind: str = "term"


class TableRow(NamedTuple):
    """An ETS table: `handle` is what is typed to reach it, a name or `#Reference<..>`."""

    handle: str
    size: int = 0
    protection: str = "protected"
    owner: str = ""


class Lane(NamedTuple):
    """What is on its way from one process to another, both as typed: the first, and how many."""

    source: str
    target: str
    signal: str
    held: int = 1

    @property
    def line(self) -> str:
        """The line that hands the next one over."""
        return f"deliver {self.source} to {self.target}"


class Snapshot(NamedTuple):
    """The system between two lines.

    Attributes:
        design: the running design, None when nothing runs.
        default: the design that `start manager` alone would start.
        counter: the number in the prompt.
        manager: the registered name of the manager or registry of `design` or `default`.
        stores: in the order of their names.
        processes: the living ones in the order of their birth, the shell included.
        bindings: in the order of their names.
        tables: in the order of their birth.
        suspended: what to type for each suspended process: a role word, a store or a pid.
        stale: names whose process is dead and whose `:DOWN` still waits.
        pending: names whose create still waits.
        waiting: messages in the mailboxes of all processes but the shell.
        inbox: messages in the shell's own mailbox.
        clients: names used with `as`.
        scheduler: `free` or `controlled`.
        ended: while nothing runs, the reason for which the last supervisor died; empty if none
            did: `:shutdown` when its restarts were used up, `:normal` when it was stopped.
        blame: which child used them up and why, `KV.Registry ended: killed`; empty otherwise.
        law: `spec` while signals are kept on their way, `beam` or `off`.
        flying: the channels that hold something, the one whose signal left first before others.
        living: holds the pids, as printed, that are alive; None: look into `processes`.
    """

    design: str | None = None
    default: str = "ets"
    counter: int = 1
    manager: str = "KV.Registry"
    stores: Sequence[StoreRow] = ()
    processes: Sequence[ProcessRow] = ()
    bindings: tuple[BindingRow, ...] = ()
    tables: tuple[TableRow, ...] = ()
    suspended: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    waiting: int = 0
    inbox: int = 0
    clients: tuple[str, ...] = ()
    scheduler: str = "controlled"
    ended: str = ""
    blame: str = ""
    law: str = "off"
    flying: tuple[Lane, ...] = ()
    living: Container[str] | None = None

    def lives(self, pid: str) -> bool:
        """Whether the process printed as `pid` is alive."""
        if self.living is not None:
            return pid in self.living
        return any(row.pid == pid for row in self.processes)

    @property
    def on_their_way(self) -> int:
        """How many signals have left and not arrived."""
        return sum(lane.held for lane in self.flying)

    def store(self, name: str) -> StoreRow | None:
        """Return the row of the store `name`."""
        find = getattr(self.stores, "find", None)  # rows that are made when asked for
        if find is not None:
            row: StoreRow | None = find(name)
            return row
        return next((row for row in self.stores if row.name == name), None)

    def stores_starting(self, prefix: str) -> Iterator[StoreRow]:
        """Return the rows of the stores whose names begin with `prefix`."""
        starting = getattr(self.stores, "starting", None)
        if starting is not None:
            yield from starting(prefix)
            return
        yield from (row for row in self.stores if row.name.startswith(prefix))

    def binding(self, name: str) -> BindingRow | None:
        """Return the row of the binding `name`."""
        return next((row for row in self.bindings if row.name == name), None)


EMPTY = Snapshot()
