"""The context of one client: its bindings, its results, and the process it acts as.

The shell's own context is a Session; `as b LINE` creates another context on the same SessionState.
A context is used only by the thread of its process.
"""

import re
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Final, NamedTuple

from kvshell.commands.arguments import TypedTerm, Word, resolve
from kvshell.commands.assist import slips
from kvshell.commands.read.match import Match, ParsedLine
from kvshell.commands.read.matcher import parse
from kvshell.commands.result import NOTHING, Answer, CommandError, Open, Result, Value
from kvshell.commands.snapshot import Snapshot, idle_banner
from kvshell.commands.table import GROUP_OF
from kvshell.commands.table.row import load
from kvshell.commands.types.parameter import Meant
from kvshell.commands.types.patterns import match_pattern
from kvshell.runtime import Exit, Interrupted, Runtime
from kvshell.runtime.processes.exits import Thrown
from kvshell.runtime.processes.operation import Trace, TracedOp
from kvshell.session.resolving import Resolver, asks_for_a_function, is_one_word
from kvshell.session.session_state import SessionState
from kvshell.session.snapshot_builder import take
from kvshell.systems.designs.own_lines import OWN
from kvshell.terms import (
    A,
    ArgumentError,
    Atom,
    ElixirError,
    MatchError,
    Pid,
    Ref,
    RuntimeError_,
    Term,
    format_banner,
)

if TYPE_CHECKING:
    from pathlib import Path

    from kvshell.session.elixir_shell import ElixirShell
    from kvshell.systems import Design


class CommandFailure(NamedTuple):
    """Why a command failed: the banner as printed, and the exit reason or exception, for hints."""

    text: str
    reason: Term


# Lines that parse as commands but are Elixir: `h Module` and `exit :reason`.
_HELPER_OF_IEX: Final = re.compile(r"h\s+[:A-Z]|exit\s+:\w+\s*$")
NO_PROGRAMS: Final = "load runs code from a file: in a transcript only with --trust"


