"""Signals: how processes affect each other, and what happens on arrival.

All signals go through `transmit`, in the order sent. Under the law `beam` they arrive at once;
`Runtime.channels`, if set, keeps them in flight until the schedule delivers them. The arrive_*
functions run in the delivering process and never wait.

Under the law `spec`, each ordered pair of processes has one channel for all its signals - messages,
requests, replies, `:EXIT`, `:DOWN`, exit signals - in the order sent. Channels are unordered
relative to each other.
"""

import itertools
from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from kvshell.runtime.processes.record import NOTHING, Unset
from kvshell.terms import A, Pid, Ref, Term
from kvshell.terms.list import trusted

if TYPE_CHECKING:
    from kvshell.runtime.processes.record import Process
    from kvshell.runtime.runtime import Runtime

ALIAS: Final = (A.alias,)  # the start of a call's tag: `[:alias | ref]`
_MISSING = object()


class InFlight(Protocol):
    """Signals in flight, one channel per ordered pair of processes."""

    def push(
        self,
        source: "Process",
        target: "Process",
        arrive: Callable[..., Any],
        args: tuple[Any, ...],
    ) -> None:
        """Append a signal to the channel from `source` to `target`."""

    def carries(self, source: "Process", target: "Process") -> bool:
        """Whether anything is in flight from `source` to `target`."""

    def strikes(self, source: "Process", target: "Process") -> bool:
        """Whether an exit signal from `source` to `target` is in flight."""

    def __len__(self) -> int:
        """The number of signals in flight."""

    def begin_line(self) -> None:
        """Mark the signals in flight as left there by earlier lines."""

    def deliver_oldest(self) -> "Process":
        """Deliver the signal that was sent first; return its sender."""

    def deliver_for(self, waiter: "Process") -> "Process":
        """Deliver one signal that a line waiting in `waiter` may need; return its sender."""


class Ledger(Protocol):
    """Tracks which step put which message into a mailbox, and when it is taken."""

    def appended(self, target: "Process") -> None:
        """Record that the current step appended a message to the mailbox of `target`."""

    def taken(self, process: "Process", index: int) -> None:
        """Record that `process` took the message at `index` of its mailbox."""

    def buried(self, process: "Process", monitors: "dict[Ref, Process | None] | None") -> None:
        """Record that `process` has died, and the `monitors` it had until then."""

    def monitors(self, process: "Process", target: "Process | None") -> None:
        """Record that `process` starts to monitor `target`."""

    def monitored(self, process: "Process") -> "Iterable[Process]":
        """Return all processes that `process` has ever monitored."""

    def watches(self, process: "Process", ref: Ref) -> bool:
        """Whether `process` has the monitor `ref`, or had it when it died."""


def transmit(
    source: "Process", target: "Process", arrive: Callable[..., Any], *args: object
) -> None:
    """Send a signal from `source` to `target`: on arrival, `arrive(target, *args)` is called."""
    channels = source.runtime.channels
    if channels is None or source is target:
        arrive(target, *args)
    else:
        channels.push(source, target, arrive, args)


def arrive_message(target: "Process", message: Term) -> None:
    """Put `message` into the mailbox, or count it as a dead letter: exactly one of the two."""
    with target.lock:
        alive = target.alive
        if alive:
            box = target.mailbox
            if box is None:
                box = target.mailbox = deque()
            box.append(message)
            if target.suspended and target.is_urgent(message):
                target.urgent += 1
    if alive:
        if target.runtime.ledger is not None:
            target.runtime.ledger.appended(target)
        target.runtime.scheduler.arrived(target)
    else:
        target.runtime.count("dead_letters")


def complete(
    runtime: "Runtime", ref: Ref, reply: Term | Unset = NOTHING, down: Term | Unset = NOTHING
) -> bool:
    """Complete the slot behind `ref` and wake its owner; False if it was already complete."""
    slot = runtime.slots.pop(ref, None)
    if slot is None:
        return False
    if reply is not NOTHING:
        runtime.untaken[ref] = None
    slot.reply = reply
    slot.down = down
    runtime.scheduler.wake(slot.owner)
    return True


