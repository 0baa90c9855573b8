"""A snapshot of the system, taken once per line and read while the user types.

Completion, the toolbar, hints and `help` read this and nothing else, so a process that does not
answer never slows down typing.
"""

from collections.abc import Container, Iterator, Sequence
from typing import Any, Final, NamedTuple

from kvshell.commands.language.message import Message


class StoreRow(NamedTuple):
    """A store's name and what is known about its process.

    Attributes:
        name: the name, as typed in `create store`.
        pid: the pid as printed, `#PID<0.104.0>`; empty while the create is not handled yet.
        state: `fresh`, `pending`, `stale` or `dead`.
        contents: the store's map as last seen, for completing keys; None if unread.
    """

    name: str
    pid: str
    state: str = "fresh"
    contents: Any = None


class ProcessRow(NamedTuple):
    """A living process.

    Attributes:
        pid: the pid as printed.
        name: its registered name, its store's name, or empty.
        status: idle, running, waiting, suspended, sleeping, dead or zombie.
        mailbox: the number of messages in its mailbox.
        module: the module it runs, or else its behaviour.
    """

    pid: str
    name: str
    status: str = "idle"
    mailbox: int = 0
    module: str = ""


class BindingRow(NamedTuple):
    """A variable and its value, inspected on one line; `kind` is `pid`, `table` or `term`."""

    name: str
    value: str
    kind: str = "term"


class TableRow(NamedTuple):
    """An ETS table; `handle` is its name, or `#Reference<..>` if it has none."""

    handle: str
    size: int = 0
    protection: str = "protected"
    owner: str = ""


class Lane(NamedTuple):
    """The signals in flight from one process to another.

    Attributes:
        source: the sender, as it is typed in a command.
        target: the receiver, as it is typed in a command.
        signal: the oldest signal, in a word or two.
        held: the number of signals.
    """

    source: str
    target: str
    signal: str
    held: int = 1

    @property
    def line(self) -> str:
        """The command that delivers the oldest signal."""
        return f"deliver {self.source} to {self.target}"


NODE_GONE: Final = Message("the node is gone")


def idle(*, ended: bool, others: bool) -> Message:
    """Return the message that no system is running; `others`: other processes are alive."""
    if others:
        return Message("no manager runs")
    return Message("nothing runs" if ended else "nothing runs yet")


def idle_banner(*, ended: bool, others: bool) -> str:
    """Return the same as an error banner, for a command that needs a system."""
    return f"** (CommandError) {idle(ended=ended, others=others)}: start manager"


class Snapshot(NamedTuple):
    """The system between two lines.

    Attributes:
        design: the running design, or None if no system is running.
        default: the design that a plain `start manager` would start.
        counter: the number in the prompt.
        manager: the registered name of the manager or registry of `design` or `default`.
        stores: the stores, ordered by name.
        processes: the living processes in order of creation, including the shell.
        bindings: the variables, ordered by name.
        tables: the ETS tables in order of creation.
        suspended: how to refer to each suspended process: a role word, a store or a pid.
        stale: names whose process is dead and whose `:DOWN` is still unread.
        pending: names whose create is not handled yet.
        waiting: the number of messages in all mailboxes except the shell's.
        inbox: the number of messages in the shell's own mailbox.
        clients: names used with `as`.
        scheduler: `free` or `controlled`.
        ended: while nothing runs, the exit reason of the last supervisor, if any: `:shutdown` after
            too many restarts, `:normal` after a stop.
        blame: the child that used up the restarts, and why: `KV.Registry ended: killed`.
        law: `spec` while signals are kept in flight, otherwise `beam` or `off`.
        flying: the channels with signals in flight, oldest signal first.
        nodes: the names of a cluster's nodes; empty if there is only one node.
        living: the printed pids of living processes; if None, they are those of `processes`.
        own: the user's module that `start manager own` starts, if any.
        gone: after the shell's node has ended, the line to type: `reset` or `exit`; else empty.
    """

    design: str | None = None
    default: str = "ets"
    counter: int = 1
    manager: str = "KV.Registry"
    stores: Sequence[StoreRow] = ()
    processes: Sequence[ProcessRow] = ()
    bindings: Sequence[BindingRow] = ()
    tables: Sequence[TableRow] = ()
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
    nodes: tuple[str, ...] = ()
    living: Container[str] | None = None
    own: str = ""
    gone: str = ""

    def lives(self, pid: str) -> bool:
        """Whether the process printed as `pid` is alive."""
        if self.living is not None:
            return pid in self.living
        return any(row.pid == pid for row in self.processes)

    @property
    def on_their_way(self) -> int:
        """The number of signals in flight."""
        return sum(lane.held for lane in self.flying)

    @property
    def others(self) -> int:
        """The number of living processes other than the shell and its clients."""
        return max(len(self.processes) - 1 - len(self.clients), 0)

    @property
    def idle(self) -> Message:
        """The message that no system is running, although a loaded server may be."""
        if self.gone:
            return NODE_GONE
        return idle(ended=bool(self.ended), others=self.others > 0)

    def store(self, name: str) -> StoreRow | None:
        """Return the row of the store `name`, or None."""
        find = getattr(self.stores, "find", None)  # a sequence that builds its rows on demand
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
        """Return the row of the variable `name`, or None."""
        find = getattr(self.bindings, "find", None)
        if find is not None:
            row: BindingRow | None = find(name)
            return row
        return next((row for row in self.bindings if row.name == name), None)


EMPTY = Snapshot()
