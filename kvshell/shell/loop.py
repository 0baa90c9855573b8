"""Read, run, show, until the prompt is left."""

import contextlib
from collections.abc import Callable, Iterable
from typing import Protocol

from kvshell.shell.host import Block, Host
from kvshell.shell.interrupt import Interrupts


class Source(Protocol):
    """Where lines come from: a prompt, or `input()`."""

    def read(self) -> str:
        """The next line. Raises EOFError when there is none."""

    def forget_queue(self) -> int:
        """Drop the lines that were pasted and not run yet; how many there were."""


class Sink(Protocol):
    """Where blocks go."""

    def show(self, blocks: Iterable[Block]) -> None:
        """Draw them as they come."""


class Loop:
    """The conversation of one host with one terminal.

    `while_running` makes the context in which a command runs: no echo, the notice of what it
    waits for.
    """

    def __init__(
        self,
        host: Host,
        source: Source,
        sink: Sink,
        interrupts: Interrupts,
        while_running: Callable[[], contextlib.AbstractContextManager[object]],
    ) -> None:
        self._host = host
        self._source = source
        self._sink = sink
        self._interrupts = interrupts
        self._while_running = while_running

    def run(self) -> None:
        """Until the host is left or the input ends."""
        while not self._host.left:
            try:
                line = self._source.read()
            except EOFError:
                return
            self.line(line)

    def line(self, line: str) -> None:
        """Run one line, show its answer; let the system come to rest, show what came of it."""
        with self._while_running(), self._interrupts.command():
            blocks = self._host.feed(line)
        self._sink.show(blocks)
        if self._interrupts.came and (count := self._source.forget_queue()):
            self._sink.show([Block(f"{count} pasted lines were not run", narration=True)])
        self._sink.show(self._host.rest())
