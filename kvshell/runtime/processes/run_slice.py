"""Running a process for a while (a slice), and the steps of its death, in the order OTP guarantees.

A dying process runs no more user code; its timers are cancelled; its tables are deleted or given to
their heirs; its name is released; `:EXIT` goes to its links, then `:DOWN` to its watchers in the
order they were added; later messages are dead letters. These steps are not atomic: other processes
may run in between. Since links come first, supervisors learn of a death before monitors do.
"""

from time import monotonic
from typing import TYPE_CHECKING, Any

from kvshell.runtime.processes.crash_report import crashed, exit_reason
from kvshell.runtime.processes.exits import Exit, HandedOver, Killed
from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.record import NOTHING, CallSlot
from kvshell.runtime.processes.signals import arrive_down, arrive_end, arrive_exit, transmit
from kvshell.runtime.processes.thread_context import Carrier
from kvshell.terms import A, Term

if TYPE_CHECKING:
    from kvshell.runtime.processes.record import Process


def die(  # noqa: PLR0915  # the order of the steps is the promise: one list, read top to bottom
    process: "Process", reason: Term, claim: object = None
) -> None:
    """Take the dying steps of `process`. Runs in it, or in the thread that took its claim.

    A thread passes the `claim` it came with: if that has been taken away, another thread takes the
    steps, and this call does nothing.
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
        aliases, process.aliases = process.aliases, None
    if runtime.ledger is None:  # a search must know the owner of a dead alias
        for ref in aliases or ():
            runtime.aliases.pop(ref, None)
    process.died = runtime.line
    runtime.forget(process)
    if runtime.ledger is not None:
        runtime.ledger.buried(process, monitors)
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
        owner = watcher.owner if isinstance(watcher, CallSlot) else watcher[0]
        if watch is not None:
            called = watcher if isinstance(watcher, CallSlot) else None
            watch(Op("die_down", process, owner, (ref, why), called))
        if isinstance(watcher, CallSlot):
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


if TYPE_CHECKING:
    from kvshell.runtime.processes.record import Process

MESSAGES = 64
SECONDS = 0.002


def run_slice(process: "Process", carrier: Carrier, *, fair: bool, most: int = MESSAGES) -> None:
    """Run `process` on this thread, which holds its claim; the claim is released at the end.

    After `most` messages, or 2 ms if `fair`, it goes to the back of the queue.
    """
    with process.lock:
        claim = process.claim
        process.carrier = carrier
        carrier.process = process
        carrier.epoch = process.epoch
    try:
        _run(process, carrier, claim, fair, most)
    finally:
        carrier.process = None
        hand_back(process, claim)


def hand_back(process: "Process", claim: Any) -> None:
    """Release the claim unless it was taken away, and queue the process again if it has work."""
    with process.lock:
        mine = process.claim is claim
        if mine:
            process.carrier = None
    if mine:
        claim.release()
        if process.alive and process.has_work():
            process.runtime.scheduler.arrived(process)
    elif not process.alive:
        process.state = None  # state assigned by the killed handler


def run_here(process: "Process", carrier: Carrier) -> None:
    """Run the next action of `process` on another process's thread, which then continues.

    The action is declared never to wait: the entry of a new process, or one message. The claim is
    held and is released at the end.
    """
    outer, epoch = carrier.process, carrier.epoch
    assert outer is not None
    with process.lock:
        claim = process.claim
        process.carrier = carrier
        carrier.depth += 1
        carrier.process, carrier.epoch = process, process.epoch
    try:
        _run(process, carrier, claim, fair=True, most=0 if process.entry is not None else 1)
    finally:
        carrier.process, carrier.epoch = outer, epoch
        carrier.depth -= 1
        hand_back(process, claim)


def _run(process: "Process", carrier: Carrier, claim: Any, fair: bool, most: int) -> None:
    try:
        if process.doom is not NOTHING:
            raise Killed
        entry = process.entry
        if entry is not None:
            process.entry = None
            entry()
            if process.behaviour is None:
                raise Exit(A.normal)
        if process.epoch != carrier.epoch:
            raise Killed
        if most:
            _handle_messages(process, carrier, fair, most)
    except Killed:
        if process.claim is claim and process.doom is not NOTHING:
            die(process, process.doom, claim)
    except HandedOver:
        return
    except Exit as exit_:
        if process.claim is claim:
            reason = exit_reason(exit_.reason) if process.doom is NOTHING else process.doom
            die(process, reason, claim)
    except BaseException as error:  # noqa: BLE001  # the one loop: whatever escapes is the reason
        if process.claim is claim:
            die(process, crashed(process, error), claim)


def _handle_messages(process: "Process", carrier: Carrier, fair: bool, left: int) -> None:
    until = monotonic() + SECONDS if fair else 0.0
    while True:
        watch = process.runtime.watch
        if watch is not None and process.next_index() is not None:
            watch(Op("handle", process, process))
        message = process.next_message()
        if message is NOTHING:
            return
        process.handled += 1
        process.handling = message
        behaviour = process.behaviour  # read each time: its code may just have been reloaded
        assert behaviour is not None
        behaviour.handle(process, message)
        process.handling = NOTHING
        if process.epoch != carrier.epoch:
            raise Killed
        left -= 1
        if left == 0 or (fair and monotonic() > until):
            return
