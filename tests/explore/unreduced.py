"""The search without reduction: every interleaving of steps, for comparison. Bounded."""

from kvshell.explore.program import Ending, Program, Seen
from kvshell.explore.search import execute
from kvshell.runtime.step import Manner, Step
from kvshell.runtime.threads import Threads

Outcome = tuple[Seen, ...]


class TooManyError(Exception):
    """More interleavings than one cares to run."""


class Everything:
    """A chooser that goes through all choices, depth first."""

    def __init__(self) -> None:
        self.path: list[tuple[int, int]] = []  # chosen, of how many
        self.depth = 0

    def choose(self, enabled: list[Step]) -> Step | None:
        if self.depth == len(self.path):
            self.path.append((0, len(enabled)))
        chosen, count = self.path[self.depth]
        assert count == len(enabled), "not deterministic"
        self.depth += 1
        return enabled[chosen]

    def turn(self) -> bool:
        self.depth = 0
        while self.path:
            chosen, count = self.path.pop()
            if chosen + 1 < count:
                self.path.append((chosen + 1, count))
                return True
        return False


def outcomes(
    program: Program, manner: Manner, most: int, numbers: dict[tuple[int, ...], int]
) -> tuple[set[Outcome], int]:
    """Return the outcomes of all interleavings, and how many there are."""
    found: set[Outcome] = set()
    threads = Threads()
    everything = Everything()
    runs = 0
    try:
        while True:
            ending: Ending
            ending, _ = execute(program, manner, everything, threads, numbers)
            found.add(ending.seen)
            runs += 1
            if not everything.turn():
                return found, runs
            if runs >= most:
                raise TooManyError
    finally:
        threads.close()
