"""Footprint: what an operation reads and writes, so that a search knows which ones commute.

A footprint maps objects to modes. Two operations of different processes are independent when no
object is in both, or only with modes that agree: READ with READ, and PART with PART or READ_PART
(two rows of one table). Objects are small tuples: `("mail", pid)`, `("life", pid)`, `("doom", pid)`
(whether a fatal signal has arrived), `("slot", ref)`, `("name", atom)`, `("row", table, key)`,
`("rows", table)`, `("table", ref)`, `("tablename", atom)`, `("watch", pid, ref)`, `("link", pids)`,
`("trap", pid)`, `("timer", ref)`, `("inside", pid)`, `("lives",)`. `("all",)` is settle's and of a
look at everything: it conflicts with everything.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kvshell.runtime.access import form_in
from kvshell.runtime.names import Names
from kvshell.runtime.op import Op
from kvshell.runtime.signals import (
    arrive_down,
    arrive_end,
    arrive_exit,
    arrive_message,
    arrive_reply,
    arrive_value,
)
from kvshell.runtime.table import Table
from kvshell.runtime.timers import Timer
from kvshell.terms import A, Atom, Pid, Ref

if TYPE_CHECKING:
    from kvshell.runtime.record import Process

Object = tuple[Any, ...]
Footprint = dict[Object, str]

WRITE: Final = "w"
READ: Final = "r"
PART: Final = "p"  # writes one part of the object
READ_PART: Final = "q"  # reads one part of it

ALL: Final[Object] = ("all",)

# Steps of a schedule are all kinds but these: a handler that begins or a plain receive changes
# nothing that others could see, and timers and time-outs are steps of the clock, not of a process.
LOCAL: Final = frozenset({"handle", "receive", "timeout", "timer"})


class Marks(NamedTuple):
    """A footprint as four sets of objects, each an int with a bit for every object of the run."""

    touches: int  # all of them
    writes: int
    reads: int  # as a whole
    parts: int  # of which it writes one part

    def meets(self, other: "Marks") -> bool:
        """Whether the order of two operations can make a difference."""
        return bool(
            self.writes & other.touches
            or self.touches & other.writes
            or self.reads & other.parts
            or self.parts & other.reads
        )


EVERYTHING: Final = Marks(-1, -1, 0, 0)


def marks(found: Footprint, bits: dict[Object, int]) -> Marks:
    """Return a footprint as marks; `bits` has the bit of each object, and gets the new ones."""
    if ALL in found:
        return EVERYTHING
    touches = writes = reads = parts = 0
    for what, mode in found.items():
        bit = bits.get(what)
        if bit is None:
            bit = bits[what] = 1 << len(bits)
        touches |= bit
        if mode is READ:
            reads |= bit
        elif mode is WRITE:
            writes |= bit
        elif mode is PART:
            parts |= bit
    return Marks(touches, writes, reads, parts)


def footprint(op: Op, spec: bool) -> Footprint:
    """Return what `op` reads and writes if it is taken now; `spec` is the delivery law."""
    found: Footprint = {("doom", op.actor.pid): READ, ("inside", op.actor.pid): READ}
    _KINDS[op.kind](op, spec, found)
    return found


def arrival(target: "Process", arrive: Callable[..., Any], args: tuple[Any, ...]) -> Footprint:
    """Return what the arrival of a signal reads and writes if it happens now."""
    # Whoever has a fatal signal does not go on with what arrives.
    found: Footprint = {("inside", target.pid): READ, ("doom", target.pid): READ}
    if arrive is arrive_message:
        found["mail", target.pid] = WRITE
    elif arrive is arrive_reply or arrive is arrive_end:
        found["slot", args[0]] = WRITE
    elif arrive is arrive_down:
        _down_arrives(target, args[0], found)
    elif arrive is arrive_value:
        found["mail", target.pid] = WRITE
        found["watch", target.pid, args[0]] = READ
    elif arrive is arrive_exit:
        _exit_arrives(target, args[1], args[2], found, self_sent=args[0] is target.pid)
    return found


def firing(timer: Timer, names: Names) -> Footprint:
    """Return what the firing of a timer reads and writes if it happens now."""
    if timer.ref is not None:
        found: Footprint = {("timer", timer.ref): WRITE}
        dest = timer.dest
        if type(dest) is Atom:
            found["name", dest] = READ
            dest = names.get(dest)
        pid = getattr(dest, "pid", dest)
        if pid is not None:
            found["inside", pid] = READ
            found["doom", pid] = READ
            found["mail", pid] = WRITE
        return found
    return _wait_ends(timer.dest)  # type: ignore[arg-type]  # without a ref: who waits


def _wait_ends(process: "Process") -> Footprint:
    """The end of a wait: it races with the answer, or with whatever message comes."""
    found: Footprint = {("inside", process.pid): READ, ("doom", process.pid): READ}
    if process.receiving:
        found["mail", process.pid] = WRITE
    for ref, slot in process.runtime.slots.items():
        if slot.owner is process:
            found["slot", ref] = WRITE
    return found


def kill(target: "Process") -> Footprint:
    """Return what a kill from nowhere reads and writes if it arrives now."""
    found: Footprint = {("inside", target.pid): READ}
    _exit_arrives(target, A.kill, False, found)
    return found


def _down_arrives(target: "Process", ref: Any, found: Footprint) -> None:
    found["watch", target.pid, ref] = WRITE
    # A dead target has no monitors any more; it might have had this one when it looked.
    if not target.alive or ref in (target.monitors or ()):
        found["mail", target.pid] = WRITE


def _exit_arrives(
    target: "Process", reason: Any, linked: bool, found: Footprint, self_sent: bool = False
) -> None:
    found["doom", target.pid] = READ
    found["life", target.pid] = READ
    if not target.alive or target.dying:
        return
    found["trap", target.pid] = READ
    if target.trap_exit and (linked or reason is not A.kill):
        found["mail", target.pid] = WRITE
    elif reason is not A.normal or (self_sent and not linked):
        found["doom", target.pid] = WRITE


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
        _exit_arrives(target, op.term, False, found, self_sent)


def _die_exit(op: Op, spec: bool, found: Footprint) -> None:
    target = op.process()
    if target is not None and not spec:
        _exit_arrives(target, op.term, True, found)


def _die_down(op: Op, spec: bool, found: Footprint) -> None:
    if spec:
        return
    ref, _reason = op.term
    owner: Process = op.target
    found["slot", ref] = WRITE
    found["doom", owner.pid] = READ
    _down_arrives(owner, ref, found)


def _die_life(op: Op, spec: bool, found: Footprint) -> None:
    found["life", op.actor.pid] = WRITE
    found["lives",] = PART


def _die_timers(op: Op, spec: bool, found: Footprint) -> None:
    _die_life(op, spec, found)  # it may be the last step before it is counted out
    for ref in op.term:
        found["timer", ref] = WRITE


def _die_name(op: Op, spec: bool, found: Footprint) -> None:
    found["name", op.target] = WRITE


def _die_table(op: Op, spec: bool, found: Footprint) -> None:
    table: Table = op.target
    found["rows", table] = WRITE
    found["table", table.ref] = WRITE
    if table.named:
        found["tablename", table.name] = WRITE
    if table.heir is not None:
        heir = table.heir[0]
        found["life", heir.pid] = READ
        found["doom", heir.pid] = READ
        if not spec:
            found["mail", heir.pid] = WRITE


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


def _table(op: Op, found: Footprint) -> Table | None:
    called = op.target if op.called is None else op.called
    if isinstance(called, Table):  # one that is just being made
        return called
    table = op.actor.runtime.tables.find(called)
    if type(called) is Ref:
        found["table", called] = READ
    else:
        found["tablename", called] = READ
    if table is not None:
        found["table", table.ref] = READ
    return table


def _ets_one(row: str, part: str) -> Callable[[Op, bool, Footprint], None]:
    def access(op: Op, spec: bool, found: Footprint) -> None:
        table = _table(op, found)
        if table is None:
            return
        form = form_in(table, op)
        if form is None:
            found["rows", table] = WRITE if row is WRITE else READ
        else:
            found["rows", table] = part
            found["row", table, form] = row

    return access


def _ets_all(mode: str) -> Callable[[Op, bool, Footprint], None]:
    def access(op: Op, spec: bool, found: Footprint) -> None:
        table = _table(op, found)
        if table is not None:
            found["rows", table] = mode

    return access


def _ets_named(op: Op, spec: bool, found: Footprint) -> None:
    """New, drop, rename, give_away: the table and its name."""
    table = _table(op, found)
    name = op.term[1] if type(op.term) is tuple and len(op.term) > 1 else None
    if op.kind == "ets_rename":
        found["tablename", name] = WRITE
    if table is not None:
        found["rows", table] = WRITE
        found["table", table.ref] = WRITE
        if table.named:
            found["tablename", table.name] = WRITE
        if op.kind == "ets_delete_table":
            found["life", table.owner.pid] = READ
    if op.kind == "ets_give_away":
        target = Op("", op.actor, name).process()
        _life(target, found)
        if target is not None and not spec:
            found["mail", target.pid] = WRITE


_KINDS: Final[dict[str, Callable[[Op, bool, Footprint], None]]] = {
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
    "die_table": _die_table,
    "die_timers": _die_timers,
    "ets_delete_table": _ets_named,
    "ets_give_away": _ets_named,
    "ets_new": _ets_named,
    "ets_read": _ets_one(READ, READ_PART),
    "ets_rename": _ets_named,
    "ets_scan": _ets_all(READ),
    "ets_write": _ets_one(WRITE, PART),
    "ets_write_all": _ets_all(WRITE),
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
