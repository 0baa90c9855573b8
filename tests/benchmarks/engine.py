"""Measures the bridge to a node of the BEAM: `python -m tests.benchmarks.engine`, as Markdown.

It measures a line without settling, one that settles among 100 processes, and the start of a node.
Needs Elixir; the goals hold on an otherwise idle machine.
"""

from collections.abc import Callable, Iterator
from statistics import median
from time import perf_counter
from typing import Final

from kvshell.engines.beam.node import BeamNode
from kvshell.engines.beam_runner import BeamRunner

LINES: Final = 2_000
STARTS: Final = 5
PROCESSES: Final = 100


def rows() -> Iterator[tuple[str, float, float]]:
    """Yield what is measured, the median in milliseconds, and the target."""
    yield "start of one node", _median(STARTS, _start), 1000.0
    with BeamRunner() as runner:
        runner.run("start manager")
        for number in range(PROCESSES):
            runner.run(f"create store s{number}")
        runner.settle(30)
        yield "a line, without its rest", _median(LINES, lambda: runner.run_source("1 + 1")), 0.2

        def line() -> None:
            runner.run("put s7 milk 1")
            runner.settle(30)

        yield f"a put and its rest among {PROCESSES} processes", _median(LINES // 10, line), 1.0


def _start() -> None:
    BeamNode().close()


def _median(times: int, do: Callable[[], object]) -> float:
    took = []
    for _ in range(times):
        begun = perf_counter()
        do()
        took.append((perf_counter() - begun) * 1000)
    return median(took)


if __name__ == "__main__":
    print("| what | median | goal | |\n|---|---|---|---|")
    for what, ms, goal in rows():
        print(f"| {what} | {ms:.2f} ms | {goal:g} ms | {'met' if ms <= goal else 'not met'} |")
