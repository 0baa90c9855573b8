"""`Situation`, which the conditions of hints inspect, and `advice`, the next lines to type."""

from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import chain, islice
from typing import Final, NamedTuple

from kvshell.commands.arguments import ROLES, Word
from kvshell.commands.language.message import Message, joined
from kvshell.commands.read.match import Match, ParsedLine
from kvshell.commands.result import NOTHING, NoValue
from kvshell.commands.snapshot import Snapshot, StoreRow
from kvshell.commands.table import GROUP_OF
from kvshell.commands.types.parameter import quote
from kvshell.commands.types.simple_types import as_name
from kvshell.terms import Term

Words = dict[str, str]  # values for the placeholders in a rule's sentence and line
SYSTEM_NAMES: Final = {"KV.Registry", "KV.Supervisor", "KV.BucketSupervisor", "KeyVal.Manager"}
GAVE_UP: Final = ":shutdown"  # exit reason of a supervisor that ran out of restarts
FEW: Final = 200  # maximum number of stores searched for a bound pid


class Situation:
    """A command that has run, or failed to run, which the conditions of hints examine.

    Args:
        match: the command.
        value: its answer; NOTHING for views and errors.
        error: the banner as printed, if it failed.
        reason: the exit reason or exception struct behind `error`.
        before: the system when the line was typed.
        after: the system now, or a function that takes the snapshot when a rule first asks.
        line: the whole line, if it contains more than this command.
        running: returns the running design; cheaper than a snapshot.
    """

    def __init__(
        self,
        match: Match,
        value: "Term | NoValue",
        error: str | None,
        reason: Term,
        before: Snapshot,
        after: Snapshot | Callable[[], Snapshot],
        line: ParsedLine | None = None,
        running: Callable[[], str | None] | None = None,
    ) -> None:
        self.match = match
        self.value = value
        self.error = error
        self.reason = reason
        self.before = before
        self.line = line
        self._after = after
        self._running = running
        self._runs: str | None | NoValue = NOTHING
        self.command = match.command.words if match.command else ""  # as the table spells it
        named = match.args.get("store") or match.args.get("process")
        self.word = named if isinstance(named, Word) else None  # the process or store named

    @property
    def after(self) -> Snapshot:
        """The system after the command.

        Rules check cheap conditions first, so most lines never take this snapshot.
        """
        if not isinstance(self._after, Snapshot):
            self._after = self._after()
        return self._after

    @property
    def runs(self) -> str | None:
        """The name of the running design, or None if no system is running."""
        if self._running is None:
            return self.after.design
        if isinstance(self._runs, NoValue):  # computed once: nothing changes while rules are tried
            self._runs = self._running()
        return self._runs

    @property
    def design(self) -> str:
        """The design that is running or, if none is, the one before the command or the default."""
        return self.runs or self.before.design or self.before.default

    @property
    def target(self) -> str | None:
        """The printed pid of the process that the command names, or None."""
        word = self.word
        return pid_of(word, self.after) if word else None

    @cached_property  # computed once, as `runs`
    def reached(self) -> bool:
        """Whether the command named a process that was alive in the snapshot `before`."""
        word = self.word
        pid = pid_of(word, self.before) if word else None
        return pid is not None and self.before.lives(pid)

    @property
    def about_system(self) -> bool:
        """Whether the command is a store command, or names the manager or the registry."""
        word, command = self.word, self.match.command
        if command is None or self.match.problems:
            return False
        return GROUP_OF[command.path].name == "stores" or (
            word is not None and not word.quoted and word.text in {"manager", "registry"}
        )

    @property
    def names_system(self) -> bool:
        """Whether the command names a system process, a store, or the table of names."""
        word = self.word or self.match.args.get("table")
        if not isinstance(word, Word):
            return False
        text = word.text
        if word.quoted or text in {"manager", "registry", "supervisor", "buckets"}:
            return True
        if text[:1].isupper():
            return text == self.before.manager or text in SYSTEM_NAMES
        strange = text[:1] in ":#$" or text in ROLES or self.before.binding(text) is not None
        return self.word is not None and not strange

    def failed(self, text: str) -> bool:
        """Whether the command failed with an error that contains `text`."""
        return self.error is not None and text in self.error


