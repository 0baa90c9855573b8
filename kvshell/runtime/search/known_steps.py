"""Known steps: the beginning of a run that repeats an earlier run.

Most runs repeat an earlier one up to the point where they take a different step. What the repeated
steps read and write, and what happened before them, is the same, so it is not computed again.
"""

from collections.abc import Callable, Iterable, Mapping

from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.record import Process
from kvshell.runtime.processes.signals import Channels
from kvshell.runtime.search.marks_reader import MarksReader
from kvshell.runtime.search.steps import (
    CHANNEL,
    CRASH,
    PROCESS,
    Crash,
    Knowledge,
    Step,
    Taken,
)


def taken_again(
    taken: Taken,
    parked: Mapping[Process, Op],
    lanes: Channels | None,
    possible: Callable[[], list[Step]],
) -> Step | None:
    """Return the step of an earlier run that `taken` describes, if it is possible again.

    An operation and an arrival are found directly; a timer and a crash among all `possible` steps.
    """
    who = taken.who
    if who[0] == PROCESS:
        for process, op in parked.items():
            if process.pid.path == who[1]:
                return Step.again(taken, op)
        return None
    if who[0] == CHANNEL and lanes is not None:
        flight = lanes.first(who[1], who[2])
        return None if flight is None else Step.again(taken, flight)
    return next((step for step in possible() if step.who == who), None)


def possible_crashes(
    targets: Iterable[Process], knowledge: Knowledge, marks: MarksReader
) -> list[Step]:
    """Return a crash as a step for each of `targets` that is not already dying."""
    return [
        Step(
            (CRASH, process.pid.path),
            Crash(process),
            marks.of_crash,
            knowledge.born.get(process, 0),
            free=True,
        )
        for process in targets
        if not process.dying
    ]
