"""Names: which process is registered under which atom, and which has which global name."""

from _thread import allocate_lock
from typing import TYPE_CHECKING, Any

from kvshell.runtime.record import NOTHING
from kvshell.terms import Atom, Term, key

if TYPE_CHECKING:
    from kvshell.runtime.record import Process


class Names:
    """The registered names. `get` takes no lock: one dict read is atomic."""

    def __init__(self) -> None:
        self._lock = allocate_lock()
        self._names: dict[Atom, Process] = {}
        self._global: dict[Any, Process] = {}  # by key(term)

    def __len__(self) -> int:
        return len(self._names) + len(self._global)

    def get(self, name: Atom) -> "Process | None":
        """Return the process registered under `name`, or None."""
        return self._names.get(name)

    def all(self) -> list[Atom]:
        """Return the registered names, oldest first."""
        return list(self._names)

    def claim(self, name: Atom, process: "Process") -> bool:
        """Register; False when the name is taken, the process is dead or has a name already."""
        with self._lock:
            if name in self._names or process.name is not None:
                return False
            if process.reason is not NOTHING:  # dying: it may have passed the step that frees names
                return False
            self._names[name] = process
            process.name = name
            return True

    def release(self, process: "Process", name: Atom | None = None) -> None:
        """Forget the name of `process`, if it has one and it is `name` when that is given."""
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
        """Give a global name; False when it is taken or the process is dead."""
        with self._lock:
            if key(term) in self._global or process.reason is not NOTHING:
                return False
            self._global[key(term)] = process
            return True

    def release_global(self, term: Term) -> None:
        """Forget a global name."""
        with self._lock:
            self._global.pop(key(term), None)

    def has_global(self, process: "Process") -> bool:
        """Whether `process` has a global name."""
        return bool(self._global) and process in self._global.values()

    def bury(self, process: "Process") -> None:
        """Forget every name of the dying."""
        self.release(process)
        if self._global:
            with self._lock:
                for form in [form for form, owner in self._global.items() if owner is process]:
                    del self._global[form]
