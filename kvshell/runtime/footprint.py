"""Footprint: what an operation of a process reads and writes if it is taken now; see marks.py."""

from typing import TYPE_CHECKING, Final

from kvshell.runtime.arrivals import down_arrives, exit_arrives
from kvshell.runtime.marks import ALL, PART, READ, READ_PART, WRITE, Footprint
from kvshell.runtime.op import Op
from kvshell.runtime.table_footprint import Access, named_table, one_key, table_dies, whole_table
from kvshell.terms import Atom, Pid

if TYPE_CHECKING:
    from kvshell.runtime.record import Process

# Steps of a schedule are all kinds but these: a handler that begins or a plain receive changes
# nothing that others could see, and timers and time-outs are steps of the clock, not of a process.
LOCAL: Final = frozenset({"handle", "receive", "timeout", "timer"})


def footprint(op: Op, spec: bool) -> Footprint:
    """Return what `op` reads and writes if it is taken now; `spec` is the delivery law."""
    found: Footprint = {("doom", op.actor.pid): READ, ("inside", op.actor.pid): READ}
    _KINDS[op.kind](op, spec, found)
    return found


def _flag(op: Op, spec: bool, found: Footprint) -> None:
    found["trap", op.actor.pid] = WRITE


def _named(op: Op, found: Footprint) -> None:
    target = op.target[0] if type(op.target) is tuple and op.target else op.target
    if type(target) is Atom:
        found["name", target] = READ


def _send(op: Op, spec: bool, found: Footprint) -> None:
    _named(op, found)
    target = op.process()
    if target is not None and (not spec or target is op.actor):
        found["mail", target.pid] = WRITE
        found["doom", target.pid] = READ


def _life(target: "Process | None", found: Footprint) -> None:
    if target is not None:
        found["life", target.pid] = READ
        found["doom", target.pid] = READ


def _call(op: Op, spec: bool, found: Footprint) -> None:
    _named(op, found)
    target = op.process()
    _life(target, found)
    if target is not None and not spec:
        found["mail", target.pid] = WRITE


def _reply(op: Op, spec: bool, found: Footprint) -> None:
    if not spec:
        found["slot", op.term[0]] = WRITE
        found["doom", op.target.pid] = READ


def _exit(op: Op, spec: bool, found: Footprint) -> None:
    target = op.process()
    if target is not None and (not spec or target is op.actor):
        self_sent = target is op.actor
        exit_arrives(target, op.term, False, found, self_sent)


def _die_exit(op: Op, spec: bool, found: Footprint) -> None:
    target = op.process()
    if target is not None and not spec:
        exit_arrives(target, op.term, True, found)


def _die_down(op: Op, spec: bool, found: Footprint) -> None:
    if spec:
        return
    ref, _reason = op.term
    owner: Process = op.target
    found["slot", ref] = WRITE
    found["doom", owner.pid] = READ
    down_arrives(owner, ref, found)


def _die_life(op: Op, spec: bool, found: Footprint) -> None:
    found["life", op.actor.pid] = WRITE
    found["lives",] = PART


def _die_timers(op: Op, spec: bool, found: Footprint) -> None:
    _die_life(op, spec, found)  # it may be the last step before it is counted out
    for ref in op.term:
        found["timer", ref] = WRITE


def _die_name(op: Op, spec: bool, found: Footprint) -> None:
    found["name", op.target] = WRITE


def _alive(op: Op, spec: bool, found: Footprint) -> None:
    _life(op.process(), found)  # it waits for the end of the dying: their doom is its answer


def _look(op: Op, spec: bool, found: Footprint) -> None:
    if op.target is None:  # a look at everything
        found[ALL] = WRITE
        return
    target = op.process()
    if target is not None:
        _life(target, found)
        found["inside", target.pid] = WRITE
        found["mail", target.pid] = WRITE


def _monitor(op: Op, spec: bool, found: Footprint) -> None:
    _named(op, found)
    target = op.process()
    found["watch", op.actor.pid, op.term] = WRITE
    _life(target, found)
    if target is None or not target.alive:
        found["mail", op.actor.pid] = WRITE


def _demonitor(op: Op, spec: bool, found: Footprint) -> None:
    ref, flush = op.term
    found["watch", op.actor.pid, ref] = WRITE
    if flush:
        found["mail", op.actor.pid] = WRITE


def _link(op: Op, spec: bool, found: Footprint) -> None:
    target = op.process()
    if target is not None:
        _life(target, found)
        found["link", *sorted((op.actor.pid.path, target.pid.path))] = WRITE
        if not target.alive and op.actor.trap_exit:
            found["mail", op.actor.pid] = WRITE


def _unlink(op: Op, spec: bool, found: Footprint) -> None:
    target = op.process()
    if target is not None:
        found["life", target.pid] = READ
        found["link", *sorted((op.actor.pid.path, target.pid.path))] = WRITE


def _register(op: Op, spec: bool, found: Footprint) -> None:
    found["name", op.target] = WRITE
    found["names", op.term] = WRITE  # a process has one name
    if op.term is not None:
        found["life", op.term] = READ


def _unregister(op: Op, spec: bool, found: Footprint) -> None:
    found["name", op.target] = WRITE
    target = op.process()
    if target is not None:
        found["names", target.pid] = WRITE
        found["life", target.pid] = READ


def _whereis(op: Op, spec: bool, found: Footprint) -> None:
    _named(op, found)


def _own_mail(op: Op, spec: bool, found: Footprint) -> None:
    found["mail", op.actor.pid] = WRITE


def _spawn(op: Op, spec: bool, found: Footprint) -> None:
    found["lives",] = PART


def _list(op: Op, spec: bool, found: Footprint) -> None:
    found["lives",] = READ


def _send_after(op: Op, spec: bool, found: Footprint) -> None:
    target = op.process() if type(op.target) is Pid else None
    if target is not None:  # none is armed for the dead
        found["life", target.pid] = READ


def _cancel_timer(op: Op, spec: bool, found: Footprint) -> None:
    found["timer", op.target] = WRITE


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
    "link": _link,
    "list": _list,
    "look": _look,
    "monitor": _monitor,
    "receive_after": _own_mail,
    "register": _register,
    "reply": _reply,
    "send": _send,
    "send_after": _send_after,
    "settle": _settle,
    "spawn": _spawn,
    "system": _call,
    "unlink": _unlink,
    "unregister": _unregister,
    "whereis": _whereis,
}
