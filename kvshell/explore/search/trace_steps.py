"""Trace steps: the steps of a schedule in readable form: who does what, and for which line.

A schedule is shown by running it again: the Witness takes the same steps and records, for each, the
names of the processes and the line of its client.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any, Final, NamedTuple

from kvshell.commands.cells import short_term, shortened, signal_word, system_word
from kvshell.explore.program.program import Doing, Program, by_name
from kvshell.explore.search.search import Search
from kvshell.explore.search.token import Follow
from kvshell.otp.registry import META
from kvshell.runtime import Runtime
from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.record import Process
from kvshell.runtime.processes.signals import Channels, Flight, arrive_exit
from kvshell.runtime.processes.timers import Timer
from kvshell.runtime.search.stepped import Stepped
from kvshell.runtime.search.steps import Crash, End, Step, What
from kvshell.runtime.tables.table import Table
from kvshell.terms import A, Atom, List, Pid, Ref, Term, format_banner, inspect
from kvshell.terms.printing.exceptions import is_exception

SENDS: Final = frozenset(
    {"call", "cast", "send", "system", "reply", "exit", "die_down", "die_exit"}
)
_LAST: Final = 60  # steps at the end of a long run in which to look for a repetition
ENDED: Final = "dies: :normal"  # the word of a normal end
DEATHS: Final = frozenset({":DOWN", ":EXIT"})  # the words of the signals that a death sends
A_TIMER: Final = "a timer fires"  # and brings a message
IGNORED: Final = " (ignored)"  # what is said of an exit signal without an effect


class TraceStep(NamedTuple):
    """One step of a schedule.

    Attributes:
        number: its index, from 0.
        kind: an Op's kind, `arrives` for a signal, `fires` for a timer, `crash`.
        source: its actor, or the origin of the signal, timer or death.
        target: the target process, if any.
        word: a short description: `call {:create, "s"}`, `:DOWN`, `reads row "s"`.
        doing: the client line that caused it: its own, or the one that sent the message.
        leaves: for an arriving signal, the step at which it left; -1 if before the first one.
        flies: for a signal that leaves, whether it arrives in a step of its own.
        found: what to say instead of `word` where that would not succeed: `finds no row "s"`.
    """

    number: int
    kind: str
    source: Pid
    target: Pid | None
    word: str
    doing: Doing | None
    leaves: int = -1
    flies: bool = False
    found: str = ""

    @property
    def told(self) -> str:
        """What it does or, if it does not succeed, what it finds: `finds no row "s"`."""
        return self.found or self.word

    @property
    def sends(self) -> bool:
        """Whether a signal leaves in this step."""
        return self.kind in SENDS


class Witnessed(NamedTuple):
    """An observed schedule: its steps, the names of processes, and the clients.

    `early` says whether a timer may fire while other things can still happen.
    """

    steps: tuple[TraceStep, ...]
    names: Mapping[Pid, str]
    clients: frozenset[Pid] = frozenset()
    early: bool = False


class Witness:
    """A chooser that follows a token and records what happens."""

    def __init__(self, program: Program, follow: Follow) -> None:
        self._program = program
        self._follow = follow
        self._steps: list[TraceStep] = []
        self._left: dict[int, int] = {}  # number of a flight -> the step at which it left
        self._doings: dict[int, Doing | None] = {}  # step -> the line that caused it
        self._seen = 0
        self._tables: dict[str, list[Ref]] = {}  # of each name, in order
        self._runtime: Runtime | None = None
        self._clients: frozenset[Pid] = frozenset()
        self.names: dict[Pid, str] = {}
        self.places: dict[Pid, str] = {}  # file and line of each client where the schedule was cut

    def choose(self, enabled: list[Step]) -> Step | None:
        """Return the token's next step, and record it."""
        self._notice(_runtime_of(enabled[0].what))
        step = self._follow.choose(enabled)
        if step is None:
            carriers = ((pid, pid.record.carrier) for pid in self._clients)
            self.places = {pid: held.place_below() for pid, held in carriers if held is not None}
        if step is not None and not isinstance(step.what, End):
            self._steps.append(self._trace_step(len(self._steps), step.what))
        return step

    def witnessed(self, runtime_names: Mapping[Pid, str]) -> Witnessed:
        """Return the observations; names given here replace earlier ones."""
        self.names.update(runtime_names)
        return Witnessed(tuple(self._steps), self.names, self._clients)

    def _notice(self, runtime: Runtime | None) -> None:
        """Record current names, and the signals that left in the last step."""
        self._runtime = runtime = runtime or self._runtime
        if runtime is None:
            return
        self.names.update(self._program.names(runtime))
        if isinstance(runtime.scheduler, Stepped):
            self._clients = frozenset(client.pid for client in runtime.scheduler.clients)
        channels = runtime.channels
        if isinstance(channels, Channels):
            for flight in channels.all():
                if flight.number > self._seen:
                    self._left[flight.number] = left = len(self._steps) - 1
                    if left >= 0:
                        self._steps[left] = self._steps[left]._replace(flies=True)
            self._seen = max(self._seen, channels.last)

    def _trace_step(self, number: int, what: What) -> TraceStep:
        match what:
            case Op(kind=kind, actor=actor):
                doing = self._doings[number] = self._program.doing(actor.pid)
                target = what.process() if not kind.startswith("ets_") else None
                if kind == "ets_give_away":
                    target = Op("", actor, what.term[1]).process()
                pid = None if target is None else target.pid
                table = _table_of(what)
                word = word_of(what) + self._which_table(what, table)
                found = _found(what, table, word)
                return TraceStep(number, kind, actor.pid, pid, word, doing, found=found)
            case Flight(flight, source, target, arrive, args):
                leaves = self._left.get(flight, -1)
                word = signal_word(arrive, args)
                doing = self._doings.get(leaves)
                ignored = arrive is arrive_exit and _ignores(target, source, args[1])
                found = f"{word}{IGNORED}" if ignored else ""
                pids = source.pid, target.pid
                return TraceStep(number, "arrives", *pids, word, doing, leaves, found=found)
            case Timer(dest=dest):
                word = "its time-out fires" if isinstance(dest, Process) else A_TIMER
                who = self._owner(dest)
                return TraceStep(number, "fires", who, who, word, self._program.doing(who))
            case Crash(target):
                return TraceStep(number, "crash", target.pid, target.pid, "is killed", None)
            case End():
                raise AssertionError("the end is no step")

    def _which_table(self, op: Op, table: Table | None) -> str:
        """Return which of several tables of one name is used; "" for the first one."""
        if table is None:
            return ""
        known = self._tables.setdefault(inspect(table.shown()), [])
        if table.ref not in known:
            known.append(table.ref)
        place = known.index(table.ref)
        if not place:
            return ""
        number = ordinal(place + 1)
        of_row = op.kind in {"ets_read", "ets_write"}
        return f" of the {number} table" if of_row else f", the {number} of this name"

    def _owner(self, dest: Process | Pid | Atom | None) -> Pid:
        """Return the target of a timer; a placeholder pid if its name is not registered."""
        if isinstance(dest, Atom) and self._runtime is not None:
            dest = self._runtime.names.get(dest)
        if isinstance(dest, Process):
            return dest.pid
        return dest if isinstance(dest, Pid) else Pid(0)


