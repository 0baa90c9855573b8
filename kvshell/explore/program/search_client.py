"""The search's client: runs its lines back to back in its own process.

Everything a line does is an operation: a store's name is resolved by the design's own lookup, and a
read-only command announces that it reads everything.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Final

from kvshell.commands.arguments import Word
from kvshell.commands.read.match import Match, ParsedLine
from kvshell.commands.read.matcher import parse
from kvshell.commands.result import Answer, CommandError, Result, Value
from kvshell.commands.table.row import text_for
from kvshell.explore.program.document_parts import ALONE
from kvshell.runtime import Runtime, process
from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.thread_context import current
from kvshell.runtime.search.steps import Knowledge
from kvshell.session.client_context import ClientContext, CommandFailure, answer_of
from kvshell.session.resolving import Resolver
from kvshell.session.session import Session
from kvshell.session.session_state import SessionState
from kvshell.terms import A, Atom, MatchError, Pid, Term

_OBSERVING: Final = frozenset({"start manager", "stop manager", "restart manager", "crash"})
_REFUSED: Final = frozenset(
    {"compare", "deliver", "explore", "learn", "messages", "record", "repeat", "replay"}
)  # in a document; a typed line with one does not begin
_SHOW_MAIL: Final = frozenset({"info", "mailbox", "processes", "registry", "tree"})
_NAMING: Final = frozenset({("create", "store"), ("lookup",)})
Called = Callable[[str, Pid], None]


class ParsedLines:
    """Parsed lines and handlers, which all runs of a program share."""

    def __init__(self) -> None:
        self._read: dict[str, ParsedLine] = {}
        self.commands: dict[str, ParsedLine] = {}  # lines without Elixir, whatever is bound
        self.handlers: dict[str, Callable[..., Answer]] = {}

        self._observing: dict[tuple[tuple[str, ...], str], bool] = {}

    def observes(self, match: Match, design: str) -> bool:
        """Whether a command observes more than its operations announce; determined only once."""
        assert match.command is not None
        what = match.command.path, design
        found = self._observing.get(what)
        if found is None:
            found = self._observing[what] = observes(match, design)
        return found

    def read(self, text: str) -> ParsedLine:
        """Return the line, parsed once."""
        found = self._read.get(text)
        if found is None:
            found = self._read[text] = parse(text)
        return found


class _InSearch(ClientContext):
    """The common part of the shell and the clients of a run."""

    in_search = True
    _lines: ParsedLines
    _called: Called

    @property
    def uses_elixir(self) -> bool:
        """Whether a line has been read as Elixir."""
        return self._elixir is not None

    def pass_over(self, text: str, *, counted: bool) -> None:
        """Count a line that is not run."""
        self.inputs.append((self.counter, text))
        if counted:
            self.remember(Value(None))

    def reading(self, text: str, number: int | None = None) -> ParsedLine:
        """Return the line as it would run; each is parsed once for all schedules."""
        if number is not None:
            return super().reading(text, number)
        found = self._lines.commands.get(text)
        if found is None:
            found = self._understood(self._lines.read(text))
            if all(part.complete and self.no_elixir(part) for part in found.parts):
                self._lines.commands[text] = found
        return found

    def _evaluate(self, match: Match) -> Answer:
        self.state.count_reads()
        answer = super()._evaluate(match)
        note_store(match, answer, self._called)
        return answer

    def _part(self, match: Match) -> tuple[Result, CommandFailure | None]:
        result, failure = super()._part(match)
        return _with_output(result, self.runtime), failure


class Driver(_InSearch, Session):
    """The shell of a run: set-up and final checks."""

    def __init__(self, state: SessionState, lines: ParsedLines, called: Called) -> None:
        super().__init__("controlled", state.default.name, state.runtime, environment={})
        self.state.options.update(hints="off", watch="off")
        self._share(lines, called)

    def _share(self, lines: ParsedLines, called: Called) -> None:
        """Use what all runs of a program share, and begin with no stores."""
        self._lines, self._called = lines, called
        self._handlers = lines.handlers
        self.stores: dict[Pid, str] = {}  # the names of stores that lines have named

    def answers(self, text: str) -> list[Result]:
        """Run a line without hints, and count it."""
        return _counted(self, text)

    @property
    def earlier(self) -> tuple[Answer, ...]:
        """The answers of earlier lines."""
        return tuple(self._answers)

    def reset(self) -> None:
        """Raise CommandError: the search creates and ends systems."""
        raise CommandError("reset is for the prompt: every schedule starts with a fresh system")


class SearchClient(_InSearch):
    """The context of a client, which `start` spawns."""

    def __init__(
        self,
        driver: Driver,
        name: str,
        lines: ParsedLines,
        called: Called,
        *,
        rests: bool = False,
    ) -> None:
        super().__init__(driver.state, driver.shell)
        self._rests = rests
        self.name = name
        self.bindings = dict(driver.bindings)
        self._driver, self._lines, self._called = driver, lines, called
        self._handlers = lines.handlers
        self._is_shell = name == ALONE
        if self._is_shell:  # it continues after the set-up
            self.counter = driver.counter
            self.inputs = list(driver.inputs)
            self._answers = list(driver.earlier)

    def start(self, work: Callable[["SearchClient"], None]) -> Pid:
        """Spawn the process. Runs in the shell."""
        self.shell = process.spawn(
            lambda: work(self), label="shell" if self._is_shell else self.name
        )
        if self._is_shell:  # not spawned by a line: it exists before the first one
            self.shell.record.born = self.shell.record.parent = None
        return self.shell

    def answers(self, text: str) -> list[Result]:
        """Run a line. Runs in the client."""
        if self._is_shell:
            return _counted(self, text)
        self.inputs.append((self.counter, text))
        return _remembered(self, text)

    def processes(self) -> tuple[Pid, ...]:
        """Return the living processes; the client takes the place of the shell."""
        living = super().processes()
        if not self._is_shell:
            return living
        others = (pid for pid in living if pid not in {self.shell, self._driver.shell})
        return (self.shell, *others)

    @property
    def clients(self) -> Mapping[str, Pid]:
        """The living clients of the session, by name."""
        return self._driver.clients

    def rest(self) -> bool:
        """Wait until everything is at rest; this is an operation of the schedule."""
        return self.runtime.settle()

    def round(self) -> AbstractContextManager[None]:
        """Return a context that does nothing: only lines of the shell delay processes they wake."""
        return nullcontext()

    def reset(self) -> None:
        """Raise CommandError: the reset would end the client itself."""
        raise CommandError("reset would end this client: every schedule begins fresh anyway")

    def needs_a_system(self, match: Match) -> bool:
        """Like that of a shell; asking for the name of the system is an operation.

        It meets only what registers the name or gives it up: a `look` would meet every step.
        """
        return self.asks_the_system(match) and process.whereis(self.state.root) is None

    def _resolver(self) -> Resolver:
        if self._rests:  # by observation, as at the prompt: a call would be counted by the design
            look(self.runtime)
            return super()._resolver()
        return _Asking(self.runtime, self.state.design, self.shell, self.bindings)

    def _evaluate(self, match: Match) -> Answer:
        command = match.command
        if command is not None and not match.problems:
            words = command.words
            if words == "as":
                raise CommandError("as is for the prompt: in a document session=b is a client")
            if words in _REFUSED:
                raise CommandError(
                    f"{words} is for the prompt: a client of a search has lines of its own"
                )
            if self._lines.observes(match, self.state.design.name):
                look(self.runtime, "" if self._rests else words)  # at rest all mail is taken
        return super()._evaluate(match)


def observes(match: Match, design: str) -> bool:
    """Whether a command observes more than its operations announce."""
    command = match.command
    if command is None or match.problems:
        return False
    looks = "look" in text_for(command.effects, design).split() and command.words != "alive"
    return looks or command.words in _OBSERVING


def look(runtime: Runtime, words: str = "") -> None:
    """Announce an observation of everything, so that the command `words` sees the current state.

    Some commands show which messages have been taken, and which not yet.
    """
    if runtime.watch is not None:
        shown = A.messages if words in _SHOW_MAIL else None
        runtime.watch(Op("look", current(), None, shown))


class _Asking(Resolver):
    """Resolves a store by the design's own lookup, which reads the row or asks the manager."""

    def store(self, name: str) -> Pid | None:
        """Look up a store, unless the word is a registered name or a pid."""
        if self._is_somebody(name):
            return None
        table = self.design.table(self.runtime)
        before = table.counted if table is not None else None
        answer = self.design.lookup(name)
        found = isinstance(answer, tuple)
        if table is not None and table.counted != before:
            table.uncount_read(hit=found)  # at the prompt, resolving a word does not read the table
        return answer[1] if found and type(answer[1]) is Pid else None

    def missing(self, word: Word) -> Pid:
        """Raise the error of `{:ok, pid} = lookup NAME`; the lookup has already been made."""
        del word
        raise MatchError(A.error)

    def number(self, number: int) -> Pid:
        """Return a pid; looking for one that may not have been spawned yet is an operation."""
        pid, ledger = self.runtime.pid(number), self.runtime.ledger
        record = None if pid is None else pid.record
        if isinstance(ledger, Knowledge) and not ledger.knows_of(current(), record):
            look(self.runtime)
        return super().number(number)

    def _is_somebody(self, text: str) -> bool:
        if text.startswith("#PID<"):
            return True
        name: Term = self._name(text) if text[:1].isupper() or text.startswith(":") else None
        return type(name) is Atom and self.runtime.whereis(name) is not None


def _counted(context: Driver | SearchClient, text: str) -> list[Result]:
    """Run a line of the shell, attributing its effects to this line, as in a replay."""
    context.inputs.append((context.counter, text))
    context.runtime.line = context.counter
    return _remembered(context, text)


def _remembered(context: Driver | SearchClient, text: str) -> list[Result]:
    results = context.play(text)
    if results and results[-1].ok:
        context.remember(answer_of(results[-1]))
    return results


def _with_output(result: Result, runtime: Runtime) -> Result:
    """Add the output of the line, which a replay shows above the answer."""
    printed = runtime.take_printed()
    return result._replace(output=printed) if printed else result


def note_store(match: Match, answer: Answer, called: Called) -> None:
    """Record the store's name for the process that a command has just returned."""
    if match.command is None or not isinstance(answer, Value):
        return
    if match.command.path not in _NAMING:
        return
    name = match.args.get("name")
    match answer.term:
        case Pid() as pid:
            called(str(name), pid)
        case (A.ok, Pid() as pid):
            called(str(name), pid)
