"""RealTime: interrupts a wait after some real time, even while a controlled clock stands still."""

from threading import TIMEOUT_MAX, Lock, Timer
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self
from weakref import WeakKeyDictionary

from kvshell.runtime.processes.thread_context import carrier, current
from kvshell.terms import Pid

if TYPE_CHECKING:
    from kvshell.runtime.runtime import Runtime

# The runtimes with a process whose real time has run out, and the processes computing meanwhile.
computing_late: Final[WeakKeyDictionary["Runtime", list[Pid]]] = WeakKeyDictionary()


class RealTime:
    """Interrupts the wait of the calling process after `limit` ms of real time.

    Then `over` is true, and processes that compute see in `computing_late` that they must pause, so
    that the interrupted process can run.
    """

    def __init__(self, limit: int | None) -> None:
        self.over = False
        self._carrier = carrier()
        self._runtime = current().runtime
        self._ended = False
        self._lock = Lock()
        self._timer: Timer | None = None
        if limit is not None:
            self._timer = Timer(min(limit / 1000, TIMEOUT_MAX), self._ring)
            self._timer.daemon = True

    def __enter__(self) -> Self:
        if self._timer is not None:
            self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        with self._lock:
            self._ended = True
            if self.over:
                self._carrier.interrupted = False  # the process may have ended just in time

    def _ring(self) -> None:
        with self._lock:
            if not self._ended:
                self.over = True
                computing_late[self._runtime] = []
                self._runtime.scheduler.interrupt(self._carrier)
