"""Alarms: one for all the long waits of a thread, most of which end long before.

A thread that waits notes until when. Only if no alarm is set that rings by then does it set one;
when it rings and the thread waits longer by now, it is set again. For each call a timeout of the
lock's own would take 1 us.

Who waits notes his deadline, then looks at the alarm; the alarm takes itself out, then looks at the
deadline: so one of the two sees the other. Whatever sets or silences one holds `_lock`.
"""

from _thread import allocate_lock
from collections.abc import Callable
from typing import TYPE_CHECKING

from kvshell.runtime.carrier import Carrier
from kvshell.runtime.timers import Timer

if TYPE_CHECKING:
    from kvshell.runtime.clock import Clock
    from kvshell.runtime.record import Process


class Alarms:
    """The alarms of one scheduler. `wake` lets the process of a thread look whether it is time."""

    def __init__(self, clock: "Clock", wake: "Callable[[Process], None]") -> None:
        self._clock = clock
        self._wake = wake
        self._lock = allocate_lock()

    def set(self, carrier: Carrier, deadline: int) -> bool:
        """See to it that `carrier`, whose thread calls, is woken at `deadline` if it waits then.

        False when the machine has no thread for that.
        """
        carrier.deadline = deadline
        alarm = carrier.alarm  # read once: it may be ringing just now
        if alarm is None or alarm.due > deadline:
            with self._lock:
                alarm = carrier.alarm
                if alarm is None or alarm.due > deadline:
                    return self._replace(carrier, deadline)
        return True

    def silence(self, carrier: Carrier) -> None:
        """Let the thread's alarm not ring: it ends."""
        with self._lock:
            alarm, carrier.alarm = carrier.alarm, None
            if alarm is not None:
                alarm.live = False

    def _replace(self, carrier: Carrier, due: int) -> bool:
        """Set an alarm in the place of the one there is. Runs under the lock."""
        if carrier.alarm is not None:
            carrier.alarm.live = False
        carrier.alarm = alarm = Timer(due, lambda: self._ring(carrier, due))
        if not self._clock.add(alarm):
            carrier.alarm = None
        return carrier.alarm is not None

    def _ring(self, carrier: Carrier, at: int) -> None:
        with self._lock:
            alarm = carrier.alarm
            if alarm is None or alarm.due != at:
                return  # an earlier one was set just now
            carrier.alarm = None
            process, deadline = carrier.process, carrier.deadline
            if process is not None and deadline > at:
                self._replace(carrier, deadline)
                return
        if process is not None:
            self._wake(process)
