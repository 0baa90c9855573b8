"""Random walks: random schedules of programs that have too many to run them all.

The search must have found every outcome of a blind walk. A lost outcome is caught by luck instead
of by enumeration, but on programs of any size.
"""

from random import Random

from kvshell.explore.program.program import Program
from kvshell.explore.search.single_run import execute
from kvshell.runtime.schedule.threads import Threads
from kvshell.runtime.search.steps import Crash, FaultModel, Numbers, Step
from tests.explore.search.unreduced import Outcome

RARE = 0.05  # how often a walk kills somebody where it can: early kills hide all that follows


class Blind:
    """A chooser that takes any step; each run has its own habits.

    Always the same choice at random finds only the middle of the orders; so some runs like to go
    on with whoever is first, some with whoever is last.
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
    """Return the outcomes of that many blind walks."""
    random = Random(seed)
    threads = Threads()
    try:
        return {
            execute(program, model, Blind(random), threads, numbers)[0].seen for _ in range(walks)
        }
    finally:
        threads.close()