def ordinal(number: int) -> str:
    """Return `first`, `second`, `4th`."""
    words = {1: "first", 2: "second", 3: "third"}
    return words.get(number, f"{number}th")


def _table_of(op: Op) -> Table | None:
    """Return the table that an operation is about, if there is one now."""
    if not op.kind.startswith("ets_"):
        return None
    given = op.target
    return given if isinstance(given, Table) else op.actor.runtime.tables.find(given)


def _found(op: Op, table: Table | None, word: str) -> str:
    """Describe what an operation finds now if it does not succeed; "" if it does."""
    if table is not None:
        return _found_in(op, table, word)
    known = op.actor.runtime.names
    if op.kind == "register" and known.get(op.target) is not None:
        return word.replace("takes", "finds", 1) + " taken"
    if op.kind == "whereis" and known.get(op.target) is None:
        return word.replace("reads", "finds no process of", 1)
    process = op.process() if op.kind in {"alive", "die_exit"} else None
    if process is None:
        return ""
    if op.kind == "alive":
        return "" if process.alive else f"finds {_pid(op)} dead"
    return f"{word}{IGNORED}" if _ignores(process, op.actor, op.term) else ""


def _found_in(op: Op, table: Table, word: str) -> str:
    """Describe what a read or `insert_new` finds in the table if it does not succeed."""
    verb, wanted = op.term if type(op.term) is tuple and len(op.term) == 2 else (None, None)
    refused = A.private, *((A.protected,) if op.kind == "ets_write" else ())
    if table.protection in refused and table.owner is not op.actor:
        return ""
    if verb in _READS_OF_A_KEY and not table.peek(wanted).items:
        return word.replace("reads row", "finds no row", 1)
    row = wanted if type(wanted) is tuple and len(wanted) >= table.keypos else None
    if verb is A.insert_new and row and table.peek(table.key_of(row)).items:
        return word.replace(_TABLE_WRITES["insert_new"], "does not replace", 1)
    return ""


