"""Odds: how often real threads fail, shown with the verdict of a search."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from kvshell.explore.program.program import Ending, Program
from kvshell.explore.verdict.verdict import SearchProgress, Verdict
from kvshell.runtime import Runtime
from kvshell.runtime.processes.timers import Timer

REST_S: Final = 10.0
THREADS: Final = "real threads"


class Odds(NamedTuple):
    """A number of runs on real threads, and how many of them failed."""

    runs: int
    failing: int
    restless: bool = False  # whether the last run did not come to rest

    def as_json(self) -> dict[str, int | bool]:
        """Return the result as JSON data: `at_rest` is False if the last run was given up."""
        return {"runs": self.runs, "failing": self.failing, "at_rest": not self.restless}

    def text(self, verdict: Verdict, others: Sequence[Verdict] = ()) -> str:
        """Describe the result next to `verdict`, noting a race that real threads cannot have."""
        if self.restless:
            return f"no odds: run {self.runs:,} on real threads did not settle within {REST_S:g} s"
        if not verdict.expects and not self.failing:
            return f"{self.runs:,} runs on real threads: nothing is expected, so none can fail"
        beam = next((each for each in others if not each.model.spec and each.complete), None)
        if verdict.model.spec and verdict.failing and beam is not None and not beam.failing:
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
    on_progress: Callable[[SearchProgress], None] = lambda _: None,
    rest_s: float = REST_S,
) -> Odds:
    """Run the program `runs` times on real threads; stop if a run does not settle in `rest_s`."""
    failing = 0
    for number in range(runs):
        if stop():
            return Odds(number, failing)
        ending = once(program, rest_s)
        if ending is None:
            return Odds(number + 1, failing, restless=not stop())
        failing += bool(ending.failures)
        if number % 50 == 0:
            on_progress(SearchProgress(THREADS, number, failing, number / runs, number / runs))
    return Odds(runs, failing)


def once(program: Program, rest_s: float = REST_S) -> Ending | None:
    """Run the program once on real threads; its clients start together.

    Returns None if it has not come to rest after `rest_s` seconds, if its final checks take longer
    than that, or on Ctrl-C.
    """
    runtime = Runtime("free")
    try:
        driver, _ = program.begin(runtime)
        if not runtime.settle(rest_s):
            return None
        due = runtime.scheduler.now() + int(rest_s * 1000)
        alarm = Timer(due, lambda: runtime.interrupt(driver))
        runtime.scheduler.at(alarm)
        ending = program.end(runtime)
        late = not alarm.live
        alarm.live = False
        return None if late else ending
    finally:
        runtime.stop()
