"""The interface through which a handler uses its session.

A handler runs in the shell's own process, so its calls send and wait as the shell. Only
`runtime.observe` inspects without sending.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from kvshell.commands.arguments import TypedTerm, Word
from kvshell.commands.result import Answer, Result
from kvshell.terms import Atom, Pid, Ref, Term

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from kvshell.commands.read.match import ParsedLine
    from kvshell.commands.snapshot import Snapshot
    from kvshell.runtime import Runtime
    from kvshell.runtime.processes.operation import Trace, TracedOp
    from kvshell.systems import Design


WAKE: Final = Atom("$line")  # wakes another client's process: a line is waiting for it


class Context(Protocol):
    """A session as seen by its handlers."""

    @property
    def runtime(self) -> "Runtime":
        """The processes, tables and clock; replaced by `reset`."""

    @property
    def scheduler(self) -> str:
        """`controlled` or `free`."""

    @property
    def design(self) -> "Design":
        """The running design; before the first start, the default one."""

    @property
    def designs(self) -> "Mapping[str, Design]":
        """The startable designs by name, including the reader's own modules."""

    @property
    def default(self) -> "Design":
        """The design that a plain `start manager` starts."""

    @property
    def misses_own(self) -> bool:
        """Whether `--design own` still lacks modules that the reader has to define."""

    @property
    def running(self) -> bool:
        """Whether the design's supervisor runs; in `plain`, which has none, its manager."""

    @property
    def shell(self) -> Pid:
        """The process that runs the commands: what `self` answers."""

    @property
    def line(self) -> int:
        """The number of the line being run."""

    @property
    def bindings(self) -> Mapping[str, Term]:
        """Names bound by `x = ...`, each with its latest value."""

    @property
    def options(self) -> dict[str, str]:
        """The session's options, as set by `set OPTION VALUE`."""

    @property
    def inputs(self) -> Sequence[tuple[int, str]]:
        """The lines run so far with their numbers, oldest first, including failed ones."""

    @property
    def clients(self) -> Mapping[str, Pid]:
        """The living client processes of `as CLIENT`, by name."""

    @property
    def trace(self) -> "Trace":
        """The recording of `messages on`."""

    @property
    def traced(self) -> list["TracedOp"]:
        """What the last line sent, if messages were being recorded."""

    def keep_law(self, law: str) -> None:
        """Start over with an empty system under another delivery law."""

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C was pressed during this line; long commands check it and stop."""

    def server(self, word: Word) -> Pid | Atom:
        """Resolve a PROCESS; a registered name stays a name, as error texts show it."""

    def pid(self, word: Word) -> Pid:
        """Resolve a PROCESS to its pid; an unregistered name exits with `:noproc`."""

    def store(self, word: Word) -> Pid:
        """Resolve a STORE; an unknown one raises the MatchError of `{:ok, b} = lookup s9`."""

    def table(self, word: Word) -> Atom | Ref:
        """Resolve a TABLE: a binding, otherwise the name of a named table."""

    def term(self, typed: TypedTerm) -> Term:
        """Return the term of a KEY, VALUE, TERM, REASON or OPTION."""

    def program(self, path: str) -> "Path":
        """Return the file that `load PATH` runs; CommandError if loading is not allowed."""

    def compile(self, path: "Path") -> list[Term]:
        """Compile an Elixir file or folder and return the modules it defines."""

    def answer(self, number: int | None) -> Answer:
        """Return the answer of line `number`, like iex's `v`; RuntimeError if out of bounds."""

    def use(self, design: "Design") -> None:
        """Make `design` the current design of the system's commands."""

    def reset(self) -> None:
        """Stop everything, drop all bindings, and restart pids and line numbers."""

    def fresh(self, design: str) -> "Context":
        """Return a new controlled session with `design` as default; the caller closes it."""

    def play(self, text: str, number: int | None = None) -> list[Result]:
        """Run a line inside the current line: not counted, without hints or events.

        `number` replaces `{n}`.
        """

    def reading(self, text: str) -> "ParsedLine":
        """Return the line as it would run, with its Elixir parsed as Elixir; it is not run."""

    def refusal(self, text: str, *, bound: bool = True) -> str | None:
        """Return why a line cannot be parsed, or None; the line is not run.

        With `bound` a word may be a binding of this client.
        """

    def client(self, name: str, text: str) -> None:
        """Queue a line for the client process `name`, which runs it when it is free."""

    def rest(self) -> bool:
        """Wait until the system is at rest, as the host does between lines."""

    def round(self) -> "AbstractContextManager[None]":
        """Start a nested line: processes it wakes are held until it waits or ends."""

    def progress(self, done: int, total: int) -> None:
        """Report the progress of a long command; the host may show it."""

    def processes(self) -> Sequence[Pid]:
        """The living processes, as an observation lists them."""

    def snapshot(self) -> "Snapshot":
        """Take a snapshot of the system."""

    def close(self) -> None:
        """End all processes and threads of the session."""
