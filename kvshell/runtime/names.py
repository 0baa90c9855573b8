"""Names: which process is registered under which atom."""

from _thread import allocate_lock
from typing import TYPE_CHECKING

from kvshell.runtime.record import NOTHING
from kvshell.terms import Atom

if TYPE_CHECKING:
    from kvshell.runtime.record import Process


class Names:
    """The registered names. `get` takes no lock: one dict read is atomic."""

    def __init__(self) -> None:
        self._lock = allocate_lock()
        self._names: dict[Atom, Process] = {}

    def __len__(self) -> int:
        return len(self._names)

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
