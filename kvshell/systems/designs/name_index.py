"""An index of the published names: sorted, and by process.

It is built on first use and then updated incrementally, so a lookup costs the same with 50,000
names as with ten. Changes to the holder of the names are tracked from then on.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator

from kvshell.runtime import Runtime
from kvshell.runtime.tables.table import Table
from kvshell.systems.designs.design import Design
from kvshell.terms import Map, Pid, Term, inspect, unkey


class NameIndex:
    """The index of one design on one runtime at a time; `follow` brings it up to date."""

    def __init__(self) -> None:
        self.order: list[str] = []  # the names as text
        self._pids: dict[str, Pid] = {}
        self._names: dict[Pid, str] = {}
        self._design: Design | None = None
        self._source: Map | Table | None = None

    def __len__(self) -> int:
        return len(self.order)

    def follow(self, design: Design, runtime: Runtime) -> None:
        """Apply the changes since the last call."""
        source = design.source(runtime)
        if source is self._source and not isinstance(source, Table):
            return
        changed = self._changed(design, source)
        self._design = design
        self._source = source
        if changed is None:
            self._begin(design, runtime)
            return
        for form in changed:
            name = form if type(form) is str else unkey(form)
            self._update(name, design.pid(runtime, name))

    def starting(self, prefix: str) -> Iterator[str]:
        """Yield the names that start with `prefix`, in order."""
        order = self.order
        place = bisect_left(order, prefix)
        while place < len(order) and order[place].startswith(prefix):
            yield order[place]
            place += 1

    def pid(self, name: str) -> Pid | None:
        """Return the process published under a name."""
        return self._pids.get(name)

    def name_of(self, pid: Pid) -> str:
        """Return the published name of a process, or ""."""
        return self._names.get(pid, "")

    def _changed(self, design: Design, source: Map | Table | None) -> list[Term] | None:
        """Return the keys changed since the last call; None if all may have changed."""
        before = self._source
        if isinstance(source, Table):
            changed = source.take_changed() if source is before else None
            if changed is None:
                source.follow()
            return changed
        if isinstance(source, Map) and isinstance(before, Map) and design is self._design:
            found = source.changes_since(before)
            if found is not None:
                return found
        if isinstance(source, Map):
            source.follow()
        return None

    def _begin(self, design: Design, runtime: Runtime) -> None:
        found = {text(name): pid for name, pid in design.entries(runtime)}
        self._pids = found
        self._names = {pid: name for name, pid in found.items()}
        self.order = sorted(found)

    def _update(self, name: Term, pid: Pid | None) -> None:
        shown = text(name)
        before = self._pids.get(shown)
        if before is pid:
            return
        if before is not None:
            self._names.pop(before, None)
        if pid is None:
            del self._pids[shown]
            del self.order[bisect_left(self.order, shown)]
            return
        if before is None:
            insort(self.order, shown)
        self._pids[shown] = pid
        self._names[pid] = shown


def text(name: Term) -> str:
    """Return a name for display: text as it is, any other term inspected."""
    return name if type(name) is str else inspect(name, width=None)
