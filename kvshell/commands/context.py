"""The interface of a session that its command handlers use.

A handler runs in the shell's own process, so its calls are sent from the shell, which waits for the
reply. Only `runtime.observe` inspects a process without sending it a message.
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
    """The session as its command handlers see it."""

    @property
    def runtime(self) -> "Runtime":
        """The runtime, which holds processes, tables and clock; `reset` replaces it."""

    @property
    def scheduler(self) -> str:
        """The kind of scheduler: `controlled` or `free`."""

    @property
    def design(self) -> "Design":
        """The running design; before the first start, the default one."""

    @property
    def designs(self) -> "Mapping[str, Design]":
        """The designs that can be started, by name, including the user's own modules."""

    @property
    def default(self) -> "Design":
        """The design that `start manager` starts if it is given none."""

    @property
    def misses_own(self) -> bool:
        """Whether `--design own` is given, but the user has not yet defined the modules for it."""

    @property
    def running(self) -> bool:
        """Whether the system is running.

        This is so if its supervisor runs or, in `plain`, which has none, its manager.
        """

    @property
    def shell(self) -> Pid:
        """The process that runs the commands; `self` answers its pid."""

    @property
    def line(self) -> int:
        """The number of the line being run."""

    @property
    def bindings(self) -> Mapping[str, Term]:
        """The variables bound by `x = ...` and their current values."""

    @property
    def options(self) -> dict[str, str]:
        """The session's options, as set by `set OPTION VALUE`."""

    @property
    def inputs(self) -> Sequence[tuple[int, str]]:
        """The lines run so far with their numbers, oldest first, including those that failed."""

    @property
    def clients(self) -> Mapping[str, Pid]:
        """The living clients started by `as CLIENT LINE`, by name."""

    @property
    def trace(self) -> "Trace":
        """The recorder that `messages on` starts."""

    @property
    def traced(self) -> list["TracedOp"]:
        """The operations of the last line, if messages were being recorded."""

    def keep_law(self, law: str) -> None:
        """Reset the session and set the delivery law, `beam` or `spec`."""

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C was pressed during this line; long commands check it and stop."""

    def server(self, word: Word) -> Pid | Atom:
        """Resolve a PROCESS; a registered name stays an atom, because error messages show it so."""

    def pid(self, word: Word) -> Pid:
        """Resolve a PROCESS to its pid; an unregistered name exits with `:noproc`."""

    def store(self, word: Word) -> Pid:
        """Resolve a STORE; an unknown name raises the MatchError of `{:ok, b} = lookup s9`."""

    def table(self, word: Word) -> Atom | Ref:
        """Resolve a TABLE to the value of a variable, or to the name of a table."""

    def term(self, typed: TypedTerm) -> Term:
        """Resolve a KEY, VALUE, TERM, REASON or OPTION to its term."""

    def program(self, path: str) -> "Path":
        """Return the path of the file that `load PATH` runs; CommandError if this is forbidden."""

    def compile(self, path: "Path") -> list[Term]:
        """Compile an Elixir file or folder and return the modules it defines."""

    def answer(self, number: int | None) -> Answer:
        """Return the answer of line `number`, like iex's `v`; RuntimeError if out of bounds."""

    def use(self, design: "Design") -> None:
        """Make `design` the current design of the system's commands."""

    def reset(self) -> None:
        """End all processes, drop all bindings, and restart the numbering of pids and lines."""

    def fresh(self, design: str) -> "Context":
        """Return a new controlled session whose default is `design`; the caller must close it."""

    def play(self, text: str, number: int | None = None) -> list[Result]:
        """Run a line inside the current one and return its results.

        The line is not counted and gets no hints or events. In its text, `{n}` is replaced by
        `number`.
        """

    def reading(self, text: str) -> "ParsedLine":
        """Parse a line, including its Elixir, without running it."""

    def refusal(self, text: str, *, bound: bool = True) -> str | None:
        """Return why a line cannot be parsed, or None if it can; the line is not run.

        If `bound`, the line may use the bindings of this client.
        """

    def client(self, name: str, text: str) -> None:
        """Queue a line for the client process `name`, which runs it when it is free."""

    def rest(self) -> bool:
        """Wait until the system is at rest, as the host does between lines.

        Raises:
            Interrupted: Ctrl-C was pressed first.
        """

    def round(self) -> "AbstractContextManager[None]":
        """Start a nested line: processes that it wakes do not run until the line waits or ends."""

    def progress(self, done: int, total: int) -> None:
        """Report the progress of a long command; the host may show it."""

    def processes(self) -> Sequence[Pid]:
        """The pids of the living processes."""

    def snapshot(self) -> "Snapshot":
        """Take a snapshot of the system."""

    def close(self) -> None:
        """End all processes and threads of the session."""
