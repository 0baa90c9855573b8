"""The names the system has handed out, and what has become of each. Looking only.

Three places know of a name: the table (designs with ETS), the owner's own state, and the owner's
mailbox, where a create or a `:DOWN` may still wait; it may be at it just now, and under the law
`spec` it may be on its way there. A row is stale when the process is dead and its `:DOWN` has not
been handled; pending when its create has not.
"""

from typing import NamedTuple

from kvshell.commands.handlers.cells import lives, unwrapped
from kvshell.runtime import Observation, Runtime
from kvshell.runtime.channels import Channels, Flight
from kvshell.runtime.signals import arrive_down, arrive_message
from kvshell.systems import Design
from kvshell.terms import A, Atom, Map, Pid, Term, inspect, key


class Row(NamedTuple):
    """One name: `owner` and `table` are `yes`, `no`, or `-` where the design has none."""

    name: Term
    pid: Pid | None
    process: str
    owner: str
    table: str
    state: str


def names(runtime: Runtime, design: Design) -> list[Row]:
    """Return a row for each name, oldest first; pending creates last."""
    owner = manager(runtime, design)
    entries = {key(entry.name): entry for entry in design.entries(runtime)}
    owned = owner_names(owner.state) if owner is not None else {}
    waiting = creates(mail(runtime, owner)) if owner is not None else {}
    tabled = design.tabled
    rows = []
    for name_key, name in ({k: e.name for k, e in entries.items()} | owned | waiting).items():
        entry = entries.get(name_key)
        pid = entry.pid if entry is not None else None
        dead = pid is not None and not lives(pid)
        rows.append(
            Row(
                name,
                pid,
                _process(runtime, pid, dead),
                "-" if design.cleaner else "yes" if name_key in owned else "no",
                ("yes" if entry is not None else "no") if tabled else "-",
                _state(design, entry is not None, dead, name_key in waiting),
            )
        )
    return rows


def manager(runtime: Runtime, design: Design) -> Observation | None:
    """Look at the manager or registry of the design; None while there is none."""
    pid = runtime.whereis(design.manager)
    return None if pid is None else runtime.observe(pid)


def mail(runtime: Runtime, owner: Observation) -> tuple[Term, ...]:
    """Return what a process has still to do: the message it is at, its mailbox, what is coming."""
    return owner.handling + owner.mailbox + on_its_way(runtime, owner.pid)


def on_its_way(runtime: Runtime, pid: Pid) -> tuple[Term, ...]:
    """Return the messages that have left for a process and not arrived."""
    channels = runtime.channels
    if not isinstance(channels, Channels):
        return ()
    flying = (flight for flight in channels.all() if flight.target.pid is pid)
    return tuple(message for flight in flying if (message := _message(flight)) is not None)


def _message(flight: Flight) -> Term:
    """Return the message that a signal will be; None of one that becomes none."""
    if flight.arrive is arrive_message:
        return flight.args[0]
    if flight.arrive is arrive_down:
        ref, watched, reason = flight.args
        return (A.DOWN, ref, A.process, watched, reason)
    return None


def owner_names(state: Term) -> dict[Term, Term]:
    """Return the names in the owner's state, by key, whichever stage of the tutorials it is."""
    match state:
        case Map() as by_name:  # KeyVal.Manager: name -> pid
            return {key(name): name for name, _pid in by_name}
        case (Map() as by_name, Map()):  # the registry's map, and refs -> name
            return {key(name): name for name, _pid in by_name}
        case (Atom(), Map() as refs):  # the table's name, and refs -> name
            return {key(name): name for _ref, name in refs}
        case _:
            return {}


def creates(mailbox: tuple[Term, ...]) -> dict[Term, Term]:
    """Return the names whose create waits, by key."""
    waiting: dict[Term, Term] = {}
    for message in mailbox:
        match unwrapped(message):
            case (A.create | A.create_store, name):
                waiting.setdefault(key(name), name)
    return waiting


def downs(mailbox: tuple[Term, ...]) -> dict[Pid, int]:
    """Return whose `:DOWN` waits, each with its place in the mailbox, from 1."""
    return {message[3]: place for place, message in enumerate(mailbox, 1) if _is_down(message)}


def down_refs(mailbox: tuple[Term, ...]) -> list[Term]:
    """Return the monitor references of the `:DOWN`s that wait."""
    return [message[1] for message in mailbox if _is_down(message)]


def _is_down(message: Term) -> bool:
    return type(message) is tuple and len(message) == 5 and message[0] is A.DOWN


def _process(runtime: Runtime, pid: Pid | None, dead: bool) -> str:
    if pid is None:
        return "-"
    if not dead:
        return "alive"
    seen = runtime.observe(pid)
    return f"dead: {inspect(seen.reason, width=None)}" if seen is not None else "dead"


def _state(design: Design, known: bool, dead: bool, waits: bool) -> str:
    if dead:
        return "dead, kept" if design.supervisor is None else "stale"
    if waits and not known:
        return "pending"
    return "fresh"
