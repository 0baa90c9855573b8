"""shared: values outside all processes and tables, which every process may read and write.

They belong to a runtime and are grouped in stores: the counters of `:counters` and `:atomics`, the
terms of `:persistent_term`, the environments of applications and of the system. All functions run
in the caller, never wait and are atomic, so that a search can order them.
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
        store: the name of its store; to a search, values in different stores are independent.
        name: a hashable value, unique in the store and the same in all runs of a search.
        shown: how a schedule names the value, such as `the counter 1`.
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
        """Return the values of a store by name; the store is created on first use."""
        found = self.stores.get(name)
        return self.stores.setdefault(name, {}) if found is None else found


def get(name: SharedName, default: Term = None) -> Term:
    """Return the value called `name`, or `default` if there is none."""
    return _reading(name).runtime.shared.store(name.store).get(name.name, default)


def everything(store: str, shown: str) -> list[tuple[Any, Term]]:
    """Return all names and values in a store; `shown` is how a schedule names what was read."""
    me = _reading(SharedName(store, None, shown))
    return list(me.runtime.shared.store(store).items())


def put(name: SharedName, value: Term) -> None:
    """Set the value called `name`."""
    _changed(name, "writes", lambda values: values.__setitem__(name.name, value))


def delete(name: SharedName) -> bool:
    """Delete the value called `name`; return whether there was one."""
    missing = object()
    return _changed(name, "deletes", lambda each: each.pop(name.name, missing)) is not missing


def update(name: SharedName, change: Callable[[Any], Any], default: Any) -> tuple[Any, Any]:
    """Replace a value by `change(value)`; return the old and the new value.

    If there is no value, `default` takes the place of the old one.
    """

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
