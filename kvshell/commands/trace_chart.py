"""The messages that a line sent, as a chart and as lines of text."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from kvshell.commands.cells import name_cell
from kvshell.commands.context import Context
from kvshell.commands.view import Arrow, Cell, Chart, Role
from kvshell.runtime.processes.operation import TracedOp
from kvshell.terms import A, Atom, Pid, Term, inspect

if TYPE_CHECKING:
    from kvshell.runtime.tables.table import Table

Named = Callable[[Pid], Cell]


def names(context: Context) -> Named:
    """Return a function from a pid to its label: its store, registered name, role, or the pid."""
    stores = context.trace.names
    stores |= {entry.pid: entry.name for entry in context.design.entries(context.runtime)}
    clients = {pid: name for name, pid in context.clients.items()}
    registered = context.trace.registered

    def named(pid: Pid) -> Cell:
        if pid is context.shell:
            return Cell("shell", Role.name)
        if pid in stores:
            return name_cell(stores[pid])
        if pid in clients:
            return Cell(f"client {clients[pid]}", Role.name)
        seen = context.runtime.observe(pid)
        name = (None if seen is None else seen.name) or registered.get(pid)
        if name is not None:
            return Cell(inspect(name), Role.name)
        return Cell(inspect(pid), Role.pid)

    return named


def chart(ops: list[TracedOp], named: Named) -> Chart:
    """Build a chart of recorded messages, with lanes in order of first appearance."""
    lanes: dict[Pid, int] = {}
    arrows = []
    for one in ops:
        label, role = _label(one)
        if label is None:
            continue
        source = lanes.setdefault(one.source, len(lanes))
        if one.target is None or one.target is one.source:
            arrows.append(Arrow(source, source, label, "note", role))
        else:
            target = lanes.setdefault(one.target, len(lanes))
            arrows.append(Arrow(source, target, label, "sent", role))
    return Chart("", tuple(named(pid) for pid in lanes), tuple(arrows))


def lines(made: Chart) -> list[str]:
    """Return a chart as text, one line per arrow: `shell -> KV.Registry  call {:create, "s1"}`."""
    written = []
    for arrow in made.arrows:
        who = made.lanes[arrow.source].text
        if arrow.kind != "note":
            who += f" -> {made.lanes[arrow.target].text}"
        written.append(f"{who}  {arrow.label}")
    return written


def _label(op: TracedOp) -> tuple[str | None, Role]:
    """Return the label and role of an operation in a chart; no label means that it is not shown."""
    write = _WORDS.get(op.kind)
    if write is not None:
        return write(op), Role.plain
    if op.kind.startswith("ets_"):
        return _table(op), Role.hint
    return _DEATHS.get(op.kind, _nothing)(op), Role.dead


def _text(term: Term) -> str:
    return inspect(term, width=None)


def _system(op: TracedOp) -> str:
    match op.term:
        case (A.terminate, reason):
            return f"stop {_text(reason)}"
        case request:
            return f"sys {_text(request)}"


def _table(op: TracedOp) -> str | None:
    table: Table | Term = op.what
    shown = table.shown() if hasattr(table, "shown") else table
    verb, what = op.term if type(op.term) is tuple and len(op.term) == 2 else ("", None)
    word = verb.name if isinstance(verb, Atom) else op.kind.removeprefix("ets_")
    return f"{word} {'' if what is None else _text(what) + ' '}in table {_text(shown)}"


def _nothing(_op: TracedOp) -> None:
    return None


_WORDS: Final[dict[str, Callable[[TracedOp], str]]] = {
    "call": lambda op: f"call {_text(op.term)}",
    "cast": lambda op: f"cast {_text(op.term)}",
    "send": lambda op: f"send {_text(op.term)}",
    "reply": lambda op: f"reply {_text(op.term[1])}",
    "system": _system,
    "exit": lambda op: f"exit {_text(op.term)}",
    "monitor": lambda _heard: "monitor",
    "demonitor": lambda _heard: "demonitor",
    "link": lambda _heard: "link",
    "unlink": lambda _heard: "unlink",
    "spawn": lambda _heard: "spawn",
    "register": lambda op: f"register {_text(op.what)}",
    "unregister": lambda op: f"unregister {_text(op.what)}",
    "send_after": lambda op: f"send later {_text(op.term)}",
    "cancel_timer": lambda _heard: "cancel timer",
    "timer": lambda op: f"timer {_text(op.term)}",
    "timeout": lambda _heard: "time out",
}
_DEATHS: Final[dict[str, Callable[[TracedOp], str | None]]] = {
    "die_life": lambda op: f"dies: {_text(op.term)}",
    "die_exit": lambda op: f":EXIT {_text(op.term)}",
    "die_down": lambda op: f":DOWN {_text(op.term[1])}",
    "die_table": lambda op: f"its table {_text(op.what.shown())} goes",
}
