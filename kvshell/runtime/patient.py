"""Patient: the controlled scheduler with a driver that does not wait for ever.

Whoever has the token may loop without any operation, or wait for the outside: no message ends that.
"""

from typing import TYPE_CHECKING, Final

from kvshell.runtime.carrier import Carrier
from kvshell.runtime.controlled import Controlled
from kvshell.runtime.exits import NotAtRest
from kvshell.runtime.step import Patience
from kvshell.runtime.threads import Threads
from kvshell.terms import inspect

if TYPE_CHECKING:
    from kvshell.runtime.runtime import Runtime

_LOOK_S: Final = 0.25  # how often it is looked whether something has happened meanwhile


class Patient(Controlled):
    """While the driver sleeps, it looks now and then whether something has happened."""

    def __init__(self, runtime: "Runtime", threads: Threads, patience: Patience) -> None:
        super().__init__(runtime, threads)
        self.patience_s = patience.seconds
        self._stopped = patience.stopped

    def _taken(self) -> int:
        """Return how many operations were taken."""
        return self._steps

    def _sleep(self, carrier: Carrier, patience_s: float) -> None:
        """As controlled, but so long without anything that happens, not all in all."""
        look_s = min(_LOOK_S, patience_s / 2)
        before, looks = None, 0
        try:
            while not carrier.lock.acquire(timeout=look_s):
                now = self._happened()
                looks = looks + 1 if now == before else 0
                before = now
                # Looks are counted, and no clock is read: a program may have been stopped (Ctrl-Z).
                if looks * look_s >= patience_s or (looks and self._stopped()):
                    self._wait_in_vain()
        except BaseException:
            self._leave_alone()
            raise

    def _happened(self) -> tuple[object, ...]:
        """Return what differs when something has happened."""
        assert self._token is not None
        process = self._token.process
        handled = 0 if process is None else process.handled
        return process, self._taken(), handled

    def _wait_in_vain(self) -> None:
        """Say who keeps the token, and where it is."""
        assert self._token is not None
        process, place = self._token.process, self._token.place()
        who = "somebody" if process is None else inspect(process.pid)
        raise NotAtRest(
            f"{who} runs on and on (or waits for the outside) between two operations: {place}"
        )

    def _leave_alone(self) -> None:
        """Wait no more for the thread that has the token: it ends at its next operation."""
        self._stopping = True
        if self._token is not None:
            self._threads.abandon(self._token)
