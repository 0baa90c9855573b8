"""Compares lines on modules written in Elixir with the same lines on the Python modules."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Final, NamedTuple

from kvshell.elixir.evaluate import Evaluator
from kvshell.session import Session
from kvshell.session.elixir_shell import code_of
from tests.benchmarks.measure import best_us

STAGES: Final = Path(__file__).parents[1] / "testing" / "stages"
# What is measured, the stage of the tutorial, and the line; {n} is a new number each time.
LINES: Final = (
    ("call", "ets", "get s1 milk"),
    ("cast", "ets-cast", "create store s1"),
    ("create", "ets", "create store n{n}"),
    ("lookup", "ets", "lookup s1"),
)
TIMES: Final = 300
MODULE_LINES: Final = 200


class StageRow(NamedTuple):
    """A line: what it does, and how many microseconds it takes in Elixir and in Python."""

    what: str
    elixir_us: float
    python_us: float


def rows() -> Iterator[StageRow]:
    """Measure each line on both and yield the results."""
    for what, stage, line in LINES:
        yield StageRow(what, _line_us(stage, line, own=True), _line_us(stage, line, own=False))


def _line_us(stage: str, line: str, *, own: bool) -> float:
    with Session("controlled") as session:
        session.options["hints"] = "off"
        session.programs = Path
        for name in ("bucket", stage) if own else ():
            assert session.play(f"load {STAGES / name}.ex")[0].ok
        for each in (f"start manager {'own' if own else stage}", "create store s1"):
            session.run(each)
            session.settle()
        numbers = count()

        def one() -> None:
            session.run(line.replace("{n}", str(next(numbers))))
            session.settle()

        return best_us(one, TIMES)


def compile_ms() -> float:
    """Return how many milliseconds it takes to compile a module of 200 lines, with warnings."""
    functions = (
        f"  def f{n}(x) when x > {n} do\n    [x | g{n}(x)]\n  end\n"
        f"  defp g{n}(x), do: {{:ok, x, {n}}}\n"
        for n in range((MODULE_LINES - 2) // 4)
    )
    text = f"defmodule Many do\n{''.join(functions)}end\n"
    with Session("controlled") as session:
        evaluator = Evaluator(code_of(session.runtime), {}, "many.ex")
        return best_us(lambda: evaluator.evaluate(text, 1, []), 5) / 1000
