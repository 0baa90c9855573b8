"""Process: what code running in a process can do. Mirrors Elixir's Process module.

Every function runs in the caller, which must be a process (`Runtime.attach`). Each is one effect:
it takes the caller's effect lock, raises if the caller has been killed, acts, and releases the
lock.
"""

from collections.abc import Callable
from typing import Any, Final

from kvshell.runtime.group_leader import group_leader, set_group_leader
from kvshell.runtime.processes.aliases import alias, unalias
from kvshell.runtime.processes.dictionary import delete, get, get_all, get_keys, put
from kvshell.runtime.processes.exits import Exit, Interrupted, Killed
from kvshell.runtime.processes.naming import (
    NODE,
    Dest,
    after_own_signals,
    current_process,
    named_here,
    record_of,
    resolve,
)
from kvshell.runtime.processes.observation import facts
from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.receive import flush, receive, sleep, wait_for_mail
from kvshell.runtime.processes.record import CallSlot, Process
from kvshell.runtime.processes.relations import demonitor, link, monitor, unlink
from kvshell.runtime.processes.signals import (
    arrive_alias,
    arrive_exit,
    arrive_message,
    is_fatal,
    strike,
    transmit,
)
from kvshell.runtime.processes.thread_context import Carrier, carrier, current
from kvshell.runtime.processes.timer_calls import cancel_timer, read_timer, send_after
from kvshell.terms import (
    A,
    ArgumentError,
    Atom,
    FunctionClauseError,
    List,
    Pid,
    Ref,
    Term,
    inspect,
    sort_key,
)
from kvshell.terms import alias as module_atom
from kvshell.terms import term as as_term

MODULE = module_atom("Process")
PRIORITIES: Final = (A.low, A.normal, A.high, A.max)

__all__ = [
    "NODE",
    "alias",
    "alive",
    "cancel_timer",
    "delete",
    "demonitor",
    "exit",
    "flag",
    "flush",
    "get",
    "get_all",
    "get_keys",
    "group_leader",
    "hibernate",
    "info",
    "link",
    "list_",
    "monitor",
    "put",
    "read_timer",
    "receive",
    "register",
    "registered",
    "self_",
    "send",
    "send_after",
    "set_group_leader",
    "sleep",
    "spawn",
    "spawn_link",
    "spawn_monitor",
    "unalias",
    "unlink",
    "unregister",
    "whereis",
    "yield_",
]


def self_() -> Pid:
    """Return the caller's pid. Mirrors self/0."""
    return current().pid


def send(dest: Dest, message: object) -> Term:
    """Send `message` and return it, even to a dead pid; an unknown name raises ArgumentError.

    `dest` is a pid, a name, `{name, node}` or an alias. Mirrors send/2.
    """
    here = carrier()
    me = current_process(here)
    sent = as_term(message)
    if type(dest) is Ref:
        return _send_to_alias(here, me, dest, sent)
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


def _send_to_alias(here: Carrier, me: Process, to: Ref, sent: Term) -> Term:
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("send", me, to, sent))
    active = me.runtime.aliases.get(to)
    if active is not None:
        with me.effect:
            if me.epoch != here.epoch:
                raise Killed
            transmit(me, active.owner, arrive_alias, to, sent)
    return sent


def spawn(function: Callable[[], Any], *, label: str = "function") -> Pid:
    """Start a process that runs `function` and then ends with `:normal`. Mirrors spawn/1.

    It occupies a thread while it lives.
    """
    return _spawn(function, label, link=False).pid


def spawn_link(function: Callable[[], Any], *, label: str = "function") -> Pid:
    """Start a process that runs `function`, linked to the caller; return its pid.

    Mirrors spawn_link/1.
    """
    return _spawn(function, label, link=True).pid


def spawn_monitor(function: Callable[[], Any], *, label: str = "function") -> tuple[Pid, Ref]:
    """Start a process that the caller monitors from the start; return its pid and the monitor.

    Mirrors spawn_monitor/1.
    """
    ref = current().runtime.make_ref()
    return _spawn(function, label, link=False, monitor=ref).pid, ref


def _spawn(
    function: Callable[[], Any], label: str, link: bool, monitor: Ref | None = None
) -> Process:
    me = current_process(carrier())

    def prepare(process: Process) -> None:
        process.label = label
        if monitor is not None:
            process.watchers = {monitor: (me, process.pid)}
            if me.monitors is None:
                me.monitors = {}
            me.monitors[monitor] = process
            if me.runtime.ledger is not None:
                me.runtime.ledger.monitors(me, process)

    return me.runtime.spawn(me, lambda _process: function(), prepare, link=link)


