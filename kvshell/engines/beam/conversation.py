"""`Conversation`: sends Elixir to the evaluators of a node, and sorts the answers."""

from collections.abc import Callable
from time import monotonic
from typing import Any, Final, NamedTuple

from kvshell.commands.result import StreamedOutput
from kvshell.engines.beam.node import BeamNode
from kvshell.engines.beam.packets import Frame
from kvshell.engines.beam.port import NodeDownError

LONG_S: Final = 3600.0
INTERRUPT_S: Final = 10.0

Show = Callable[[str], None] | None  # called with a line's output while it runs


class Part(NamedTuple):
    """The result of one part of a line.

    Attributes:
        kind: `value`, `data`, `rest`, `hand` or `error`.
        answer: the node's answer.
        printed: the part's output; a StreamedOutput if it was shown while the part ran.
    """

    kind: str
    answer: Any
    printed: str = ""


class LineAnswer(NamedTuple):
    """The result of a line.

    Attributes:
        parts: the results of its parts in order, up to the first error.
        end: `done`, `down` (the evaluator died), or `interrupted`.
        text: if done, the bound names; if down, the banner of the exit; if interrupted, the pid of
            the next evaluator and the function that the last one was in.
        printed: the output since the last part, of the command that ended the line.
    """

    parts: tuple[Part, ...]
    end: str
    text: str
    printed: str = ""


class NodeNotice(NamedTuple):
    """A message that a node sends by itself: `kind` is `out`, `log`, `shell` or `node`.

    `client` is the level of a log message, or the full name of the node that went `down` or came
    `up`. The output of a line is not a notice; it is in the line's parts.
    """

    kind: str
    client: str
    text: str


class _Passing:
    """Passes on the output of a line's first part, line by line, while it runs.

    The output of later parts has to come after the answers of earlier ones, so it is kept for the
    results of these parts.
    """

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._begun = ""  # the beginning of an output line

    def take(self, text: str) -> None:
        lines, newline, self._begun = (self._begun + text).rpartition("\n")
        if newline:
            self._show(lines)

    def end(self) -> None:
        if self._begun:
            self._show(self._begun)
            self._begun = ""


