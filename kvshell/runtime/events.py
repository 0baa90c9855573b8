"""Events: what happens in a runtime in the background, kept until a host takes it."""

import itertools
from _thread import allocate_lock
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from kvshell.runtime.processes.crash_report import reason_of
from kvshell.runtime.processes.exits import PRINTED, Event, Killed
from kvshell.terms import A, Pid, Ref, Term, format_banner, inspect

if TYPE_CHECKING:
    from kvshell.runtime.processes.record import Process
    from kvshell.runtime.schedule.protocol import Scheduler

LOGGED = frozenset({"crash", "unexpected"})  # kinds of events that Erlang's own processes log
EVENTS = 10_000  # maximum number kept until a host asks
LATE = 1_000  # timed-out calls whose replies are still awaited


class EventLog:
    """The part of a runtime that keeps events, and timed-out calls that may still get a reply."""

    scheduler: "Scheduler"
    line: int | None  # set by the host: the line being run

    def __init__(self) -> None:
        self.on_event: Callable[[Event], None] | None = None
        # If set, gets each log entry, level and text; True if the entry is not to become an event.
        self.capture: Callable[[str, str], bool] | None = None
        self._late: dict[Ref, int] = {}  # when calls timed out; only recorded while watched
        self._events: deque[Event] = deque(maxlen=EVENTS)
        self._event_numbers = itertools.count(1)
        self._event_lock = allocate_lock()

    def emit(self, kind: str, pid: Pid | None, text: str, level: str = "error") -> None:
        """Record an event and pass it to `on_event`; `capture` may take a log entry instead."""
        if kind in LOGGED and self.capture is not None and self.capture(level, text):
            return
        event = self._keep_event(kind, pid, text, level)
        on_event = self.on_event
        if on_event is not None:
            try:
                on_event(event)
            except Killed:  # the emitter was killed: its next effect raises again
                return
            except BaseException as error:  # noqa: BLE001  # an error of the host, not of the crashed process
                message = format_banner(A.error, reason_of(error)[0])
                self._keep_event("notice", None, f"on_event raised\n{message}", "error")

    def _keep_event(self, kind: str, pid: Pid | None, text: str, level: str) -> Event:
        with self._event_lock:  # numbering and queueing must be one step
            event = Event(next(self._event_numbers), kind, pid, text, self.line, level)
            self._events.append(event)
        return event

    def expect_late(self, ref: Ref) -> None:
        """Remember that a call has timed out, so that its late reply can be explained."""
        with self._event_lock:
            self._late[ref] = self.scheduler.now()
            if len(self._late) > LATE:
                del self._late[next(iter(self._late))]

    def explain_late(self, ref: Ref, value: Term, source: "Process", target: "Process") -> None:
        """Emit an event for a reply if its call, `ref`, has timed out; otherwise do nothing."""
        since = self._late.pop(ref, None)
        if since is None:
            return
        ms = self.scheduler.now() - since
        after = f"{ms} ms" if ms < 1000 else f"{ms / 1000:.1f} s"
        self.emit(
            "late_reply",
            source.pid,
            f"the reply {inspect(value, width=None)} of {inspect(source.shown())} to "
            f"{inspect(target.shown())} came {after} after the call had timed out; it was dropped",
            "info",
        )

    def take_printed(self) -> str:
        """Remove what processes printed and return it as one text; other events stay."""
        if not self._events:
            return ""
        with self._event_lock:
            events = list(self._events)
            self._events.clear()
            self._events.extend(event for event in events if event.kind != PRINTED)
        return "".join(event.text for event in events if event.kind == PRINTED)

    def drain_events(self) -> list[Event]:
        """Remove all events and return them, oldest first."""
        drained = []
        while self._events:
            drained.append(self._events.popleft())
        return drained
