"""Visit: a thread runs a process until it has nothing more to do.

The thread holds the claim when it comes and gives it back when it leaves; then it looks once more
at the mailbox, because a message that arrived in between found the claim taken (the lost wake-up).
When a fatal signal arrives while the thread is in user code, the free scheduler takes the claim
away (puts a new one in its place) and lets another thread take the dying steps; the visitor finds
out when it next asks for an effect, or here, and touches nothing any more.
"""

from time import monotonic
from typing import TYPE_CHECKING, Any

from kvshell.runtime.carrier import Carrier
from kvshell.runtime.death import die
from kvshell.runtime.exits import Exit, HandedOver, Killed
from kvshell.runtime.record import NOTHING
from kvshell.runtime.report import crashed, exit_reason
from kvshell.terms import A

if TYPE_CHECKING:
    from kvshell.runtime.record import Process

MESSAGES = 64
SECONDS = 0.002


def visit(process: "Process", carrier: Carrier, *, fair: bool, most: int = MESSAGES) -> None:
    """Run `process` on this thread; its claim is held and is released at the end.

    At most `most` messages, with `fair` 2 ms, then it goes to the back of the queue.
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
    """Give the claim back, if it was not taken away, and look at the mailbox once more."""
    with process.lock:
        mine = process.claim is claim
        if mine:
            process.carrier = None
    if mine:
        claim.release()
        if process.alive and process.has_work():
            process.runtime.scheduler.arrived(process)
    elif not process.alive:
        process.state = None  # what the killed handler still assigned


def visit_here(process: "Process", carrier: Carrier) -> None:
    """Run what `process` does next on the thread of another, which goes on afterwards.

    It is declared never to wait: the entry of a new process, or one message. The claim is held and
    is released at the end.
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
    behaviour = process.behaviour
    assert behaviour is not None
    handle = behaviour.handle
    until = monotonic() + SECONDS if fair else 0.0
    while True:
        message = process.next_message()
        if message is NOTHING:
            return
        process.handled += 1
        process.handling = message
        handle(process, message)
        process.handling = NOTHING
        if process.epoch != carrier.epoch:
            raise Killed
        left -= 1
        if left == 0 or (fair and monotonic() > until):
            return
