"""World: a system that lines are run on, one after another, each at rest before the next.

Controlled and in virtual time, so the same lines make the same world, down to the pids: a fork is
a replay, and so is coming back tomorrow.
"""

import hashlib
from typing import NamedTuple

from kvshell.commands.result import Result
from kvshell.runtime import Event, NotAtRest
from kvshell.session import Session
from kvshell.transcript.document import Front
from kvshell.transcript.exploring import Explore, explored, wish_of
from kvshell.transcript.normal import output_lines
from kvshell.views import DOCUMENT, render

FRESH = ":fresh"  # in a journal: here the lesson began with an empty system


class Ran(NamedTuple):
    """A line and what came of it; `partial` if Ctrl-C ended a search."""

    text: str
    results: tuple[Result, ...] = ()
    events: tuple[Event, ...] = ()
    printed: tuple[str, ...] = ()
    stuck: NotAtRest | None = None
    partial: bool = False

    @property
    def failed(self) -> bool:
        """Whether it ended in an error."""
        return self.stuck is not None or any(not result.ok for result in self.results)

    @property
    def digest(self) -> str:
        """A short hash of what was printed: the next time it must be the same."""
        return hashlib.sha256("\n".join(self.printed).encode()).hexdigest()[:8]


class World:
    """One session. Worlds of one thread are closed in the opposite order of their making."""

    def __init__(self, front: Front, explore: Explore = explored) -> None:
        self._front = front
        self._explore = explore
        self.session = self._new()

    def _new(self) -> Session:
        session = Session("controlled", self._front.design or "ets", law=self._front.law)
        session.options.update(hints="off", watch="off")
        return session

    def fresh(self) -> None:
        """Begin with an empty system."""
        self.session.close()
        self.session = self._new()

    def run(self, text: str) -> Ran:
        """Run a line and let the system come to rest."""
        session = self.session
        results: list[Result] = []
        stuck = None
        partial = False
        try:
            results = session.run(text)
            session.settle()
            results, partial = self._with_verdict(results)
        except NotAtRest as still:
            stuck = still
        shown = "\n".join(filter(None, (render(result, DOCUMENT) for result in results)))
        printed = tuple(output_lines(shown))
        return Ran(text, tuple(results), tuple(session.events()), printed, stuck, partial)

    def close(self) -> None:
        """End every process."""
        self.session.close()

    def _with_verdict(self, results: list[Result]) -> tuple[list[Result], bool]:
        """The results of a line, with what exploring came to in the place of the wish to.

        Ctrl-C ends the search with what is known by then, and nothing that comes later; the
        second is whether it did.
        """
        wish, session = wish_of(results), self.session
        if wish is None:
            return results, False
        found = self._explore(wish, session, lambda: session.interrupted)
        partial = session.interrupted
        if partial:
            session.interrupted = False
            session.runtime.interrupted(session.shell)
        return [*results[:-1], *found], partial
