"""Desk: where one client types - its bindings, its results, the process in whose name it acts.

The shell's own desk is a Session; `as b LINE` makes another one on the same World. A desk is used
by the thread of its process alone.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Final, NamedTuple

from kvshell.commands.command import load
from kvshell.commands.match import Line, Match
from kvshell.commands.matching import parse
from kvshell.commands.patterns import match_pattern
from kvshell.commands.result import NOTHING, Answer, CommandError, Open, Result, Value
from kvshell.commands.snapshot import Snapshot
from kvshell.commands.values import Typed, Word, resolve
from kvshell.runtime import Exit, Interrupted, Runtime
from kvshell.runtime.trace import Heard, Trace
from kvshell.session.picture import take
from kvshell.session.resolving import Resolver
from kvshell.session.world import World
from kvshell.terms import (
    A,
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

    from kvshell.systems import Design


class Failure(NamedTuple):
    """Why a command did not answer: the banner as printed, and the reason for the hints."""

    text: str
    reason: Term


NO_PROGRAMS: Final = "load runs a Python file: in a transcript only with --trust"


class Desk:
    """Implements Context for one client."""

    def __init__(self, world: World, shell: Pid) -> None:
        self.world = world
        self.shell = shell
        self.counter = 1
        self.bindings: dict[str, Term] = {}
        self.inputs: list[tuple[int, str]] = []
        self.interrupted = False
        self._answers: list[Answer] = []
        self._handlers: dict[str, Callable[..., Answer]] = {}
        self._played: tuple[str, Line] | None = None

    # -- what a handler may ask ----------------------------------------------------------------

    @property
    def runtime(self) -> Runtime:
        """The runtime of now: `reset` replaces it."""
        return self.world.runtime

    @property
    def scheduler(self) -> str:
        """`controlled` or `free`."""
        return self.world.scheduler

    @property
    def design(self) -> "Design":
        """The running design, or the default one."""
        return self.world.design

    @property
    def default(self) -> "Design":
        """What `start manager` alone starts."""
        return self.world.default

    @property
    def running(self) -> bool:
        """Whether the design's manager is registered."""
        return self.world.running

    @property
    def trace(self) -> Trace:
        """The recording of messages, shared by all clients."""
        return self.world.trace

    @property
    def heard(self) -> list[Heard]:
        """What the last line sent."""
        return self.world.heard

    @property
    def options(self) -> dict[str, str]:
        """The session's options."""
        return self.world.options

    @property
    def line(self) -> int:
        """The number of the line being run."""
        return self.counter

    @property
    def clients(self) -> Mapping[str, Pid]:
        """The living clients, by name."""
        return {}

    def use(self, design: "Design") -> None:
        """Make `design` the running one."""
        self.world.design = design

    def server(self, word: Word) -> Pid | Atom:
        """Resolve a PROCESS."""
        return self._resolver().server(word)

    def pid(self, word: Word) -> Pid:
        """Resolve a PROCESS to its pid."""
        return self._resolver().pid(word)

    def store(self, word: Word) -> Pid:
        """Resolve a STORE."""
        return self._resolver().server(word)  # type: ignore[return-value]  # a name serves as well

    def table(self, word: Word) -> Atom | Ref:
        """Resolve a TABLE."""
        return self._resolver().table(word)

    def term(self, typed: Typed) -> Term:
        """Return the term `typed` stands for now."""
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
        """Return the file that `load PATH` runs, if the host lets its lines run files."""
        if self.world.programs is None:
            raise CommandError(NO_PROGRAMS)
        return self.world.programs(path)

    def answer(self, number: int | None) -> Answer:
        """Return what an earlier line answered; iex's `v`."""
        index = -1 if number is None else number
        count = len(self._answers)
        place = index - 1 if index > 0 else count + index
        if index == 0 or not 0 <= place < count:
            raise RuntimeError_(f"v({index}) is out of bounds")
        return self._answers[place]

    def rest(self) -> bool:
        """Let the system come to rest, within a line.

        Raises:
            Interrupted: Ctrl-C came first.
        """
        if not self.runtime.settle():
            raise Interrupted
        return True

    def keep_law(self, law: str) -> None:
        """Refuse: the law is the shell's, and the whole system's."""
        raise CommandError(f"set law {law} would end this client too: type it without as")

    def round(self) -> AbstractContextManager[None]:
        """Begin a line within the line."""
        return self.runtime.one_line(self.counter)

    def progress(self, done: int, total: int) -> None:
        """Nobody asked."""

    def snapshot(self) -> Snapshot:
        """Take a picture of the system: cheap, and stays as it is."""
        return take(self)

    def play(self, text: str, number: int | None = None) -> list[Result]:
        """Run one line inside the line being run: uncounted, without hints or events."""
        results = []
        for match in self._read(text, number).parts:
            result, _ = self._part(match)
            results.append(result)
            if not result.ok:
                break
        return results

    def _resolver(self) -> Resolver:
        return Resolver(self.runtime, self.world.design, self.shell, self.bindings)

    def _read(self, text: str, number: int | None) -> Line:
        if number is not None and "{n}" in text:
            return parse(text.replace("{n}", str(number)))
        if self._played is None or self._played[0] != text:
            self._played = (text, parse(text))
        return self._played[1]

    # -- one command ---------------------------------------------------------------------------

    def _part(self, match: Match) -> tuple[Result, Failure | None]:
        """Run one command; an Exit or an Elixir exception is its answer, not ours."""
        try:
            answer = self._evaluate(match)
        except CommandError as error:
            failure = Failure(f"** (CommandError) {error.sentence}", None)
        except Exit as exit_:
            failure = Failure(format_banner(A.exit, exit_.reason), exit_.reason)
        except ElixirError as error:
            failure = Failure(format_banner(A.error, error.struct), error.struct)
        except Interrupted:
            failure = Failure(format_banner(A.exit, A.interrupted), A.interrupted)
        else:
            return _answered(self.counter, match.text, answer), None
        return Result(self.counter, match.text, ok=False, error=failure.text), failure

    def _evaluate(self, match: Match) -> Answer:
        if match.problems:
            if match.bare is not None:
                bare = match.bare.removeprefix("$")
                if bare in self.bindings:
                    return Value(self.bindings[bare])
            raise CommandError(match.problems[0].message)
        command = match.command
        assert command is not None
        handler = self._handlers.get(command.handler)
        if handler is None:
            handler = self._handlers[command.handler] = load(command)
        answer = handler(self, **match.args)
        if match.pattern is not None:
            if not isinstance(answer, Value):
                raise CommandError(
                    f"{command.words} shows something to look at and has no value to bind"
                )
            bound = match_pattern(match.pattern, answer.term, self.bindings)
            if bound is None:
                raise MatchError(answer.term)
            self.bindings.update(bound)
        return answer

    def _remember(self, answer: Answer) -> None:
        """Count a line that came to its end."""
        self._answers.append(answer)
        self.counter += 1


def _answered(line: int, text: str, answer: Answer) -> Result:
    if isinstance(answer, Value):
        return Result(line, text, ok=True, value=answer.term)
    if isinstance(answer, Open):
        return Result(line, text, ok=True, open=answer)
    return Result(line, text, ok=True, view=answer)


def answer_of(result: Result) -> Answer:
    """Return what a result answered, as `v` gives it again."""
    if result.value is not NOTHING:
        return Value(result.value)
    return result.view if result.view is not None else Value(None)
