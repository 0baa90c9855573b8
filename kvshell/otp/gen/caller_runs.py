"""Caller-runs: a clause that never waits runs on the calling thread.

If the server is idle and its mailbox empty, it makes no difference whether its own thread or the
caller's runs the clause, as long as the claim is held: the caller saves two hand-overs (1 us
instead of 15). Grand Central Dispatch does the same in `dispatch_sync`. Meanwhile `self()` is the
server; a crash kills the server, not the caller; a wait is an error of the server; other messages
stay queued, and the mailbox is checked once afterwards.
"""

from typing import Final

from kvshell.otp.gen import calls as gen
from kvshell.otp.gen.calls import GEN_CALL, Where, answer_taken, await_slot, new_from
from kvshell.otp.gen.server_loop import ServerLoop
from kvshell.runtime.processes.crash_report import reason_of
from kvshell.runtime.processes.exits import Exit, HandedOver, Killed, Thrown
from kvshell.runtime.processes.record import NOTHING, CallSlot, Process, Unset
from kvshell.runtime.processes.run_slice import die
from kvshell.runtime.processes.signals import ALIAS, arrive_reply
from kvshell.runtime.processes.thread_context import Carrier
from kvshell.terms import A, List, Ref, Term, alias, term
from kvshell.terms.coerce import FLAT
from kvshell.terms.list import trusted

MODULE: Final = alias("GenServer")
REPLY: Final = A.reply
# For servers that ignore `from_`: creating a reference takes as long as a name lookup.
NO_REF: Final = Ref(0)
NO_TAG: Final = trusted(ALIAS, NO_REF, 1)
MAX_DEPTH: Final = 32


def run_in_caller(  # noqa: PLR0915  # inlined, to save attribute lookups
    here: Carrier,
    me: Process,
    target: Process,
    request: Term,
    server: gen.Server,
    timeout: Term,
) -> Term | Unset:
    """Answer `request` on this thread and return the reply; NOTHING if `target` is not idle.

    Exits like `GenServer.call(server, request, timeout)` if the server dies from the request or
    does not answer in time. Every call to a store uses this path.
    """
    if target.mailbox or here.depth >= MAX_DEPTH:
        return NOTHING
    epoch = here.epoch
    here.depth += 1  # first, so that a kill of the caller from now on counts this thread as running
    if me.epoch != epoch or not target.claim.acquire(False):
        here.depth -= 1
        if me.epoch != epoch:
            raise Killed
        return NOTHING
    claim, behaviour = target.claim, target.behaviour
    # Before checking for a fatal signal: a later sender finds the target here (Free.doomed).
    target_epoch = target.epoch
    here.process, here.epoch = target, target_epoch
    if (
        target.mailbox
        or target.suspended
        or target.doom is not NOTHING
        or target.entry is not None
        or target.extra is not None
        or not target.alive
        or type(behaviour) is not ServerLoop
    ):
        here.process, here.epoch = me, epoch
        claim.release()
        _look_again(target)
        here.depth -= 1
        return NOTHING
    ref, made = NO_REF, None
    if not behaviour.ignores_from:  # a clause may reply itself, or let another process do so
        ref = me.runtime.make_ref()
        made = me.runtime.slots[ref] = CallSlot(me, ref)
    slot, value = None, NOTHING
    target.handling = request
    try:
        tag = NO_TAG if ref is NO_REF else trusted(ALIAS, ref, 1)
        answer = behaviour.handle_call(request, (me.pid, tag), target.state)
        if type(answer) is tuple and len(answer) == 3 and answer[0] is REPLY:
            if answer[2] is not target.state:
                target.state = term(answer[2], "state")
            value = answer[1]
            if type(value) not in FLAT:
                value = term(value, "reply")
            if target.epoch != target_epoch:
                raise Killed
            if made is not None and me.runtime.slots.pop(ref, None) is None:
                slot = made  # it has already been answered
                arrive_reply(me, ref, value)
        else:
            if target.epoch != target_epoch:
                raise Killed
            slot = _slot(me, target, ref, made)
            _go_on(behaviour, target, claim, answer, (GEN_CALL, new_from(me, slot.ref), request))
    except Killed:
        slot = slot or _slot(me, target, ref, made)  # its own dying steps complete it
    except BaseException as error:  # noqa: BLE001  # the server raised, not the caller
        slot = slot or _slot(me, target, ref, made)
        if target.epoch == target_epoch:
            _end(behaviour, target, claim, error, (GEN_CALL, new_from(me, slot.ref), request))
    finally:
        here.process, here.epoch = me, epoch
        target.handled += 1
        target.handling = NOTHING
        claim.release()  # even if the claim was taken away
        if target.mailbox or target.doom is not NOTHING or target.entry is not None:
            _look_again(target)
        here.depth -= 1
    if slot is not None:
        return _outcome(here, me, target, slot, request, server, timeout)
    if me.epoch != epoch:
        raise Killed
    return value


