"""A manager's pending messages: the current one, its mailbox, and what is in flight to it.

Only observes pending messages, never the manager's state.
"""

from collections.abc import Sequence

from kvshell.otp.gen.calls import unwrapped
from kvshell.runtime import Runtime
from kvshell.runtime.processes.record import NOTHING
from kvshell.runtime.processes.signals import (
    Channels,
    Flight,
    arrive_down,
    arrive_exit,
    arrive_message,
)
from kvshell.terms import A, Pid, Term, key


def inbox(runtime: Runtime, name: Term) -> tuple[Term, ...]:
    """Return the pending messages of a registered process; empty if there are none."""
    pid = runtime.whereis(name)
    record = None if pid is None else pid.record
    if pid is None or record is None:
        return ()
    handling, mailbox = record.handling, record.mailbox
    held = () if handling is NOTHING else (handling,)
    return held + (tuple(mailbox.copy()) if mailbox else ()) + on_its_way(runtime, pid)


def on_its_way(runtime: Runtime, pid: Pid) -> tuple[Term, ...]:
    """Return the messages in flight to a process."""
    channels = runtime.channels
    if not isinstance(channels, Channels):
        return ()
    flying = (flight for flight in channels.all() if flight.target.pid is pid)
    return tuple(message for flight in flying if (message := _message(flight)) is not None)


def _message(flight: Flight) -> Term:
    """Return the message that a signal will become, or None."""
    if flight.arrive is arrive_message:
        return flight.args[0]
    if flight.arrive is arrive_down:
        ref, watched, reason = flight.args
        return (A.DOWN, ref, A.process, watched, reason)
    if flight.arrive is arrive_exit:
        ended, reason, _linked = flight.args
        return (A.EXIT, ended, reason)
    return None


def creates(messages: Sequence[Term]) -> dict[Term, Term]:
    """Return the names that pending messages ask to create, by key(name)."""
    waiting: dict[Term, Term] = {}
    for message in messages:
        match unwrapped(message):
            case (A.create | A.create_store, name):
                waiting.setdefault(key(name), name)
    return waiting


def downs(messages: Sequence[Term]) -> dict[Pid, int]:
    """Return the processes whose `:DOWN` is pending, with its position, from 1."""
    return {message[3]: place for place, message in enumerate(messages, 1) if is_down(message)}


def is_down(message: Term) -> bool:
    """Return whether a message is the `:DOWN` of a monitor."""
    return type(message) is tuple and len(message) == 5 and message[0] is A.DOWN


def is_exit(message: Term) -> bool:
    """Return whether a message is the `:EXIT` of a link."""
    return type(message) is tuple and len(message) == 3 and message[0] is A.EXIT
