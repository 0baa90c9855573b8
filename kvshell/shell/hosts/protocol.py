"""The interface between the prompt and its host: a session, a lesson, a live replay.

The prompt reads keys and shows text; the host defines what a line means, how its answer looks and
what to type next. So one prompt serves all three, and a test can use a host of ten lines.

A host is used by the main thread only. Two of its methods (`interrupt`, `notice`) are called from a
signal handler while `line` runs, at any bytecode: they only read and set flags, take no lock and
raise nothing.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from kvshell.commands.view import View
from kvshell.runtime import Event, Runtime
from kvshell.session.host import Runner, Waiting
from kvshell.session.interrupts import Interrupts
from kvshell.systems import Design
from kvshell.terms import Term

# The defaults of options that are not set.
SETTINGS = {
    "theme": "dark",
    "editing": "emacs",
    "menu": "list",
    "pairs": "off",
    "paste": "run",
}


class PromptRunner(Runner, Protocol):
    """A Runner for interactive use: a Session, or another engine."""

    on_progress: Callable[[int, int], None] | None
    on_event: Callable[[Event], None] | None
    on_output: Callable[[str], None] | None
    on_notice: Callable[[Event], None] | None
    given_up: Waiting | None

    def descriptors(self) -> Sequence[int]:
        """Return the file descriptors that become readable when there may be events."""

    @property
    def engine(self) -> str:
        """The engine as a sentence for the welcome; empty for kvshell's own runtime."""

    @property
    def options(self) -> dict[str, str]:
        """The options of `set` and their values."""

    @property
    def inputs(self) -> Sequence[tuple[int, str]]:
        """The lines run so far with their numbers."""

    @property
    def default(self) -> Design:
        """The design that a plain `start manager` starts."""

    @property
    def design(self) -> Design:
        """The running design, or the default one."""

    @property
    def bindings(self) -> Mapping[str, Term]:
        """The values of the variables, by name."""

    @property
    def runtime(self) -> Runtime:
        """The runtime with the processes and tables, as far as they can be observed."""

    def view(self, command: str) -> View | None:
        """Return the view of a read-only command, which is not counted."""


class ScreenBlock(NamedTuple):
    """A finished piece of output: an answer, or narration (hints, carets, notices).

    The text is rendered for the current width, including colours, and has no trailing newline. A
    Message is still translated to the user's language. `wipes`: clear the screen instead.
    `printed`: the text is the output of a running line, which is never paged.
    """

    text: str
    narration: bool = False
    wipes: bool = False
    printed: bool = False


WIPE = ScreenBlock("", wipes=True)


class StyledSpan(NamedTuple):
    """The characters from `start` to `end` of the line being typed, and their role."""

    start: int
    end: int
    role: str


class CompletionItem(NamedTuple):
    """A completion candidate: `text` replaces the line from `start` to the cursor."""

    text: str
    start: int
    description: str


class ToolbarItem(NamedTuple):
    """A part of the toolbar; if space is short, the highest `priority` is dropped first."""

    text: str
    role: str = "plain"
    priority: int = 0


class ToolbarStatus(NamedTuple):
    """The toolbar between lines: parts on the left, the next suggestion on the right.

    `leave` is the message of Ctrl-C on an empty line, `label` the text before the suggestion,
    `busy` the text while the system is not at rest.
    """

    parts: tuple[ToolbarItem, ...] = ()
    next: str = "help"
    leave: str = "Ctrl-D or `exit` leaves kvshell"
    label: str = "next: "
    busy: str = "busy"


class Pieces(NamedTuple):
    """A long text in pieces of whole lines, each coloured on its own by `spans`.

    The text is the pieces joined by newlines; a key press usually changes only one of them.
    """

    pieces: Sequence[str]
    spans: Callable[[str], Sequence[StyledSpan]]


class TypingHelp(Protocol):
    """Interprets the line being typed. Called at every key press; never queries the system."""

    def spans(self, text: str) -> Sequence[StyledSpan]:
        """Return the roles of the words in `text`; invalid ones have the role `error`."""

    def in_pieces(self, text: str) -> Pieces | None:
        """Return a long text in pieces; None if it is short enough for `spans`."""

    def complete(self, text: str) -> Sequence[CompletionItem]:
        """Return a bounded number of candidates for the end of `text`, best first."""

    def signature(self, text: str) -> Sequence[tuple[str, bool]]:
        """Return the words of the usage line or []; the flag marks the one being typed."""

    def drop_prompt(self, text: str) -> str | None:
        """Return a pasted line without the prompt at its start; None if it has no prompt."""

    def unfinished(self, text: str) -> bool:
        """Whether `text` continues on the next line: a bracket or a quote is unclosed."""

    def within(self, text: str) -> Container[int]:
        """Return the indices of the lines of a complete text that do not end an entry."""

    def indentation(self, text: str) -> int:
        """Return the indentation of the line after `text`."""

    def outdentation(self, text: str) -> int | None:
        """Return the indentation for the last line if it closes a block, otherwise None."""


class Display(NamedTuple):
    """The terminal, as a host sees it while a line runs.

    Attributes:
        show: writes blocks as soon as they are available.
        interrupts: handles Ctrl-C.
        running: returns the context of a running command: no echo, and a notice of what it
            waits for.
    """

    show: Callable[[Iterable[ScreenBlock]], object]
    interrupts: Interrupts
    running: Callable[[], AbstractContextManager[object]]


class PromptHost(Protocol):
    """A conversation: lines go in, blocks of output come out."""

    @property
    def words(self) -> TypingHelp:
        """The typing help for the line."""

    @property
    def prompt(self) -> str:
        """The text of the prompt, including the final space; read before each line."""

    @property
    def alert(self) -> bool:
        """Whether a process is suspended or a name stale, which turns the prompt yellow."""

    @property
    def status(self) -> ToolbarStatus:
        """The content of the toolbar; read at every key press, so it must cost nothing."""

    @property
    def left(self) -> bool:
        """Whether the last line was a request to leave the prompt."""

    def welcome(self) -> Iterable[ScreenBlock]:
        """Return the text to show before the first prompt."""

    def line(self, text: str, display: Display) -> None:
        """Run one line, let the system settle, and show the results."""

    def news(self) -> Iterable[ScreenBlock]:
        """Return what has happened in the background; called while the prompt waits for keys."""

    def on_news(self, call: Callable[[], None]) -> None:
        """Set the function, called from any thread, that says that `news` has something to show."""

    def descriptors(self) -> Sequence[int]:
        """Return file descriptors which, when readable, mean that there may be `news`."""

    def busy(self) -> bool:
        """Whether the system has not come to rest since the last line."""

    def interrupt(self) -> None:
        """Make `line` stop waiting, because Ctrl-C was pressed."""

    def waits(self) -> bool:
        """Whether `line` is currently waiting for another process."""

    def notice(self) -> str | None:
        """Return what `line` waits for, or its progress, as clauses joined by `; `; or None."""

    def close(self) -> None:
        """Release everything; called when the prompt is left."""
