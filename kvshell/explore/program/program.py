"""Program: what a search runs repeatedly, in every relevant order of events."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol

from kvshell.runtime import Event, Runtime
from kvshell.runtime.processes.record import Behaviour, Process
from kvshell.runtime.search.stepped import Stepped
from kvshell.terms import A, Atom, Pid, Term, format_banner, inspect


class Observed(NamedTuple):
    """The answer to a client's line, with pids by name; `line` is 0 without a document."""

    client: str
    line: int
    text: str
    answer: str


class ScheduleFailure(NamedTuple):
    """A failed expectation: the client, the place, the expected and the actual value.

    `report` is what ExUnit prints for a failed assertion; empty for any other failure.
    """

    client: str
    line: int
    text: str
    expected: str
    actual: str
    report: str = ""

    @property
    def place(self) -> str:
        """The place as text, such as `line 3: get s k`."""
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.text or self.client}"


class Ending(NamedTuple):
    """How a run ended: what each client saw, what failed, and further notes."""

    seen: tuple[Observed, ...] = ()
    failures: tuple[ScheduleFailure, ...] = ()
    notes: tuple[str, ...] = ()


class NotRepeatableError(Exception):
    """Repeating the lines leads to a different state; the message is one sentence."""


class Doing(NamedTuple):
    """What a client is doing: its line in the document, and the text of that line."""

    line: int
    text: str


class Program(Protocol):
    """A set-up, concurrent clients, and final checks; the same in every run.

    `expects` says whether there are any expectations; if not, every answer is an outcome.
    """

    title: str
    expects: bool

    @property
    def repeatable(self) -> "RepeatableProgram | None":
        """This program, if the state after the set-up is known to be the same in every run."""

    def begin(self, runtime: Runtime) -> tuple[Pid, tuple[Pid, ...]]:
        """Enter the runtime, set up, settle, spawn the clients; return the driver and the clients.

        The calling thread is the driver from then on.
        """

    def end(self, runtime: Runtime) -> Ending:
        """Run the final checks and return the ending. Runs in the driver, in default order."""

    def doing(self, client: Pid) -> Doing | None:
        """Return what a client is doing; None for any other process."""

    def names(self, runtime: Runtime) -> Mapping[Pid, str]:
        """Return the known names of processes, by pid."""


class RepeatableProgram(Program, Protocol):
    """A program whose clients can be started again after one set-up.

    `set_up` and then `start` do what `begin` does. Everything that the set-up leaves is in the
    runtime and in `session`.
    """

    @property
    def session(self) -> Any:
        """The session of the current run."""

    def set_up(self, runtime: Runtime) -> None:
        """Enter the runtime, set up and settle."""

    def start(self, session: Any) -> tuple[Pid, tuple[Pid, ...]]:
        """Spawn the clients; return the driver and the clients.

        `session` was the shell after the set-up; other runs may have been carried out since.
        """


CHECK = "final check"  # shown as the client when one fails after all clients have ended
SETUP = "set-up"  # shown as the client when a failure occurs before any client starts
NOTHING = "nothing"  # shown as the output that is expected, or printed, where there is none
WAITS = "waits forever"  # shown instead of an answer that never arrives
PID = re.compile(r"#PID<0\.(\d+)\.0>")
REFERENCE = re.compile(r"#Reference<[\d.]+>")
_CUT = re.compile(r"#(?P<kind>Reference|PID)<[\d.]+…")  # in a shortened term
_CLOSURE = re.compile(r"#Function<(\d+)\.\d+(?=/)")


def registered(runtime: Runtime) -> dict[Pid, str]:
    """Return the names that processes have registered, as Elixir prints them.

    In a search dead processes are included.
    """
    named = _processes(runtime)
    return {process.pid: inspect(name) for process, name, _ in named if name is not None}


def kinds(runtime: Runtime) -> dict[Pid, str]:
    """Return what to call processes without a name: their module, or the function they run."""
    found = _processes(runtime)
    return {process.pid: _kind(process, behaviour) for process, _, behaviour in found}


def acting(runtime: Runtime) -> set[Pid]:
    """Return the processes that have taken a step of a search."""
    scheduler = runtime.scheduler
    return scheduler.running.actors() if isinstance(scheduler, Stepped) else set()


