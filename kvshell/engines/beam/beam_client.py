"""`BeamClient`: the lines and bindings of one client of a node, and its view of the node.

A read-only handler gets a client whose runtime mirrors the node, and works as on kvshell's own
runtime. Counters that only kvshell has are left out, and memory sizes are the node's.
"""

from collections import ChainMap
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final, Protocol

from kvshell.commands.arguments import Word
from kvshell.commands.read.match import Match
from kvshell.commands.read.matcher import parse
from kvshell.commands.result import Answer, CommandError, Open, Result, Value
from kvshell.commands.snapshot import Snapshot, idle_banner
from kvshell.commands.table.row import load
from kvshell.commands.view import Cell, Panel, Role, TableView, View
from kvshell.runtime import Exit
from kvshell.session.client_context import ClientContext
from kvshell.session.session_state import SessionState
from kvshell.terms import A, Atom, ElixirError, Opaque, Pid, Ref, format_banner, inspect
from kvshell.terms.values import Foreign

_UNKNOWN_FACTS: Final = frozenset({"handled", "reads", "hits", "misses"})
_FACTS: Final = ("fact", "value")
NOT_KNOWN: Final = "-"
_NO_TABLE: Final = "** (ArgumentError)"
_ON_NODE: Final = Opaque(Foreign("on the node"))


class LinePlayer(Protocol):
    """Runs lines inside another line, as `repeat` does."""

    on_progress: Callable[[int, int], None] | None
    clients: dict[str, "BeamClient"]

    def play(self, client: "BeamClient", text: str) -> list[Result]:
        """Run a line inside the current line."""

    def settle(self, timeout_s: float | None = None) -> bool:
        """Let the node settle; return whether it did within `timeout_s`."""

    def snapshot(self) -> Snapshot:
        """Take a snapshot of the node."""


class BeamClient(ClientContext):
    """The lines and bindings of one client of a node; views use it to observe the node's mirror."""

    def __init__(
        self,
        state: SessionState,
        shell: Pid,
        name: str,
        player: LinePlayer,
        read: "BeamClient | None" = None,
    ) -> None:
        """Create the client; `read` is the shell's client, whose bindings this one can read."""
        super().__init__(state, shell)
        self.name = name
        self._own: set[str] = set()  # the names bound by this client's evaluator on the node
        self._reads = read
        if read is not None:
            self.bindings = ChainMap({}, read.bindings)
        self.may_have_bound = False  # Elixir earlier in this line may bind names not yet known
        self.target: Any = None
        self.memory = ""  # memory of the observed process or table, as reported by the node
        self.others: dict[str, Pid] = {}
        self._player = player

    @property
    def bound(self) -> set[str]:
        """The names that a line may use: those bound by this client, and those of the shell."""
        return self._own if self._reads is None else self._own | self._reads.bound

    def will_bind(self, names: Iterable[str]) -> None:
        """Record names that the current line binds but that the node has not reported yet."""
        self._own |= set(names)

    @property
    def scheduler(self) -> str:
        """The kind of scheduler: always `free`, because a node has real processes and real time."""
        return "free"

    def snapshot(self) -> Snapshot:
        """Take a snapshot of the node, or of all nodes of a cluster."""
        return self._player.snapshot()

    def play(self, text: str, number: int | None = None) -> list[Result]:
        """Run a line inside the current line; `{n}` is replaced by `number`."""
        if number is not None:
            text = text.replace("{n}", str(number))
        return self._player.play(self, text)

    def rest(self) -> bool:
        """Wait until the node is at rest; always returns True."""
        self._player.settle()
        return True

    def progress(self, done: int, total: int) -> None:
        """Report progress to the host, if it has set `on_progress`."""
        if self._player.on_progress is not None:
            self._player.on_progress(done, total)

    def round(self) -> AbstractContextManager[None]:
        """Return a context manager that does nothing: processes of a node cannot be held back."""
        return nullcontext()

    def read(self, text: str) -> list[Match]:
        """Parse a line into its parts, including its Elixir."""
        line = parse(text)
        return self._understood(line).parts if line.parts else []

    def bind(self, names: set[str]) -> None:
        """Record the names bound by the evaluator; their values stay on the node."""
        self._own = names
        self.may_have_bound = False
        self.bindings.clear()  # only this client's own names, not those of the shell
        self.bindings.update(dict.fromkeys(sorted(names), _ON_NODE))

    def problem_text(self, match: Match) -> str:
        """Return the message of a line's first problem, with suggestions from the node's names."""
        self._player.snapshot()
        return super().problem_text(match)

    def error_text(self, match: Match, text: str) -> str:
        """Return a node's error; if it only means that no system is running, say that instead."""
        if not text.startswith(_NO_TABLE):
            return text
        seen = self._player.snapshot()
        if seen.design is not None or not self.needs_a_system(match):
            return text
        own = {inspect(client.shell) for client in self._player.clients.values()}
        others = any(row.pid not in own for row in seen.processes)
        return idle_banner(ended=bool(self.state.ended()), others=others)

    @property
    def clients(self) -> dict[str, Pid]:
        """The living clients by name."""
        return self.others

    def server(self, word: Word) -> Pid | Atom:  # noqa: ARG002  # the node has resolved the word
        """Return the process that the line names, as the node resolved it."""
        found: Pid | Atom = self.target
        return found

    def pid(self, word: Word) -> Pid:  # noqa: ARG002
        """Return the pid that the line names, as the node resolved it."""
        found: Pid = self.target
        return found

    def table(self, word: Word) -> Atom | Ref:  # noqa: ARG002
        """Return the table that the line names, as the node resolved it."""
        found: Atom | Ref = self.target
        return found

    def begin_anew(self) -> None:
        """Drop bindings and answers, which are lost when the shell's process dies."""
        self.bind(set())
        self._answers.clear()
        self.counter = 1


