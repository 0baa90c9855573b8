"""`RunnerState`: the attributes of a conversation with a node that hosts read and set."""

from collections.abc import Callable, MutableMapping
from typing import Final

from kvshell.commands.language.message import Message
from kvshell.engines.beam.beam_client import BeamClient
from kvshell.engines.beam.conversation import Conversation
from kvshell.engines.beam.node import BeamNode
from kvshell.runtime import Event, Runtime
from kvshell.session.host import Waiting
from kvshell.session.session_state import SessionState
from kvshell.systems import Design
from kvshell.terms import Term

RUNS: Final = Message("the line runs on the node")


class RunnerState:
    """The state of a conversation with a node between its lines.

    Attributes:
        state: the session's options and designs, and the last observation of the node.
        shell: the first client.
        line_s: the time limit of a line in seconds; None for a prompt, where Ctrl-C ends a line.
        overdue: the limit that ended the last line; 0 if none did.
        busy: if the node did not settle in time, which process is busy, and with what; if a line
            was ended, where it was; otherwise empty.
        given_up: always None: a node does not report what its evaluations wait for.
        on_progress: called with the completed rounds of a `repeat`, and their total number.
        on_output: called with the output of a line while it runs; if None, the output is only in
            the line's results.
        on_notice: called with events that the user should know of before a long line has ended; if
            None, they are among the events.
        on_event: never called: see `descriptors`.
        left: which stores stay on joined nodes, set once the runner is closed.
    """

    shell: BeamClient
    node: BeamNode
    talk: Conversation

    def __init__(self, design: str) -> None:
        """Create the state; `design` is the default, which `start manager` starts."""
        self.state = SessionState("controlled", design)
        self.line_s: float | None = None
        self.overdue = 0.0
        self.busy = ""
        self.given_up: Waiting | None = None
        self.on_progress: Callable[[int, int], None] | None = None
        self.on_output: Callable[[str], None] | None = None
        self.on_notice: Callable[[Event], None] | None = None
        self.on_event: Callable[[Event], None] | None = None
        self.left = ""

    @property
    def engine(self) -> str:
        """The engine as a sentence for the welcome."""
        return Message("{versions} answers: help engines", versions=str(self.node.versions))

    @property
    def counter(self) -> int:
        """The number of the next line."""
        return self.shell.counter

    @property
    def options(self) -> dict[str, str]:
        """The session's options."""
        return self.state.options

    @property
    def design(self) -> Design:
        """The running design as of the last observation, or the default one."""
        return self.state.design

    @property
    def inputs(self) -> list[tuple[int, str]]:
        """The lines run so far with their numbers."""
        return self.shell.inputs

    @property
    def default(self) -> Design:
        """The design that a plain `start manager` starts."""
        return self.state.default

    @property
    def bindings(self) -> MutableMapping[str, Term]:
        """The variables by name; their values stay on the node."""
        return self.shell.bindings

    @property
    def runtime(self) -> Runtime:
        """The mirror of the node as of the last observation."""
        return self.state.runtime

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C was pressed during the current line."""
        return self.shell.interrupted

    def unfinished(self, text: str) -> bool:
        """Whether `text` is incomplete Elixir that continues on the next line."""
        return self.shell.unfinished(text)

    def waiting(self) -> Waiting | None:
        """Return a Waiting while a line is running on the node, otherwise None.

        It has no details, because a node does not report what the line waits for.
        """
        return Waiting(RUNS, "", None) if self.talk.is_awaiting else None
