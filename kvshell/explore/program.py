"""Program: what a search runs again and again, in every order of events that matters."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from kvshell.runtime import Runtime
from kvshell.terms import Pid


class Seen(NamedTuple):
    """What a line of a client answered, pids by name; `line` is 0 where there is no document."""

    client: str
    line: int
    text: str
    said: str


class Failure(NamedTuple):
    """An expectation that was not met: whose, where, what was expected and what came."""

    client: str
    line: int
    text: str
    expected: str
    actual: str

    @property
    def place(self) -> str:
        """Where it is, in words."""
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.text or self.client}"


class Ending(NamedTuple):
    """How one run ended: what each client saw, what failed, and what else is to be told."""

    seen: tuple[Seen, ...] = ()
    failures: tuple[Failure, ...] = ()
    notes: tuple[str, ...] = ()


class Doing(NamedTuple):
    """What a client is at: its line in the document, and that line's text."""

    line: int
    text: str


class Program(Protocol):
    """A set-up, clients that run side by side, and final checks; the same in every run.

    `expects` is whether it says anywhere what must come; else every answer is an outcome.
    """

    title: str
    expects: bool

    def begin(self, runtime: Runtime) -> tuple[Pid, tuple[Pid, ...]]:
        """Enter the runtime, set up, come to rest, spawn the clients; the driver and the clients.

        The calling thread is the driver from then on.
        """

    def end(self, runtime: Runtime) -> Ending:
        """Run the final checks and say how it ended. Runs in the driver, in the default policy."""

    def doing(self, client: Pid) -> Doing | None:
        """Return what a client does now; None for any other process."""

    def names(self, runtime: Runtime) -> Mapping[Pid, str]:
        """Return what to call each process, of those one has a word for."""
