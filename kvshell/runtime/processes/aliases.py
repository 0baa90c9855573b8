"""Aliases: references that receive messages for a process until they are deactivated.

Mirrors erlang:alias and the `alias` option of a monitor. Messages to an inactive alias are dropped.
"""

from typing import TYPE_CHECKING, Final, NamedTuple

from kvshell.runtime.processes.exits import Killed
from kvshell.runtime.processes.naming import check_ref, current_process
from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.thread_context import carrier
from kvshell.terms import A, ArgumentError, Atom, Ref

if TYPE_CHECKING:
    from kvshell.runtime.processes.record import Process

REPLY: Final = (A.reply, A.reply_demonitor)
MONITOR: Final = (A.demonitor, A.reply_demonitor)
MODES: Final = (A.explicit_unalias, *MONITOR)


class Alias(NamedTuple):
    """An active alias: its owner and its mode, which says what deactivates it besides `unalias`."""

    owner: "Process"
    mode: Atom

    @property
    def ends_with_reply(self) -> bool:
        """Whether the first message sent to it deactivates it."""
        return self.mode in REPLY

    @property
    def ends_with_monitor(self) -> bool:
        """Whether it is deactivated together with the monitor that has the same reference."""
        return self.mode in MONITOR


def alias(*options: Atom) -> Ref:
    """Return a reference that accepts messages for the caller. Mirrors erlang:alias/1.

    With the option `reply` the first message deactivates it, otherwise only `unalias` does.
    """
    for option in options:
        if option is not A.reply and option is not A.explicit_unalias:
            raise ArgumentError.at(1, "invalid option in list")
    here = carrier()
    me = current_process(here)
    mode = A.reply if A.reply in options else A.explicit_unalias
    ref = me.runtime.make_ref()
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        activate(me, ref, mode)
    return ref


def activate(me: "Process", ref: Ref, mode: Atom) -> None:
    """Start accepting messages to `ref`. Runs in `me`, as part of an effect."""
    me.runtime.aliases[ref] = Alias(me, mode)
    if me.aliases is None:
        me.aliases = set()
    me.aliases.add(ref)


def unalias(ref: Ref) -> bool:
    """Deactivate an alias of the caller; False if it was not active. Mirrors erlang:unalias/1."""
    check_ref(ref)
    here = carrier()
    me = current_process(here)
    watch = me.runtime.watch
    if watch is not None:
        watch(Op("unalias", me, ref))
    with me.effect:
        if me.epoch != here.epoch:
            raise Killed
        with me.lock:
            return forget(me, ref)


def forget(me: "Process", ref: Ref, *, monitor: bool = False) -> bool:
    """Deactivate an alias of `me`; return whether that was done. Runs under `me.lock`.

    With `monitor`, only an alias that ends with its monitor is deactivated.
    """
    found = me.runtime.aliases.get(ref)
    if found is None or found.owner is not me or (monitor and not found.ends_with_monitor):
        return False
    del me.runtime.aliases[ref]
    if me.aliases is not None:
        me.aliases.discard(ref)
    return True
