"""Footprints: what an operation of a process reads and writes if it is taken now.

A footprint may depend on the state, but must not shrink unnoticed: if an operation makes a waiting
one no longer touch an object, it must touch that object itself. The search compares footprints of
different points in time and relies on this.
"""

from typing import TYPE_CHECKING, Any, Final

from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.record import CallSlot
from kvshell.runtime.search.arrivals import (
    alias_arrives,
    down_arrives,
    exit_arrives,
    link_between,
    value_arrives,
)
from kvshell.runtime.search.steps import (
    ALL,
    PART,
    READ,
    READ_PART,
    WRITE,
    FaultModel,
    Footprint,
)
from kvshell.runtime.search.table_footprints import (
    Access,
    named_table,
    one_key,
    table_dies,
    whole_table,
)
from kvshell.terms import A, Atom, List, Pid, Ref

if TYPE_CHECKING:
    from kvshell.runtime.processes.record import Process

# All kinds are steps of a schedule but these: that a server or a plain receive takes a message
# changes nothing that others see, unless they look inside; timers and time-outs are steps of the
# clock, not of a process.
_TAKES: Final = frozenset({"handle", "receive", "receive_after"})
LOCAL: Final = frozenset({"handle", "receive", "timeout", "timer"})


def is_local(op: Op, model: FaultModel) -> bool:
    """Whether `op` is not a step of a schedule.

    Time runs out for a receive only when nothing else can happen, so it takes the message that a
    receive without a timeout would take: whether it comes before or after other arrivals makes no
    difference. That is not so if timeouts may occur at any moment, or if another process looks at
    the mailbox.
    """
    if model.looks and op.kind in _TAKES:
        return False
    return op.kind in LOCAL or (op.kind == "receive_after" and op.term != 0 and not model.timeouts)


# Operations that add a link, a monitor or a call: their order is the order of notification.
INSTALLS: Final = frozenset({"call", "link", "monitor", "spawn", "system"})

_LISTED: Final = {A.registered: "names", A.tables: "tables"}
_RELATIONS: Final = frozenset({A.links, A.monitors, A.monitored_by})
_OUTSIDE: Final = _RELATIONS | {A.registered_name}  # what `info` tells without looking inside


def footprint(op: Op, spec: bool) -> Footprint:
    """Return what `op` reads and writes if it is taken now; `spec` is the delivery law."""
    number = op.actor.pid.number
    found: Footprint = {("doom", number): READ, ("inside", number): READ}
    taken = op.actor.runtime.open_aliases.get(op.actor)
    if taken is not None:  # this includes the caller taking its answer
        found["slot", taken.number] = WRITE
    _KINDS[op.kind](op, spec, found)
    return found


def _flag(op: Op, spec: bool, found: Footprint) -> None:
    found["trap", op.actor.pid.number] = WRITE


def _named(op: Op, found: Footprint) -> None:
    target = op.target[0] if type(op.target) is tuple and op.target else op.target
    if type(target) is Atom:
        found["name", target] = READ


def _send(op: Op, spec: bool, found: Footprint) -> None:
    _named(op, found)
    target = op.process()
    if type(op.target) is Ref:
        found["alias", op.target.number] = READ
    if target is None or (spec and target is not op.actor):
        return
    found["doom", target.pid.number] = READ
    if type(op.target) is Ref:
        alias_arrives(target, op.target, found)
    elif type(op.called) is Ref:
        value_arrives(target, op.called, found)
    else:
        found["mail", target.pid.number] = WRITE


def _life(target: "Process | None", found: Footprint) -> None:
    if target is not None:
        found["life", target.pid.number] = READ
        found["doom", target.pid.number] = READ


def _call(op: Op, spec: bool, found: Footprint) -> None:
    _named(op, found)
    target = op.process()
    _life(target, found)
    if target is not None and not spec:
        found["mail", target.pid.number] = WRITE


def _reply(op: Op, spec: bool, found: Footprint) -> None:
    if not spec:
        found["slot", op.term[0].number] = WRITE
        _reaches(op.target, found)
        if op.term[0] in op.target.runtime.untaken:
            found["mail", op.target.pid.number] = WRITE  # a second answer is a message


