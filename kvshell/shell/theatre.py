"""A live replay on a terminal: waits between frames, and what the keys do meanwhile.

space  pause, and go on        right, Enter  the next command at once
b      back one command        t             take over; Ctrl-D gives back
q      leave                   Ctrl-C        leave with 130
"""

import contextlib
import os
import select
import time
from collections.abc import Callable, Iterator
from typing import Final

from kvshell.session import Session
from kvshell.transcript.live import Frame, Machine

CLEAR: Final = "\x1b[2J\x1b[3J\x1b[H"
NEXT: Final = frozenset({"right", "enter"})

Keys = Callable[[float | None], str]  # wait so many seconds, or for ever; "" if none came

_NAMES: Final = {
    b"\x1b[C": "right", b"\x1bOC": "right", b"\x1b[D": "b", b"\x1bOD": "b", b"\r": "enter",
    b"\n": "enter", b" ": "space", b"": "q", b"\x04": "q",
}  # fmt: skip


class _LeftError(Exception):
    """Somebody pressed q."""


class Theatre:
    """Plays a machine.

    Args:
        machine: what to play.
        keys: where key presses come from.
        write: writes text to the terminal and flushes it.
        take_over: lets a person type on the session, until they give it back.
        speed: so many times as fast.
        step: wait for a key before each command.
    """

    def __init__(
        self,
        machine: Machine,
        keys: Keys,
        write: Callable[[str], None],
        take_over: Callable[[Session], None],
        *,
        speed: float = 1.0,
        step: bool = False,
    ) -> None:
        self._machine = machine
        self._keys = keys
        self._write = write
        self._take_over = take_over
        self._speed = speed
        self._step = step

    def play(self) -> int:
        """Play to the end, or until somebody leaves: 0, or 1 if the document was wrong."""
        with contextlib.suppress(_LeftError):
            while (frame := self._machine.next()) is not None:
                self._frame(frame)
            while self._step and not self._end():
                while (frame := self._machine.next()) is not None:
                    self._frame(frame)
        return 1 if self._machine.failed else 0

    def _frame(self, frame: Frame) -> None:
        """Show a frame in its time, unless a key leads elsewhere."""
        if self._pause(frame, frame.after_ms / 1000 / self._speed):
            return
        self._write(frame.text)
        if self._step and frame.kind == "prompt":
            self._pause(frame._replace(text=""), None)

    def _end(self) -> bool:
        """Wait at the end; whether the replay is over."""
        return not self._pause(Frame("", 0, "end"), None)

    def _pause(self, frame: Frame, seconds: float | None) -> bool:
        """Wait, minding the keys; whether the frame is not to be shown any more."""
        until = None if seconds is None else time.monotonic() + seconds
        paused: float | None = None  # so many seconds are left when it goes on
        while True:
            left = None if until is None else max(until - time.monotonic(), 0.0)
            match self._keys(left):
                case "":
                    return False
                case "q":
                    raise _LeftError
                case "b":
                    self._write(CLEAR + self._machine.back())
                    return True
                case "t":
                    self._taken_over(frame)
                    return True
                case "space":
                    if paused is not None:
                        until, paused = time.monotonic() + paused, None
                    elif left is None:
                        return False
                    else:
                        until, paused = None, left
                case key if key in NEXT:
                    if until is not None or paused is not None:
                        self._machine.hurry()
                    return False

    def _taken_over(self, frame: Frame) -> None:
        """Let a person type where they see the replay stand, and go on from there."""
        if self._machine.waiting:
            self._write(CLEAR + self._machine.before())
        else:
            self._write(frame.text + self._machine.finish())
        self._take_over(self._machine.session)
        self._write(CLEAR + self._machine.give_back())


@contextlib.contextmanager
def terminal_keys(descriptor: int) -> Iterator[Keys]:
    """Read single keys from a terminal, without echo; its modes come back at the end."""
    import termios  # noqa: PLC0415  # not on Windows
    import tty  # noqa: PLC0415

    before = termios.tcgetattr(descriptor)
    tty.setcbreak(descriptor)

    def keys(seconds: float | None) -> str:
        ready, _, _ = select.select([descriptor], [], [], seconds)
        if not ready:
            return ""
        pressed = os.read(descriptor, 32)
        return _NAMES.get(pressed) or pressed[:1].decode("ascii", "replace").lower()

    try:
        yield keys
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
