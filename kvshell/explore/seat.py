"""Seat: the desk of one client in a search - its lines, run back to back in its own process.

Everything a line does goes through operations: a store's name is looked up as the design does it,
and a command that only looks announces that it reads everything.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Final

from kvshell.commands.command import said
from kvshell.commands.match import Line, Match
from kvshell.commands.matching import parse
from kvshell.commands.result import Answer, CommandError, Result, Value
from kvshell.commands.values import Word
from kvshell.runtime import process
from kvshell.runtime.carrier import current
from kvshell.runtime.op import Op
from kvshell.session.desk import Desk, answer_of
from kvshell.session.resolving import Resolver
from kvshell.session.session import Session
from kvshell.session.world import World
from kvshell.terms import A, Atom, MatchError, Pid, Term

_OBSERVING: Final = frozenset({"start manager", "stop manager", "restart manager", "crash"})
_REFUSED: Final = frozenset(
    {"compare", "deliver", "explore", "learn", "messages", "record", "repeat", "replay"}
)
Called = Callable[[str, Pid], None]


class Lines:
    """What every run of a program shares: texts as they were read, and the handlers."""

    def __init__(self) -> None:
        self._read: dict[str, Line] = {}
        self.handlers: dict[str, Callable[..., Answer]] = {}

    def read(self, text: str) -> Line:
        """Return the line, read once."""
        found = self._read.get(text)
        if found is None:
            found = self._read[text] = parse(text)
        return found


class Driver(Session):
    """The shell of one run: set-up and final checks."""

    def __init__(self, world: World, lines: Lines, called: Called) -> None:
        super().__init__("controlled", world.default.name, world.runtime)
        self.world.options.update(hints="off", watch="off")
        self._lines, self._called = lines, called
        self._handlers = lines.handlers

    def answers(self, text: str) -> list[Result]:
        """Run one line without hints, and count it."""
        self.inputs.append((self.counter, text))
        results = self.play(text)
        if results and results[-1].ok:
            self._remember(answer_of(results[-1]))
        return results

    def reset(self) -> None:
        """Refuse: the search makes and ends systems."""
        raise CommandError("reset is for the prompt: every schedule begins with a fresh system")

    def _read(self, text: str, number: int | None) -> Line:
        return self._lines.read(text) if number is None else super()._read(text, number)

    def _evaluate(self, match: Match) -> Answer:
        answer = super()._evaluate(match)
        note_store(match, answer, self._called)
        return answer


class Seat(Desk):
    """The desk of one client, which `start` spawns."""

    def __init__(self, driver: Driver, name: str, lines: Lines, called: Called) -> None:
        super().__init__(driver.world, driver.shell)
        self.name = name
        self.bindings = dict(driver.bindings)
        self._driver, self._lines, self._called = driver, lines, called
        self._handlers = lines.handlers

    def start(self, work: Callable[["Seat"], None]) -> Pid:
        """Spawn the process. Runs in the shell."""
        self.shell = process.spawn(lambda: work(self), label=self.name)
        return self.shell

    def answers(self, text: str) -> list[Result]:
        """Run one line. Runs in the client."""
        self.inputs.append((self.counter, text))
        results = self.play(text)
        if results and results[-1].ok:
            self._remember(answer_of(results[-1]))
        return results

    @property
    def clients(self) -> Mapping[str, Pid]:
        """The session's."""
        return self._driver.clients

    def rest(self) -> bool:
        """Wait until all is at rest: an operation like any other."""
        return self.runtime.settle()

    def round(self) -> AbstractContextManager[None]:
        """Hold nobody."""
        return nullcontext()

    def reset(self) -> None:
        """Refuse: a client lives in the system that would end."""
        raise CommandError("reset would end this client: every schedule begins fresh anyway")

    def _resolver(self) -> Resolver:
        return _Asking(self.runtime, self.world.design, self.shell, self.bindings)

    def _read(self, text: str, number: int | None) -> Line:
        return self._lines.read(text) if number is None else super()._read(text, number)

    def _evaluate(self, match: Match) -> Answer:
        command = match.command
        if command is not None and not match.problems:
            if command.words == "as":
                raise CommandError("as is for the prompt: in a document session=b is a client")
            if command.words in _REFUSED:
                raise CommandError(
                    f"{command.words} is for the prompt: a client of a search has lines of its own"
                )
            effects = said(command.effects, self.world.design.name).split()
            looks = "look" in effects and command.words != "alive"
            if looks or command.words in _OBSERVING:
                self._look()
        answer = super()._evaluate(match)
        note_store(match, answer, self._called)
        return answer

    def _look(self) -> None:
        """Announce a look at everything: what the command then observes is of this moment."""
        watch = self.runtime.watch
        if watch is not None:
            watch(Op("look", current()))


class _Asking(Resolver):
    """Resolves a store by the design's own lookup, which reads the row or asks the manager."""

    def store(self, name: str) -> Pid | None:
        """Ask, unless the word is somebody's registered name or a pid."""
        if self._is_somebody(name):
            return None
        match self.design.lookup(name):
            case (A.ok, Pid() as pid):
                return pid
        return None

    def missing(self, word: Word) -> Pid:
        """Fail as `{:ok, pid} = lookup NAME`: it has been asked."""
        del word
        raise MatchError(A.error)

    def _is_somebody(self, text: str) -> bool:
        if text.startswith("#PID<"):
            return True
        name: Term = self._name(text) if text[:1].isupper() or text.startswith(":") else None
        return type(name) is Atom and self.runtime.whereis(name) is not None


def note_store(match: Match, answer: Answer, called: Called) -> None:
    """Tell the process of a store's name, when a command has just answered with it."""
    if match.command is None or not isinstance(answer, Value):
        return
    if match.command.words not in {"create store", "lookup"}:
        return
    name = match.args.get("name")
    match answer.term:
        case Pid() as pid:
            called(str(name), pid)
        case (A.ok, Pid() as pid):
            called(str(name), pid)
