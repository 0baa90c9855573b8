"""Plays a live replay on a terminal: delays between frames, and keys.

space  pause and resume        right, Enter  the next command at once
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
from kvshell.transcript.export.frames import Frame, Machine
from kvshell.views.output import tame

CLEAR: Final = "\x1b[2J\x1b[3J\x1b[H"
NEXT: Final = frozenset({"right", "enter"})

_KEYS: Final = "right: next  b: back  t: take over  q: leave"
PLAYING: Final = f" playing   space: pause  {_KEYS}"
PAUSED: Final = f" PAUSED    space: go on  {_KEYS}"
AT_A_COMMAND: Final = f" WAITING   space or {_KEYS}"
AT_THE_END: Final = " THE END   b: back  t: take over  space or q: leave"

Keys = Callable[[float | None], str]  # wait this many seconds, or forever; "" if no key was pressed

_NAMES: Final = {
    b"\x1b[C": "right", b"\x1bOC": "right", b"\x1b[D": "b", b"\x1bOD": "b", b"\r": "enter",
    b"\n": "enter", b" ": "space", b"": "q", b"\x04": "q",
}  # fmt: skip


class _LeftError(Exception):
    """The user pressed q."""


class LivePlayer:
    """Plays the frames of a Machine, the live replay of a document.

    Args:
        machine: produces the frames.
        keys: the source of key presses.
        write: writes text to the terminal and flushes it.
        take_over: lets the user type in the session, until they give it back.
        status: shows a status line: playing or waiting, and the keys; "" removes it.
        speed: the speed factor.
        step: whether to wait for a key before each command.
    """

    def __init__(
        self,
        machine: Machine,
        keys: Keys,
        write: Callable[[str], None],
        take_over: Callable[[Session], None],
        *,
        status: Callable[[str], None] = lambda _: None,
        speed: float = 1.0,
        step: bool = False,
    ) -> None:
        self._machine = machine
        self._keys = keys
        self._write_to = write
        self._in_a_line = False
        self._take_over = take_over
        self._status = status
        self._speed = speed
        self._step = step

    def _write(self, text: str, *, clear: bool = False) -> None:
        text = tame(text, colour=True)
        self._in_a_line = not text.endswith("\n") if text else self._in_a_line
        self._write_to(CLEAR + text if clear else text)

    def leave(self) -> None:
        """End a partly written line, so that further output starts on a new one."""
        if self._in_a_line:
            self._write("\n")

    def play(self) -> int:
        """Play to the end or until the user quits; return 1 if the document failed, otherwise 0."""
        self._status(PLAYING)
        with contextlib.suppress(_LeftError):
            while (frame := self._machine.next()) is not None:
                self._frame(frame)
            while self._step and not self._end():
                while (frame := self._machine.next()) is not None:
                    self._frame(frame)
        return 1 if self._machine.failed else 0

    def _frame(self, frame: Frame) -> None:
        """Write a frame after its delay, unless a key makes the replay jump elsewhere."""
        if self._pause(frame, frame.after_ms / 1000 / self._speed):
            return
        self._write(frame.text)
        if self._step and frame.kind == "prompt":
            self._pause(frame._replace(text=""), None)

    def _end(self) -> bool:
        """Wait for a key at the end; return whether the replay is over."""
        return not self._pause(Frame("", 0, "end"), None)

    def _pause(self, frame: Frame, seconds: float | None) -> bool:
        """Wait and handle keys; return whether to skip the frame.

        With `seconds` None, wait for a key.
        """
        if seconds is None:
            self._status(AT_THE_END if frame.kind == "end" else AT_A_COMMAND)
        try:
            return self._wait(frame, seconds)
        finally:
            if seconds is None:
                self._status(PLAYING)

    def _wait(self, frame: Frame, seconds: float | None) -> bool:
        until = None if seconds is None else time.monotonic() + seconds
        paused: float | None = None  # remaining seconds on resume
        while True:
            left = None if until is None else max(until - time.monotonic(), 0.0)
            match self._keys(left):
                case "":
                    return False
                case "q":
                    raise _LeftError
                case "b":
                    self._write(self._machine.back(), clear=True)
                    self._status(PLAYING)
                    return True
                case "t":
                    self._taken_over(frame)
                    return True
                case "space":
                    if paused is not None:
                        until, paused = time.monotonic() + paused, None
                        self._status(PLAYING)
                    elif left is None:
                        return False
                    else:
                        until, paused = None, left
                        self._status(PAUSED)
                case key if key in NEXT:
                    if until is not None or paused is not None:
                        self._machine.hurry()
                        self._status(PLAYING)
                    return False

    def _taken_over(self, frame: Frame) -> None:
        """Let the user type in the session, and continue the replay afterwards."""
        if self._machine.waiting:
            self._write(self._machine.before(), clear=True)
        else:
            self._write(frame.text + self._machine.finish())
        self._status("")
        self._take_over(self._machine.session)
        self._write(self._machine.give_back(), clear=True)
        self._status(PLAYING)


@contextlib.contextmanager
def terminal_keys(descriptor: int) -> Iterator[Keys]:
    """A context that yields a function to read single keys from a terminal, without echo.

    The terminal's modes are restored at the end.
    """
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
