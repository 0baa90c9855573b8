"""Knowledge: which steps of a run each process can know of - the causes that a search needs.

A set of steps is an int, bit n for step n. A process knows its own steps, those that ended its
waits, and those that put the messages there which it has taken; nobody knows of a message that lies
unread. What a step causes beyond that is found from the footprints.
"""

from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kvshell.runtime.record import Process


class Knowledge:
    """Who knows of what; the scheduler says what happens, mailboxes as `Ledger`."""

    def __init__(self, living: Iterable["Process"] = ()) -> None:
        self.now = 0  # what the step being taken knows, itself included
        self._known: dict[Process, int] = {}
        self._answers: dict[Process, int] = {}  # of a wait whose end its process has not seen yet
        self._mail: dict[Process, deque[int]] = {
            process: deque([0] * len(process.mailbox)) for process in living if process.mailbox
        }
        self._flights: dict[int, int] = {}
        self._arrived: dict[tuple[Process, Process], int] = {}
        self._struck: dict[tuple[Process, Process], int] = {}

    def of(self, process: "Process") -> int:
        """Return what `process` knows."""
        return self._known.get(process, 0)

    def takes(self, process: "Process") -> None:
        """`process` takes the present step."""
        self._known[process] = self.now

    def learns(self, process: "Process") -> None:
        """`process` hears of the present step at once."""
        self._known[process] = self._known.get(process, 0) | self.now

    def answers(self, process: "Process") -> None:
        """The present step ends a wait of `process`, which will know when it looks."""
        self._answers[process] = self._answers.get(process, 0) | self.now

    def goes_on(self, process: "Process") -> None:
        """`process` goes on after a wait."""
        came = self._answers.pop(process, 0)
        if came:
            self._known[process] = self._known.get(process, 0) | came

    # -- mailboxes and channels ------------------------------------------------------------------

    def appended(self, target: "Process") -> None:
        """The present step put a message there. Mirrors the mailbox."""
        self._mail.setdefault(target, deque()).append(self.now)

    def taken(self, process: "Process", index: int) -> None:
        """`process` took that message: it knows of the step that brought it."""
        mail = self._mail[process]
        self._known[process] = self._known.get(process, 0) | mail[index]
        del mail[index]

    def leaves(self, number: int) -> None:
        """A signal leaves: who lets it arrive knows what its sender knew."""
        self._flights[number] = self.now

    def of_flight(self, number: int) -> int:
        """Return what the arrival of that signal knows."""
        return self._flights[number]

    def arrives(self, source: "Process", target: "Process", strikes: bool) -> None:
        """The present step lets a signal arrive; `strikes` for an exit signal."""
        self._arrived[source, target] = self.now
        if strikes:
            self._struck[source, target] = self.now

    def of_arrivals(self, source: "Process", target: "Process") -> int:
        """Return the arrivals of everything that `source` has sent to `target`."""
        return self._arrived.get((source, target), 0)

    def of_strikes(self, source: "Process", target: "Process") -> int:
        """Return the arrivals of the exit signals that `source` has sent to `target`."""
        return self._struck.get((source, target), 0)
