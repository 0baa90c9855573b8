"""Extras: what only a few servers need besides their state - an idle time-out, debug options."""

from kvshell.otp.debug import Debug
from kvshell.runtime.record import Process
from kvshell.terms import A, Ref, Term


class Extras:
    """Hangs on `Process.extra`, which is None while there is neither."""

    __slots__ = ("debug", "idle", "idle_ms")

    def __init__(self) -> None:
        self.debug: Debug | None = None
        self.idle: Ref | None = None  # the timer that sends `:timeout`
        self.idle_ms: int | None = None


def extras(process: Process) -> Extras:
    """Return the extras of a process, made when there are none."""
    found: Extras = process.extra if process.extra is not None else Extras()
    process.extra = found
    return found


def tidy(process: Process) -> None:
    """Let a process that needs no extras have none."""
    found: Extras | None = process.extra
    if found is not None and found.idle_ms is None and found.debug is None:
        process.extra = None


def wait_idle(process: Process, timeout_ms: int) -> None:
    """Send the process `:timeout` unless a message comes within `timeout_ms`. Runs in it."""
    found = extras(process)
    found.idle_ms = timeout_ms
    timers = process.runtime.timers
    found.idle = timers.send_after(process, process.pid, A.timeout, timeout_ms)


def came(process: Process, found: Extras, message: Term, is_system: bool) -> None:
    """Take note of a message before it is handled: the idle time-out is off."""
    _disarm(process, found, message)
    if not is_system:
        found.idle_ms = None
        if found.debug is not None:
            found.debug.note(process, (A.in_, message))
        tidy(process)


def went_on(process: Process, found: Extras) -> None:
    """After a system message the idle time-out begins again; not while suspended."""
    if found.idle_ms is not None and not process.suspended:
        wait_idle(process, found.idle_ms)


def _disarm(process: Process, found: Extras, message: Term) -> None:
    """Stop the idle timer; when it has fired and its `:timeout` is queued, take that back."""
    ref, found.idle = found.idle, None
    if ref is None:
        return
    fired = process.runtime.timers.cancel(ref) is None
    if fired and message is not A.timeout and process.mailbox:
        with process.lock:
            for index, queued in enumerate(process.mailbox):
                if queued is A.timeout:
                    del process.mailbox[index]
                    break


def note(process: Process, event: Term) -> None:
    """Tell the debug options of an event, if there are any."""
    found: Extras | None = process.extra
    if found is not None and found.debug is not None:
        found.debug.note(process, event)
