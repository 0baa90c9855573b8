"""Order: the order of choices, which lets a token describe a schedule in few numbers."""

from collections.abc import Sequence as Steps

from kvshell.runtime.search.steps import Step, Who


class Order:
    """The order in which steps are tried: skipped ones wait until nothing else is possible.

    So a run that deviates from the default needs few numbers: the point of each deviation, and the
    index taken.
    """

    def __init__(self, passed_over: Steps[Who] = ()) -> None:
        self._passed_over = list(passed_over)

    @property
    def passed_over(self) -> tuple[Who, ...]:
        """The waiting steps; another order given these continues from here."""
        return tuple(self._passed_over)

    def of(self, enabled: Steps[Step]) -> dict[Who, Step]:
        """Return the possible steps by actor, in this order."""
        by_name = {step.who: step for step in enabled}
        if self._passed_over:
            self._passed_over = [who for who in self._passed_over if who in by_name]
            for who in self._passed_over:
                by_name[who] = by_name.pop(who)
        return by_name

    def takes(self, order: Steps[Who], chosen: Who) -> None:
        """`chosen` is taken: skip everything before it."""
        if chosen != order[0]:
            for who in order[: order.index(chosen)]:
                if who not in self._passed_over:
                    self._passed_over.append(who)
        if chosen in self._passed_over:
            self._passed_over.remove(chosen)
