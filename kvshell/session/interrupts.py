"""Ctrl-C as a signal; no other module installs a handler of SIGINT for a mode.

While a line is typed, Ctrl-C is a key: `shell.prompt.key_bindings` clears the line. A dumb terminal
sends the signal even then, and `shell.prompt.dumb` learns of it from the wake-up descriptor. The
processes of a search ignore it, because their parent decides when to stop.

A mode installs an `Interrupts` for its whole duration. KeyboardInterrupt is never raised while a
line runs, because the shell's thread may be running another process then. The handler only asks the
running command to stop waiting, so that the command answers by itself.

    mode                          between lines        a second press within a line
    batch, recording of a pipe    KeyboardInterrupt    the process ends with 130
    prompt, lesson, author, walk  ignored              leaves, if the command is stuck in its code
    replay, check, export         KeyboardInterrupt    KeyboardInterrupt; the session is abandoned
    explore, bench                KeyboardInterrupt    KeyboardInterrupt
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from types import FrameType, TracebackType
from typing import Any, Final, NoReturn

INTERRUPTED: Final = 130  # the exit code

Ask = Callable[[], None]  # from the signal handler: sets flags, takes no lock, raises nothing
Again = Callable[[int, FrameType | None], None]


def raise_interrupt(_presses: int = 0, _frame: FrameType | None = None) -> NoReturn:
    """Raise KeyboardInterrupt."""
    raise KeyboardInterrupt


def end_process(_presses: int, _frame: FrameType | None) -> NoReturn:
    """End the OS process at once: an exception must not pass through a running line."""
    os._exit(INTERRUPTED)


def forget_press() -> None:
    """Do nothing: between lines there is nothing to interrupt."""


class Interrupts:
    """Handles SIGINT during a `with` block; outside the main thread it does nothing.

    An instance that is never entered receives no presses; nested modes use such an instance.

    Args:
        idle: called on a press while no line runs.
        again: called on each further press within a line, with the number of presses so far. If it
            returns, the line is asked to stop once more.
        within_s: presses older than this are not counted.
        rest_is_idle: whether a press while the system settles counts as between lines.
    """

    def __init__(
        self,
        idle: Callable[[], None] = raise_interrupt,
        again: Again = raise_interrupt,
        *,
        within_s: float = inf,
        rest_is_idle: bool = False,
    ) -> None:
        self._idle = idle
        self._again = again
        self._within_s = within_s
        self._rest_is_idle = rest_is_idle
        self._scope: _Scope | None = None
        self._presses: list[float] = []
        self._installed = False
        self._before: Any = None

    @property
    def pressed(self) -> bool:
        """Whether Ctrl-C was pressed while a line ran, since the last `forget`."""
        return bool(self._presses)

    def forget(self) -> None:
        """Forget the presses counted so far."""
        self._presses.clear()

    def line(self, ask: Ask, again: Again | None = None) -> "_Scope":
        """Return a context in which a press calls `ask`; contexts may be nested.

        Each further press calls `again` first.
        """
        return _Scope(self, ask, again or self._again)

    def rest(self, ask: Ask) -> "_Scope":
        """Return the context for the time in which the system settles after a line."""
        return _Scope(self, None if self._rest_is_idle else ask, self._again)

    @contextmanager
    def search(self) -> Iterator[Callable[[], bool]]:
        """A context that yields a function, which returns True once Ctrl-C was pressed."""
        stopped: list[bool] = []
        with self.line(lambda: stopped.append(True)):
            yield lambda: bool(stopped)

    def __enter__(self) -> "Interrupts":
        try:
            self._before = signal.signal(signal.SIGINT, self._pressed)
        except ValueError:  # not the main thread
            return self
        self._installed = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._installed:
            self._installed = False
            signal.signal(signal.SIGINT, self._before)

    def _pressed(self, _number: int, frame: FrameType | None) -> None:
        scope = self._scope
        if scope is None or scope.ask is None:
            self._idle()
            return
        now = time.monotonic()
        self._presses = [at for at in self._presses if now - at < self._within_s] + [now]
        if len(self._presses) > 1:
            scope.again(len(self._presses), frame)
        scope.ask()


class _Scope:
    """The context manager that determines what a press does during its `with` block."""

    __slots__ = ("_outer", "_owner", "again", "ask")

    def __init__(self, owner: Interrupts, ask: Ask | None, again: Again) -> None:
        self.ask = ask
        self.again = again
        self._owner = owner
        self._outer: _Scope | None = None

    def __enter__(self) -> None:
        self._outer = self._owner._scope  # noqa: SLF001  # belongs to Interrupts
        self._owner._scope = self  # noqa: SLF001

    def __exit__(self, *_error: object) -> None:
        self._owner._scope = self._outer  # noqa: SLF001
