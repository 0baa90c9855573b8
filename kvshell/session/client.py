"""Client: another process that types, for `as b LINE`.

It has bindings and results of its own and its own pid, and shares the system. It runs its lines
one after another in its own process, so a line that waits holds up nobody but the client; what a
line answers becomes an event.
"""

from collections import deque
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Final

from kvshell.commands.handlers.messages import WAKE
from kvshell.commands.result import CommandError, Result
from kvshell.runtime import process
from kvshell.runtime.acting import acting
from kvshell.runtime.carrier import carrier
from kvshell.runtime.signals import arrive_message
from kvshell.session.desk import Desk, answer_of
from kvshell.session.plain import plain
from kvshell.session.world import World
from kvshell.terms import Pid, Term

if TYPE_CHECKING:
    from kvshell.session.session import Session

KEPT: Final = 1_000  # results that nobody took


class Client(Desk):
    """The desk of one client process, which `start` spawns."""

    def __init__(self, world: World, session: "Session", name: str) -> None:
        super().__init__(world, session.shell)
        self.name = name
        self.done: deque[Result] = deque(maxlen=KEPT)
        self._session = session
        self._lines: deque[str] = deque()

    def start(self) -> None:
        """Spawn the process. Runs in the shell."""
        self.shell = process.spawn(self._live, label=f"client {self.name}")

    def give(self, text: str) -> None:
        """Queue a line. Runs in the shell."""
        self._lines.append(text)
        arrive_message(self.shell.record, WAKE)  # it is no signal: no law keeps it on its way

    @property
    def clients(self) -> Mapping[str, Pid]:
        """The session's."""
        return self._session.clients

    def client(self, name: str, text: str) -> None:
        """Hand a line to another client."""
        self._session.client(name, text)

    def rest(self) -> bool:
        """Do not wait: who else moves is not this client's business. Ends here when killed."""
        acting(carrier())
        return True

    def round(self) -> AbstractContextManager[None]:
        """Hold nobody: that is for the shell's own line."""
        return nullcontext()

    def fresh(self, design: str) -> "Session":
        """Return a new controlled session, on this client's thread."""
        return self._session.fresh(design)

    def close(self) -> None:
        """Leave closing to the session."""

    def _live(self) -> None:
        while True:
            process.receive(_is_wake)
            self._run(self._lines.popleft())

    def _run(self, text: str) -> None:
        self.inputs.append((self.counter, text))
        results = self.play(text)
        for result in results:
            said = _NOT_HERE if result.open is not None else plain(result)
            self.done.append(result)
            self.runtime.emit("answer", self.shell, f"{self.name}: {said}", "info")
        if results and results[-1].ok:
            self._remember(answer_of(results[-1]))

    def reset(self) -> None:
        """Refuse: a client lives in the system that would end."""
        raise CommandError("reset ends this client too: type it without as")


def _is_wake(message: Term) -> bool:
    return message is WAKE


_NOT_HERE: Final = "** (CommandError) that opens something for the prompt: type it without as"
