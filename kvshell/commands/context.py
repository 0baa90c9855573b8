"""What a handler may ask of the session that runs it.

A handler runs in the shell's own process, so whatever it calls sends and waits in the shell's
name. Looking is `runtime.observe` alone and never sends.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from kvshell.commands.result import Answer, Result
from kvshell.terms import Pid, Term

if TYPE_CHECKING:
    from kvshell.runtime import Runtime
    from kvshell.systems import Design


class Context(Protocol):
    """A session as its handlers see it."""

    @property
    def runtime(self) -> "Runtime":
        """The processes, tables and clock."""

    @property
    def design(self) -> "Design":
        """The running design; the default one while nothing runs."""

    @property
    def running(self) -> bool:
        """Whether the design's manager is registered now."""

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
    def scheduler(self) -> str:
        """`controlled` or `free`."""

    def result(self, number: int | None) -> Term:
        """The value of line `number`, as iex's `v`; raises its RuntimeError out of bounds."""

    def use(self, design: "Design") -> None:
        """Make `design` the one that the system's words mean from now on."""

    def reset(self) -> None:
        """Nothing runs, nothing is bound, pids start again; the counter too, with the next line."""

    def origin(self, pid: Pid) -> int | None:
        """The line at which the process was first seen."""

    def fresh(self, design: str, scheduler: str = "controlled") -> "Context":
        """A session of its own on a runtime of its own; `close` it."""

    def run(self, text: str) -> list[Result]:
        """Run one line as if typed. Not for a handler's own session: see `answer`."""

    def answer(self, text: str) -> Answer:
        """Run one line inside the line being run and give its last answer, uncounted."""

    def client(self, name: str, text: str) -> None:
        """Hand `text` to the client process `name`, which runs it when it is free."""

    def settle(self) -> bool:
        """Let the system come to rest, as the host does between lines."""

    def progress(self, done: int, total: int) -> None:
        """Say how far a long command has come; the host may draw it."""

    def close(self) -> None:
        """End every process and thread of the session."""


Handler = Callable[..., Answer]