def _outcome(
    here: Carrier,
    me: Process,
    target: Process,
    slot: CallSlot,
    request: Term,
    server: gen.Server,
    timeout: Term,
) -> Term:
    """Wait until the slot is completed, clean up, and return the outcome. Runs in the caller."""
    try:
        if me.epoch != here.epoch:
            raise Killed
        deadline = None if timeout is A.infinity else me.runtime.now_ms() + timeout
        where = call_of(server, request, timeout)
        me.waiting_for = (target, "call", request, deadline)
        return await_slot(me, target, slot, deadline, where)
    finally:
        if not target.alive:
            target.state = None  # the clause may have assigned it meanwhile
        me.runtime.slots.pop(slot.ref, None)
        answer_taken(me, slot.ref)
        with target.lock:
            if target.watchers is not None:
                target.watchers.pop(slot.ref, None)


def call_of(server: gen.Server, request: Term, timeout: Term) -> Where:
    """Return the call as named in an exit: `{GenServer, :call, [server, request, timeout]}`."""
    return lambda: (MODULE, A.call, List((server, request, timeout)))


def _go_on(
    behaviour: ServerLoop, target: Process, claim: object, answer: Term, message: Term
) -> None:
    """Carry out an answer to `message` that is not a plain reply; runs as the server."""
    try:
        behaviour.answered(target, answer, message)
    except Exit as exit_:
        _die(target, claim, exit_.reason)
    except HandedOver:
        return


def _end(
    behaviour: ServerLoop, target: Process, claim: object, error: BaseException, message: Term
) -> None:
    """End the server with the clause's exception; a throw is an answer. Runs as the server."""
    if isinstance(error, Thrown):
        _go_on(behaviour, target, claim, error.value, message)
        return
    reason = error.reason if isinstance(error, Exit) else reason_of(error)
    try:
        behaviour.terminate(target, reason, message)
    except Exit as exit_:
        _die(target, claim, exit_.reason)
    except HandedOver:
        return


def _die(target: Process, claim: object, reason: Term) -> None:
    if target.claim is claim:
        die(target, reason if target.doom is NOTHING else target.doom, claim)


def _slot(me: Process, target: Process, ref: Ref, made: CallSlot | None) -> CallSlot:
    """Return the slot of the call, now an ordinary one because the server did not just reply."""
    slot = made
    if slot is None:
        ref = me.runtime.make_ref()
        slot = me.runtime.slots[ref] = CallSlot(me, ref)
    with target.lock:
        alive = target.alive
        if alive:
            if target.watchers is None:
                target.watchers = {}
            target.watchers[ref] = slot
    if not alive:  # it was killed, and another thread has taken its dying steps
        slot.down = target.reason
    return slot


def _look_again(target: Process) -> None:
    """Check the mailbox again after releasing the claim, to avoid a lost wake-up."""
    if target.alive and target.has_work():
        target.runtime.scheduler.arrived(target)