def failed(client: BeamClient, match: Match, sentence: str) -> Result:
    """Return a result with a CommandError, a failure of the shell itself."""
    return failure(client, match, f"** (CommandError) {sentence}")


def failure(client: BeamClient, match: Match, error: str) -> Result:
    """Return the result of a command or of Elixir that failed; `error` is the whole banner."""
    elixir = match.elixir is not None
    return Result(client.counter, match.text, ok=False, error=error, elixir=elixir)


def handled(client: BeamClient, match: Match) -> Result:
    """Run a command's own handler, which reads the node's mirror or nothing at all."""
    command = match.command
    assert command is not None
    try:
        answer: Answer = load(command)(client, **match.args)
    except CommandError as error:
        return failed(client, match, error.sentence)
    except Exit as exit_:
        banner = format_banner(A.exit, exit_.reason)
        return Result(client.counter, match.text, ok=False, error=banner)
    except ElixirError as error:
        banner = format_banner(A.error, error.struct)
        return Result(client.counter, match.text, ok=False, error=banner)
    if match.pattern is not None and not isinstance(answer, Value):
        return failed(client, match, f"{command.words} shows a view and has no value to bind")
    if isinstance(answer, Value):
        return Result(client.counter, match.text, ok=True, value=answer.term)
    if isinstance(answer, Open):
        return Result(client.counter, match.text, ok=True, open=answer)
    return Result(client.counter, match.text, ok=True, view=as_known(answer, client.memory))


def as_known(view: View, memory: str) -> View:
    """Return the view with kvshell's own counters left out and the node's `memory` filled in."""
    match view:
        case TableView(columns=(first, second), rows=rows) if (first.name, second.name) == _FACTS:
            kept = tuple((name, _known(name.text, value, memory)) for name, value in rows)
            return view._replace(rows=kept)
        case Panel(body=body):
            return view._replace(body=tuple(as_known(part, memory) for part in body))
        case _:
            return view


def _known(name: str, value: Cell, memory: str) -> Cell:
    if name in _UNKNOWN_FACTS:
        return Cell(NOT_KNOWN)
    return Cell(memory, Role.number) if name == "memory" and memory else value
