"""Other clients, which `as NAME LINE` starts: processes that run lines beside the shell.

Their answers arrive as events, as plain text: what iex prints. An event holds only text, so views
are flattened to lines here: this module does not know how `kvshell.views` draws.
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
    """Return the answer of a command as text without colours and boxes."""
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
    """Collects the results of one line of a client, as long as the host is still `listening`."""

    def __init__(self) -> None:
        self.results: list[Result] = []
        self.listening = True


class Client(ClientContext):
    """The context of a client, on whose process its lines run; `start` spawns that process."""

    def __init__(self, state: SessionState, session: "Session", name: str) -> None:
        super().__init__(state, session.shell)
        self.name = name
        # Like a closure, a client sees the shell's variables, but binds its own.
        self.bindings = ChainMap({}, session.bindings)
        self._session = session
        self._lines: deque[tuple[str, Answers | None]] = deque()
        self.at_line = ""  # the line in progress

    def start(self) -> None:
        """Spawn the client's process. Runs in the shell's process."""
        self.shell = process.spawn(self._live, label=f"client {self.name}")

    def give(self, text: str, answers: Answers | None = None) -> None:
        """Queue a line for the client. Runs in the shell's process.

        The results are added to `answers` while it is listening; otherwise they become an event.
        """
        self._lines.append((text, answers))
        arrive_message(self.shell.record, WAKE)  # not a signal, so no delivery law delays it

    @property
    def clients(self) -> Mapping[str, Pid]:
        """The living clients of the session, by name."""
        return self._session.clients

    def client(self, name: str, text: str) -> None:
        """Queue a line for another client of the session."""
        self._session.client(name, text)

    def rest(self) -> bool:
        """Do not wait for other processes, but raise if this client was killed."""
        current_process(carrier())
        return True

    def round(self) -> AbstractContextManager[None]:
        """Return a context manager that does nothing: only the shell's lines hold processes."""
        return nullcontext()

    def fresh(self, design: str) -> "Session":
        """Return a new controlled session that runs on this client's thread."""
        return self._session.fresh(design)

    def close(self) -> None:
        """Do nothing, because the session closes its clients."""

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
        """Called when a line has ended; the client of a search overrides it."""

    def reset(self) -> None:
        """Raise CommandError: the reset would end the client itself."""
        raise CommandError("reset ends this client too: type it without as")


def _is_wake(message: Term) -> bool:
    return message is WAKE


_NOT_HERE: Final = "** (CommandError) that needs the prompt: type it without as"
