"""The line that says what a running command waits for; it goes away again.

A timer signal asks the host 0.2 s after the command began and then ten times a second: the
handler runs in the main thread while that waits for a lock, so no thread is needed, nothing is
drawn while the command's answer is, and a short command pays for one `setitimer`.
"""

import signal
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Final

AFTER_S: Final = 0.2
EVERY_S: Final = 0.1


class Notice:
    """While entered, shows what `ask` says below the command line, fitted to `width()`."""

    def __init__(
        self,
        ask: Callable[[], str | None],
        write: Callable[[str], None],
        width: Callable[[], int],
        *,
        moving: bool = True,
    ) -> None:
        self._ask = ask
        self._write = write
        self._width = width
        self._moving = moving
        self._shown = ""
        self._previous: signal.Handlers | Callable[[int, FrameType | None], object] | int | None
        self._previous = None

    def __enter__(self) -> None:
        self._shown = ""
        self._previous = signal.signal(signal.SIGALRM, self._tick)
        signal.setitimer(signal.ITIMER_REAL, AFTER_S, EVERY_S)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self._previous)
        if self._shown and self._moving:
            self._write("\r\x1b[K")

    def _tick(self, _number: int, _frame: FrameType | None) -> None:
        sentence = self._ask()
        if sentence is None:
            if self._shown and self._moving:
                self._write("\r\x1b[K")
                self._shown = ""
            return
        text = fitted(sentence, self._width() - 1)
        if self._moving and text != self._shown:
            self._write(f"\r\x1b[K{text}")
            self._shown = text
        elif not self._shown:
            self._write(f"{text}\n")  # a terminal that cannot take a line back is told once
            self._shown = text


def fitted(sentence: str, width: int) -> str:
    """The sentence within `width` characters: clauses fall off at the end, then the last is cut."""
    while len(sentence) > width:
        cut = max(sentence.rfind("; "), sentence.rfind(", the "))
        if cut < 0:
            return sentence[: max(width - 3, 0)] + "..."
        sentence = sentence[:cut]
    return sentence
