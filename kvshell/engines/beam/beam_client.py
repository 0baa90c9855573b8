"""BeamClient: the lines and bindings of one client of a node, and its view of the node.

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
    """Runs lines inside a line, as `repeat` does."""

    on_progress: Callable[[int, int], None] | None
    clients: dict[str, "BeamClient"]

    def play(self, client: "BeamClient", text: str) -> list[Result]:
        """Run a line inside the current line."""

    def settle(self, timeout_s: float | None = None) -> bool:
        """Let the node settle."""

    def snapshot(self) -> Snapshot:
        """Take a snapshot of the node."""


class BeamClient(ClientContext):
    """The lines and bindings of one client; views read the mirror through it."""

    def __init__(
        self,
        state: SessionState,
        shell: Pid,
        name: str,
        player: LinePlayer,
        read: "BeamClient | None" = None,
    ) -> None:
        """`read` is the shell, whose bindings another client reads."""
        super().__init__(state, shell)
        self.name = name
        self._own: set[str] = set()  # the names bound by its evaluator
        self._reads = read
        if read is not None:
            self.bindings = ChainMap({}, read.bindings)
        self.may_have_bound = False  # Elixir earlier in this line: its bindings are not known yet
        self.target: Any = None
        self.memory = ""  # memory of the observed process or table, as reported by the node
        self.others: dict[str, Pid] = {}
        self._player = player

    @property
    def bound(self) -> set[str]:
        """The names that a line may mention: its evaluator's, and those of the shell."""
        return self._own if self._reads is None else self._own | self._reads.bound

    def will_bind(self, names: Iterable[str]) -> None:
        """Record names that the line binds, of which the evaluator has not told yet."""
        self._own |= set(names)

    @property
    def scheduler(self) -> str:
        """The node's own: real processes, real time."""
        return "free"

    def snapshot(self) -> Snapshot:
        """Take a snapshot of the node, or of all nodes of a cluster."""
        return self._player.snapshot()

    def play(self, text: str, number: int | None = None) -> list[Result]:
        """Run a line inside the current line."""
        if number is not None:
            text = text.replace("{n}", str(number))
        return self._player.play(self, text)

    def rest(self) -> bool:
        """Let the node settle."""
        self._player.settle()
        return True

    def progress(self, done: int, total: int) -> None:
        """Report progress to the host, if it asked."""
        if self._player.on_progress is not None:
            self._player.on_progress(done, total)

    def round(self) -> AbstractContextManager[None]:
        """Hold nothing: a node cannot be held."""
        return nullcontext()

    def read(self, text: str) -> list[Match]:
        """Return the parts of a line; non-commands that are Elixir are parsed as such."""
        line = parse(text)
        return self._understood(line).parts if line.parts else []

    def bind(self, names: set[str]) -> None:
        """Record the names bound by the evaluator; the values stay on the node."""
        self._own = names
        self.may_have_bound = False
        self.bindings.clear()  # of a client: its own, not those that it reads of the shell
        self.bindings.update(dict.fromkeys(sorted(names), _ON_NODE))

    def problem_text(self, match: Match) -> str:
        """Return what is wrong with a line, suggesting names the node knows."""
        self._player.snapshot()
        return super().problem_text(match)

    def error_text(self, match: Match, text: str) -> str:
        """Return a node's error, or that nothing runs if it means no more than that."""
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
        """The living clients."""
        return self.others

    def server(self, word: Word) -> Pid | Atom:  # noqa: ARG002  # the node has resolved it
        """Return the process that the line names."""
        found: Pid | Atom = self.target
        return found

    def pid(self, word: Word) -> Pid:  # noqa: ARG002
        """Return the process that the line names."""
        found: Pid = self.target
        return found

    def table(self, word: Word) -> Atom | Ref:  # noqa: ARG002
        """Return the table that the line names."""
        found: Atom | Ref = self.target
        return found

    def begin_anew(self) -> None:
        """Forget what is lost when the shell process dies."""
        self.bind(set())
        self._answers.clear()
        self.counter = 1


def failed(client: BeamClient, match: Match, sentence: str) -> Result:
    """Return the shell's own failure of a command."""
    return failure(client, match, f"** (CommandError) {sentence}")


def failure(client: BeamClient, match: Match, error: str) -> Result:
    """Return the failure of a command or of Elixir; `error` is its whole banner."""
    elixir = match.elixir is not None
    return Result(client.counter, match.text, ok=False, error=error, elixir=elixir)


def handled(client: BeamClient, match: Match) -> Result:
    """Run a command's own handler, which reads the mirror or nothing."""
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
    """Return the view with the node's values in place of kvshell's own counters."""
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
