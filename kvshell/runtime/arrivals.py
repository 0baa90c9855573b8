"""Arrivals: the footprints of what no process does - a signal that arrives, a timer, a kill."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kvshell.runtime.marks import READ, WRITE, Footprint
from kvshell.runtime.names import Names
from kvshell.runtime.signals import (
    arrive_down,
    arrive_end,
    arrive_exit,
    arrive_message,
    arrive_reply,
    arrive_value,
)
from kvshell.runtime.timers import Timer
from kvshell.terms import A, Atom

if TYPE_CHECKING:
    from kvshell.runtime.record import Process


def arrival(target: "Process", arrive: Callable[..., Any], args: tuple[Any, ...]) -> Footprint:
    """Return what the arrival of a signal reads and writes if it happens now."""
    # Whoever has a fatal signal does not go on with what arrives.
    found: Footprint = {("inside", target.pid): READ, ("doom", target.pid): READ}
    if arrive is arrive_message:
        found["mail", target.pid] = WRITE
    elif arrive is arrive_reply or arrive is arrive_end:
        found["slot", args[0]] = WRITE
    elif arrive is arrive_down:
        down_arrives(target, args[0], found)
    elif arrive is arrive_value:
        found["mail", target.pid] = WRITE
        found["watch", target.pid, args[0]] = READ
    elif arrive is arrive_exit:
        exit_arrives(target, args[1], args[2], found, self_sent=args[0] is target.pid)
    return found


def firing(timer: Timer, names: Names) -> Footprint:
    """Return what the firing of a timer reads and writes if it happens now."""
    if timer.ref is not None:
        found: Footprint = {("timer", timer.ref): WRITE}
        dest = timer.dest
        if type(dest) is Atom:
            found["name", dest] = READ
            dest = names.get(dest)
        pid = getattr(dest, "pid", dest)
        if pid is not None:
            found["inside", pid] = READ
            found["doom", pid] = READ
            found["mail", pid] = WRITE
        return found
    return _wait_ends(timer.dest)  # type: ignore[arg-type]  # without a ref: who waits


def _wait_ends(process: "Process") -> Footprint:
    """The end of a wait: it races with the answer, or with whatever message comes."""
    found: Footprint = {("inside", process.pid): READ, ("doom", process.pid): READ}
    if process.receiving:
        found["mail", process.pid] = WRITE
    for ref, slot in process.runtime.slots.items():
        if slot.owner is process:
            found["slot", ref] = WRITE
    return found


def kill(target: "Process") -> Footprint:
    """Return what a kill from nowhere reads and writes if it arrives now."""
    found: Footprint = {("inside", target.pid): READ}
    exit_arrives(target, A.kill, False, found)
    return found


def down_arrives(target: "Process", ref: Any, found: Footprint) -> None:
    """A `:DOWN` arrives."""
    found["watch", target.pid, ref] = WRITE
    # A dead target has no monitors any more; it might have had this one when it looked.
    if not target.alive or ref in (target.monitors or ()):
        found["mail", target.pid] = WRITE


def exit_arrives(
    target: "Process", reason: Any, linked: bool, found: Footprint, self_sent: bool = False
) -> None:
    """An exit signal arrives."""
    found["doom", target.pid] = READ
    found["life", target.pid] = READ
    if not target.alive or target.dying:
        return
    found["trap", target.pid] = READ
    if target.trap_exit and (linked or reason is not A.kill):
        found["mail", target.pid] = WRITE
    elif reason is not A.normal or (self_sent and not linked):
        found["doom", target.pid] = WRITE
