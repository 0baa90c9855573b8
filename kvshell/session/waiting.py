"""What a line waits for, and what it printed; the parts of Runner that every session shares."""

from collections.abc import Callable, Sequence

from kvshell.runtime import Event, Runtime
from kvshell.runtime.processes.exits import PRINTED
from kvshell.session.host import Waiting
from kvshell.terms import Pid, inspect


def printed(events: Sequence[Event]) -> tuple[str, tuple[Event, ...]]:
    """Join the printed output among `events` into one text; return it with the remaining events."""
    output = "".join(event.text for event in events if event.kind == PRINTED)
    return output, tuple(event for event in events if event.kind != PRINTED)


def waiting(runtime: Runtime, pid: Pid) -> Waiting | None:
    """Return what `pid` waits for, or None; safe in a signal handler, as it only reads."""
    record = pid.record
    wait = record.waiting_for if record is not None else None
    if wait is None:
        return None
    target, what = wait[0], wait[1]
    deadline = wait[3] if len(wait) > 3 else None
    left = deadline - runtime.now_ms() if isinstance(deadline, int) else None
    if target is None:
        return Waiting(str(what), "", left)
    seen = runtime.observe(target.pid)
    status = seen.status if seen is not None else "dead"
    return Waiting(inspect(target.shown()), status, left)


class Here:
    """The parts of an engine's interface that are trivial if the system runs in this process.

    Attributes:
        busy: empty; other engines name what keeps a node from settling.
        on_output: never called: a line's output is in its results.
        engine: empty; other engines describe themselves for the welcome.
        on_notice: never called: nothing happens outside the session.
    """

    busy: str = ""
    on_output: Callable[[str], None] | None = None
    engine: str = ""
    on_notice: Callable[[Event], None] | None = None

    def descriptors(self) -> tuple[int, ...]:
        """Return no file descriptors to watch: `on_event` is called instead."""
        return ()
