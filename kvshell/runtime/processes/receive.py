"""Receiving: take messages out of the mailbox, and wait. Part of Elixir's Process."""

from collections.abc import Callable, Iterator
from itertools import islice

from kvshell.runtime.processes.exits import Exit, Interrupted, Killed
from kvshell.runtime.processes.naming import current_process
from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.record import NOTHING, Process
from kvshell.runtime.processes.thread_context import Carrier, carrier
from kvshell.terms import A, Atom, FunctionClauseError, Term, alias

MODULE = alias("Process")


def receive(
    match: Callable[[Term], bool] | None = None,
    timeout_ms: int | None = None,
    after: Term = None,
) -> Term:
    """Take the first message for which `match` is true; other messages stay in the mailbox.

    Returns `after` if none arrives within `timeout_ms`. `match` must have no effects. For processes
    without a behaviour and for drivers only: a server's mailbox belongs to its behaviour. Receive
    point.
    """
    here = carrier()
    me = current_process(here)
    wanted = match or _anything
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("receive" if timeout_ms is None else "receive_after", me, None, timeout_ms))
    found = _receive(here, me, wanted)
    if found is not NOTHING:
        return found
    if timeout_ms == 0:
        return after
    scheduler = me.runtime.scheduler
    deadline = None if timeout_ms is None else scheduler.now() + timeout_ms
    me.receiving = True
    try:
        came = scheduler.wait(me, lambda: _waits_for(me, wanted), deadline)
    except Interrupted:
        raise Exit(A.interrupted) from None
    finally:
        me.receiving = False
    return _receive(here, me, wanted) if came else after


def wait_for_mail() -> None:
    """Wait until there is a message, without taking it. Receive point."""
    me = current_process(carrier())
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("receive", me))
    me.receiving = True
    try:
        me.runtime.scheduler.wait(me, lambda: bool(me.mailbox))
    except Interrupted:
        raise Exit(A.interrupted) from None
    finally:
        me.receiving = False


def _anything(_message: Term) -> bool:
    return True


def _waits_for(me: Process, match: Callable[[Term], bool]) -> bool:
    try:
        return any(map(match, _queued(me)))
    except BaseException:  # noqa: BLE001  # the receiver checks by itself, and raises
        return True


def flush() -> list[Term]:
    """Take all messages out of the caller's mailbox and return them. Mirrors iex's flush/0."""
    here = carrier()
    me = current_process(here)
    ledger = me.runtime.ledger
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("flush", me))
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        with me.lock:
            taken = list(me.mailbox or ())
            if ledger is not None:
                for _ in taken:
                    ledger.taken(me, 0)
            if me.mailbox is not None:
                me.mailbox.clear()
    return taken


def sleep(duration_ms: int | Atom) -> Atom:
    """Wait `duration_ms`, or forever; virtual time when controlled. Mirrors Process.sleep/1.

    Receive point.
    """
    for_ever = duration_ms is A.infinity
    if not for_ever and (type(duration_ms) is not int or duration_ms < 0):
        raise FunctionClauseError(MODULE, A.sleep, 1)
    me = current_process(carrier())
    scheduler = me.runtime.scheduler
    until = None if type(duration_ms) is not int else scheduler.now() + duration_ms
    me.waiting_for = (None, "sleep", None, until)
    try:
        scheduler.wait(me, _nothing, until)
    except Interrupted:
        raise Exit(A.interrupted) from None
    finally:
        me.waiting_for = None
    return A.ok


def _nothing() -> bool:
    return False


def _queued(me: Process) -> Iterator[Term]:
    """Yield the messages in the mailbox, in growing chunks: no lock is held while user code runs.

    Only `me` removes messages, so indices stay valid meanwhile.
    """
    start, piece = 0, 1
    while True:
        with me.lock:
            messages = list(islice(me.mailbox or (), start, start + piece))
        yield from messages
        if len(messages) < piece:
            return
        start, piece = start + piece, piece * 4


def remove(me: Process, match: Callable[[Term], bool]) -> Term:
    """Take the first matching message from the mailbox, or return NOTHING. Runs in `me`."""
    for index, message in enumerate(_queued(me)):
        if match(message):
            return _take(me, index, message)
    return NOTHING


def _receive(here: Carrier, me: Process, match: Callable[[Term], bool]) -> Term:
    """Like `remove`, but as an effect of its own."""
    for index, message in enumerate(_queued(me)):
        if match(message):
            with me.effect:
                if me.epoch != here.epoch:
                    raise Killed
                return _take(me, index, message)
    return NOTHING


def _take(me: Process, index: int, message: Term) -> Term:
    """Take the message found at `index`. Raises Killed if it is gone: then `me` is dead."""
    with me.lock:
        box = me.mailbox
        if box is None or len(box) <= index or box[index] is not message:
            raise Killed
        del box[index]
        if me.runtime.ledger is not None:
            me.runtime.ledger.taken(me, index)
    return message
