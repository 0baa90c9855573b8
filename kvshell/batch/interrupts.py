"""Ctrl-C in a batch: it ends, with 130, and nothing is raised through the runtime.

While a line runs, the first press ends what the line waits for, so that it answers, and the
batch stops after it; a second press, for a line that neither waits nor ends, leaves at once.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType

INTERRUPTED = 130


class Interrupts:
    """Owns SIGINT for the length of a `with` block. Only in the main thread, where signals come."""

    def __init__(self, end_wait: Callable[[], None]) -> None:
        self.came = False
        self._running = False
        self._end_wait = end_wait
        self._before: signal.Handlers | Callable[[int, FrameType | None], object] | int | None
        self._before = None

    def __enter__(self) -> "Interrupts":
        self._before = signal.signal(signal.SIGINT, self._pressed)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        signal.signal(signal.SIGINT, self._before)

    @contextmanager
    def line(self) -> Iterator[None]:
        """While a line runs, a press is for it; `came` then says whether there was one."""
        self._running = True
        try:
            yield
        finally:
            self._running = False

    def _pressed(self, _number: int, _frame: FrameType | None) -> None:
        if not self._running:
            raise KeyboardInterrupt
        if self.came:
            os._exit(INTERRUPTED)
        self.came = True
        self._end_wait()
