"""The session of a lesson: runs lines one after another, settling after each.

It is controlled and in virtual time, so the same lines produce the same system, down to the pids.
Copying the system, going back and resuming are done by replaying lines.
"""

import hashlib
from typing import NamedTuple

from kvshell.commands.result import Open, Result
from kvshell.commands.view import View
from kvshell.session import Session
from kvshell.session.host import Host, Opened, Ran, once
from kvshell.transcript.format.document import Front
from kvshell.transcript.format.holes import output_lines
from kvshell.transcript.run.exploring import Explore, Stop, explored
from kvshell.views import DOCUMENT, render

FRESH = ":fresh"  # journal entry: the lesson started here with an empty system


def printed(ran: Ran) -> tuple[str, ...]:
    """Return the output of a line in a lesson, as lines in the form of a document."""
    shown = "\n".join(filter(None, (render(result, DOCUMENT) for result in ran.results)))
    return tuple(output_lines(shown))


def digest(lines: tuple[str, ...]) -> str:
    """Return a short hash of an output, to check that a replay gives the same one."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]


class LessonHost:
    """Owns the session of a lesson, and runs its lines.

    If there are several on one thread, they must be closed in reverse order of creation.
    """

    def __init__(self, front: Front, explore: Explore = explored) -> None:
        self._front = front
        self._explore = explore
        self._begin()

    def _begin(self) -> None:
        self.session = Session("controlled", self._front.design or "ets", law=self._front.law)
        self.session.options.update(hints="off", watch="off")
        self._host = Host(self.session, openers={"explore": self._explored, "watch": once})

    def fresh(self) -> None:
        """Start over with an empty system."""
        self.session.close()
        self._begin()

    def run(self, text: str) -> Ran:
        """Run a line and let the system settle."""
        return self._host.line(text)

    def close(self) -> None:
        """End all processes of the session."""
        self.session.close()

    def _explored(self, wish: Open, _host: Host) -> Opened:
        """Run an explore request; Ctrl-C ends only the search, with partial results."""
        session = self.session
        asked = Result(0, "", ok=True, open=wish)
        found = self._explore(asked, session, lambda: session.interrupted)
        partial = session.interrupted
        if partial:
            session.interrupted = False
            session.runtime.interrupted(session.shell)
        return Opened(tuple(found), partial=partial)


class Searches:
    """Runs explorations and caches them, because a search depends only on the line and the design.

    Searches interrupted by Ctrl-C, and those that start in the present state, are not cached.
    """

    def __init__(self, explore: Explore) -> None:
        self._explore = explore
        self._known: dict[tuple[str, str], list[Result]] = {}

    def __call__(self, wish: Result, session: Session, stop: Stop) -> list[Result]:
        """Run an explore request, or return its cached results."""
        assert wish.open is not None
        target = wish.open.args["target"]
        if "from here" in target:
            return self._explore(wish, session, stop)
        key = target, session.design.name
        found = self._known.get(key)
        if found is None:
            found = self._explore(wish, session, stop)
            if not stop():
                self._known[key] = found
        return [each._replace(line=wish.line, input=wish.input) for each in found]


class StepFrame(NamedTuple):
    """A frame that shows a step.

    Attributes:
        title: the title of the lesson.
        step: the title of the step.
        number: the number of the step.
        total: the number of steps.
        done: for each step, whether it is done.
        task: the task in the learner's language.
        original: the original task, if the translation is outdated.
    """

    title: str
    step: str
    number: int
    total: int
    done: tuple[bool, ...]
    task: str
    original: str = ""


class Narration(NamedTuple):
    """Prose in Markdown: the introduction, or the text after a step is done."""

    text: str


class LessonMessage(NamedTuple):
    """A message of the lesson; `mark` is ok, no, hint or note, and `label` precedes the text."""

    mark: str
    label: str
    text: str


class Echo(NamedTuple):
    """A line that the lesson types, shown after its prompt."""

    prompt: str
    text: str


class ShownView(NamedTuple):
    """A view to show, such as the list of steps."""

    view: View


class Answered(NamedTuple):
    """A line that was run, and its results."""

    ran: Ran


Piece = StepFrame | Narration | LessonMessage | Echo | ShownView | Answered
