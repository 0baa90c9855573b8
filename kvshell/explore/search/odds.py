"""Odds: how often real threads fail, shown with the verdict of a search."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from kvshell.explore.program.program import Ending, Program
from kvshell.explore.search.verdict import SearchProgress, Verdict
from kvshell.runtime import Runtime

REST_S: Final = 10.0
THREADS: Final = "real threads"


class Odds(NamedTuple):
    """A number of runs on real threads, and how many of them failed."""

    runs: int
    failing: int

    def said(self, verdict: Verdict, others: Sequence[Verdict] = ()) -> str:
        """Describe it next to the verdict, noting a race that cannot occur on real threads."""
        if not verdict.expects and not self.failing:
            return f"{self.runs:,} runs on real threads: nothing is expected, so none can fail"
        beam = next((each for each in others if not each.manner.spec and each.complete), None)
        if verdict.manner.spec and verdict.failing and beam is not None and not beam.failing:
            why = ", where signals arrive at once, as under beam"
        else:
            why = ""
        share = 100 * self.failing / self.runs if self.runs else 0.0
        return (
            f"{verdict.law}: fails in {verdict.failing:,} of {verdict.schedules:,} "
            f"schedule{'' if verdict.schedules == 1 else 's'}, "
            f"seen in {share:.1f} % of {self.runs:,} runs on real threads{why}"
        )


def odds(
    program: Program,
    runs: int,
    *,
    stop: Callable[[], bool] = lambda: False,
    tell: Callable[[SearchProgress], None] = lambda _: None,
) -> Odds:
    """Run the program `runs` times on real threads."""
    failing = 0
    for number in range(runs):
        if stop():
            return Odds(number, failing)
        failing += bool(once(program).failures)
        if number % 50 == 0:
            tell(SearchProgress(THREADS, number, failing, number / runs, number / runs))
    return Odds(runs, failing)


def once(program: Program) -> Ending:
    """Run the program once on real threads; its clients start together."""
    runtime = Runtime("free")
    try:
        program.begin(runtime)
        runtime.settle(REST_S)
        return program.end(runtime)
    finally:
        runtime.stop()
