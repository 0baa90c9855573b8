"""Random walks: random schedules of programs that have too many schedules to run them all.

The search must have found every outcome of a random walk. A lost outcome is found by chance, not by
enumeration, but in programs of any size.
"""

from random import Random

from kvshell.explore.program.program import Program
from kvshell.explore.search.single_run import execute
from kvshell.runtime.schedule.threads import Threads
from kvshell.runtime.search.steps import Crash, FaultModel, Numbers, Step
from tests.explore.search.unreduced import Outcome

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
