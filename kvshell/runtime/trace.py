"""Trace: who sent what to whom, as it happens. Costs nothing while it is off.

While it is on, no clause runs on its caller's thread: what is shown are the messages themselves.
"""

from collections import deque
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kvshell.runtime.op import Op
from kvshell.terms import Atom, Pid

if TYPE_CHECKING:
    from kvshell.runtime.runtime import Runtime

KEPT: Final = 10_000  # of one line; what was sent after that is counted, not kept

# What nobody sends to anybody: a look, a wait, a step of the search.
_SILENT: Final = frozenset(
    {
        "alive", "die_name", "flag", "flush", "handle", "list", "look", "receive", "receive_after",
        "settle", "whereis",
    }
)  # fmt: skip


class Heard(NamedTuple):
    """One operation: its kind, who did it, to which process (or None), and the Op's own words."""

    kind: str
    source: Pid
    target: Pid | None
    what: Any
    term: Any


class Trace:
    """The operations of one runtime since they were last taken."""

    def __init__(self, runtime: "Runtime") -> None:
        self._runtime = runtime
        self._heard: deque[Heard] = deque()
        self.missed = 0
        self.names: dict[Pid, Any] = {}  # what each process was last called: the dead keep it
        self.registered: dict[Pid, Atom] = {}  # the name each was last registered under, as well

    @property
    def on(self) -> bool:
        """Whether operations are recorded."""
        return self._runtime.watch == self._hear

    def start(self) -> None:
        """Record from now on."""
        self._runtime.watch = self._hear

    def stop(self) -> None:
        """Record no more, and forget what was not taken."""
        if self.on:
            self._runtime.watch = None
        self._heard.clear()

    def take(self) -> list[Heard]:
        """Return what was recorded since the last call, in the order it took effect."""
        taken = []
        while self._heard:
            taken.append(self._heard.popleft())
        return taken

    def _hear(self, op: Op) -> None:
        if op.kind in _SILENT:
            return
        if len(self._heard) >= KEPT:
            self.missed += 1
            return
        target = op.process()
        for process in (op.actor, target):
            if process is not None and process.name is not None:
                self.registered[process.pid] = process.name
            elif process is not None and not process.dying:
                self.registered.pop(process.pid, None)
        pid = None if target is None else target.pid
        self._heard.append(Heard(op.kind, op.actor.pid, pid, op.target, op.term))
