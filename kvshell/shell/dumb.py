"""A terminal that can only take text: `input()`, no toolbar, no menu, no colours.

What the toolbar would say is in `processes`, `registry` and `help`. No history is kept: without
readline there is no way to get at it.
"""

import signal
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

from kvshell.shell.host import Block, Host

HOW_TO_LEAVE: Final = "Ctrl-D or `exit` leaves"
WIDTH: Final = 80


class DumbReader:
    """Reads lines with `input()`."""

    def __init__(self, host: Host, write: Callable[[str], None]) -> None:
        self._host = host
        self._write = write
        self._queue: deque[str] = deque()

    def read(self) -> str:
        """The next line. Raises EOFError when the prompt is left."""
        if self._queue:
            line = self._queue.popleft()
            self._write(f"{self._host.prompt}{line}\n")
            return line
        while True:
            # Our own handler is silent between lines; here Ctrl-C has to end `input`.
            previous = signal.signal(signal.SIGINT, signal.default_int_handler)
            try:
                return input(self._host.prompt)
            except KeyboardInterrupt:
                self._write(f"\n{HOW_TO_LEAVE}\n")
            except EOFError:
                self._write("\n")
                raise
            finally:
                signal.signal(signal.SIGINT, previous)

    def queue(self, lines: Iterable[str]) -> None:
        """Have lines run before the next one is asked for."""
        self._queue.extend(lines)

    def forget_queue(self) -> int:
        """Drop the queued lines; how many there were."""
        count = len(self._queue)
        self._queue.clear()
        return count


class DumbScreen:
    """Writes blocks one after another."""

    def __init__(self, write: Callable[[str], None], *, narrate: bool) -> None:
        self._write = write
        self._narrate = narrate

    def show(self, blocks: Iterable[Block]) -> None:
        """Write blocks as they come."""
        for block in blocks:
            if block.wipes:
                continue
            if self._narrate or not block.narration:
                self._write(f"{block.text}\n")
