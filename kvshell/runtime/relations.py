"""Relations: to monitor a process, and to be linked to one. Mirrors part of Elixir's Process."""

from kvshell.runtime.acting import (
    NODE,
    Dest,
    acting,
    after_own_exits,
    check_ref,
    named_here,
    record_of,
    resolve,
)
from kvshell.runtime.carrier import carrier
from kvshell.runtime.exits import Killed
from kvshell.runtime.op import Op
from kvshell.runtime.receiving import remove
from kvshell.runtime.record import Process
from kvshell.runtime.signals import arrive_message
from kvshell.terms import A, ArgumentError, Atom, ErlangError, Pid, Ref, Term


def monitor(dest: Dest) -> Ref:
    """Watch a process: one `{:DOWN, ref, :process, pid, reason}` comes when it is dead.

    A dead or unknown one answers at once with `:noproc`. Mirrors Process.monitor/1.
    """
    here = carrier()
    me = acting(here)
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
        if me.monitors is None:
            me.monitors = {}
        me.monitors[ref] = target
        if target is not None and target.watch(ref, (me, watched)):
            return ref
        del me.monitors[ref]
        arrive_message(me, (A.DOWN, ref, A.process, watched, A.noproc))
    return ref


def demonitor(ref: Ref, flush: bool = False) -> bool:
    """Stop watching: no `:DOWN` arrives that has not arrived. With `flush` that one goes too.

    Mirrors Process.demonitor/2; always True.
    """
    check_ref(ref)
    here = carrier()
    me = acting(here)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("demonitor", me, (me.monitors or {}).get(ref), (ref, flush)))
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        with me.lock:  # a `:DOWN` that found the monitor there has arrived by now
            target = me.monitors.pop(ref, None) if me.monitors is not None else None
        if target is not None:
            target.unwatch(ref)
        if flush:
            remove(me, lambda m: type(m) is tuple and m[:1] == (A.DOWN,) and m[1] is ref)
    return True


def link(pid: Pid) -> bool:
    """Link the caller and `pid`: when one dies the other gets an exit signal. Mirrors link/1.

    A dead `pid` raises ErlangError `:noproc`, or, when the caller traps exits, sends it
    `{:EXIT, pid, :noproc}`.
    """
    here = carrier()
    me = acting(here)
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
            raise ErlangError(A.noproc)
        arrive_message(me, (A.EXIT, pid, A.noproc))
    return True


def _linked(me: Process, target: Process) -> bool:
    """Link the two, as one step to everybody who links or unlinks; False when `target` is dead.

    My side first: who dies with me in his links must find himself in mine.
    """
    with me.runtime.linking:
        with me.lock:
            if me.links is None:
                me.links = {}
            if target.pid in me.links:  # its exit signal, if it is dead, is on its way
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
    """Remove the link, if there is one; no `:EXIT` arrives that has not. Mirrors unlink/1."""
    here = carrier()
    me = acting(here)
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
