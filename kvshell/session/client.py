"""The answers of another client as text: what iex prints, with views as plain lines.

An event is a single text, built where it happens; this module does not know how views are drawn.
"""

from collections import ChainMap, deque
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Final

from kvshell.commands.context import WAKE
from kvshell.commands.result import NOTHING, CommandError, Result
from kvshell.commands.trace_chart import lines as chart_lines
from kvshell.commands.view import Cell, Chart, Markdown, Panel, TableView, Text, Tree, View
from kvshell.runtime import process
from kvshell.runtime.processes.naming import current_process
from kvshell.runtime.processes.signals import arrive_message
from kvshell.runtime.processes.thread_context import carrier
from kvshell.session.client_context import ClientContext, answer_of
from kvshell.session.session_state import SessionState
from kvshell.terms import Pid, Term, inspect


def plain(result: Result) -> str:
    """Return the answer without colours and boxes."""
    if result.error is not None:
        return result.error
    if result.value is not NOTHING:
        return inspect(result.value)
    return "\n".join(_lines(result.view)) if result.view is not None else ""


def _lines(view: View) -> list[str]:
    match view:
        case Text(lines):
            return [_join(line, "") for line in lines]
        case Markdown(text):
            return text.splitlines()
        case TableView(_title, columns, rows, caption):
            header = "  ".join(column.name for column in columns)
            return [header, *(_join(row, "  ") for row in rows), *([caption] if caption else [])]
        case Tree(label, children):
            inner = [f"  {line}" for child in children for line in _lines(child)]
            return [_join(label, " "), *inner]
        case Panel(title, body):
            return [title, *(line for part in body for line in _lines(part))]
        case Chart():
            return chart_lines(view)


def _join(cells: tuple[Cell, ...], space: str) -> str:
    return space.join(cell.text for cell in cells)


if TYPE_CHECKING:
    from kvshell.session.session import Session


class Answers:
    """Collects the answers to one line of a client while someone is listening."""

    def __init__(self) -> None:
        self.results: list[Result] = []
        self.listening = True


class Client(ClientContext):
    """The context of a client process, which `start` spawns."""

    def __init__(self, state: SessionState, session: "Session", name: str) -> None:
        super().__init__(state, session.shell)
        self.name = name
        # Like a closure, it reads what the shell has bound, and binds names of its own.
        self.bindings = ChainMap({}, session.bindings)
        self._session = session
        self._lines: deque[tuple[str, Answers | None]] = deque()
        self.at_line = ""  # the line in progress

    def start(self) -> None:
        """Spawn the process. Runs in the shell process."""
        self.shell = process.spawn(self._live, label=f"client {self.name}")

    def give(self, text: str, answers: Answers | None = None) -> None:
        """Queue a line; without a listener its answer is an event. Runs in the shell process."""
        self._lines.append((text, answers))
        arrive_message(self.shell.record, WAKE)  # not a signal, so no delivery law delays it

    @property
    def clients(self) -> Mapping[str, Pid]:
        """The session's clients."""
        return self._session.clients

    def client(self, name: str, text: str) -> None:
        """Hand a line to another client."""
        self._session.client(name, text)

    def rest(self) -> bool:
        """Do not wait for other processes. Raises here if the client was killed."""
        current_process(carrier())
        return True

    def round(self) -> AbstractContextManager[None]:
        """Hold nothing: only the shell's own line does."""
        return nullcontext()

    def fresh(self, design: str) -> "Session":
        """Return a new controlled session that runs on this client's thread."""
        return self._session.fresh(design)

    def close(self) -> None:
        """Do nothing: the session closes its clients."""

    def _live(self) -> None:
        while True:
            process.receive(_is_wake)
            self._run(*self._lines.popleft())
            self._ran()

    def _run(self, text: str, answers: Answers | None) -> None:
        self.inputs.append((self.counter, text))
        self.at_line = text
        results = self.play(text)
        self.at_line = ""
        if answers is not None and answers.listening:
            answers.results += results
        else:
            for result in results:
                message = _NOT_HERE if result.open is not None else plain(result)
                self.runtime.emit("answer", self.shell, f"{self.name}: {message}", "info")
        if results and results[-1].ok:
            self.remember(answer_of(results[-1]))

    def _ran(self) -> None:
        """A line has ended: wait for the next one."""

    def reset(self) -> None:
        """Refuse: the reset would end the client itself."""
        raise CommandError("reset ends this client too: type it without as")


def _is_wake(message: Term) -> bool:
    return message is WAKE


_NOT_HERE: Final = "** (CommandError) that needs the prompt: type it without as"
