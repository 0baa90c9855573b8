"""Process: what code that runs in a process can do. Mirrors Elixir's Process module.

Every function runs in the caller, which must be a process (`Runtime.attach`). Each is one effect:
it takes the caller's effect lock, refuses when the caller has been killed, acts, and lets go.
"""

from collections.abc import Callable
from typing import Any

from kvshell.runtime.acting import (
    NODE,
    Dest,
    acting,
    after_own_signals,
    check_ref,
    named_here,
    record_of,
    resolve,
)
from kvshell.runtime.carrier import carrier, current
from kvshell.runtime.exits import Exit, Interrupted, Killed
from kvshell.runtime.facts import facts
from kvshell.runtime.op import Op
from kvshell.runtime.receiving import flush, receive, sleep
from kvshell.runtime.record import Process
from kvshell.runtime.relations import demonitor, link, monitor, unlink
from kvshell.runtime.signals import arrive_exit, arrive_message, is_fatal, strike, transmit
from kvshell.runtime.slot import Slot
from kvshell.terms import (
    A,
    ArgumentError,
    Atom,
    FunctionClauseError,
    List,
    Pid,
    Ref,
    Term,
    alias,
    inspect,
)
from kvshell.terms import term as as_term

MODULE = alias("Process")

__all__ = [
    "NODE",
    "alive",
    "cancel_timer",
    "demonitor",
    "exit",
    "flag",
    "flush",
    "info",
    "link",
    "list_",
    "monitor",
    "read_timer",
    "receive",
    "register",
    "registered",
    "self_",
    "send",
    "send_after",
    "sleep",
    "spawn",
    "spawn_link",
    "unlink",
    "unregister",
    "whereis",
]


def self_() -> Pid:
    """Return the caller's pid. Mirrors self/0."""
    return current().pid


def send(dest: Dest, message: object) -> Term:
    """Send `message`; return it. To a dead pid as well; an unknown name is an ArgumentError.

    Mirrors send/2.
    """
    here = carrier()
    me = acting(here)
    sent = as_term(message)
    to = dest if type(dest) is Pid else named_here(dest)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("send", me, to, sent))
    target = resolve(to)
    if target is None:
        if type(dest) is Pid or to is not dest:
            return sent
        raise ArgumentError.at(1, "invalid destination")
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        transmit(me, target, arrive_message, sent)
    return sent


def spawn(function: Callable[[], Any], *, label: str = "function") -> Pid:
    """Start a process that runs `function` and then ends with `:normal`. Mirrors spawn/1.

    It holds a thread while it lives.
    """
    return _spawn(function, label, link=False).pid


def spawn_link(function: Callable[[], Any], *, label: str = "function") -> Pid:
    """Start a process linked to the caller. Mirrors spawn_link/1."""
    return _spawn(function, label, link=True).pid


def _spawn(function: Callable[[], Any], label: str, link: bool) -> Process:
    me = acting(carrier())

    def prepare(process: Process) -> None:
        process.label = label

    return me.runtime.spawn(me, lambda _process: function(), prepare, link=link)


def exit(pid: Pid, reason: object) -> bool:  # noqa: A001  # OTP's name
    """Send an exit signal; always True. Mirrors Process.exit/2.

    Right after `exit(p, A.kill)` the name, row and table of `p` may still be seen.
    """
    here = carrier()
    me = acting(here)
    why = as_term(reason)
    target = record_of(pid)
    if target is None:
        return True
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("exit", me, target, why))
    if target is me:
        arrive_exit(me, me.pid, why, False)
        if me.epoch != here.epoch:
            raise Killed
        return True
    here.depth += 1  # first: who kills the caller from here on counts this thread as running
    try:
        fatal = False
        with me.effect:
            if me.epoch != here.epoch:
                raise Killed
            if me.runtime.channels is None:
                fatal = is_fatal(target, me.pid, why, False)
            else:
                transmit(me, target, arrive_exit, me.pid, why, False)
        if fatal:
            strike(target)
    finally:
        here.depth -= 1
    return True


def alive(pid: Pid) -> bool:
    """Say whether `pid` lives, after everything the caller sent it. Mirrors Process.alive?/1.

    Waits for the dying steps of a process that has a fatal signal. Receive point.
    """
    me = acting(carrier())
    target = record_of(pid)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("alive", me, target))
    after_own_signals(me, target)
    return target is not None and not _ended(me, target)


