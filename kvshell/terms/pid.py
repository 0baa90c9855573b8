"""Pid: the identity of a process."""

from typing import Any

from kvshell.terms.shown import Shown


class Pid(Shown):
    """A process identifier, compared by identity; the runtime makes one per process.

    `path` is the place in the tree of spawns, which orders pids where it is given. `record` is
    the runtime's own: what it knows of the process, None for a pid that was never spawned.
    """

    __slots__ = ("__weakref__", "number", "path", "record")

    def __init__(self, number: int, path: tuple[int, ...] = ()) -> None:
        self.number = number
        self.path = path
        self.record: Any = None
