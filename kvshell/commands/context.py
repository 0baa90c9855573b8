"""What a handler may ask of the session that runs it.

A handler runs in the shell's own process, so whatever it calls sends and waits in the shell's
name. Looking is `runtime.observe` alone and never sends.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from kvshell.commands.result import Answer, Result
from kvshell.commands.values import Typed, Word
from kvshell.terms import Atom, Pid, Ref, Term

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from kvshell.commands.snapshot import Snapshot
    from kvshell.runtime import Runtime
    from kvshell.runtime.trace import Heard, Trace
    from kvshell.systems import Design


class Context(Protocol):
    """A session as its handlers see it."""

    @property
    def runtime(self) -> "Runtime":
        """The processes, tables and clock; another one after `reset`."""

    @property
    def scheduler(self) -> str:
        """`controlled` or `free`."""

    @property
    def design(self) -> "Design":
        """The running design; the default one while none was started."""

    @property
    def default(self) -> "Design":
        """The design that `start manager` alone starts."""

    @property
    def running(self) -> bool:
        """Whether the design's supervisor runs; in `plain`, which has none, its manager."""

    @property
    def shell(self) -> Pid:
        """The process in whose name commands run: what `self` answers."""

    @property
    def line(self) -> int:
        """The number of the line being run."""

    @property
    def bindings(self) -> Mapping[str, Term]:
        """Names bound by `x = ...`, newest value each."""

    @property
    def options(self) -> dict[str, str]:
        """`set OPTION VALUE`, for the session."""

    @property
    def inputs(self) -> Sequence[tuple[int, str]]:
        """The lines run so far with their numbers, oldest first, errors included."""

    @property
    def clients(self) -> Mapping[str, Pid]:
        """The living processes of `as CLIENT`, by name."""

    @property
    def trace(self) -> "Trace":
        """The recording of `messages on`."""

    @property
    def heard(self) -> list["Heard"]:
        """What the last line sent while messages were recorded."""

    def keep_law(self, law: str) -> None:
        """Begin again, empty, under another delivery law."""

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C came while this line ran: a long command then ends."""

    def server(self, word: Word) -> Pid | Atom:
        """Resolve a PROCESS; a registered name stays one, as error texts show it."""

    def pid(self, word: Word) -> Pid:
        """Resolve a PROCESS to its pid; an unregistered name exits with `:noproc`."""

    def store(self, word: Word) -> Pid:
        """Resolve a STORE; an unknown one is the MatchError of `{:ok, b} = lookup s9`."""

    def table(self, word: Word) -> Atom | Ref:
        """Resolve a TABLE: a binding, else the name of a named table."""

    def term(self, typed: Typed) -> Term:
        """Return the term a KEY, VALUE, TERM, REASON or OPTION stands for."""

    def program(self, path: str) -> "Path":
        """Return the file that `load PATH` runs; CommandError where none may be run."""

    def answer(self, number: int | None) -> Answer:
        """Return what line `number` answered, as iex's `v`; out of bounds its RuntimeError."""

    def use(self, design: "Design") -> None:
        """Make `design` the one that the system's words mean from now on."""

    def reset(self) -> None:
        """Nothing runs, nothing is bound, pids and line numbers start again."""

    def fresh(self, design: str) -> "Context":
        """Return a new controlled session whose default is `design`; `close` it."""

    def play(self, text: str, number: int | None = None) -> list[Result]:
        """Run one line inside the line being run: uncounted, without hints or events.

        `number` replaces `{n}`.
        """

    def client(self, name: str, text: str) -> None:
        """Hand a line to the client process `name`, which runs it when it is free."""

    def rest(self) -> bool:
        """Let the system come to rest, as the host does between lines."""

    def round(self) -> "AbstractContextManager[None]":
        """Begin a line within the line: what it wakes is held until it waits or ends."""

    def progress(self, done: int, total: int) -> None:
        """Say how far a long command has come; the host may show it."""

    def snapshot(self) -> "Snapshot":
        """Take a picture of the system."""

    def close(self) -> None:
        """End every process and thread of the session."""
