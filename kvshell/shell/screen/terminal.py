"""Terminal modes: no echo outside the prompt, and everything restored at the end.

Text typed while a command runs is buffered by the terminal and appears at the next prompt; with
echo it would appear in the middle of the answer. Ctrl-C still sends a signal.
"""

import contextlib
import os
import signal
import termios
from collections.abc import Callable, Iterator
from types import FrameType, TracebackType
from typing import Final

# Undoes what a prompt may have left: bracketed paste and colours off, cursor shown.
_PLAIN = b"\x1b[?2004l\x1b[0m\x1b[?25h"


def _modes(descriptor: int | None) -> list[object] | None:
    if descriptor is None:
        return None
    try:
        return termios.tcgetattr(descriptor)
    except termios.error:
        return None


def _set(descriptor: int, modes: list[object]) -> None:
    with contextlib.suppress(termios.error):  # the terminal is gone
        termios.tcsetattr(descriptor, termios.TCSANOW, modes)  # type: ignore[arg-type]


@contextlib.contextmanager
def quiet(descriptor: int | None, *, by_line: bool = False) -> Iterator[None]:
    """A context with the terminal's echo off; does nothing without a terminal.

    With `by_line`, input still arrives line by line, for readers that need it.
    """
    before = _modes(descriptor)
    if before is None or descriptor is None:
        yield
        return
    local = before[3]
    assert isinstance(local, int)
    off = termios.ECHO if by_line else termios.ECHO | termios.ICANON
    _set(descriptor, [*before[:3], local & ~off, *before[4:]])
    try:
        yield
    finally:
        _set(descriptor, before)


def restorer(descriptor: int | None) -> Callable[[], None]:
    """Return a function that restores the terminal's present modes."""
    before = _modes(descriptor)
    if before is None or descriptor is None:
        return lambda: None

    def restore() -> None:
        with contextlib.suppress(OSError):
            os.write(descriptor, _PLAIN)
        _set(descriptor, before)

    return restore


@contextlib.contextmanager
def restored_when_killed(restore: Callable[[], None]) -> Iterator[None]:
    """A context in which SIGTERM and SIGHUP restore the terminal before they end the process."""

    def end(number: int, _frame: FrameType | None) -> None:
        restore()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


AFTER_S: Final = 0.2
EVERY_S: Final = 0.1


class Notice:
    """A context that shows the text that `ask` returns below the command line, while it runs.

    The text is shortened to `width()` columns.
    """

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
        self._writing = False
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

    @contextlib.contextmanager
    def away(self) -> Iterator[None]:
        """A context in which the notice is not on the screen, so that other text can be written."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
        try:
            if self._shown and self._moving:
                self._write("\r\x1b[K")
                self._shown = ""
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _tick(self, _number: int, _frame: FrameType | None) -> None:
        if self._writing:
            return  # the terminal takes longer than a tick, and this one came in the middle
        self._writing = True
        try:
            self._draw()
        finally:
            self._writing = False

    def _draw(self) -> None:
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
            self._write(f"{text}\n")  # shown only once if the line cannot be erased
            self._shown = text


def fitted(sentence: str, width: int) -> str:
    """Shorten a sentence to `width` characters: drop clauses from its end, then truncate."""
    while len(sentence) > width:
        cut = max(sentence.rfind("; "), sentence.rfind(", the "), sentence.rfind(", а "))
        if cut < 0:
            return sentence[: max(width - 3, 0)] + "..."
        sentence = sentence[:cut]
    return sentence