def _processes(runtime: Runtime) -> Iterable[tuple[Process, Atom | None, Behaviour | None]]:
    if isinstance(runtime.scheduler, Stepped) and runtime.scheduler.running.begun:
        return runtime.scheduler.running.processes()
    records = [pid.record for pid in runtime.processes()]
    return [(record, record.name, record.behaviour) for record in records]


def _kind(process: Process, behaviour: Behaviour | None) -> str:
    if behaviour is None:
        return _KINDS.get(process.label, process.label)
    module = behaviour.module
    known = module is None or inspect(module).partition(".")[0] in _OTP
    return _KINDS.get(behaviour.kind, behaviour.kind) if known else inspect(module)


_KINDS: Final = {"Agent.Server": "Agent", "Task": "task", "function": "process"}
_OTP: Final = frozenset({"Agent", "GenServer", "Task"})


def distinct(names: Mapping[Pid, Term]) -> dict[Pid, str]:
    """Return `names` made unique: the oldest process keeps the plain name, others get a number."""
    counts: dict[str, int] = {}
    found = {}
    for pid in sorted(names, key=lambda pid: pid.path):
        name = names[pid]
        text = name if isinstance(name, str) else inspect(name)
        counts[text] = counts.get(text, 0) + 1
        found[pid] = text if counts[text] == 1 else f"{text}#{counts[text]}"
    return found


def called(clients: Mapping[Pid, str], others: Mapping[Pid, Term]) -> dict[Pid, str]:
    """Return unique names; a client with the name of another process becomes `client a`."""
    others = {pid: name for pid, name in others.items() if pid not in clients}
    taken = {name if isinstance(name, str) else inspect(name) for name in others.values()}
    client_names = {
        pid: f"client {name}" if name in taken else name for pid, name in clients.items()
    }
    return distinct({**others, **client_names})


def client_called(name: str, names: Mapping[Pid, str]) -> Pid | None:
    """Return the client with this name, given the result of `called`."""
    pids = {text: pid for pid, text in names.items()}
    return pids.get(f"client {name}", pids.get(name))


def by_name(text: str, names: Mapping[Pid, str]) -> str:
    """Return `text` with names for pids, all references alike, and no hashes of functions.

    A pid or a reference that was cut off at the end of the text gets no name.
    """
    if "#" not in text:
        return text
    numbers = {str(pid.number): name for pid, name in names.items()}
    text = PID.sub(lambda found: f"#PID<{numbers.get(found[1], f'0.{found[1]}.0')}>", text)
    text = _CLOSURE.sub(r"#Function<\1", REFERENCE.sub("#Reference<_>", text))
    return _CUT.sub(r"#\g<kind><_…", text)


def in_order(failures: Sequence[ScheduleFailure], clients: Iterable[str]) -> list[ScheduleFailure]:
    """Return the failures in the order of the clients: the order of failing is irrelevant."""
    places = {client: place for place, client in enumerate(clients)}
    return sorted(failures, key=lambda failure: places.get(failure.client, len(places)))


def unfinished(runtime: Runtime, pid: Pid) -> str:
    """Describe why a client did not finish."""
    seen = runtime.observe(pid)
    if seen is None or seen.status == "dead":
        return format_banner((A.EXIT, pid), None if seen is None else seen.reason)
    return waits_for(seen.waiting_for)


def waits_for(awaited: str) -> str:
    """Describe waiting forever, for `awaited` or, if that is empty, for a message."""
    return f"{WAITS} for {awaited or 'a message'}"


def cycles(events: Iterable[Event], names: Mapping[Pid, str]) -> tuple[str, ...]:
    """Return the cycles of calls that closed in this run, from the events of the run."""
    return tuple(_from_the_first(by_name(e.text, names)) for e in events if e.kind == "cycle")


def _from_the_first(cycle: str) -> str:
    """Rotate a cycle to start with the same process in every run, whoever's call closed it."""
    head, *calls = cycle.split("\n")
    begins, colon, rest = head.partition(": ")
    chain, semicolon, why = rest.partition(";")
    round_ = chain.split(" -> ")[:-1]
    if len(round_) != len(calls) or not round_:
        return cycle
    first = round_.index(min(round_))
    round_ = round_[first:] + round_[: first + 1]
    head = f"{begins}{colon}{' -> '.join(round_)}{semicolon}{why}"
    return "\n".join([head, *calls[first:], *calls[:first]])
