"""Strays: threads that are still in the code of a process which was killed.

A stray can do nothing any more - every effect refuses - so it must not keep the system from rest
for as long as it is stuck. But where it is when the kill arrives is not known: it may be in our own
code, between taking a claim and queueing the process it took, and counting it out there would let
`settle` end too early. So it is counted out only when it has been a stray for a while and is seen
in code of a user; and only `settle` looks.
"""

from _thread import allocate_lock
from typing import TYPE_CHECKING

from kvshell.runtime.carrier import Carrier

if TYPE_CHECKING:
    from kvshell.runtime.record import Process

AGE_MS = 20


class Strays:
    """The strays of one scheduler that are still counted as running."""

    def __init__(self) -> None:
        self._lock = allocate_lock()
        self._strays: list[tuple[int, Process, Carrier]] = []  # since when

    def __bool__(self) -> bool:
        return bool(self._strays)

    def add(self, now_ms: int, process: "Process", carrier: Carrier) -> None:
        """The process was killed while `carrier` ran it."""
        with self._lock:
            self._strays.append((now_ms, process, carrier))

    def take(self, now_ms: int) -> list[Carrier]:
        """Return those to be counted out now, and forget those that found their way.

        Runs under the scheduler's lock, so that none ends its visit meanwhile.
        """
        with self._lock:
            strays, self._strays = self._strays, []
            lost = []
            for since, process, carrier in strays:
                if carrier.process is not process and not carrier.depth:
                    continue  # its visit is over
                stuck = now_ms - since >= AGE_MS and not carrier.depth
                if stuck and carrier.is_in_user_code():
                    lost.append(carrier)
                else:
                    self._strays.append((since, process, carrier))
        return lost