def _ended(me: Process, target: Process) -> bool:
    """Say whether `target` is dead; wait for its end when it is dying."""
    if not target.alive:
        return True
    if not target.dying or target is me:
        return False
    runtime = me.runtime
    ref = runtime.make_ref()
    slot = runtime.slots[ref] = Slot(me, ref)
    try:
        if target.watch(ref, slot):
            runtime.scheduler.wait(me, slot.done)
    except Interrupted:
        raise Exit(A.interrupted) from None
    finally:
        runtime.slots.pop(ref, None)
    return True


def info(pid: Pid, items: Atom | List | list[Atom] | None = None) -> Term:
    """Return the facts about a living process as a keyword list, None for a dead one.

    With an item `{item, value}`, with a list of items those. Mirrors Process.info/1 and /2, without
    what concerns the heap. Waits like `alive`. Receive point.
    """
    me = acting(carrier())
    target = record_of(pid)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("look", me, target))
    after_own_signals(me, target)
    if target is None or _ended(me, target):
        return None
    seen = me.runtime.observe(pid)
    assert seen is not None
    return facts(target, seen, List(items) if isinstance(items, list) else items)


def whereis(name: Atom) -> Pid | None:
    """Return the pid registered under `name`, or None. Mirrors Process.whereis/1."""
    if not isinstance(name, Atom | bool | None):
        raise ArgumentError.at(1, "not an atom")
    me = acting(carrier())
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("whereis", me, name))
    process = resolve(name)
    return None if process is None else process.pid


def register(pid: Pid, name: Atom) -> bool:
    """Register `pid` under `name`; True, or ArgumentError as in Process.register/2."""
    if not isinstance(name, Atom) or name is A.undefined:
        raise FunctionClauseError(MODULE, A.register, 2)
    here = carrier()
    me = acting(here)
    target: Process | None = pid.record if type(pid) is Pid else None
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("register", me, name, pid))
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        if target is not None and me.runtime.names.claim(name, target):
            return True
    raise ArgumentError(
        f"could not register {inspect(pid)} with name {inspect(name)} because it is not alive, "
        "the name is already taken, or it has already been given another name"
    )


def unregister(name: Atom) -> bool:
    """Free `name`; True, or ArgumentError when nobody has it. Mirrors Process.unregister/1."""
    here = carrier()
    me = acting(here)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("unregister", me, name))
    target = resolve(name)
    if target is None:
        raise ArgumentError.at(1, "not a pid")
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        me.runtime.names.release(target, name)
    return True


def registered() -> List:
    """Return the registered names, oldest first. Mirrors Process.registered/0."""
    me = acting(carrier())
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("list", me))
    return List(me.runtime.names.all())


def flag(name: Atom, value: bool) -> bool:
    """Set `:trap_exit`; return the old value. Mirrors Process.flag/2."""
    if name is not A.trap_exit:
        raise ArgumentError.at(1, "invalid process flag")
    if not isinstance(value, bool):
        raise ArgumentError.at(2, "invalid value for this process flag")
    here = carrier()
    me = acting(here)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("flag", me, None, value))
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        old, me.trap_exit = me.trap_exit, value
    return old


def list_() -> list[Pid]:
    """Return the pids of the living. Mirrors Process.list/0."""
    me = acting(carrier())
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("list", me))
    return me.runtime.processes()


def send_after(dest: Pid | Atom, message: object, delay_ms: int) -> Ref:
    """Send `message` in `delay_ms`; return the timer. Mirrors Process.send_after/3."""
    if type(delay_ms) is not int:
        raise ArgumentError.at(1, "not an integer")
    if delay_ms < 0:
        raise ArgumentError.at(1, "out of range")
    if not isinstance(dest, Pid | Atom):
        raise ArgumentError.at(2, "not a pid or an atom")
    here = carrier()
    me = acting(here)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("send_after", me, dest, message))
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        return me.runtime.timers.send_after(me, dest, as_term(message), delay_ms)


def cancel_timer(ref: Ref) -> int | bool:
    """Stop a timer; return the milliseconds left, or False. Mirrors Process.cancel_timer/1."""
    check_ref(ref)
    here = carrier()
    me = acting(here)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("cancel_timer", me, ref))
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        left = me.runtime.timers.cancel(ref)
    return False if left is None else left


def read_timer(ref: Ref) -> int | bool:
    """Return the milliseconds left, or False. Mirrors Process.read_timer/1."""
    check_ref(ref)
    left = acting(carrier()).runtime.timers.left(ref)
    return False if left is None else left
