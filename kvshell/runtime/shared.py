"""shared: values outside all processes and tables, which every process may read and write.

They belong to a runtime, and are grouped in stores: the counters of `:counters` and `:atomics`, the
terms of `:persistent_term`, the environments of applications and of the system. All functions run
in the caller, never wait, and take effect at once and as a whole, so that a search can order them.
"""

from _thread import allocate_lock
from collections.abc import Callable
from typing import Any, NamedTuple

from kvshell.runtime.processes.exits import Killed
from kvshell.runtime.processes.naming import current_process
from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.record import Process
from kvshell.runtime.processes.thread_context import carrier, current
from kvshell.terms import Term

__all__ = ["SharedName", "SharedValues", "delete", "everything", "get", "put", "update"]


class SharedName(NamedTuple):
    """The name of a shared value.

    Attributes:
        store: its store; a search takes the values of different stores for independent.
        name: a hashable value, unique in the store and the same in all runs of a search.
        shown: what a schedule calls it, `the counter 1`.
    """

    store: str
    name: Any
    shown: str


class SharedValues:
    """The shared values of one runtime."""

    def __init__(self) -> None:
        self.stores: dict[str, dict[Any, Term]] = {}
        self.lock = allocate_lock()

    def store(self, name: str) -> dict[Any, Term]:
        """Return the values of a store by their names."""
        found = self.stores.get(name)
        return self.stores.setdefault(name, {}) if found is None else found


def get(name: SharedName, default: Term = None) -> Term:
    """Return a value, or the default if there is none."""
    return _reading(name).runtime.shared.store(name.store).get(name.name, default)


def everything(store: str, shown: str) -> list[tuple[Any, Term]]:
    """Return name and value of everything in a store; a schedule calls it `shown`."""
    me = _reading(SharedName(store, None, shown))
    return list(me.runtime.shared.store(store).items())


def put(name: SharedName, value: Term) -> None:
    """Set a value."""
    _changed(name, "writes", lambda values: values.__setitem__(name.name, value))


def delete(name: SharedName) -> bool:
    """Delete a value; return whether there was one."""
    missing = object()
    return _changed(name, "deletes", lambda each: each.pop(name.name, missing)) is not missing


def update(name: SharedName, change: Callable[[Any], Any], default: Any) -> tuple[Any, Any]:
    """Replace a value, or the default, by what `change` returns for it; return both."""

    def changed(values: dict[Any, Any]) -> tuple[Any, Any]:
        before = values.get(name.name, default)
        values[name.name] = after = change(before)
        return before, after

    both: tuple[Any, Any] = _changed(name, "reads and writes", changed)
    return both


def _reading(name: SharedName) -> Process:
    me = current()
    if me.runtime.watch is not None:
        me.runtime.watch(Op("shared_read", me, name, "reads"))
    return me


def _changed(name: SharedName, verb: str, change: Callable[[dict[Any, Term]], Any]) -> Any:
    mine = carrier()
    me = current_process(mine)
    shared = me.runtime.shared
    if me.runtime.watch is not None:
        me.runtime.watch(Op("shared_write", me, name, verb))
    with me.effect:
        if me.epoch != mine.epoch:
            raise Killed
        with shared.lock:
            return change(shared.store(name.store))
