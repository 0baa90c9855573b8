"""Relations: monitors and links between processes. Mirrors part of Elixir's Process."""

from kvshell.runtime.processes.aliases import MODES, activate, forget
from kvshell.runtime.processes.exits import Killed
from kvshell.runtime.processes.naming import (
    NODE,
    Dest,
    after_own_exits,
    check_ref,
    current_process,
    named_here,
    record_of,
    resolve,
)
from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.receive import remove
from kvshell.runtime.processes.record import Process
from kvshell.runtime.processes.signals import arrive_message
from kvshell.runtime.processes.thread_context import carrier
from kvshell.terms import A, ArgumentError, Atom, ErlangError, Pid, Ref, Term


def monitor(dest: Dest, *, alias: Atom | None = None) -> Ref:
    """Monitor a process: `{:DOWN, ref, :process, pid, reason}` arrives once, when it dies.

    If the process is dead or unknown, `:DOWN` arrives at once with the reason `:noproc`. With
    `alias` the reference is also an alias of the caller, which ends explicitly
    (`explicit_unalias`), with the monitor (`demonitor`), or with the first message, which then also
    ends the monitor (`reply_demonitor`). Mirrors Process.monitor/1 and erlang:monitor/3.
    """
    if alias is not None and alias not in MODES:
        raise ArgumentError.at(3, "invalid option in list")
    here = carrier()
    me = current_process(here)
    runtime = me.runtime
    dest = named_here(dest)
    if not isinstance(dest, Pid | Atom):
        raise ArgumentError.at(2, "not a pid")
    watched: Term = dest if isinstance(dest, Pid) else (dest, NODE)
    ref = runtime.make_ref()
    watch = runtime.watch
    if watch is not None:
        watch(Op("monitor", me, dest, ref))
    target = resolve(dest)
    after_own_exits(me, target)
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        if alias is not None:
            activate(me, ref, alias)
        if target is me:  # a process never sees its own end
            return ref
        if me.monitors is None:
            me.monitors = {}
        me.monitors[ref] = target
        if target is not None and target.watch(ref, (me, watched)):
            return ref
        del me.monitors[ref]
        with me.lock:
            forget(me, ref, monitor=True)
        arrive_message(me, (A.DOWN, ref, A.process, watched, A.noproc))
    return ref


def demonitor(ref: Ref, flush: bool = False, info: bool = False) -> bool:
    """Remove a monitor, so that no `:DOWN` arrives; with `flush` remove one that already has.

    With `info`, return whether the monitor existed; otherwise True. Mirrors Process.demonitor/2.
    """
    check_ref(ref)
    here = carrier()
    me = current_process(here)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("demonitor", me, (me.monitors or {}).get(ref), (ref, flush)))
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        with me.lock:  # a `:DOWN` sent while the monitor existed has arrived by now
            target = me.monitors.pop(ref, None) if me.monitors is not None else None
            if me.aliases is not None:
                forget(me, ref, monitor=True)
        if target is not None:
            target.unwatch(ref)
        if flush:
            remove(me, lambda m: type(m) is tuple and m[:1] == (A.DOWN,) and m[1] is ref)
    return target is not None or not info


_NOBODY = ":\n\n  * 1st argument: the pid does not refer to an existing process"


def link(pid: Pid) -> bool:
    """Link the caller and `pid`: when one dies, the other gets an exit signal. Mirrors link/1.

    A dead `pid` raises ErlangError `:noproc`; if the caller traps exits, it is sent `{:EXIT, pid,
    :noproc}` instead.
    """
    here = carrier()
    me = current_process(here)
    if pid is me.pid:
        return True
    target = record_of(pid)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("link", me, target))
    after_own_exits(me, target)
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        if target is not None and _linked(me, target):
            return True
        if not me.trap_exit:
            raise ErlangError(A.noproc, _NOBODY)
        arrive_message(me, (A.EXIT, pid, A.noproc))
    return True


def _linked(me: Process, target: Process) -> bool:
    """Link the two atomically with respect to other links; False if `target` is dead.

    The caller's side comes first: if `target` dies with `me` in its links, its exit signal must
    find `target` in the links of `me`.
    """
    with me.runtime.linking:
        with me.lock:
            if me.links is None:
                me.links = {}
            if target.pid in me.links:  # if it is dead, its exit signal is in flight
                return True
            me.links[target.pid] = None
        with target.lock:
            if target.alive:
                if target.links is None:
                    target.links = {}
                target.links[me.pid] = None
                target.note_late(me.pid)
                return True
        with me.lock:
            me.links.pop(target.pid, None)
    return False


def unlink(pid: Pid) -> bool:
    """Remove the link to `pid`, if there is one; no `:EXIT` arrives later. Mirrors unlink/1."""
    here = carrier()
    me = current_process(here)
    target = record_of(pid)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("unlink", me, target))
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        with me.runtime.linking:
            with me.lock:
                if me.links is not None:
                    me.links.pop(pid, None)
            if target is not None:
                with target.lock:
                    if target.links is not None:
                        target.links.pop(me.pid, None)
    return True
