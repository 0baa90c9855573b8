"""The search without reduction, for comparison: every interleaving of steps, or random walks.

Random walks are for programs that have too many schedules to run them all. The search must have
found every outcome of a random walk. A lost outcome is found by chance, not by enumeration, but in
programs of any size.
"""

from random import Random

from kvshell.explore.program.program import Ending, Observed, Program
from kvshell.explore.search.single_run import execute
from kvshell.runtime.schedule.threads import Threads
from kvshell.runtime.search.steps import PATIENT, Crash, FaultModel, Numbers, Step, Taken

Outcome = tuple[Observed, ...]


class TooManyError(Exception):
    """There are more interleavings than the limit."""


class Everything:
    """A chooser that takes all combinations of choices, depth first."""

    def __init__(self) -> None:
        self.path: list[tuple[int, int]] = []  # the chosen index and the number of choices
        self.depth = 0

    def choose(self, enabled: list[Step]) -> Step | None:
        if self.depth == len(self.path):
            self.path.append((0, len(enabled)))
        chosen, count = self.path[self.depth]
        assert count == len(enabled), "not deterministic"
        self.depth += 1
        return enabled[chosen]

    def turn(self) -> bool:
        """Begin the next run, which repeats the steps before `depth`; False if there is none."""
        while self.path:
            chosen, count = self.path.pop()
            if chosen + 1 < count:
                self.depth = len(self.path)
                self.path.append((chosen + 1, count))
                return True
        return False


class Probe:
    """A chooser that takes a random path and counts the alternatives on it."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.ways = 1

    def choose(self, enabled: list[Step]) -> Step | None:
        self.ways *= len(enabled)
        return self._random.choice(enabled)


def about(program: Program, model: FaultModel, numbers: Numbers, probes: int = 10) -> int:
    """Estimate the number of interleavings by Knuth's method."""
    threads, random, total = Threads(), Random(1), 0
    try:
        for _ in range(probes):
            probe = Probe(random)
            execute(program, model, probe, threads, numbers)
            total += probe.ways
        return total // probes
    finally:
        threads.close()


def outcomes(
    program: Program, model: FaultModel, most: int, numbers: Numbers
) -> tuple[set[Outcome], int]:
    """Return the outcomes of all interleavings, and the number of interleavings.

    If a process looks at another's mailbox, each receive is a step, as in a search.
    """
    found: set[Outcome] = set()
    threads = Threads()
    everything = Everything()
    runs = 0
    known: tuple[Taken, ...] = ()
    try:
        while True:
            ending: Ending
            known = known[: everything.depth]
            ending, run = execute(program, model, everything, threads, numbers, PATIENT, known)
            known = run.record.steps
            if run.record.looks and not model.looks:
                return outcomes(program, model._replace(looks=True), most, numbers)
            found.add(ending.seen)
            runs += 1
            if not everything.turn():
                return found, runs
            if runs >= most:
                raise TooManyError
    finally:
        threads.close()


RARE = 0.05  # how often a walk takes a possible kill: early kills hide everything after them


class Blind:
    """A chooser that takes random steps, with habits that differ from run to run.

    Uniformly random choices find only orders in which all processes advance alike; so some runs
    prefer to continue with the first process, others with the last.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self._habit = random.choice(("any", "first", "last", "any"))

    def choose(self, enabled: list[Step]) -> Step | None:
        random = self._random
        kills = [step for step in enabled if isinstance(step.what, Crash)]
        others = [step for step in enabled if not isinstance(step.what, Crash)]
        if kills and (not others or random.random() < RARE):
            return random.choice(kills)
        if self._habit == "first" and random.random() < 0.8:
            return others[0]
        if self._habit == "last" and random.random() < 0.8:
            return others[-1]
        return random.choice(others)


def outcomes_of_walks(
    program: Program, model: FaultModel, walks: int, numbers: Numbers, seed: int
) -> set[Outcome]:
    """Return the outcomes of `walks` random walks."""
    random = Random(seed)
    threads = Threads()
    try:
        return {
            execute(program, model, Blind(random), threads, numbers)[0].seen for _ in range(walks)
        }
    finally:
        threads.close()
