"""How a figure is taken: the best of several rounds within a box of time, for noise only adds."""

import gc
from collections.abc import Callable
from itertools import repeat
from time import perf_counter
from typing import Final

ROUNDS: Final = 6
PASSES: Final = 3
FIRST: Final = 16  # operations of the first round; then as many as a round has time for

Operation = Callable[[], object]


def best_of(measures: dict[str, Callable[[], float]]) -> dict[str, float]:
    """Take several figures in turn, a few times over, and the best of each.

    So a moment in which the machine was busy spoils none, and none more than another.
    """
    passes = [{name: measure() for name, measure in measures.items()} for _ in range(PASSES)]
    return {name: min(each[name] for each in passes) for name in measures}


def best_us(operation: Operation, box_s: float = 0.15) -> float:
    """Microseconds one `operation` takes, the cost of calling it taken off.

    `operation` is a function without arguments, mostly a lambda; an empty one costs nothing.
    """
    return max(_best_us(operation, box_s) - _best_us(_nothing, box_s / 8), 0.0)


def _best_us(operation: Operation, box_s: float) -> float:
    times, taken = FIRST, round_s(operation, FIRST)
    while taken < box_s / ROUNDS / 2:
        times *= 2
        taken = round_s(operation, times)
    shortest = min(taken, *(round_s(operation, times) for _ in range(ROUNDS - 1)))
    return shortest / times * 1e6


def round_s(operation: Operation, times: int) -> float:
    """Seconds that so many operations take one after another, no garbage being collected."""
    gc.collect()
    gc.disable()
    try:
        started = perf_counter()
        for _ in repeat(None, times):
            operation()
        return perf_counter() - started
    finally:
        gc.enable()


def _nothing() -> None:
    pass
