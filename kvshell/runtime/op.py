"""Op: one visible operation, as a trace shows it and as the search over schedules orders it.

Between two Ops a process is alone with itself. `Runtime.watch`, when set, is called with each Op
just before it takes effect and outside every lock; while it is None no Op is built at all.
"""

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kvshell.terms import Atom, Pid

if TYPE_CHECKING:
    from kvshell.runtime.record import Process


class Op(NamedTuple):
    """`actor` does `kind` to `target` with `term`.

    `target` is what the code named: a Process, Pid, registered name, Table, Ref or None. A name is
    resolved when the operation takes effect, not when it is announced.
    """

    kind: str
    actor: "Process"
    target: Any = None
    term: Any = None
    called: Any = None  # a table as the code named it: what it is, is found when it takes effect

    def process(self) -> "Process | None":
        """Return the process that `target` means now, dead ones included, or None."""
        target = self.target
        if type(target) is tuple and target:  # {name, node} of this node
            target = target[0]
        if type(target) is Atom and self.called is None:
            return self.actor.runtime.names.get(target)
        if type(target) is Pid:
            record: Process | None = target.record
            return record
        return target if hasattr(target, "mailbox") else None


KINDS: Final = frozenset(
    {
        "alive", "call", "cancel_timer", "cast", "demonitor", "die_down", "die_end", "die_exit",
        "die_life", "die_name", "die_table", "die_timers", "ets_delete_table", "ets_give_away",
        "ets_new", "ets_read", "ets_rename", "ets_scan", "ets_write", "ets_write_all", "exit",
        "flag", "flush", "handle", "link", "list", "look", "monitor", "receive", "receive_after",
        "register", "reply", "send", "send_after", "settle", "spawn", "system", "timer", "timeout",
        "unlink", "unregister", "whereis",
    }
)  # fmt: skip
