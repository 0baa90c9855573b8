"""How a figure is taken: the best of several rounds, for noise only ever adds."""

import gc
from collections.abc import Callable
from time import perf_counter
from typing import NamedTuple

ROUNDS = 7


class Figure(NamedTuple):
    """One row of the published table; `value` in seconds unless `unit` says otherwise."""

    what: str
    value: float | None
    peer: str = ""
    unit: str = "s"
    to_reach: str = ""


def best_us(operation: Callable[[], object], times: int, rounds: int = ROUNDS) -> float:
    """Microseconds one `operation` takes, the loop's own cost taken off."""
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


def shown(figure: Figure) -> str:
    """The value with a sensible number of digits and its unit."""
    if figure.value is None:
        return "not measured"
    digits = 0 if figure.value >= 100 else 1 if figure.value >= 10 else 2
    return f"{figure.value:,.{digits}f} {figure.unit}"
