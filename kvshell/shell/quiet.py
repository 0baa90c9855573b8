"""The terminal's own modes: no echo outside of the prompt, everything back at the end.

What is typed while a command runs is kept by the terminal and stands on the next prompt; echoed
at once it would land in the middle of the answer. Ctrl-C stays a signal.
"""

import contextlib
import os
import signal
import termios
from collections.abc import Callable, Iterator
from types import FrameType

# Bracketed paste off, colours off, cursor shown: what a prompt may have left on.
_PLAIN = b"\x1b[?2004l\x1b[0m\x1b[?25h"


def _modes(descriptor: int | None) -> list[object] | None:
    if descriptor is None:
        return None
    try:
        return termios.tcgetattr(descriptor)
    except termios.error:
        return None


def _set(descriptor: int, modes: list[object]) -> None:
    with contextlib.suppress(termios.error):  # the terminal is gone: nothing to set
        termios.tcsetattr(descriptor, termios.TCSANOW, modes)  # type: ignore[arg-type]


@contextlib.contextmanager
def quiet(descriptor: int | None, *, by_line: bool = False) -> Iterator[None]:
    """Turn the echo of the terminal off and back on; without a terminal do nothing.

    With `by_line` what is typed still comes line by line, for a reader that wants it so.
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
    """A function that sets the terminal back to how it is now, whatever happened since."""
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
    """Let SIGTERM and SIGHUP end the process as ever, but not with the terminal in raw mode."""

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
