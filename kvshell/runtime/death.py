"""Death: the last steps of a process, in the order OTP promises.

No more user code, timers cancelled, tables gone or given to their heir, name released, `:EXIT` to
the links, `:DOWN` to the watchers in the order they were installed, later messages are dead
letters. Not atomic: others may run in between. Supervisors so hear of a death before monitors do.
"""

from typing import TYPE_CHECKING

from kvshell.runtime.op import Op
from kvshell.runtime.record import NOTHING
from kvshell.runtime.signals import arrive_down, arrive_end, arrive_exit, transmit
from kvshell.runtime.slot import Slot
from kvshell.terms import Term

if TYPE_CHECKING:
    from kvshell.runtime.record import Process


def die(process: "Process", reason: Term) -> None:
    """Take the dying steps. Runs in the process, or in the thread that took its claim."""
    runtime = process.runtime
    watch = runtime.watch
    with process.effect:
        process.epoch += 1
    with process.lock:
        if process.reason is not NOTHING:
            return  # another thread takes, or took, these steps
        process.reason = reason
    runtime.timers.drop(process)
    for table in list(process.tables or ()):
        if watch is not None:
            watch(Op("die_table", process, table))
        runtime.tables.owner_died(table, process)
    process.tables = None
    if process.name is not None and watch is not None:
        watch(Op("die_name", process, process.name))
    runtime.names.release(process)
    if watch is not None:
        watch(Op("die_life", process, process, reason))
    with process.lock:
        process.alive = False
        links, process.links = process.links, None
        watchers, process.watchers = process.watchers, None
        mailbox, process.mailbox = process.mailbox, None
        monitors, process.monitors = process.monitors, None
    process.died = runtime.line
    runtime.forget(process)
    for ref, target in (monitors or {}).items():
        if target is not None:
            with target.lock:
                if target.watchers is not None:
                    target.watchers.pop(ref, None)
    for pid in links or ():
        linked = pid.record
        if linked is not None and linked.alive:
            if watch is not None:
                watch(Op("die_exit", process, linked, reason))
            transmit(process, linked, arrive_exit, process.pid, reason, True)
    for ref, watcher in (watchers or {}).items():
        if isinstance(watcher, Slot):
            if watch is not None:
                watch(Op("die_down", process, watcher.owner, (ref, reason)))
            transmit(process, watcher.owner, arrive_end, ref, reason)
        else:
            owner, watched = watcher
            if watch is not None:
                watch(Op("die_down", process, owner, (ref, reason)))
            transmit(process, owner, arrive_down, ref, watched, reason)
    if mailbox:
        runtime.count("dead_letters", len(mailbox))
    process.behaviour = None
    process.state = None
    process.extra = None
    process.entry = None
