"""The events of a node: its log, its output and its end, numbered like a session's events."""

from collections.abc import Callable, Iterable
from itertools import count
from typing import Final

from kvshell.commands.language.message import Message
from kvshell.runtime import Event
from kvshell.terms import Pid

_CALLS: Final = frozenset({"GenServer.call/2", "GenServer.call/3", "Agent.get/2", "Agent.update/2"})


def interrupted(pid: str, place: str) -> Message:
    """Return the message on what Ctrl-C has changed.

    `pid` is the shell's new process, and `place` the function that the old one was in. If this was
    a call, the message adds that the called server still handles it.
    """
    asked: str = ""
    if place in _CALLS:
        asked = Message("; the process that it called still handles the request")
    return Message(
        "Ctrl-C ended the shell's process: self() is {pid} now; "
        "its mailbox and its tables are gone, its bindings are kept{asked}",
        pid=pid,
        asked=asked,
    )


def over_limit(megabytes: str) -> Message:
    """Return the message that a line was ended because it used too much memory."""
    return Message(
        "kvshell ends a line on a node whose process needs more than {mega} MB; the node goes on",
        mega=megabytes,
    )


class NodeEvents:
    """The events that have not been taken yet; `line` returns the number of the current line."""

    def __init__(self, line: Callable[[], int]) -> None:
        self._line = line
        self._numbers = count(1)
        self._waiting: list[Event] = []

    def add(self, kind: str, text: str, level: str = "error", pid: Pid | None = None) -> None:
        """Add an event of the current line."""
        event = Event(next(self._numbers), kind, pid, text, self._line(), level)
        self._waiting.append(event)

    def add_notice(self, kind: str, client: str, text: str) -> None:
        """Add an event for what a node reports by itself.

        `kind` is the kind of a NodeNotice, except `node`.
        """
        if kind == "log":
            self.add("crash", text, client or "error")
        elif kind == "out":
            self.add("output", text, "info")
        elif kind == "limit":
            self.add("notice", over_limit(text), "notice")
        else:
            self.add("exit", f"{client}: {text}" if client else text)

    def extend(self, events: Iterable[Event]) -> None:
        """Add events of another node of the cluster."""
        self._waiting += events

    def take(self) -> list[Event]:
        """Return the events since the last call."""
        taken, self._waiting = self._waiting, []
        return taken
