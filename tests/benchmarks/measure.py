"""Measures a figure as the best of several rounds, because noise only adds time."""

import gc
from collections.abc import Callable
from time import perf_counter

ROUNDS = 7


def best_us(operation: Callable[[], object], times: int, rounds: int = ROUNDS) -> float:
    """Return the microseconds of one `operation`, without the cost of the loop."""
    return (_best(operation, times, rounds) - _best(_nothing, times, rounds)) / times * 1e6


def _best(operation: Callable[[], object], times: int, rounds: int) -> float:
    shortest = float("inf")
    for _ in range(rounds):
        gc.collect()
        gc.disable()
        try:
            started = perf_counter()
            for _ in range(times):
                operation()
            shortest = min(shortest, perf_counter() - started)
        finally:
            gc.enable()
    return shortest


def _nothing() -> None:
    pass
