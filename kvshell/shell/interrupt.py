"""Ctrl-C while a command runs.

KeyboardInterrupt is never raised inside the runtime: with caller-runs it would kill whatever
process the shell's thread is visiting. The handler only asks the host to end the command's wait,
so the command answers by itself. A command that goes on after that, without waiting, is stuck in
its own code; a second Ctrl-C within two seconds says where and leaves.
"""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from types import FrameType, TracebackType
from typing import Final

from kvshell.shell.host import Host

AGAIN_S: Final = 2.0
LAST_PRESS: Final = 4
INTERRUPTED: Final = 130


class Interrupts:
    """Owns SIGINT while the shell runs; counts presses while a command does.

    At the prompt the terminal is raw and Ctrl-C is a key; a SIGINT that arrives between two
    lines has nothing to interrupt and is forgotten.
    """

    def __init__(self, host: Host, leave: Callable[[str], None]) -> None:
        self._host = host
        self._leave = leave
        self._running = False
        self._previous: signal.Handlers | Callable[[int, FrameType | None], object] | int | None
        self._previous = None
        self._presses: list[float] = []

    def __enter__(self) -> "Interrupts":
        self._previous = signal.signal(signal.SIGINT, self._pressed)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        signal.signal(signal.SIGINT, self._previous)

    @contextlib.contextmanager
    def command(self) -> Iterator[None]:
        """While a command runs, Ctrl-C is for it; `came` then says whether there was one."""
        self._presses.clear()
        self._running = True
        try:
            yield
        finally:
            self._running = False

    @property
    def came(self) -> bool:
        """Whether the last command was interrupted."""
        return bool(self._presses)

    def _pressed(self, _number: int, frame: FrameType | None) -> None:
        if not self._running:
            return
        now = time.monotonic()
        self._presses = [at for at in self._presses if now - at < AGAIN_S] + [now]
        again = len(self._presses) > 1
        # A command that interrupts one wait only to begin the next (a long `repeat`) is asked
        # again, but not for ever.
        if again and (not self._host.waits() or len(self._presses) >= LAST_PRESS):
            self._leave(f"still running {place(frame)}; left")
        self._host.interrupt()


def place(frame: FrameType | None) -> str:
    """Where a thread is, in words: the innermost frame outside this module."""
    if frame is None:
        return "somewhere"
    code = frame.f_code
    return f"in {code.co_qualname} ({code.co_filename}:{frame.f_lineno})"


def leave_now(sentence: str, restore: Callable[[], None]) -> None:
    """End the process from a signal handler: nothing may be raised through the runtime."""
    restore()
    os.write(2, f"\r\x1b[K{sentence}\n".encode(errors="replace"))
    os._exit(INTERRUPTED)
