"""Timer functions for processes. Mirrors part of Elixir's Process."""

from kvshell.runtime.processes.exits import Killed
from kvshell.runtime.processes.naming import check_ref, current_process
from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.thread_context import carrier
from kvshell.terms import ArgumentError, Atom, Pid, Ref
from kvshell.terms import term as as_term


def send_after(dest: Pid | Atom, message: object, delay_ms: int, *, abs: bool = False) -> Ref:  # noqa: A002  # OTP's name
    """Send `message` after `delay_ms`; return the timer's reference. Mirrors Process.send_after/4.

    With `abs`, `delay_ms` is a time of the scheduler's clock, `Runtime.now_ms`.
    """
    if type(delay_ms) is not int:
        raise ArgumentError.at(1, "not an integer")
    if delay_ms < 0 and not abs:
        raise ArgumentError.at(1, "out of range")
    if not isinstance(dest, Pid | Atom):
        raise ArgumentError.at(2, "not a pid or an atom")
    here = carrier()
    me = current_process(here)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("send_after", me, dest, message))
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        wait_ms = max(0, delay_ms - me.runtime.now_ms()) if abs else delay_ms
        return me.runtime.timers.send_after(me, dest, as_term(message), wait_ms)


def cancel_timer(ref: Ref) -> int | bool:
    """Stop a timer; return the milliseconds left, or False. Mirrors Process.cancel_timer/1."""
    check_ref(ref)
    here = carrier()
    me = current_process(here)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("cancel_timer", me, ref))
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        left = me.runtime.timers.cancel(ref)
    return False if left is None else left


def read_timer(ref: Ref) -> int | bool:
    """Return the milliseconds until the timer fires, or False. Mirrors Process.read_timer/1."""
    check_ref(ref)
    me = current_process(carrier())
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("read_timer", me, ref))
    left = me.runtime.timers.left(ref)
    return False if left is None else left