class ClientContext:
    """Implements Context for one client: the shell, or another one started by `as`."""

    in_search = False  # whether a search runs this client: errors then ignore other processes

    def __init__(self, state: SessionState, shell: Pid) -> None:
        self.state = state
        self.shell = shell
        self.counter = 1
        self.bindings: MutableMapping[str, Term] = {}
        self.inputs: list[tuple[int, str]] = []
        self.interrupted = False
        self._answers: list[Answer] = []
        self._handlers: dict[str, Callable[..., Answer]] = {}
        self._played: tuple[str, ParsedLine] | None = None
        self._elixir: ElixirShell | None = None

    # -- for handlers --------------------------------------------------------------------------

    @property
    def runtime(self) -> Runtime:
        """The current runtime, which `reset` replaces."""
        return self.state.runtime

    @property
    def scheduler(self) -> str:
        """The kind of scheduler: `controlled` or `free`."""
        return self.state.scheduler

    @property
    def design(self) -> "Design":
        """The running design, or the default one."""
        return self.state.design

    @property
    def designs(self) -> "Mapping[str, Design]":
        """The designs that can be started, by name."""
        return self.state.designs

    @property
    def default(self) -> "Design":
        """The design that a plain `start manager` starts."""
        return self.state.default

    @property
    def misses_own(self) -> bool:
        """Whether `start manager` should start the user's modules, but none are defined yet."""
        return self.state.own_is_default and OWN not in self.state.designs

    @property
    def running(self) -> bool:
        """Whether the system is running; see `SessionState.running`."""
        return self.state.running

    @property
    def trace(self) -> Trace:
        """The recorder of messages, shared by all clients."""
        return self.state.trace

    @property
    def traced(self) -> list[TracedOp]:
        """The operations of the last line, if messages were being recorded."""
        return self.state.traced

    @property
    def options(self) -> dict[str, str]:
        """The session's options."""
        return self.state.options

    @property
    def line(self) -> int:
        """The number of the current line."""
        return self.counter

    @property
    def clients(self) -> Mapping[str, Pid]:
        """The living clients by name; empty unless a subclass has clients."""
        return {}

    def processes(self) -> tuple[Pid, ...]:
        """The pids of the living processes in ascending order."""
        return tuple(self.runtime.processes())

    def use(self, design: "Design") -> None:
        """Make `design` the current design of the system's commands."""
        self.state.design = design

    def server(self, word: Word) -> Pid | Atom:
        """Resolve a PROCESS to a pid or a registered name."""
        return self._resolver().server(word)

    def pid(self, word: Word) -> Pid:
        """Resolve a PROCESS to its pid; an unregistered name exits with `:noproc`."""
        return self._resolver().pid(word)

    def store(self, word: Word) -> Pid:
        """Resolve a STORE to its process."""
        return self._resolver().server(word)  # type: ignore[return-value]  # a name works as well

    def table(self, word: Word) -> Atom | Ref:
        """Resolve a TABLE to its name or reference."""
        return self._resolver().table(word)

    def term(self, typed: TypedTerm) -> Term:
        """Return the current value of `typed`."""
        if not typed.dynamic:
            return typed.value
        resolver = self._resolver()
        return resolve(
            typed,
            pid=resolver.number,
            ref=resolver.reference,
            variable=lambda name: self.shell if name == "self()" else resolver.variable(name),
        )

    def program(self, path: str) -> "Path":
        """Return the path of the file that `load PATH` runs; CommandError if this is forbidden."""
        if self.state.programs is None:
            raise CommandError(NO_PROGRAMS)
        return self.state.programs(path)

    def compile(self, path: "Path") -> list[Term]:
        """Compile an Elixir file or folder and return the modules it defines."""
        return self.elixir.compile(path)

    def answer(self, number: int | None = None) -> Answer:
        """Return the answer of an earlier line, like iex's `v`; RuntimeError if out of bounds."""
        index = -1 if number is None else number
        count = len(self._answers)
        place = index - 1 if index > 0 else count + index
        if index == 0 or not 0 <= place < count:
            raise RuntimeError_(f"v({index}) is out of bounds")
        return self._answers[place]

    def rest(self) -> bool:
        """Wait until the system is at rest.

        Raises:
            Interrupted: Ctrl-C was pressed first.
        """
        if not self.runtime.settle():
            raise Interrupted
        return True

    def keep_law(self, law: str) -> None:
        """Raise CommandError: the law is the whole system's, so only the shell may change it."""
        raise CommandError(f"set law {law} would end this client too: type it without as")

    def round(self) -> AbstractContextManager[None]:
        """Start a nested line: processes that it wakes do not run until the line waits or ends."""
        return self.runtime.one_line(self.counter)

    def progress(self, done: int, total: int) -> None:
        """Do nothing; only the shell reports progress to its host."""

    def snapshot(self) -> Snapshot:
        """Take a snapshot of the system as this client sees it."""
        return take(self)

    def play(self, text: str, number: int | None = None) -> list[Result]:
        """Run a line inside the current line: not counted, without hints or events."""
        results = []
        for match in self.reading(text, number).parts:
            result, _ = self._part(match)
            results.append(result)
            if not result.ok:
                break
        return results

    def refusal(self, text: str, *, bound: bool = True) -> str | None:
        """Return why a line cannot be parsed, or None; the line is not run."""
        known = self.bindings if bound else {}
        for place, part in enumerate(self._understood(parse(text)).parts):
            # An unknown word may be a binding, or be bound earlier on the line.
            bare = None if part.bare is None else part.bare.removeprefix("$")
            if part.problems and not (bare is not None and (place or bare in known)):
                return part.problems[0].message
        return None

    def read_part(self, text: str) -> Match:
        """Parse a single command without running it."""
        return self.reading(text).parts[0]

    def _resolver(self) -> Resolver:
        return Resolver(self.runtime, self.state.design, self.shell, self.bindings)

    def reading(self, text: str, number: int | None = None) -> ParsedLine:
        """Parse a line, including its Elixir, without running it; `number` replaces `{n}`."""
        if number is not None and "{n}" in text:
            return self._understood(parse(text.replace("{n}", str(number))))
        if self._played is None or self._played[0] != text:
            self._played = (text, parse(text))
        return self._understood(self._played[1])

    # -- Elixir --------------------------------------------------------------------------------

    @property
    def elixir(self) -> "ElixirShell":
        """The parser and evaluator for this client's Elixir, created on first use."""
        from kvshell.session.elixir_shell import ElixirShell  # noqa: PLC0415  # Elixir only

        if self._elixir is None:
            self._elixir = ElixirShell(self)
        return self._elixir

    def prepare(self, text: str) -> None:
        """Import the modules that parsing `text` needs, before the time of the line is measured."""
        if not all(map(self.no_elixir, parse(text).parts)):
            from kvshell.session import (  # noqa: F401, PLC0415  # see above
                elixir_shell,
                near_elixir,
            )

    def _understood(self, line: ParsedLine) -> ParsedLine:
        """Return the line with the parts that are Elixir parsed as Elixir."""
        first = self._elixir is None and is_one_word(line.text)
        plain = first or all(map(self.no_elixir, line.parts))
        return line if plain else self.elixir.understand(line)

    def no_elixir(self, part: Match) -> bool:
        """Whether a part is a command or a binding, which runs without Elixir."""
        if part.complete:
            return _HELPER_OF_IEX.match(part.text) is None and not asks_for_a_function(part)
        return part.bare is not None and part.bare.removeprefix("$") in self.bindings

    def unfinished(self, text: str) -> bool:
        """Whether `text` is incomplete Elixir that continues on the next line."""
        line = parse(text)
        if not line.parts or all(map(self.no_elixir, line.parts)) or is_one_word(text):
            return False
        return self.elixir.unfinished(line)

    # -- one command ---------------------------------------------------------------------------

    def _part(self, match: Match) -> tuple[Result, CommandFailure | None]:
        """Run one command; an Exit or an Elixir exception becomes its answer."""
        try:
            answer = self._evaluate(match)
        except CommandError as error:
            failure = CommandFailure(f"** (CommandError) {error.sentence}", None)
        except Exit as exit_:
            failure = CommandFailure(format_banner(A.exit, exit_.reason), exit_.reason)
        except ElixirError as error:
            if isinstance(error, ArgumentError) and self.needs_a_system(match):
                others = self.in_search or len(self.processes()) - len(self.clients) > 1
                banner = idle_banner(ended=bool(self.state.ended()), others=others)
                result = Result(self.counter, match.text, ok=False, error=banner)
                return result, CommandFailure(banner, None)
            banner = format_banner(A.error, error.struct)
            message = banner if match.elixir is None else self.elixir.error_text(error)
            failure = CommandFailure(message, error.struct)
        except Thrown as thrown:
            failure = CommandFailure(format_banner(A.throw, thrown.value), thrown.value)
        except Interrupted:
            failure = CommandFailure(format_banner(A.exit, A.interrupted), A.interrupted)
        else:
            return _answered(self.counter, match, answer), None
        result = Result(self.counter, match.text, ok=False, error=failure.text)
        return result._replace(elixir=match.elixir is not None), failure

    def needs_a_system(self, match: Match) -> bool:
        """Whether an ETS error of this command only means that no system is running."""
        return self.asks_the_system(match) and not self.running

    def asks_the_system(self, match: Match) -> bool:
        """Whether an ETS error of this command can mean that no system is running."""
        command = match.command
        if command is None or match.elixir is not None or command.path[0] == "ets":
            return False
        named = match.args.get("store") or match.args.get("process")
        if isinstance(named, Word):
            first, known = named.text[:1], named.text in self.bindings
            return named.quoted or not (known or first in ":#$" or first.isupper())
        return GROUP_OF[command.path].name == "stores"

    def _evaluate(self, match: Match) -> Answer:
        if match.elixir is not None:
            return self.elixir.run(match)
        if self._elixir is not None:
            self._elixir.matched = match.pattern is not None
        answer: Answer | None = self._bare(match)
        if answer is None:
            if match.problems:
                raise CommandError(self.problem_text(match))
            command = match.command
            assert command is not None
            handler = self._handlers.get(command.handler)
            if handler is None:
                handler = self._handlers[command.handler] = load(command)
            answer = handler(self, **match.args)
        if match.pattern is not None:
            if not isinstance(answer, Value):
                assert match.command is not None
                raise CommandError(f"{match.command.words} has no value that could be bound")
            bound = match_pattern(match.pattern, answer.term, self.bindings)
            if bound is None:
                raise MatchError(answer.term)
            self.bindings.update(bound)
        return answer

    def _bare(self, match: Match) -> Value | None:
        """Return the value of a line that consists of one bound name; None for any other line."""
        name = match.bare.removeprefix("$") if match.bare is not None and match.problems else None
        return Value(self.bindings[name]) if name and name in self.bindings else None

    def problem_text(self, match: Match) -> str:
        """Return the message of the line's first problem.

        For an unknown word, it adds suggestions.
        """
        problem = match.problems[0]
        if problem.kind not in slips.PROPOSING:
            return problem.message
        words: list[Meant] = []
        if self._elixir is not None and match.bare:
            from kvshell.session import near_elixir  # noqa: PLC0415  # Elixir only

            words = near_elixir.functions(match.bare)
        return slips.problem_message(match, self.snapshot(), words)

    def remember(self, answer: Answer) -> None:
        """Store the answer of a completed line, for `v`, and advance the line number."""
        self._answers.append(answer)
        self.counter += 1


def _answered(line: int, match: Match, answer: Answer) -> Result:
    text = match.text
    if isinstance(answer, Value):
        return Result(line, text, ok=True, value=answer.term, elixir=match.elixir is not None)
    if isinstance(answer, Open):
        return Result(line, text, ok=True, open=answer)
    return Result(line, text, ok=True, view=answer)


def answer_of(result: Result) -> Answer:
    """Return the answer in a result, for `v` to show again."""
    if result.value is not NOTHING:
        return Value(result.value)
    return result.view if result.view is not None else Value(None)
