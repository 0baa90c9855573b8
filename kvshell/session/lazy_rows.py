"""Rows made when they are looked at: what grows with the stores is only counted at each line."""

from bisect import bisect_left
from collections.abc import Callable, Container, Iterator, Sequence
from typing import Generic, TypeVar, overload

from kvshell.commands.handlers.cells import lives
from kvshell.commands.snapshot import StoreRow
from kvshell.runtime import Runtime
from kvshell.terms import Map, Pid, Term, inspect, unkey

Made = TypeVar("Made")
Raw = TypeVar("Raw")
Names = Map | list[tuple[Term, ...]]  # what holds the names: a map, or the rows of a table


class Rows(Sequence[Made], Generic[Raw, Made]):
    """Rows that are made one by one from `raw`, in its order."""

    def __init__(self, raw: Sequence[Raw], make: Callable[[Raw], Made]) -> None:
        self._raw = raw
        self._make = make

    def __len__(self) -> int:
        return len(self._raw)

    @overload
    def __getitem__(self, index: int) -> Made: ...
    @overload
    def __getitem__(self, index: slice) -> list[Made]: ...
    def __getitem__(self, index: int | slice) -> Made | list[Made]:
        if isinstance(index, slice):
            return [self._make(raw) for raw in self._raw[index]]
        return self._make(self._raw[index])

    def __iter__(self) -> Iterator[Made]:
        return map(self._make, self._raw)


class Stores(Sequence[StoreRow]):
    """The names in their order. Counted at once, sorted when somebody looks at one."""

    def __init__(
        self, names: Names, pending: tuple[str, ...], make: Callable[[str, Pid | None], StoreRow]
    ) -> None:
        self._names = names
        self._pending = pending
        self._make = make
        self._pids: dict[str, Pid | None] | None = None
        self._order: list[str] | None = None

    def __len__(self) -> int:
        return len(self._names) + len(self._pending)

    @overload
    def __getitem__(self, index: int) -> StoreRow: ...
    @overload
    def __getitem__(self, index: slice) -> list[StoreRow]: ...
    def __getitem__(self, index: int | slice) -> StoreRow | list[StoreRow]:
        if isinstance(index, slice):
            return [self._row(name) for name in self.order[index]]
        return self._row(self.order[index])

    def __iter__(self) -> Iterator[StoreRow]:
        return map(self._row, self.order)

    @property
    def pids(self) -> dict[str, Pid | None]:
        """The process of each name; None while its create waits."""
        if self._pids is None:
            names = self._names
            # Not `items`, which sorts the map in term order: a text is its own form.
            pairs = names.forms() if isinstance(names, Map) else names
            self._pids = {
                name if type(name) is str else inspect(unkey(name), width=None): pid
                for name, pid in pairs
            }
            for name in self._pending:
                self._pids.setdefault(name, None)
        return self._pids

    @property
    def order(self) -> list[str]:
        """The names, sorted."""
        if self._order is None:
            self._order = sorted(self.pids)
        return self._order

    def _row(self, name: str) -> StoreRow:
        return self._make(name, self.pids[name])

    def find(self, name: str) -> StoreRow | None:
        """Return the row called `name`."""
        if self._pids is None and isinstance(self._names, Map):
            pid = self._names.get(name)
            return self._make(name, pid) if pid is not None or name in self._pending else None
        return self._row(name) if name in self.pids else None

    def starting(self, prefix: str) -> Iterator[StoreRow]:
        """Return the rows whose names begin so; made one by one."""
        order = self.order
        place = bisect_left(order, prefix)
        while place < len(order) and order[place].startswith(prefix):
            yield self._row(order[place])
            place += 1


class Living(Container[str]):
    """The pids, as printed, of the processes that live."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def __contains__(self, text: object) -> bool:
        digits = str(text).removeprefix("#PID<0.").removesuffix(".0>")
        pid = self._runtime.pid(int(digits)) if digits.isdecimal() else None
        return pid is not None and lives(pid)
