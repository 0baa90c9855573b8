"""A prompt for dumb terminals: plain lines, no toolbar, no menu, no colours.

The toolbar's information is available from `processes`, `registry` and `help`. There is no history,
because without a line editor its lines could not be recalled.

`input()` is not used, because it would notice a Ctrl-C between its prompt and its read only after
the next line. Here a signal writes to the wake-up descriptor, which is waited for as well.
"""

import contextlib
import os
import select
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator

from kvshell.commands.language.texts import ENGLISH, Texts
from kvshell.shell.hosts.protocol import PromptHost, ScreenBlock


class DumbReader:
    """Reads lines from standard input, without a line editor."""

    def __init__(self, host: PromptHost, write: Callable[[str], None]) -> None:
        self._host = host
        self._write = write
        self._queue: deque[str] = deque()

    def read(self) -> str:
        """Return the next line. Raises EOFError when the prompt is left."""
        if self._queue:
            line = self._queue.popleft()
            self._write(f"{self._host.prompt}{line}\n")
            return line
        with _wake_ups() as woken:
            self._write(self._host.prompt)
            leave = f"{self._host.status.leave}\n"  # said once before each line
            while not _line_comes(sys.stdin.fileno(), woken):
                self._write(f"\n{leave}{self._host.prompt}")
                leave = ""
        text = sys.stdin.readline()
        if not text:
            self._write("\n")
            raise EOFError
        return text.removesuffix("\n")

    def queue(self, lines: Iterable[str]) -> None:
        """Queue lines to run before the next one is read."""
        self._queue.extend(lines)

    def answered(self, line: str, shown: str) -> str | None:  # noqa: ARG002  # a protocol
        """Return None: answers are not compared on a dumb terminal."""
        return None

    def forget_queue(self) -> int:
        """Drop the queued lines; return how many there were."""
        count = len(self._queue)
        self._queue.clear()
        return count


@contextlib.contextmanager
def _wake_ups() -> Iterator[int]:
    """A context that yields a file descriptor to which each signal writes its number."""
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    before = signal.set_wakeup_fd(wake)
    try:
        yield woken
    finally:
        signal.set_wakeup_fd(before)
        os.close(woken)
        os.close(wake)


def _line_comes(descriptor: int, woken: int) -> bool:
    """Wait for a line or the end of the input; return False if Ctrl-C came first."""
    while True:
        ready, _, _ = select.select([descriptor, woken], [], [])
        if woken in ready and signal.SIGINT in os.read(woken, 64):
            return False
        if descriptor in ready:
            return True


class DumbScreen:
    """Writes blocks one after another, without colours or paging."""

    def __init__(
        self, write: Callable[[str], None], *, narrate: bool, texts: Texts = ENGLISH
    ) -> None:
        self._write = write
        self._texts = texts
        self._narrate = narrate

    def show(self, blocks: Iterable[ScreenBlock]) -> None:
        """Write each block as soon as it is available."""
        for block in blocks:
            if block.wipes:
                continue
            if self._narrate or not block.narration:
                self._write(f"{self._texts.translate(block.text)}\n")
