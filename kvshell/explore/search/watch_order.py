"""Watch order: whether the order in which watchers learn of a death is observable.

Under `beam`, a dying process notifies its links, monitors and waiting callers one after another, in
the order in which they were added. So two monitors by two clients conflict, but treating them as
conflicting gives many schedules that do not differ. They really conflict only if the order is
observable: if a consequence of the second signal meets the first one.
"""

from collections.abc import Sequence

from kvshell.explore.search.happens_before import Races, places
from kvshell.runtime.search.run_record import DeathSignal, Record
from kvshell.runtime.search.steps import PROCESS

Orders = set[tuple[int, int, int]]


def observable_orders(
    record: Record, found: Races, known: Orders, paths: dict[int, object]
) -> Orders:
    """Return the watcher orders that matter in this run and are not known yet.

    An order consists of the dead process and the two notified ones, by number. `paths` has the path
    of each process.
    """
    fresh: Orders = set()
    deaths: dict[tuple[int, str], list[DeathSignal]] = {}
    for signal in record.deaths:
        deaths.setdefault((signal.dead, signal.kind), []).append(signal)
    for (dead, _kind), signals in deaths.items():
        came = [each for each in signals if (dead, each.notified) in record.installed]
        for place, second in enumerate(came):
            for first in came[:place]:
                order = (
                    dead,
                    min(first.notified, second.notified),
                    max(first.notified, second.notified),
                )
                if first.notified == second.notified or order in known or order in fresh:
                    continue
                if _can_tell(record, found, first, second, paths):
                    fresh.add(order)
    return fresh


def _can_tell(
    record: Record, found: Races, first: DeathSignal, second: DeathSignal, paths: dict[int, object]
) -> bool:
    """Whether a step caused by the second signal does not commute with the first signal."""
    steps = record.steps
    dying = (PROCESS, paths.get(second.dead))
    notified = (PROCESS, paths.get(second.notified))
    caused = 1 << second.place
    before = found.before
    marks = steps[first.place].marks
    for place in range(second.place + 1, len(steps)):
        who = steps[place].who
        if who == dying:
            continue
        if who != notified and not _latest(before[place], before) & caused:
            continue
        caused |= 1 << place
        if steps[place].marks.meets(marks):
            return True
    return False


def _latest(steps: int, before: Sequence[int]) -> int:
    """Return those of `steps` that happened before none of the others."""
    latest = steps
    for place in places(steps):
        latest &= ~before[place]
    return latest
