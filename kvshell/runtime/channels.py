"""Channels: signals on their way, under the law `spec`.

One channel per ordered pair of processes carries every signal from one to the other - messages,
requests, replies, `:EXIT`, `:DOWN`, exit signals - in the order sent. Nothing orders two channels.
"""

import itertools
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from kvshell.runtime.signals import arrive_exit

if TYPE_CHECKING:
    from kvshell.runtime.record import Process


class Flight(NamedTuple):
    """One signal on its way: `arrive(target, *args)` is its arrival; `number` is when it left."""

    number: int
    source: "Process"
    target: "Process"
    arrive: Callable[..., Any]
    args: tuple[Any, ...]


class Channels:
    """What is on its way, by pair of processes; `Runtime.channels` under the law `spec`."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self.last = 0  # the number of the signal that left last
        self._before = 0  # what it was when the present line began
        self._lanes: dict[tuple[Process, Process], deque[Flight]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._lanes.values()))

    def push(
        self,
        source: "Process",
        target: "Process",
        arrive: Callable[..., Any],
        args: tuple[Any, ...],
    ) -> None:
        """Put a signal at the end of the channel from `source` to `target`."""
        flight = Flight(next(self._numbers), source, target, arrive, args)
        self._lanes.setdefault((source, target), deque()).append(flight)
        self.last = flight.number

    def all(self) -> list[Flight]:
        """Return everything on its way, in the order it left."""
        flights = [flight for lane in self._lanes.values() for flight in lane]
        return sorted(flights, key=_number)

    def heads(self) -> list[Flight]:
        """Return what may arrive next: the first of every channel, in the order they left."""
        found = [lane[0] for lane in self._lanes.values()]
        return sorted(found, key=_number) if len(found) > 1 else found

    def carries(self, source: "Process", target: "Process") -> bool:
        """Whether anything is on its way from `source` to `target`."""
        return (source, target) in self._lanes

    def lane(self, source: "Process", target: "Process") -> list[Flight]:
        """Return what is on its way from `source` to `target`, oldest first."""
        return list(self._lanes.get((source, target), ()))

    def strikes(self, source: "Process", target: "Process") -> bool:
        """Whether an exit signal that `source` sent is on its way to `target`."""
        lane = self._lanes.get((source, target), ())
        return any(flight.arrive is arrive_exit for flight in lane)

    def take(self, source: "Process", target: "Process") -> Flight | None:
        """Take the first signal out of a channel, without letting it arrive."""
        lane = self._lanes.get((source, target))
        if lane is None:
            return None
        flight = lane.popleft()
        if not lane:
            del self._lanes[source, target]
        return flight

    def deliver(self, source: "Process", target: "Process") -> Flight | None:
        """Let the first signal of a channel arrive; return it, or None when there is none."""
        flight = self.take(source, target)
        if flight is not None:
            flight.arrive(flight.target, *flight.args)
        return flight

    def begin_line(self) -> None:
        """Remember that what is on its way now was left there by earlier lines."""
        self._before = self.last

    def deliver_oldest(self) -> "Process":
        """Let the signal arrive that left first; return who sent it."""
        first = self.heads()[0]
        self.deliver(first.source, first.target)
        return first.source

    def deliver_for(self, waiter: "Process") -> "Process":
        """Let one signal arrive for the sake of a line that waits; return who sent it.

        First what is on its way to `waiter`, then what else its line set off, and only when that
        is not enough what earlier lines left: so a line disturbs no race that somebody prepared.
        """

        def rank(flight: Flight) -> tuple[bool, bool, int]:
            newest = self._lanes[flight.source, flight.target][-1].number
            return newest <= self._before, flight.target is not waiter, flight.number

        first = min(self.heads(), key=rank)
        self.deliver(first.source, first.target)
        return first.source


def _number(flight: Flight) -> int:
    return flight.number
