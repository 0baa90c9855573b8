"""Describes what a line waits for, and holds its printed output."""

from collections.abc import Callable, Sequence

from kvshell.runtime import Event, Runtime
from kvshell.runtime.processes.exits import PRINTED
from kvshell.session.host import Waiting
from kvshell.terms import Pid, inspect


def printed(events: Sequence[Event]) -> tuple[str, tuple[Event, ...]]:
    """Join what was printed meanwhile into one text; return it with the remaining events."""
    output = "".join(event.text for event in events if event.kind == PRINTED)
    return output, tuple(event for event in events if event.kind != PRINTED)


def waiting(runtime: Runtime, pid: Pid) -> Waiting | None:
    """Return what `pid` waits for, or None. Reads attributes only, so it is signal-safe."""
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
    """What a host asks of any engine, as it is where the system runs in this process.

    Attributes:
        busy: empty: who keeps a node from settling is known of a node only.
        on_notice: never called: what happens outside of a session does not concern it.
        on_output: never called: what a line prints is in its results.
    """

    busy: str = ""
    on_output: Callable[[str], None] | None = None
    engine: str = (
        ""  # who answers, as a sentence for the welcome; kvshell's own runtime: nobody else
    )
    on_notice: Callable[[Event], None] | None = None

    def descriptors(self) -> tuple[int, ...]:
        """Return none: `on_event` is called."""
        return ()