def _reaches(target: "Process", found: Footprint) -> None:
    """Add what a signal that arrives at once reads.

    A dying process ignores it, and an observer may see the target wake.
    """
    found["doom", target.pid.number] = READ
    found["inside", target.pid.number] = READ


def _exit(op: Op, spec: bool, found: Footprint) -> None:
    target = op.process()
    if target is not None and (not spec or target is op.actor):
        self_sent = target is op.actor
        exit_arrives(target, op.term, False, found, self_sent)


def _die_exit(op: Op, spec: bool, found: Footprint) -> None:
    target = op.process()
    if target is not None and not spec:
        exit_arrives(target, op.term, True, found, link=link_between(op.actor, target))


def _die_down(op: Op, spec: bool, found: Footprint) -> None:
    if spec:
        return
    ref, owner = op.term[0], op.target
    _reaches(owner, found)
    if isinstance(op.called, CallSlot):
        found["slot", ref.number] = WRITE
    else:
        down_arrives(owner, ref, found)


def _die_life(op: Op, spec: bool, found: Footprint) -> None:
    found["life", op.actor.pid.number] = WRITE
    found["lives",] = PART
    ledger = op.actor.runtime.ledger
    if ledger is not None:
        for target in ledger.monitored(op.actor):
            found["relations", target.pid.number] = PART


def _die_timers(op: Op, spec: bool, found: Footprint) -> None:
    _die_life(op, spec, found)  # it may be the last step before the process is no longer listed
    for ref in op.term:
        found["timer", ref.number] = WRITE


def _die_name(op: Op, spec: bool, found: Footprint) -> None:
    _frees_name(op, op.actor, found)


def _alive(op: Op, spec: bool, found: Footprint) -> None:
    _life(op.process(), found)  # it waits for the dying: a fatal signal decides the answer


def _wanted(items: Any) -> set[Any] | None:
    """Return the items that `info` is asked for; None for all of them."""
    return None if items is None else set(items) if isinstance(items, List | list) else {items}


def looks_inside(op: Op) -> bool:
    """Whether `op` sees the mailbox of another process, or what it is doing."""
    if op.kind != "look" or op.process() is op.actor:
        return False
    if op.target is None:  # an observation of everything
        return op.term is A.messages
    if op.process() is None:
        return False
    wanted = _wanted(op.term)
    return wanted is None or not wanted <= _OUTSIDE


def _look(op: Op, spec: bool, found: Footprint) -> None:
    if op.target is None:  # an observation of everything
        found[ALL] = WRITE
        return
    target = op.process()
    if target is None:
        return
    number = target.pid.number
    _life(target, found)
    found["inside", number] = WRITE
    found["mail", number] = WRITE
    wanted = _wanted(op.term)
    if wanted is None or wanted & _RELATIONS:
        found["relations", number] = READ
    if wanted is None or A.registered_name in wanted:
        found["named", number] = READ


def _monitor(op: Op, spec: bool, found: Footprint) -> None:
    _named(op, found)
    target = op.process()
    found["watch", op.actor.pid.number, op.term.number] = WRITE
    _life(target, found)
    if target is not None:
        found["relations", target.pid.number] = PART
    if target is None or not target.alive:
        found["mail", op.actor.pid.number] = WRITE


def _demonitor(op: Op, spec: bool, found: Footprint) -> None:
    ref, flush = op.term
    number = op.actor.pid.number
    found["watch", number, ref.number] = WRITE
    if ref in op.actor.runtime.aliases:
        found["alias", ref.number] = WRITE
    target = op.process()
    if target is not None:
        found["relations", target.pid.number] = PART
    if flush:
        found["mail", number] = WRITE
    elif ref in (op.actor.monitors or ()):
        found["mail", number] = READ  # a `:DOWN` that arrives now leaves no message


def _unalias(op: Op, spec: bool, found: Footprint) -> None:
    found["alias", op.target.number] = WRITE


def _link(op: Op, spec: bool, found: Footprint) -> None:
    target = op.process()
    if target is not None:
        _life(target, found)
        found[link_between(op.actor, target)] = WRITE
        found["relations", target.pid.number] = PART
        if not target.alive and op.actor.trap_exit:
            found["mail", op.actor.pid.number] = WRITE


