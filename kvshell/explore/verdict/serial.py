"""Serial runs: one client after the other, in every order of the clients.

If nothing is expected, an outcome that no serial run has is the one to look at: the clients have it
only because they interleave. If every outcome is that of a serial run, they act as if each ran
alone: the transactions of databases call such schedules serializable.
"""

from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Final

from kvshell.explore.program.program import Ending
from kvshell.explore.search.search import Search
from kvshell.explore.search.token import Follow
from kvshell.runtime.search.steps import CRASH, PROCESS, Step, Who

MOST_CLIENTS: Final = 5  # they have 120 orders


class OneAfterTheOther:
    """A chooser that runs each client as far as it gets before the next one begins.

    Servers and signals come before all clients.
    """

    def __init__(self, clients: Sequence[Who], limit: int) -> None:
        """`clients` are in the order in which they run; the run is given up after `limit` steps."""
        self._turns: Mapping[Who, int] = {who: turn for turn, who in enumerate(clients, 1)}
        self._left = limit

    def choose(self, enabled: list[Step]) -> Step | None:
        """Return the next step; None to give up."""
        possible = [step for step in enabled if step.who[0] != CRASH]
        self._left -= 1
        if not possible or self._left < 0:
            return None
        return min(possible, key=lambda step: (step.free, self._turns.get(step.who, 0)))


def serial_endings(searching: Search) -> frozenset[Ending] | None:
    """Return how the program ends if its clients run one after the other, for each order of them.

    None if that tells nothing: there is only one client, or more than `MOST_CLIENTS`; kills and
    early time-outs belong to the search; or a serial run does not end.
    """
    if searching.model.crashes or searching.model.timeouts:
        return None
    _, first = searching.execute(Follow((), searching.limit))
    clients = [(PROCESS, client.pid.path) for client in first.clients]
    if not 1 < len(clients) <= MOST_CLIENTS:
        return None
    endings = set()
    for order in permutations(clients):
        ending, run = searching.execute(OneAfterTheOther(order, searching.limit))
        if not run.drained:
            return None
        endings.add(ending)
    return frozenset(endings)
