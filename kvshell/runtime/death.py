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
from kvshell.terms import A, Term

if TYPE_CHECKING:
    from kvshell.runtime.record import Process


def die(  # noqa: PLR0915  # the order of the steps is the promise: one list, read top to bottom
    process: "Process", reason: Term, claim: object = None
) -> None:
    """Take the dying steps. Runs in the process, or in the thread that took its claim.

    Given the `claim` with which the thread came, only if it was not taken away: then another does.
    """
    runtime = process.runtime
    watch = runtime.watch
    with process.effect:
        process.epoch += 1
    if watch is not None:
        watch(Op("die_life", process, process, reason))
    with process.lock:
        if process.reason is not NOTHING or (claim is not None and process.claim is not claim):
            return  # another thread takes, or took, these steps
        process.reason = reason
    if watch is not None and process.timers:
        watch(Op("die_timers", process, process, tuple(process.timers)))
    runtime.timers.drop(process)
    named = process.name is not None or runtime.names.has_global(process)
    holds = named or bool(process.tables)
    for table in list(process.tables or ()):
        if watch is not None:
            watch(Op("die_table", process, table))
        runtime.tables.owner_died(table, process)
    process.tables = None
    _release_names(process)
    if watch is not None and holds:
        watch(Op("die_end", process, process, reason))
    with process.lock:
        process.alive = False
        links, process.links = process.links, None
        watchers, process.watchers = process.watchers, None
        late = process.late or ()
        mailbox, process.mailbox = process.mailbox, None
        monitors, process.monitors = process.monitors, None
    process.died = runtime.line
    runtime.forget(process)
    for ref, target in (monitors or {}).items():
        if target is not None:
            target.unwatch(ref)
    for pid in links or ():
        linked = pid.record
        if linked is not None:
            why = A.noproc if pid in late else reason
            if watch is not None:
                watch(Op("die_exit", process, linked, why))
            transmit(process, linked, arrive_exit, process.pid, why, True)
    for ref, watcher in (watchers or {}).items():
        why = A.noproc if ref in late else reason
        owner = watcher.owner if isinstance(watcher, Slot) else watcher[0]
        if watch is not None:
            watch(Op("die_down", process, owner, (ref, why)))
        if isinstance(watcher, Slot):
            transmit(process, owner, arrive_end, ref, why)
        else:
            transmit(process, owner, arrive_down, ref, watcher[1], why)
    if mailbox:
        runtime.count("dead_letters", len(mailbox))
    process.behaviour = None
    process.state = None
    process.extra = None
    process.entry = None


def _release_names(process: "Process") -> None:
    runtime = process.runtime
    watch = runtime.watch
    if watch is not None:
        if process.name is not None:
            watch(Op("die_name", process, process.name))
        if runtime.names.has_global(process):
            watch(Op("die_name", process, A.global_))
    runtime.names.bury(process)
