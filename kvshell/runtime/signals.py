"""Signals: what one process can do to another, and what happens when it arrives.

Everything that travels between processes goes through `transmit`, in the order sent. Under the law
`beam` it arrives at once; `Runtime.channels`, when set, keeps it on its way until the schedule says
so. The arrive_* functions run in whoever delivers and wait for nothing.
"""

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from kvshell.runtime.record import NOTHING, Nothing
from kvshell.terms import A, Pid, Ref, Term

if TYPE_CHECKING:
    from kvshell.runtime.record import Process
    from kvshell.runtime.runtime import Runtime

_MISSING = object()


class Channels(Protocol):
    """Signals on their way, one channel per ordered pair of processes."""

    def push(
        self,
        source: "Process",
        target: "Process",
        arrive: Callable[..., Any],
        args: tuple[Any, ...],
    ) -> None:
        """Put a signal at the end of the channel from `source` to `target`."""

    def carries(self, source: "Process", target: "Process") -> bool:
        """Whether anything is on its way from `source` to `target`."""

    def strikes(self, source: "Process", target: "Process") -> bool:
        """Whether an exit signal that `source` sent is on its way to `target`."""

    def __len__(self) -> int:
        """How many signals are on their way."""

    def begin_line(self) -> None:
        """Remember that what is on its way now was left there by earlier lines."""

    def deliver_oldest(self) -> "Process":
        """Let the signal arrive that left first; return who sent it."""

    def deliver_for(self, waiter: "Process") -> "Process":
        """Let one signal arrive for the sake of a line that waits; return who sent it."""


class Ledger(Protocol):
    """Who wants to know which step put which message into a mailbox, and when it is taken."""

    def appended(self, target: "Process") -> None:
        """The present step appended a message."""

    def taken(self, process: "Process", index: int) -> None:
        """`process` took the message at `index` of its mailbox."""


def transmit(
    source: "Process", target: "Process", arrive: Callable[..., Any], *args: object
) -> None:
    """Send one signal from `source` to `target`; `arrive(target, *args)` is its arrival."""
    channels = source.runtime.channels
    if channels is None or source is target:
        arrive(target, *args)
    else:
        channels.push(source, target, arrive, args)


def arrive_message(target: "Process", message: Term) -> None:
    """Put `message` into the mailbox, or count it as a dead letter: never both, never neither."""
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
    runtime: "Runtime", ref: Ref, reply: Term | Nothing = NOTHING, down: Term | Nothing = NOTHING
) -> bool:
    """Complete the slot behind `ref` and wake its owner; False when it is completed already."""
    slot = runtime.slots.pop(ref, None)
    if slot is None:
        return False
    slot.reply = reply
    slot.down = down
    runtime.scheduler.wake(slot.owner)
    return True


def arrive_reply(target: "Process", ref: Ref, value: Term) -> None:
    """Complete the call behind `ref` with a reply; a late one is dropped and counted."""
    if not complete(target.runtime, ref, reply=value):
        target.runtime.count("late_replies")


def arrive_end(target: "Process", ref: Ref, reason: Term) -> None:
    """Complete the call behind `ref` with the reason for which no reply will come."""
    complete(target.runtime, ref, down=reason)


def arrive_down(target: "Process", ref: Ref, watched: Term, reason: Term) -> None:
    """Deliver one `:DOWN`, unless the monitor was removed meanwhile.

    Looking and delivering are one step: what was removed before cannot arrive after.
    """
    with target.lock:
        monitors = target.monitors
        if monitors is None or monitors.pop(ref, _MISSING) is _MISSING:
            return
        arrived = _append(target, (A.DOWN, ref, A.process, watched, reason))
    _tell(target, arrived)


def arrive_value(target: "Process", ref: Ref, value: Term) -> None:
    """Deliver `{ref, value}`, unless the monitor `ref` was removed: then it comes too late.

    Mirrors an alias that ends with its monitor, which is how a task delivers.
    """
    with target.lock:
        wanted = target.monitors is not None and ref in target.monitors
        arrived = wanted and _append(target, (ref, value))
    if wanted:
        _tell(target, arrived)
    else:
        target.runtime.count("late_replies")


def arrive_exit(target: "Process", source: Pid, reason: Term, linked: bool) -> None:
    """Let an exit signal arrive: ignored, turned into an `:EXIT` message, or fatal.

    `linked` says that `source` died and `target` was linked to it; then `:kill` is a reason like
    any other. Mirrors the rules of `erlang:exit/2` and of links.
    """
    if is_fatal(target, source, reason, linked):
        strike(target)


def is_fatal(target: "Process", source: Pid, reason: Term, linked: bool) -> bool:
    """Let an exit signal arrive as far as it can under a sender's effect lock.

    True when it is fatal: `strike` must follow, outside, because it takes the target's effect lock.
    """
    untrappable = reason is A.kill and not linked
    with target.lock:
        if linked:
            links = target.links
            if links is None or links.pop(source, _MISSING) is _MISSING:
                return False  # unlinked while the signal was on its way
        if not target.trap_exit or untrappable:
            ignored = reason is A.normal and (linked or source is not target.pid)
            if ignored or not target.alive or target.dying:
                return False
            target.doom = A.killed if untrappable else reason
            return True
        arrived = _append(target, (A.EXIT, source, reason))
    _tell(target, arrived)
    return False


def strike(target: "Process") -> None:
    """Make a fatal signal count: from now on `target` runs no more user code."""
    with target.effect:
        target.epoch += 1
    target.runtime.scheduler.doomed(target)


def _append(target: "Process", message: Term) -> bool:
    """Put `message` into the mailbox; False when `target` is dead. Runs under its lock."""
    if not target.alive:
        return False
    if target.mailbox is None:
        target.mailbox = deque()
    target.mailbox.append(message)
    if target.suspended and target.is_urgent(message):
        target.urgent += 1
    return True


def _tell(target: "Process", arrived: bool) -> None:
    """Let `target` run for the message that arrived, or count it as a dead letter."""
    if not arrived:
        target.runtime.count("dead_letters")
        return
    if target.runtime.ledger is not None:
        target.runtime.ledger.appended(target)
    target.runtime.scheduler.arrived(target)