class Conversation:
    """Sends lines to a node and sorts its answers. Used by one thread."""

    def __init__(self, node: BeamNode) -> None:
        self.node = node
        self.notices: list[NodeNotice] = []
        self.late: Callable[[str, int, LineAnswer], None] = lambda _client, _id, _answered: None
        self._parts: dict[int, list[Part]] = {}
        self._clients: dict[int, str] = {}  # running lines by number
        self._printed: dict[int, str] = {}  # by line: its output since its last part
        self._passing: dict[int, _Passing] = {}  # by line whose first part is running
        self._ended: dict[int, LineAnswer] = {}
        self._others: dict[int, Frame] = {}  # the answers to `rest` and `look`
        self._interrupted = False
        self.is_awaiting = False  # whether `wait` waits; read in a signal handler

    def begin(self, client: str, parts: list[Frame], show: Show = None) -> int:
        """Send a line of `client`; return its number.

        `show` is called with the output of the first part while it runs.
        """
        number = self.announce(client)
        self._printed[number] = ""
        if show is not None:
            self._passing[number] = _Passing(show)
        self.node.send("eval", client, parts, number)
        return number

    def announce(self, client: str) -> int:
        """Reserve and return the number of a line that another line hands over to `client`."""
        number = self.node.new_id()
        self._clients[number] = client
        self._parts[number] = []
        return number

    def wait(self, number: int, timeout_s: float | None = None) -> LineAnswer | None:
        """Return the result of a line; None if it has not ended within `timeout_s`.

        Raises:
            NodeDownError: the node has terminated.
        """
        self.is_awaiting = True
        try:
            return self._wait(number, timeout_s)
        finally:
            self.is_awaiting = False

    def _wait(self, number: int, timeout_s: float | None) -> LineAnswer | None:
        until = monotonic() + (LONG_S if timeout_s is None else timeout_s)
        while number not in self._ended:
            if self._interrupted:
                self._interrupted = False
                self.node.send("interrupt", self._clients.get(number, ""), "")
            left = until - monotonic()
            if left <= 0 and timeout_s is not None:
                return None
            self._take(max(left, 0.0))
        return self._ended.pop(number)

    def answer(self, client: str, number: int, timeout_s: float | None) -> LineAnswer:
        """Return the result of a line; after `timeout_s` the line is interrupted, as by Ctrl-C.

        Raises:
            NodeDownError: the node has terminated, or does not answer at all.
        """
        answered = self.wait(number, timeout_s)
        if answered is None:
            self.node.send("interrupt", client, "")
            answered = self.wait(number, INTERRUPT_S)
        if answered is None:
            raise NodeDownError
        return answered

    def ask(self, kind: str, what: Frame, timeout_s: float) -> Frame | None:
        """Query the bridge itself; return None if it does not answer within `timeout_s`."""
        number = self.node.new_id()
        self.node.send(kind, "", what, number)
        until = monotonic() + timeout_s
        while number not in self._others:
            left = until - monotonic()
            if left <= 0 or self._interrupted:
                return None
            self._take(left)
        return self._others.pop(number)

    def interrupt(self) -> None:
        """End the line that `wait` is waiting for. Safe in a signal handler."""
        self._interrupted = True
        self.node.port.wake()

    def forget_interrupt(self) -> bool:
        """Return whether there was an `interrupt` that is not handled yet, and clear it."""
        came, self._interrupted = self._interrupted, False
        return came

    def poll(self) -> None:
        """Process received frames without waiting."""
        while self._take(0.0):
            pass

    def _take(self, timeout_s: float) -> bool:
        frame = self.node.port.receive(timeout_s)
        if frame is None:
            return False
        match frame:
            case (
                0,
                "out" | "log" | "shell" | "node" | "limit" as kind,
                str() as client,
                str() | bytes() as text,
            ):
                shown = text if isinstance(text, str) else text.decode("utf-8", "replace")
                running = [each for each in self._printed if self._clients[each] == client]
                if kind == "out" and running:
                    self._print(running[0], shown)
                else:
                    self.notices.append(NodeNotice(kind, client, shown))
            case (int() as number, "part", _, (_, str() as kind, answer)):
                part = Part(kind, answer, self._printed_by(number))
                self._parts.setdefault(number, []).append(part)
                if number in self._printed:
                    self._printed[number] = ""
            case (int() as number, "done" | "down" | "interrupted" as end, str() as client, text):
                parts = tuple(self._parts.pop(number, ()))
                printed = self._printed_by(number)
                self._printed.pop(number, None)
                if end == "done" and printed:  # another process printed it, after the answers
                    self.notices.append(NodeNotice("out", client, printed))
                self._end(number, client, LineAnswer(parts, end, str(text), printed))
            case (int() as number, "rest" | "look", _, answer):
                self._others[number] = answer
        return True

    def _print(self, number: int, text: str) -> None:
        """Keep the output of a line begun here, and pass it on."""
        self._printed[number] += text
        if number in self._passing:
            self._passing[number].take(text)

    def _printed_by(self, number: int) -> str:
        """Return the output of a part that has ended."""
        printed = self._printed.get(number, "")
        passing = self._passing.pop(number, None)
        if passing is None:
            return printed
        passing.end()
        return StreamedOutput(printed)

    def _end(self, number: int, client: str, answered: LineAnswer) -> None:
        self._clients.pop(number, None)
        self._ended[number] = answered
        self.late(client, number, answered)

    def taken(self, number: int) -> None:
        """Drop the answer of a line that `late` has handled."""
        self._ended.pop(number, None)


__all__ = ["Conversation", "LineAnswer", "NodeDownError", "NodeNotice", "Part"]