def pid_of(word: Word, snapshot: Snapshot) -> str | None:
    """Return the printed pid that a word refers to; None for roles and unknown words."""
    if not word.quoted:
        if word.text in ROLES:
            return None
        name = word.text.removeprefix("$")
        if bound := snapshot.binding(name):
            return bound.value if bound.kind == "pid" else None
        if word.text.startswith("#PID<"):
            return word.text
    row = snapshot.store(word.text)
    return row.pid or None if row else None


def row_of_word(s: Situation) -> StoreRow | None:
    """Return the row of the store that the command names, directly or by a variable, or None."""
    word, target = s.word, s.target
    if word is None or target is None:
        return None
    row = s.after.store(word.text)
    if row is not None and row.pid == target:
        return row
    return next((row for row in islice(s.after.stores, FEW) if row.pid == target), None)


def typed(word: Word) -> str:
    """Return a word as it was typed."""
    return quote(word.text) if word.quoted else word.text


def quoted(s: Situation, word: Word) -> str:
    """Return the text of the command with the store name `word` in quotes."""
    return s.match.text.replace(f" {word.text}", f" {quote(word.text)}", 1)


class Advice(NamedTuple):
    """A line to type and the reason to type it, a Message."""

    line: str
    why: str


def advice(snapshot: Snapshot) -> Iterator[Advice]:
    """Yield up to three lines to type next, best first; the toolbar shows only the first."""
    usual = () if snapshot.gone else _usual(snapshot)
    return islice(chain(_urgent(snapshot), usual), 3)


def next_thing(snapshot: Snapshot) -> str:
    """Return the most useful line to type now."""
    return next(advice(snapshot)).line


def now(snapshot: Snapshot) -> str:
    """Return a sentence that describes the current state of the system."""
    if snapshot.gone:
        return Message("The node is gone.")
    if snapshot.design is None:
        if snapshot.ended == GAVE_UP:
            return Message(
                "Nothing runs: a fourth restart within 5 s was one too many, and the system "
                "stopped."
            )
        if snapshot.others:
            return Message(
                "No manager runs, but {count:,} other process.",
                "No manager runs, but {count:,} other processes.",
                count=snapshot.others,
            )
        return Message("Nothing runs." if snapshot.ended else "Nothing runs yet.")
    count = len(snapshot.stores)
    stores = Message("{count:,} store", "{count:,} stores", count=count)
    parts: list[str] = [
        Message("Design {design} runs: {stores}", design=snapshot.design, stores=stores)
    ]
    if snapshot.stale:
        parts.append(Message("{count:,} stale", "{count:,} stale", count=len(snapshot.stale)))
    if snapshot.suspended:
        held = snapshot.suspended
        one = len(held) == 1
        parts.append(
            Message("{name} suspended", name=held[0])
            if one
            else Message("{count:,} suspended", "{count:,} suspended", count=len(held))
        )
    if snapshot.flying:
        parts.append(_on_the_way(snapshot.on_their_way))
    if snapshot.waiting:
        count = snapshot.waiting
        parts.append(
            Message("{count:,} message waiting", "{count:,} messages waiting", count=count)
        )
    return joined(parts, "{}.")


def _on_the_way(count: int) -> Message:
    return Message("{count:,} signal on the way", "{count:,} signals on the way", count=count)