def arrive_reply(target: "Process", ref: Ref, value: Term) -> None:
    """Complete the call behind `ref` with a reply.

    A second reply becomes a message `{[:alias | ref], value}` while the first is untaken;
    afterwards it is dropped and counted as late.
    """
    runtime = target.runtime
    if complete(runtime, ref, reply=value):
        return
    if ref in runtime.untaken:
        arrive_message(target, (trusted(ALIAS, ref, 1), value))
    else:
        runtime.count("late_replies")


def arrive_end(target: "Process", ref: Ref, reason: Term) -> None:
    """Complete the call behind `ref` with the reason why no reply will come."""
    complete(target.runtime, ref, down=reason)


def arrive_down(target: "Process", ref: Ref, watched: Term, reason: Term) -> None:
    """Deliver one `:DOWN`, unless its monitor has been removed.

    The check and the delivery are one step: a removed monitor cannot deliver afterwards.
    """
    with target.lock:
        monitors = target.monitors
        if monitors is None or monitors.pop(ref, _MISSING) is _MISSING:
            return
        ended = target.aliases is not None and target.runtime.aliases.get(ref)
        if ended and ended.ends_with_monitor:
            target.runtime.aliases.pop(ref, None)
        arrived = _append(target, (A.DOWN, ref, A.process, watched, reason))
    _notify(target, arrived)


def arrive_value(target: "Process", ref: Ref, value: Term) -> None:
    """Deliver a task's `{ref, value}`; if the monitor `ref` was removed, count the value as late.

    Mirrors an alias that ends with its monitor, which is how a task delivers its result.
    """
    with target.lock:
        wanted = target.monitors is not None and ref in target.monitors
        arrived = wanted and _append(target, (ref, value))
    if wanted:
        _notify(target, arrived)
    else:
        target.runtime.count("late_replies")


def arrive_alias(target: "Process", ref: Ref, message: Term) -> None:
    """Deliver a message that was sent to an alias, if the alias is still active."""
    runtime = target.runtime
    watched = None
    with target.lock:
        alias = runtime.aliases.get(ref)
        if alias is None:
            runtime.count("dead_letters")
            return
        if alias.ends_with_reply:
            runtime.aliases.pop(ref, None)
            if alias.ends_with_monitor and target.monitors is not None:
                watched = target.monitors.pop(ref, None)
        arrived = _append(target, message)
    if watched is not None:
        watched.unwatch(ref)
    _notify(target, arrived)


def arrive_exit(target: "Process", source: Pid, reason: Term, linked: bool) -> None:
    """Handle an arriving exit signal: ignore it, turn it into an `:EXIT` message, or die.

    `linked` means that `source` died and `target` was linked to it; then `:kill` is an ordinary
    reason. Mirrors the rules of `erlang:exit/2` and of links.
    """
    if is_fatal(target, source, reason, linked):
        strike(target)


def is_fatal(target: "Process", source: Pid, reason: Term, linked: bool) -> bool:
    """Handle an exit signal as far as possible under the sender's effect lock.

    Returns True if it is fatal: then call `strike` outside the lock, because it takes the target's
    effect lock.
    """
    untrappable = reason is A.kill and not linked
    with target.lock:
        if linked:
            links = target.links
            if links is None or links.pop(source, _MISSING) is _MISSING:
                return False  # unlinked while the signal was in flight
        if not target.trap_exit or untrappable:
            ignored = reason is A.normal and (linked or source is not target.pid)
            if ignored or not target.alive or target.dying:
                return False
            target.doom = A.killed if untrappable else reason
            return True
        arrived = _append(target, (A.EXIT, source, reason))
    _notify(target, arrived)
    return False


def strike(target: "Process") -> None:
    """Apply a fatal signal: from now on `target` runs no user code."""
    with target.effect:
        target.epoch += 1
    target.runtime.scheduler.doomed(target)