def exit(pid: Pid, reason: object) -> bool:  # noqa: A001  # OTP's name
    """Send `pid` an exit signal with `reason`; always returns True. Mirrors Process.exit/2.

    Right after `exit(p, A.kill)` the name, row and table of `p` may still be visible.
    """
    here = carrier()
    me = current_process(here)
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
    here.depth += 1  # first, so that a kill of the caller from now on counts this thread as running
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
    """Return whether `pid` is alive once it has all the caller's signals. Mirrors Process.alive?/1.

    Waits until a process that has got a fatal signal is dead. Receive point.
    """
    me = current_process(carrier())
    target = record_of(pid)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("alive", me, target))
    else:
        me.runtime.scheduler.looked(me)
    after_own_signals(me, target)
    return target is not None and not _ended(me, target)


def _ended(me: Process, target: Process) -> bool:
    """Return whether `target` is dead, waiting for its end if it is dying."""
    if not target.alive:
        return True
    if not target.dying or target is me:
        return False
    runtime = me.runtime
    ref = runtime.make_ref()
    slot = runtime.slots[ref] = CallSlot(me, ref)
    try:
        if target.watch(ref, slot):
            runtime.scheduler.wait(me, slot.done)
    except Interrupted:
        raise Exit(A.interrupted) from None
    finally:
        runtime.slots.pop(ref, None)
    return True


def info(pid: Pid, items: Atom | List | list[Atom] | None = None) -> Term:
    """Return information about a living process as a keyword list, or None for a dead one.

    With an item, return `{item, value}`; with a list of items, a list of those. Mirrors
    Process.info/1 and /2, without the heap items. Waits like `alive`. Receive point.
    """
    me = current_process(carrier())
    target = record_of(pid)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("look", me, target, items))
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
    me = current_process(carrier())
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("whereis", me, name))
    else:
        me.runtime.scheduler.looked(me)
    process = resolve(name)
    return None if process is None else process.pid


def register(pid: Pid, name: Atom) -> bool:
    """Register `pid` under `name`; returns True or raises ArgumentError.

    The error says that the process is dead or has a name, or that the name is taken. Mirrors
    Process.register/2.
    """
    if not isinstance(name, Atom) or name is A.undefined:
        raise FunctionClauseError(MODULE, A.register, 2)
    here = carrier()
    me = current_process(here)
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
    """Free `name`; returns True, or raises ArgumentError if no process has it.

    Mirrors Process.unregister/1.
    """
    here = carrier()
    me = current_process(here)
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
    """Return the registered names, in term order. Mirrors Process.registered/0."""
    me = current_process(carrier())
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("list", me, None, A.registered))
    return List(sorted(me.runtime.names.all(), key=sort_key))


def flag(name: Atom, value: Any) -> Any:
    """Set `:trap_exit` or `:priority`; return the old value. Mirrors Process.flag/2.

    The priority is stored, but has no effect.
    """
    if name is not A.trap_exit and name is not A.priority:
        raise ArgumentError.at(1, "invalid process flag")
    if name is A.priority:
        if value not in PRIORITIES:
            raise ArgumentError.at(2, "invalid value for this process flag")
    elif not isinstance(value, bool):
        raise ArgumentError.at(2, "invalid value for this process flag")
    here = carrier()
    me = current_process(here)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("flag", me, None, value))
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        if name is A.priority:
            before, me.priority = me.priority, value
            return before
        old, me.trap_exit = me.trap_exit, value
    return old


def list_() -> list[Pid]:
    """Return the pids of living processes, lowest number first. Mirrors Process.list/0."""
    me = current_process(carrier())
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("list", me))
    return sorted(me.runtime.processes(), key=lambda pid: pid.number)


def yield_() -> bool:
    """Let other processes run; returns True. Mirrors :erlang.yield/0. Receive point."""
    me = current_process(carrier())
    if me.runtime.watch is None:  # in a search, other processes may run before each step anyway
        me.runtime.scheduler.pause(me)
    return True


def hibernate(function: Callable[[], Any]) -> None:
    """Sleep until a message arrives, then run `function` and end; never returns.

    The caller's stack is discarded. Mirrors Process.hibernate/3. Receive point.
    """
    wait_for_mail()
    function()
    raise Exit(A.normal)
