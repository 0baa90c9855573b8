"""Limits the real time that one line of a replay may take.

Where signals are available - in the main thread on Unix - an alarm first asks the session to end
its wait, as Ctrl-C does, and a second later leaves the line by an exception, after which the
session is no longer used. Elsewhere only the scheduler's waits are limited.
"""

import signal
from collections.abc import Callable
from time import monotonic
from types import FrameType, TracebackType
from typing import Any

from kvshell.session.host import OverdueError
from kvshell.session.interrupts import Interrupts

GRACE_S = 1.0


class LineTimeout:
    """Owns the alarm during a `with` block, and also Ctrl-C unless another owner does.

    `bound` encloses one line. Ctrl-C during a line ends its wait; between lines, or a second time,
    it raises KeyboardInterrupt as usual.
    """

    def __init__(self, *, ctrl_c: bool = True) -> None:
        self.interrupts = Interrupts()
        self.rang = False
        self._ctrl_c = ctrl_c
        self._ask: Callable[[], None] | None = None
        self._mine = False
        self._before: Any = None
        self._left = 0.0
        self._begun = 0.0

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C was pressed during a line."""
        return self.interrupts.pressed

    def __enter__(self) -> "LineTimeout":
        if self._ctrl_c:
            self.interrupts.__enter__()
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
        self.interrupts.__exit__(kind, error, at)
        if self._mine:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._before)
            if self._left:  # another alarm continues
                left = self._left - (monotonic() - self._begun)
                signal.setitimer(signal.ITIMER_REAL, max(left, 0.001))

    def bound(self, seconds: float, ask: Callable[[], None]) -> "_Bound":
        """Return a context that calls `ask` after `seconds`, and later raises OverdueError."""
        return _Bound(self, seconds, ask)

    def start(self, seconds: float, ask: Callable[[], None]) -> None:
        """Call `ask` 50 ms after `seconds`, and after a grace period raise OverdueError.

        Does nothing outside the main thread of a Unix process.
        """
        self.rang = False
        self._ask = ask
        if self._mine:
            # The scheduler's own limit comes first; this one is for code it cannot interrupt.
            signal.setitimer(signal.ITIMER_REAL, seconds + 0.05, GRACE_S)

    def stop(self) -> None:
        """Stop the timer, because the line has ended."""
        self._ask = None
        if self._mine:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _ring(self, _number: int, _frame: FrameType | None) -> None:
        if self.rang:
            raise OverdueError
        self.rang = True
        if self._ask is not None:
            self._ask()


class _Bound:
    """A time limit for the duration of a `with` block."""

    def __init__(self, timeout: LineTimeout, seconds: float, ask: Callable[[], None]) -> None:
        self._timeout = timeout
        self._seconds = seconds
        self._ask = ask

    def __enter__(self) -> None:
        self._timeout.start(self._seconds, self._ask)

    def __exit__(self, *_error: object) -> None:
        self._timeout.stop()