def _append(target: "Process", message: Term) -> bool:
    """Put `message` into the mailbox; False if `target` is dead. Runs under its lock."""
    if not target.alive:
        return False
    if target.mailbox is None:
        target.mailbox = deque()
    target.mailbox.append(message)
    if target.suspended and target.is_urgent(message):
        target.urgent += 1
    return True


def _notify(target: "Process", arrived: bool) -> None:
    """Let `target` run for the arrived message, or count it as a dead letter."""
    if not arrived:
        target.runtime.count("dead_letters")
        return
    if target.runtime.ledger is not None:
        target.runtime.ledger.appended(target)
    target.runtime.scheduler.arrived(target)


class Flight(NamedTuple):
    """A signal in flight: `arrive(target, *args)` delivers it; `number` gives the sending order."""

    number: int
    source: "Process"
    target: "Process"
    arrive: Callable[..., Any]
    args: tuple[Any, ...]


class Channels:
    """Signals in flight by pair of processes; `Runtime.channels` under the law `spec`."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self.last = 0  # the number of the latest signal
        self._before = 0  # its value when the current line began
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
        """Append a signal to the channel from `source` to `target`."""
        flight = Flight(next(self._numbers), source, target, arrive, args)
        self._lanes.setdefault((source, target), deque()).append(flight)
        self.last = flight.number

    def all(self) -> list[Flight]:
        """Return everything in flight, in sending order."""
        flights = [flight for lane in self._lanes.values() for flight in lane]
        return sorted(flights, key=_number)

    def heads(self) -> list[Flight]:
        """Return the signals that may arrive next: the first of every channel, in sending order."""
        found = [lane[0] for lane in self._lanes.values()]
        return sorted(found, key=_number) if len(found) > 1 else found

    def carries(self, source: "Process", target: "Process") -> bool:
        """Whether anything is in flight from `source` to `target`."""
        return (source, target) in self._lanes

    def first(self, source: tuple[int, ...], target: tuple[int, ...]) -> Flight | None:
        """Return the first signal of a channel, given the paths of its two processes."""
        for (one, other), lane in self._lanes.items():
            if one.pid.path == source and other.pid.path == target:
                return lane[0]
        return None

    def lane(self, source: "Process", target: "Process") -> list[Flight]:
        """Return the signals in flight from `source` to `target`, oldest first."""
        return list(self._lanes.get((source, target), ()))

    def strikes(self, source: "Process", target: "Process") -> bool:
        """Whether an exit signal from `source` to `target` is in flight."""
        lane = self._lanes.get((source, target), ())
        return any(flight.arrive is arrive_exit for flight in lane)

    def take(self, source: "Process", target: "Process") -> Flight | None:
        """Remove the first signal from a channel without delivering it."""
        lane = self._lanes.get((source, target))
        if lane is None:
            return None
        flight = lane.popleft()
        if not lane:
            del self._lanes[source, target]
        return flight

    def deliver(self, source: "Process", target: "Process") -> Flight | None:
        """Deliver the first signal of a channel; return it, or None if the channel is empty."""
        flight = self.take(source, target)
        if flight is not None:
            flight.arrive(flight.target, *flight.args)
        return flight

    def begin_line(self) -> None:
        """Mark the signals in flight as left there by earlier lines."""
        self._before = self.last

    def deliver_oldest(self) -> "Process":
        """Deliver the signal that was sent first; return its sender."""
        first = self.heads()[0]
        self.deliver(first.source, first.target)
        return first.source

    def deliver_for(self, waiter: "Process") -> "Process":
        """Deliver one signal that a line waiting in `waiter` may need; return its sender.

        Signals to `waiter` come first, then others sent during its line, and last those left by
        earlier lines, so that a line does not disturb a race that the user has prepared.
        """

        def rank(flight: Flight) -> tuple[bool, bool, int]:
            newest = self._lanes[flight.source, flight.target][-1].number
            return newest <= self._before, flight.target is not waiter, flight.number

        first = min(self.heads(), key=rank)
        self.deliver(first.source, first.target)
        return first.source


def _number(flight: Flight) -> int:
    return flight.number
