"""Endings: how a run ended - who failed, who did not come to an end, which cycles closed."""

from collections.abc import Iterable, Mapping, Sequence

from kvshell.explore.names import by_name
from kvshell.explore.program import Failure
from kvshell.runtime import Runtime
from kvshell.terms import A, Pid, format_banner


def in_order(failures: Sequence[Failure], clients: Iterable[str]) -> list[Failure]:
    """Return the failures in the order of the clients: who failed first is no other outcome."""
    places = {client: place for place, client in enumerate(clients)}
    return sorted(failures, key=lambda failure: places.get(failure.client, len(places)))


def unfinished(runtime: Runtime, pid: Pid) -> str:
    """Say why a client did not come to its end."""
    seen = runtime.observe(pid)
    if seen is None or seen.status == "dead":
        return format_banner((A.EXIT, pid), None if seen is None else seen.reason)
    return f"waits for ever for {seen.waiting_for or 'a message'}"


def cycles(runtime: Runtime, names: Mapping[Pid, str]) -> tuple[str, ...]:
    """Return the cycles of calls that closed in this run."""
    return tuple(
        by_name(event.text, names) for event in runtime.drain_events() if event.kind == "cycle"
    )