def _ignores(target: Process, source: Process, reason: Term) -> bool:
    """Whether an exit signal with this reason has no effect on the process."""
    return reason is A.normal and not target.trap_exit and source is not target


_READS_OF_A_KEY: Final = frozenset({A.lookup, A.lookup_element, A.member})


def _runtime_of(what: What) -> Runtime | None:
    match what:
        case Op(actor=process) | Flight(target=process) | Crash(target=process):
            return process.runtime
        case Timer(dest=Process() as process):
            return process.runtime
        case Timer(dest=Pid(record=Process() as process)):
            return process.runtime
        case _:
            return None


def word_of(op: Op) -> str:
    """Describe an operation in a word or two."""
    if op.kind.startswith("ets_"):
        return _table_word(op)
    write = _WORDS.get(op.kind)
    return write(op) if write is not None else op.kind.replace("_", " ")


def _table_word(op: Op) -> str:
    called = op.target if op.called is None else op.called
    table = called.shown() if isinstance(called, Table) else called
    verb, what = op.term if type(op.term) is tuple and len(op.term) == 2 else (None, None)
    name = verb.name if isinstance(verb, Atom) else op.kind.removeprefix("ets_")
    row = what
    if name in {"delete_object", "insert", "insert_new"} and type(what) is tuple and what:
        row = what[0]
    if row == META and isinstance(called, Atom) and op.actor.runtime.names.get(called):
        return f"looks where {inspect(called)} keeps its names"  # in an internal row of a Registry
    if op.kind == "ets_read":
        return f"reads row {short_term(row)}"
    if op.kind == "ets_write":
        does = _TABLE_WRITES.get(name, "writes")
        return f"{does} row {short_term(row)}"
    return f"{_TABLE_DOES.get(op.kind, name)} table {inspect(table)}"


_TABLE_DOES: Final = {
    "ets_delete_table": "deletes",
    "ets_give_away": "gives away",
    "ets_new": "makes",
    "ets_rename": "renames",
    "ets_scan": "reads",
    "ets_write_all": "writes",
}


_TABLE_WRITES: Final = {
    "delete": "deletes",
    "delete_object": "deletes",
    "take": "reads and deletes",
    "update_counter": "reads and writes",
    "insert_new": "writes, if it is new,",
}


def _reason(reason: Any) -> str:
    """Return why a process ends, as text; for an exception without its stack."""
    match reason:
        case (raised, List(items=places)) if places and all(_is_place(place) for place in places):
            text = format_banner(A.error, raised) if is_exception(raised) else short_term(raised)
            return shortened(text.removeprefix("** "))
        case _:
            return short_term(reason)


