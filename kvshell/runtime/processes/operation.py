"""Op: one visible operation, as traces show it and as the schedule search orders it.

Between two Ops a process only does local work. `Runtime.watch`, if set, is called with each Op just
before it takes effect and outside every lock; if it is None, no Op is built at all.
"""

from collections import deque
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kvshell.terms import Atom, Pid, Ref

if TYPE_CHECKING:
    from kvshell.runtime.processes.record import Process


class Op(NamedTuple):
    """An operation: `actor` does `kind` to `target`, with the argument `term`.

    `target` is what the code passed: a Process, Pid, registered name, Table, Ref or None. A name is
    resolved when the operation takes effect, not when it is announced.
    """

    kind: str
    actor: "Process"
    target: Any = None
    term: Any = None
    # Of a table: how the code named it. Of a death: the call that it ends. Of a task's value: its
    # monitor.
    called: Any = None

    def process(self) -> "Process | None":
        """Return the process, dead or alive, that `target` currently refers to, or None."""
        target = self.target
        if type(target) is tuple and target:  # {name, node} on this node
            target = target[0]
        if type(target) is Atom and self.called is None:
            return self.actor.runtime.names.get(target)
        if type(target) is Pid:
            record: Process | None = target.record
            return record
        if type(target) is Ref:
            alias = self.actor.runtime.aliases.get(target)
            return None if alias is None else alias.owner
        return target if hasattr(target, "mailbox") else None


KINDS: Final = frozenset(
    {
        "alive", "call", "cancel_timer", "cast", "demonitor", "die_down", "die_end", "die_exit",
        "die_life", "die_name", "die_table", "die_timers", "ets_delete_table", "ets_give_away",
        "ets_new", "ets_read", "ets_rename", "ets_scan", "ets_write", "ets_write_all", "exit",
        "flag", "flush", "handle", "link", "list", "look", "monitor", "read_timer", "receive",
        "receive_after", "register", "reply", "send", "send_after", "settle", "shared_read",
        "shared_write", "spawn", "system", "timer", "timeout", "unalias", "unlink",
        "unregister", "whereis",
    }
)  # fmt: skip


if TYPE_CHECKING:
    from kvshell.runtime.runtime import Runtime

KEPT: Final = 10_000  # maximum per line; further operations are only counted

# Kinds that are not signals: an observation, a wait, a step of the search.
_SILENT: Final = frozenset(
    {
        "alive", "die_name", "flag", "flush", "handle", "list", "look", "receive", "receive_after",
        "read_timer", "settle", "shared_read", "shared_write", "unalias", "whereis",
    }
)  # fmt: skip


class TracedOp(NamedTuple):
    """A recorded operation: its kind, actor, target process (or None), and the Op's terms."""

    kind: str
    source: Pid
    target: Pid | None
    what: Any
    term: Any


class Trace:
    """Records the operations of a runtime until `take` returns them."""

    def __init__(self, runtime: "Runtime") -> None:
        self._runtime = runtime
        self._traced: deque[TracedOp] = deque()
        self.missed = 0
        self.names: dict[Pid, Any] = {}  # the last name shown, also of the dead
        self.registered: dict[Pid, Atom] = {}  # the last registered name, too

    @property
    def on(self) -> bool:
        """Whether operations are recorded."""
        return self._runtime.watch == self._record

    def start(self) -> None:
        """Start recording."""
        self._runtime.watch = self._record

    def stop(self) -> None:
        """Stop recording, and drop what was not taken."""
        if self.on:
            self._runtime.watch = None
        self._traced.clear()

    def take(self) -> list[TracedOp]:
        """Return the operations since the last call, in the order they took effect."""
        taken = []
        while self._traced:
            taken.append(self._traced.popleft())
        return taken

    def _record(self, op: Op) -> None:
        if op.kind in _SILENT:
            return
        if len(self._traced) >= KEPT:
            self.missed += 1
            return
        target = op.process()
        for process in (op.actor, target):
            if process is not None and process.name is not None:
                self.registered[process.pid] = process.name
            elif process is not None and not process.dying:
                self.registered.pop(process.pid, None)
        pid = None if target is None else target.pid
        self._traced.append(TracedOp(op.kind, op.actor.pid, pid, op.target, op.term))
