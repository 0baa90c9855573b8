"""Serial outcomes: those that the clients also have if one runs after the other.

If nothing is expected, an outcome that is not serial is the one to look at: the clients have it
only because their steps mix. Databases call a schedule serializable if its outcome is serial.

A schedule stands for all that differ from it only in the order of steps that commute. One of these
has no overlap of clients if there is an order of them such that no step of a client has to precede
a step of an earlier one. Signals and servers may come between: a cast can be late in any case.
"""

from collections.abc import Collection
from graphlib import CycleError, TopologicalSorter

from kvshell.explore.search.search import Run
from kvshell.runtime.search.steps import Who


def is_serial(run: Run, clients: Collection[Who]) -> bool:
    """Whether the clients of a run, in some order, can each end before the next one begins."""
    own = dict.fromkeys(clients, 0)  # the steps of each client, one bit each
    for place, step in enumerate(run.steps):
        if step.who in own:
            own[step.who] |= 1 << place
    ahead: dict[Who, set[Who]] = {who: set() for who in own}
    for step, before in zip(run.steps, run.races.before, strict=True):
        if step.who in own:
            ahead[step.who].update(who for who, steps in own.items() if steps & before)
    for who, others in ahead.items():
        others.discard(who)
    try:
        TopologicalSorter(ahead).prepare()
    except CycleError:
        return False
    return True
