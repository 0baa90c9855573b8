"""Footprints of steps that no process takes: an arriving signal, a timer, a crash."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kvshell.runtime.processes.naming import Names
from kvshell.runtime.processes.signals import (
    arrive_alias,
    arrive_down,
    arrive_end,
    arrive_exit,
    arrive_message,
    arrive_reply,
    arrive_value,
)
from kvshell.runtime.processes.timers import Timer
from kvshell.runtime.search.steps import PART, READ, WRITE, Footprint, Object
from kvshell.terms import A, Atom

if TYPE_CHECKING:
    from kvshell.runtime.processes.record import Process


def arrival(
    source: "Process", target: "Process", arrive: Callable[..., Any], args: tuple[Any, ...]
) -> Footprint:
    """Return what a signal's arrival reads and writes if it happens now."""
    # A process with a fatal signal does not react to arrivals.
    found = _reached(target)
    number = target.pid.number
    if arrive is arrive_message:
        found["mail", number] = WRITE
    elif arrive is arrive_reply or arrive is arrive_end:
        found["slot", args[0].number] = WRITE
        if arrive is arrive_reply and args[0] in target.runtime.untaken:
            found["mail", number] = WRITE  # a second answer is a message
    elif arrive is arrive_alias:
        alias_arrives(target, args[0], found)
    elif arrive is arrive_down:
        down_arrives(target, args[0], found)
    elif arrive is arrive_value:
        value_arrives(target, args[0], found)
    elif arrive is arrive_exit:
        link = link_between(source, target) if args[2] else None
        exit_arrives(target, args[1], args[2], found, args[0] is target.pid, link)
    return found


def _reached(target: "Process") -> Footprint:
    number = target.pid.number
    return {("inside", number): READ, ("doom", number): READ}


def link_between(one: "Process", other: "Process") -> Object:
    """Return the object that stands for the link of two processes."""
    return ("link", *sorted((one.pid.number, other.pid.number)))


def firing(timer: Timer, names: Names) -> Footprint:
    """Return what a firing timer reads and writes if it fires now."""
    if timer.ref is None:
        return _wait_ends(timer.dest)  # type: ignore[arg-type]  # without a ref it ends a wait
    found: Footprint = {("timer", timer.ref.number): WRITE}
    dest = timer.dest
    if type(dest) is Atom:
        found["name", dest] = READ
        dest = names.get(dest)
    pid = getattr(dest, "pid", dest)
    if pid is not None:
        found["inside", pid.number] = READ  # type: ignore[union-attr]  # by now it is a pid
        found["doom", pid.number] = READ  # type: ignore[union-attr]
        found["mail", pid.number] = WRITE  # type: ignore[union-attr]
    return found


def _wait_ends(process: "Process") -> Footprint:
    """Return the footprint of a wait's end: it races with the answer, or with any message."""
    found = _reached(process)
    if process.receiving:
        found["mail", process.pid.number] = WRITE
    for ref, slot in process.runtime.slots.items():
        if slot.owner is process:
            found["slot", ref.number] = WRITE
    return found


def crash(target: "Process") -> Footprint:
    """Return what an injected crash of a living process touches: all crashes share one budget."""
    number = target.pid.number
    return {
        ("inside", number): READ,
        ("life", number): READ,
        ("doom", number): WRITE,
        ("crashes",): WRITE,
    }


def alias_arrives(target: "Process", ref: Any, found: Footprint) -> None:
    """Add what the arrival of a message to an alias touches."""
    alias = target.runtime.aliases.get(ref)
    found["alias", ref.number] = READ
    if alias is not None:
        found["mail", target.pid.number] = WRITE
        if alias.ends_with_reply:
            found["alias", ref.number] = WRITE
            found["watch", target.pid.number, ref.number] = WRITE


def down_arrives(target: "Process", ref: Any, found: Footprint) -> None:
    """Add what the arrival of a `:DOWN` touches."""
    number = target.pid.number
    found["watch", number, ref.number] = WRITE
    found["relations", number] = PART
    if ref in target.runtime.aliases:
        found["alias", ref.number] = WRITE
    if _watches(target, ref):
        found["mail", number] = WRITE


def value_arrives(target: "Process", ref: Any, found: Footprint) -> None:
    """Add what the arrival of a task's value touches."""
    found["watch", target.pid.number, ref.number] = READ
    if _watches(target, ref):
        found["mail", target.pid.number] = WRITE


def _watches(target: "Process", ref: Any) -> bool:
    ledger = target.runtime.ledger
    return ledger is None or ledger.watches(target, ref)


def exit_arrives(
    target: "Process",
    reason: Any,
    linked: bool,
    found: Footprint,
    self_sent: bool = False,
    link: Object | None = None,
) -> None:
    """Add what the arrival of an exit signal touches; dead and dying processes ignore it.

    `self_sent` says that the target sent it itself; `link` is the object of the link it came
    through.
    """
    number = target.pid.number
    found["doom", number] = READ
    found["life", number] = READ
    if not target.alive or target.dying:
        return
    found["trap", number] = READ
    if link is not None:
        found[link] = WRITE
        found["relations", number] = PART
    if target.trap_exit and (linked or reason is not A.kill):
        found["mail", number] = WRITE
    elif reason is not A.normal or (self_sent and not linked):
        found["doom", number] = WRITE
