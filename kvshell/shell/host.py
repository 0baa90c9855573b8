"""What the prompt needs from whatever it hosts: a plain session, a lesson, a live replay.

The prompt reads keys and shows text; what a line means, how its answer looks and what to type
next is the host's. So one prompt serves all three, and a test drives it with a host of ten
lines.

A host is used by one thread, the main one. Two of its methods are called from a signal handler
while `feed` runs, at any bytecode of it (`interrupt`, `notice`): they look and mark, take no lock
and raise nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol


class Block(NamedTuple):
    """A piece of finished text: an answer, or narration (hints, carets, notices).

    The text is drawn already, colours included, for the width of the moment. It ends without a
    newline. A block that `wipes` stands for an empty screen.
    """

    text: str
    narration: bool = False
    wipes: bool = False


WIPE = Block("", wipes=True)


class Span(NamedTuple):
    """Characters `start:end` of the line being typed and the role they play."""

    start: int
    end: int
    role: str


class Entry(NamedTuple):
    """A completion: `text` replaces the line from `start` to the cursor."""

    text: str
    start: int
    description: str


class Part(NamedTuple):
    """A word of the toolbar. Where room is short the highest `priority` goes first."""

    text: str
    role: str = "plain"
    priority: int = 0


class Status(NamedTuple):
    """The toolbar between lines: the parts on the left, the next thing to type on the right.

    `leave` is what Ctrl-C on an empty line says, `label` what stands before the next thing.
    """

    parts: tuple[Part, ...] = ()
    next: str = "help"
    leave: str = "Ctrl-D or `exit` leaves"
    label: str = "next: "


class Words(Protocol):
    """What the line being typed means. Pure: asked at every key, never calls into the system."""

    def spans(self, text: str) -> Sequence[Span]:
        """The roles of the words, wrong ones with the role `error`."""

    def complete(self, text: str) -> Sequence[Entry]:
        """What may stand at the end of `text`, best first; a bounded number."""

    def signature(self, text: str) -> Sequence[tuple[str, bool]]:
        """The words of the command's usage, the one being typed marked; empty if unknown."""

    def drop_prompt(self, text: str) -> str | None:
        """The line without a pasted prompt in front; None when there is none."""


class Host(Protocol):
    """A conversation: lines go in, blocks come out."""

    @property
    def words(self) -> Words:
        """What may be typed."""

    @property
    def prompt(self) -> str:
        """The prompt's text, its space at the end included. Read at every line."""

    @property
    def alert(self) -> bool:
        """Whether something is suspended or stale: the prompt is then yellow."""

    @property
    def status(self) -> Status:
        """What the toolbar says; read at every key, so an attribute and nothing more."""

    @property
    def left(self) -> bool:
        """Whether the last line asked to leave."""

    def welcome(self) -> Iterable[Block]:
        """What is said before the first prompt."""

    def feed(self, line: str) -> Iterable[Block]:
        """Run one line, now. Its blocks are drawn when they are asked for."""

    def rest(self) -> Iterable[Block]:
        """Let the system come to rest after a line; what happened meanwhile. Bounded."""

    def news(self) -> Iterable[Block]:
        """What happened in the background since; called while the prompt waits for keys."""

    def on_news(self, call: Callable[[], None]) -> None:
        """Have `call` called, from any thread, when `news` has something."""

    def busy(self) -> bool:
        """Whether the system was still moving when the last `rest` gave up, and still is."""

    def interrupt(self) -> None:
        """Ctrl-C while `feed` runs: end its wait."""

    def waits(self) -> bool:
        """Whether `feed` waits for another process right now."""

    def notice(self) -> str | None:
        """One line on what `feed` waits for, or how far it has come; parts joined by `; `."""

    def close(self) -> None:
        """The prompt is left."""
