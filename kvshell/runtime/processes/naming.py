"""Naming: the process of the calling thread, and the process behind a pid or a name."""

from _thread import allocate_lock
from collections.abc import Callable
from typing import Any

from kvshell.runtime.processes.exits import Killed
from kvshell.runtime.processes.record import NOTHING, Process
from kvshell.runtime.processes.thread_context import Carrier, current
from kvshell.terms import ArgumentError, Atom, Pid, Ref, Term, key

NODE = Atom("nonode@nohost")

Dest = Pid | Atom | Ref | tuple[Atom, Atom]  # the tuple is a name with its node, the Ref an alias


def current_process(here: Carrier) -> Process:
    """Return the process that the thread runs; raises if it has been killed."""
    process = here.process
    assert process is not None
    if process.epoch != here.epoch:
        raise Killed
    return process


def resolve(dest: Pid | Atom) -> Process | None:
    """Return the record, living or dead, of a pid or a registered name; None if there is none."""
    if type(dest) is Pid:
        record: Process | None = dest.record
        return record
    return current().runtime.names.get(dest) if isinstance(dest, Atom) else None


def named_here(dest: Dest) -> Pid | Atom:
    """Return the name in `{name, node}` if `node` is this node; otherwise return `dest` itself.

    A process on another node is addressed by such a tuple.
    """
    if type(dest) is tuple and len(dest) == 2 and isinstance(dest[0], Atom) and dest[1] is NODE:
        return dest[0]
    return dest  # type: ignore[return-value]  # anything else is rejected later


def record_of(pid: Pid) -> Process | None:
    """Return the record of a pid, or None; raises ArgumentError for any other term."""
    if type(pid) is not Pid:
        raise ArgumentError.at(1, "not a pid")
    record: Process | None = pid.record
    return record


def after_own_exits(me: Process, target: Process | None) -> None:
    """Wait until the exit signals that `me` sent to `target` have arrived.

    Monitor, link and call requests take effect at once, but not before those signals.
    """
    channels = me.runtime.channels
    if channels is not None and target is not None and channels.strikes(me, target):
        me.runtime.scheduler.wait(me, lambda: not channels.strikes(me, target))


def after_own_signals(me: Process, target: Process | None) -> None:
    """Wait until all signals from `me` to `target` have arrived; observations come after them."""
    channels = me.runtime.channels
    if channels is not None and target is not None and channels.carries(me, target):
        me.runtime.scheduler.wait(me, lambda: not channels.carries(me, target))


def check_ref(ref: Ref) -> None:
    """Raise ArgumentError unless the argument is a reference."""
    if type(ref) is not Ref:
        raise ArgumentError.at(1, "not a reference")


class Names:
    """The registered names.

    `get(name)` returns the process registered under a name, or None. It takes no lock, since one
    dict read is atomic, and no Python frame, since every call to a name needs it.
    """

    def __init__(self) -> None:
        self._lock = allocate_lock()
        self._names: dict[Atom, Process] = {}
        self.get: Callable[[Term], Process | None] = self._names.get
        self._global: dict[Any, Process] = {}  # by key(term)

    def __len__(self) -> int:
        return len(self._names) + len(self._global)

    def all(self) -> list[Atom]:
        """Return the registered names, oldest first."""
        return list(self._names)

    def claim(self, name: Atom, process: "Process") -> bool:
        """Register a name; False if it is taken, or the process is dead or already has a name."""
        with self._lock:
            if name in self._names or process.name is not None:
                return False
            if process.reason is not NOTHING:  # dying: it may have passed the step that frees names
                return False
            self._names[name] = process
            process.name = name
            return True

    def release(self, process: "Process", name: Atom | None = None) -> None:
        """Free the name of `process`, if it has one; if `name` is given, only that one."""
        with self._lock:
            had = process.name
            if had is None or (name is not None and name is not had):
                return
            if self._names.get(had) is process:
                del self._names[had]
            process.name = None

    # -- global names: any term; a process may have several -------------------------------------

    def get_global(self, term: Term) -> "Process | None":
        """Return the process with the global name `term`, or None."""
        return self._global.get(key(term))

    def claim_global(self, term: Term, process: "Process") -> bool:
        """Register a global name; False if it is taken or the process is dead."""
        with self._lock:
            if key(term) in self._global or process.reason is not NOTHING:
                return False
            self._global[key(term)] = process
            return True

    def release_global(self, term: Term) -> None:
        """Free a global name."""
        with self._lock:
            self._global.pop(key(term), None)

    def has_global(self, process: "Process") -> bool:
        """Whether `process` has a global name."""
        return bool(self._global) and process in self._global.values()

    def bury(self, process: "Process") -> None:
        """Free all names of a dying process."""
        self.release(process)
        if self._global:
            with self._lock:
                for form in [form for form, owner in self._global.items() if owner is process]:
                    del self._global[form]