def _urgent(snapshot: Snapshot) -> list[Advice]:
    if snapshot.gone == "reset":
        return [Advice("reset", Message("start another node"))]
    if snapshot.gone:
        return [Advice("exit", Message("the node of the shell is gone: nothing runs without it"))]
    if snapshot.design is None:
        return [
            Advice(
                "start manager", Message("start the system, design {name}", name=snapshot.default)
            ),
            Advice("designs", Message("the five designs to choose from")),
            Advice(
                "compare create store a; lookup a", Message("the chapter's first race in all five")
            ),
        ]
    found: list[Advice] = []
    if snapshot.stale:
        name = as_name(snapshot.stale[0])
        found.append(Advice(f"registry {name}", Message("why {name} is stale", name=name)))
    if snapshot.flying:
        lane = snapshot.flying[0]
        found.append(Advice(lane.line, Message("deliver the {signal}", signal=lane.signal)))
        found.append(Advice("inflight", Message("what is on its way, and to whom")))
    if snapshot.suspended:
        held = snapshot.suspended[0]
        if snapshot.waiting:
            found.append(Advice(f"mailbox {held}", Message("the waiting messages")))
            found.append(Advice(f"step {held}", Message("let it handle one of them")))
        found.append(Advice(f"resume {held}", Message("let it continue")))
    if snapshot.inbox:
        found.append(Advice("flush", _unread(snapshot.inbox)))
    return found


def _usual(snapshot: Snapshot) -> Iterator[Advice]:
    if not snapshot.stores:
        # Here create is a call, so a suspended manager would block this shell as well.
        held = "manager" in snapshot.suspended and snapshot.design in {"plain", "ets"}
        yield (
            Advice("as b create store s1", Message("another client waits for the answer, not you"))
            if held
            else Advice("create store s1", Message("a store is a process with a name"))
        )
        yield Advice("explain create store s1", Message("who sends what to whom"))
        yield Advice("tree", Message("what runs, and who watches it"))
        return
    first = snapshot.stores[0]
    name, free = word_for(first, snapshot), first
    if first.state != "fresh" or name in snapshot.suspended:
        for free in islice(snapshot.stores, 1, FEW):
            name = word_for(free, snapshot)
            if free.state == "fresh" and name not in snapshot.suspended:
                break
        else:
            name = ""
    if name and free.contents is not None and not len(free.contents):
        yield Advice(f"put {name} milk 1", Message("store a value in {name}", name=name))
    elif len(snapshot.stores) == 1 and "manager" not in snapshot.suspended:
        second = "s3" if first.name == "s2" else "s2"
        yield Advice(f"create store {second}", Message("a second store, with values of its own"))
    yield Advice("registry", Message("every name and its process"))
    x = _unused_name(snapshot)  # a proposed line never ends one of the user's stores
    if snapshot.design == "ets-cast":
        yield Advice(f"create store {x}; lookup {x}", Message("the chapter's first race"))
    elif name and snapshot.design == "plain":
        line = f"create store {x}; stop {x}; create store {x}"
        yield Advice(line, Message("plain never forgets a name"))
    elif name and not snapshot.suspended:
        # In map the lookup waits until the cast of the create has been handled.
        there = f"create store {x}; lookup {x}" if snapshot.design == "map" else f"create store {x}"
        line = f"{there}; suspend manager; stop {x}"
        yield Advice(line, Message("hold a race open, then: registry"))
    shown = name or word_for(first, snapshot)
    yield Advice(f"explain get {shown} milk", Message("who sends what to whom"))


def _unused_name(snapshot: Snapshot) -> str:
    """Return a name that no store and no binding has: `x`, `x2`, `x3` and so on."""
    name, number = "x", 1
    while snapshot.store(name) is not None or snapshot.binding(name) is not None:
        number += 1
        name = f"x{number}"
    return name


def word_for(row: StoreRow, snapshot: Snapshot) -> str:
    """Return how to type a store's name: in quotes if a binding of that name hides the store."""
    bound = snapshot.binding(row.name)
    hidden = bound is not None and bound.value != row.pid
    return quote(row.name) if hidden else as_name(row.name, resolved=True)


def _unread(count: int) -> Message:
    return Message(
        "{count:,} message came for this shell",
        "{count:,} messages came for this shell",
        count=count,
    )
