"""HandOff: two threads and two raw locks, the least that a call to another thread can cost.

Only the benchmarks need it; it stands here because nobody else may make a thread.
"""

import threading
from _thread import allocate_lock
from types import TracebackType


class HandOff:
    """`with HandOff() as pair: pair.there_and_back()` goes to the other thread and returns."""

    def __init__(self) -> None:
        self._there = allocate_lock()
        self._back = allocate_lock()
        self._over = False
        self._thread = threading.Thread(target=self._answer, name="kvshell-hand-off", daemon=True)

    def __enter__(self) -> "HandOff":
        self._there.acquire()
        self._back.acquire()
        self._thread.start()
        return self

    def there_and_back(self) -> None:
        """Let the other thread run, and wait until it has."""
        self._there.release()
        self._back.acquire()

    def _answer(self) -> None:
        while True:
            self._there.acquire()
            if self._over:
                return
            self._back.release()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._over = True
        self._there.release()
        self._thread.join()
