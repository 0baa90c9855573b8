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
        """Return the descriptors that are readable when there may be events, if it has any."""

    @property
    def engine(self) -> str:
        """Who answers, if not kvshell's own runtime: a sentence for the welcome."""

    @property
    def options(self) -> dict[str, str]:
        """The options set with `set`."""

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
        """The bindings by name."""

    @property
    def runtime(self) -> Runtime:
        """The processes and tables, as far as observable."""

    def view(self, command: str) -> View | None:
        """Return the view of a read-only command, uncounted."""


class ScreenBlock(NamedTuple):
    """A finished text: an answer, or narration (hints, carets, notices).

    The text is already rendered, including colours, for the current width, and has no trailing
    newline. A block that `wipes` clears the screen. What a running line has `printed` is never
    paged. A text that is still a Message is translated to the user's language.
    """

    text: str
    narration: bool = False
    wipes: bool = False
    printed: bool = False


WIPE = ScreenBlock("", wipes=True)


class StyledSpan(NamedTuple):
    """The characters `start:end` of the line being typed, and their role."""

    start: int
    end: int
    role: str


class CompletionItem(NamedTuple):
    """A completion: `text` replaces the line from `start` to the cursor."""

    text: str
    start: int
    description: str


class ToolbarItem(NamedTuple):
    """A word of the toolbar. If space is short, the highest `priority` is dropped first."""

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
    leave: str = "Ctrl-D or `exit` leaves"
    label: str = "next: "
    busy: str = "busy"


class Pieces(NamedTuple):
    """A long text in pieces of whole lines that are coloured by themselves, and their colours.

    Joined by newlines the pieces are the text; a key changes one of them.
    """

    pieces: Sequence[str]
    spans: Callable[[str], Sequence[StyledSpan]]


class TypingHelp(Protocol):
    """Interprets the line being typed. Pure: called at every key, never calls into the system."""

    def spans(self, text: str) -> Sequence[StyledSpan]:
        """Return the roles of the words; wrong ones have the role `error`."""

    def in_pieces(self, text: str) -> Pieces | None:
        """Return the pieces of a long text; None if it is short enough for `spans`."""

    def complete(self, text: str) -> Sequence[CompletionItem]:
        """Return candidates for the end of `text`, best first; a bounded number."""

    def signature(self, text: str) -> Sequence[tuple[str, bool]]:
        """Return the words of the command's usage, the current one marked; empty if unknown."""

    def drop_prompt(self, text: str) -> str | None:
        """Return the line without a pasted prompt; None if there is none."""

    def unfinished(self, text: str) -> bool:
        """Whether `text` continues on the next line: a bracket or a quote is unclosed."""

    def within(self, text: str) -> Container[int]:
        """Return the numbers, from 0, of lines of a whole text that end within an entry."""

    def indentation(self, text: str) -> int:
        """Return the indentation of the line after `text`."""

    def outdentation(self, text: str) -> int | None:
        """Return the indentation of the last line if it closes a block; None if it does not."""


class Display(NamedTuple):
    """The terminal, as a host sees it while a line runs.

    Attributes:
        show: draws blocks as they come.
        interrupts: what Ctrl-C does.
        running: entered while a command runs: no echo, and a notice of what it waits for.
    """

    show: Callable[[Iterable[ScreenBlock]], object]
    interrupts: Interrupts
    running: Callable[[], AbstractContextManager[object]]


class PromptHost(Protocol):
    """A conversation: lines go in, blocks come out."""

    @property
    def words(self) -> TypingHelp:
        """Typing help for the line."""

    @property
    def prompt(self) -> str:
        """The prompt's text, including the final space. Read at every line."""

    @property
    def alert(self) -> bool:
        """Whether something is suspended or stale, which turns the prompt yellow."""

    @property
    def status(self) -> ToolbarStatus:
        """The content of the toolbar; read at every key, so only an attribute access."""

    @property
    def left(self) -> bool:
        """Whether the last line asked to exit."""

    def welcome(self) -> Iterable[ScreenBlock]:
        """Show the text before the first prompt."""

    def line(self, text: str, display: Display) -> None:
        """Run one line, let the system settle, and show the results."""

    def news(self) -> Iterable[ScreenBlock]:
        """Return what has happened in the background; called while the prompt waits for keys."""

    def on_news(self, call: Callable[[], None]) -> None:
        """Register `call`, called from any thread when `news` has something."""

    def descriptors(self) -> Sequence[int]:
        """Return what to watch for `news` while the prompt waits, besides the call of `on_news`."""

    def busy(self) -> bool:
        """Whether the system was not at rest after the last line, and still is not."""

    def interrupt(self) -> None:
        """Handle Ctrl-C while `line` runs: end its wait."""

    def waits(self) -> bool:
        """Whether `line` is currently waiting for another process."""

    def notice(self) -> str | None:
        """Return a line about what `line` waits for, or its progress; parts are joined by `; `."""

    def close(self) -> None:
        """Called when the prompt is left."""