def _unlink(op: Op, spec: bool, found: Footprint) -> None:
    target = op.process()
    if target is not None:
        found["life", target.pid.number] = READ
        found[link_between(op.actor, target)] = WRITE
        found["relations", target.pid.number] = PART


def _register(op: Op, spec: bool, found: Footprint) -> None:
    found["name", op.target] = WRITE
    found["names",] = PART
    if type(op.term) is Pid:
        found["named", op.term.number] = WRITE  # a process has one name
        found["life", op.term.number] = READ


def _unregister(op: Op, spec: bool, found: Footprint) -> None:
    target = op.process()
    _frees_name(op, target, found)
    if target is not None:
        found["life", target.pid.number] = READ


def _frees_name(op: Op, process: "Process | None", found: Footprint) -> None:
    found["name", op.target] = WRITE
    found["names",] = PART
    if process is not None:
        found["named", process.pid.number] = WRITE
        found["mail", process.pid.number] = READ  # messages to the name no longer go there


def _whereis(op: Op, spec: bool, found: Footprint) -> None:
    _named(op, found)


def _own_mail(op: Op, spec: bool, found: Footprint) -> None:
    found["mail", op.actor.pid.number] = WRITE


def _spawn(op: Op, spec: bool, found: Footprint) -> None:
    found["lives",] = PART


def _list(op: Op, spec: bool, found: Footprint) -> None:
    found[_LISTED.get(op.term, "lives"),] = READ


def _send_after(op: Op, spec: bool, found: Footprint) -> None:
    target = op.process() if type(op.target) is Pid else None
    if target is not None:  # no timer is armed for a dead process
        found["life", target.pid.number] = READ


def _cancel_timer(op: Op, spec: bool, found: Footprint) -> None:
    found["timer", op.target.number] = WRITE


def _read_timer(op: Op, spec: bool, found: Footprint) -> None:
    found["timer", op.target.number] = READ


def _shared(mode: str, part: str) -> Access:
    def access(op: Op, spec: bool, found: Footprint) -> None:
        store, name, _shown = op.target
        found["store", store] = READ if name is None else part
        if name is not None:
            found["shared", store, name] = mode

    return access


def _settle(op: Op, spec: bool, found: Footprint) -> None:
    found[ALL] = WRITE


_KINDS: Final[dict[str, Access]] = {
    "alive": _alive,
    "call": _call,
    "cancel_timer": _cancel_timer,
    "cast": _send,
    "demonitor": _demonitor,
    "die_down": _die_down,
    "die_end": _die_life,
    "die_exit": _die_exit,
    "die_life": _die_life,
    "die_name": _die_name,
    "die_table": table_dies,
    "die_timers": _die_timers,
    "ets_delete_table": named_table,
    "ets_give_away": named_table,
    "ets_new": named_table,
    "ets_read": one_key(READ, READ_PART),
    "ets_rename": named_table,
    "ets_scan": whole_table(READ),
    "ets_write": one_key(WRITE, PART),
    "ets_write_all": whole_table(WRITE),
    "exit": _exit,
    "flag": _flag,
    "flush": _own_mail,
    "handle": _own_mail,
    "link": _link,
    "list": _list,
    "look": _look,
    "monitor": _monitor,
    "read_timer": _read_timer,
    "receive": _own_mail,
    "receive_after": _own_mail,
    "register": _register,
    "reply": _reply,
    "send": _send,
    "send_after": _send_after,
    "settle": _settle,
    "shared_read": _shared(READ, READ_PART),
    "shared_write": _shared(WRITE, PART),
    "spawn": _spawn,
    "system": _call,
    "unalias": _unalias,
    "unlink": _unlink,
    "unregister": _unregister,
    "whereis": _whereis,
}


_DELIVERS: Final = frozenset({"call", "cast", "die_down", "die_exit", "exit", "send", "system"})


def delivers_to(op: Op, spec: bool) -> "Process | None":
    """Return the process to whose mailbox `op` may append a message at once, or None."""
    if op.kind not in _DELIVERS or isinstance(op.called, CallSlot):
        return None
    target = op.process()
    return None if spec and target is not op.actor else target
