"""Ctrl-C during a search: it ends after the present schedule, with what is known by then."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interrupts() -> Iterator[list[int]]:
    """Yield the presses so far; a second one ends the search at once, as everywhere else."""
    pressed: list[int] = []

    def press(number: int, _frame: FrameType | None) -> None:
        if pressed:
            raise KeyboardInterrupt
        pressed.append(number)

    before: Callable[[int, FrameType | None], object] | int | None
    try:
        before = signal.signal(signal.SIGINT, press)
    except ValueError:  # not the main thread
        yield pressed
        return
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)
