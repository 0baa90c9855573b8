"""A bound in real time on one line of a replay, and what Ctrl-C does meanwhile.

Where signals can be had - the main thread of a Unix - an alarm first asks the session to give up
its wait, as Ctrl-C does, and a second later leaves the line by an exception: then the session is
not used any more. Elsewhere only the waits of the scheduler are bounded.
"""

import signal
from collections.abc import Callable
from time import monotonic
from types import FrameType, TracebackType
from typing import Any

GRACE_S = 1.0


class OverdueError(Exception):
    """The line neither ended nor waited: it was left where it was."""


class Watchdog:
    """Owns the alarm, and Ctrl-C, for the length of a `with` block.

    `start` and `stop` enclose one line. Ctrl-C during a line ends what it waits for and sets
    `interrupted`; between lines, or a second time, it is the KeyboardInterrupt it always is.
    """

    def __init__(self, *, ctrl_c: bool = True) -> None:
        self.rang = False
        self.interrupted = False
        self._running = False
        self._ctrl_c = ctrl_c
        self._before_ctrl_c: Any = None
        self._ask: Callable[[], None] | None = None
        self._mine = False
        self._before: Any = None
        self._left = 0.0
        self._begun = 0.0

    def __enter__(self) -> "Watchdog":
        try:
            if self._ctrl_c:
                self._before_ctrl_c = signal.signal(signal.SIGINT, self._press)
        except ValueError:  # not the main thread
            self._ctrl_c = False
            return self
        if hasattr(signal, "SIGALRM"):
            try:
                self._before = signal.signal(signal.SIGALRM, self._ring)
            except ValueError:  # not the main thread
                return self
            self._mine = True
            self._begun = monotonic()
            self._left = signal.setitimer(signal.ITIMER_REAL, 0)[0]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._ctrl_c:
            signal.signal(signal.SIGINT, self._before_ctrl_c)
        if self._mine:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._before)
            if self._left:  # somebody else's alarm goes on
                left = self._left - (monotonic() - self._begun)
                signal.setitimer(signal.ITIMER_REAL, max(left, 0.001))

    def start(self, seconds: float, ask: Callable[[], None]) -> None:
        """Ring in `seconds`: call `ask`, and raise OverdueError if that did not help."""
        self.rang = False
        self._ask = ask
        self._running = True
        if self._mine:
            # The scheduler's own bound comes first; this one is for what it cannot see.
            signal.setitimer(signal.ITIMER_REAL, seconds + 0.05, GRACE_S)

    def stop(self) -> None:
        """The line ended."""
        self._running = False
        if self._mine:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _ring(self, _number: int, _frame: FrameType | None) -> None:
        if self.rang:
            raise OverdueError
        self.rang = True
        if self._ask is not None:
            self._ask()

    def _press(self, _number: int, _frame: FrameType | None) -> None:
        if not self._running or self.interrupted:
            raise KeyboardInterrupt
        self.interrupted = True
        if self._ask is not None:
            self._ask()