def _is_place(term: Any) -> bool:
    return type(term) is tuple and len(term) == 4 and type(term[0]) is Atom


def _pid(op: Op) -> str:
    process = op.process()
    return "it" if process is None else inspect(process.pid)


_WORDS: Final[dict[str, Any]] = {
    "alive": lambda op: f"asks whether {_pid(op)} is alive",
    "call": lambda op: f"call {short_term(op.term)}",
    "cast": lambda op: f"cast {short_term(op.term)}",
    "send": lambda op: (
        f"message {short_term(op.term)}"
        if type(op.called) is not Ref
        else f"answer {short_term(op.term[1])}"
    ),
    "system": lambda op: system_word(op.term),
    "reply": lambda op: f"answer {short_term(op.term[1])}",
    "exit": lambda op: f"exit signal {short_term(op.term)}",
    "register": lambda op: f"takes the name {short_term(op.target)}",
    "unregister": lambda op: f"frees the name {short_term(op.target)}",
    "whereis": lambda op: f"reads the name {short_term(op.target)}",
    "monitor": lambda _op: "monitor",
    "spawn": lambda _op: "starts a process",
    "shared_read": lambda op: f"{op.term} {op.target.shown}",
    "shared_write": lambda op: f"{op.term} {op.target.shown}",
    "list": lambda _op: "lists all processes",
    "look": lambda op: "looks at everything" if op.target is None else "looks inside",
    "flag": lambda _op: "traps exits from now on",
    "handle": lambda _op: "takes its next message",
    "receive": lambda _op: "looks for a message",
    "receive_after": lambda _op: "looks for a message",
    "flush": lambda _op: "takes every message",
    "settle": lambda _op: "all is at rest",
    "send_after": lambda _op: "starts a timer",
    "cancel_timer": lambda _op: "stops a timer",
    "die_life": lambda op: f"dies: {_reason(op.term)}",
    "die_end": lambda _op: "is dead",
    "die_name": lambda op: f"gives up the name {short_term(op.target)}",
    "die_table": lambda op: f"gives up table {inspect(op.target.shown())}",
    "die_timers": lambda _op: "stops its timers",
    "die_down": lambda _op: ":DOWN",
    "die_exit": lambda _op: ":EXIT",
}


def restless(searching: Search) -> str:
    """Describe the first schedule that was cut off: which process repeats what at its end, if any.

    Nothing can tell whether it would have ended: the local state of processes is not compared.
    """
    witness = Witness(searching.program, Follow(searching.endless, searching.limit))
    searching.execute(witness)
    seen = witness.witnessed({})
    long = f"a schedule is longer than {searching.limit:,} steps (`--steps`)"
    last = seen.steps[-_LAST:]
    if not _repeats([(step.source, step.word) for step in last]):
        return long
    own = [step for step in last if step.kind != "arrives"] or last
    asks = [step for step in own if step.source in seen.clients] or own  # not a server it asks
    often = Counter((s.source, s.word, s.doing, s.sends) for s in asks)
    source, word, doing, sends = often.most_common(1)[0][0]
    who = seen.names.get(source, "somebody")
    place = PurePath(witness.places.get(source, "")).name if doing is None else f"line {doing.line}"
    where = f" ({place})" if place else ""
    if doing is None and not sends:
        does = f"{who} {by_name(word, seen.names)}".replace(" its time-out", "'s time-out")
        return f"{long}; {does}, again and again{where}"
    what = word if doing is None else doing.text
    return f"{long}; {who} repeats `{by_name(what, seen.names)}`{where}"


def _repeats(last: Sequence[object]) -> bool:
    """Whether the last steps are a short sequence, again and again."""
    return any(
        all(last[place] == last[place - period] for place in range(period, len(last)))
        for period in range(1, len(last) // 3 + 1)
    )
