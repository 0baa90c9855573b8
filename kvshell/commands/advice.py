"""What is worth typing now, from one snapshot: for the toolbar, the welcome and `help`."""

from typing import NamedTuple

from kvshell.commands.kinds import as_name
from kvshell.commands.situation import GAVE_UP
from kvshell.commands.snapshot import Snapshot


class Advice(NamedTuple):
    """A line to type, and why."""

    line: str
    why: str


def advice(snapshot: Snapshot) -> list[Advice]:
    """Return three lines, the best first."""
    return (_urgent(snapshot) + _usual(snapshot))[:3]


def next_thing(snapshot: Snapshot) -> str:
    """Return the one line that is most worth typing now."""
    return advice(snapshot)[0].line


def now(snapshot: Snapshot) -> str:
    """Say in one sentence how the system stands."""
    if snapshot.design is None:
        if snapshot.ended == GAVE_UP:
            return "Nothing runs: the fourth restart in 5 s was one too many, the system stopped."
        return "Nothing runs yet." if not snapshot.ended else "Nothing runs."
    stores = _count(len(snapshot.stores), "store")
    parts = [f"Design {snapshot.design} runs: {stores}"]
    if snapshot.stale:
        parts.append(f"{len(snapshot.stale)} stale")
    if snapshot.suspended:
        held = snapshot.suspended
        parts.append(f"{held[0] if len(held) == 1 else len(held)} suspended")
    if snapshot.flying:
        parts.append(f"{_count(snapshot.on_their_way, 'signal')} on the way")
    if snapshot.waiting:
        parts.append(f"{_count(snapshot.waiting, 'message')} waiting")
    return ", ".join(parts) + "."


def _urgent(snapshot: Snapshot) -> list[Advice]:
    if snapshot.design is None:
        return [
            Advice("start manager", f"start the system, design {snapshot.default}"),
            Advice("designs", "the five designs to choose from"),
            Advice("compare create store a; lookup a", "the chapter's first race in all five"),
        ]
    found: list[Advice] = []
    if snapshot.stale:
        name = as_name(snapshot.stale[0])
        found.append(Advice(f"registry {name}", f"why {name} is stale"))
    if snapshot.flying:
        lane = snapshot.flying[0]
        found.append(Advice(lane.line, f"hand over the {lane.signal}"))
        found.append(Advice("inflight", "what is on its way, and where to"))
    if snapshot.suspended:
        held = snapshot.suspended[0]
        if snapshot.waiting:
            found.append(Advice(f"mailbox {held}", "the messages that wait"))
            found.append(Advice(f"step {held}", "let it handle one of them"))
        found.append(Advice(f"resume {held}", "let it go on"))
    if snapshot.inbox:
        found.append(Advice("flush", f"{_count(snapshot.inbox, 'message')} came for this shell"))
    return found


def _usual(snapshot: Snapshot) -> list[Advice]:
    if not snapshot.stores:
        # There create is a call: a manager that is held would hold this shell, too.
        held = "manager" in snapshot.suspended and snapshot.design in {"plain", "ets"}
        return [
            Advice("as b create store s1", "a client waits for the answer, not you")
            if held
            else Advice("create store s1", "a store is a process with a name"),
            Advice("explain create store s1", "who sends what to whom"),
            Advice("tree", "what runs, and who watches it"),
        ]
    first = snapshot.stores[0]
    name = as_name(first.name, resolved=True)
    found: list[Advice] = []
    if first.contents is not None and not len(first.contents):
        found.append(Advice(f"put {name} milk 1", f"keep a value in {name}"))
    elif len(snapshot.stores) == 1:
        found.append(Advice("create store s2", "a second store, with values of its own"))
    found.append(Advice("registry", "every name and its process"))
    if snapshot.design == "plain":
        found.append(Advice(f"stop {name}; create store {name}", "plain never forgets a name"))
    elif snapshot.design == "ets-cast":
        found.append(Advice("create store x; lookup x", "the chapter's first race"))
    elif not snapshot.suspended:
        found.append(Advice(f"suspend manager; stop {name}", "hold a race open, then: registry"))
    found.append(Advice(f"explain get {name} milk", "who sends what to whom"))
    return found


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
