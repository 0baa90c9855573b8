"""Measures how many schedules per second a search runs on the articles' programs.

Each schedule is a system of its own: started, driven by its clients, judged and ended.
"""

from time import perf_counter

from kvshell.explore.program.document_program import DocumentProgram
from kvshell.explore.search.search import Search
from kvshell.runtime.search.steps import FaultModel
from tests.explore.search.figures import ROWS, program

ROUNDS = 30


def rate(*, spec: bool) -> float:
    """Return the schedules per second over all programs of the figures, each in its best round."""
    runs, seconds = 0, 0.0
    for row in ROWS:
        searched = program(row.text)
        best = min((_searched(searched, FaultModel(spec)) for _ in range(ROUNDS)), key=_each)
        runs += best[0]
        seconds += best[1]
    return runs / seconds


def _searched(searched: DocumentProgram, model: FaultModel) -> tuple[int, float]:
    """Search a program once; return how many schedules were run, and the seconds it took."""
    with Search(searched, model) as search:
        started = perf_counter()
        while search.run() is not None:
            pass
        return search.schedules + search.redundant, perf_counter() - started


def _each(searched: tuple[int, float]) -> float:
    runs, seconds = searched
    return seconds / runs
