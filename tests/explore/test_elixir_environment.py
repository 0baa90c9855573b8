"""Elixir in a search: random numbers, clock, references and serial numbers are deterministic."""

import pytest

from kvshell.explore.program_loading import verdicts
from kvshell.runtime.search.steps import FaultModel
from tests.explore.search.figures import MADE, document, program

pytestmark = pytest.mark.slow  # the Elixir room is imported first

VALUES = (
    "Enum.random(1..1_000_000_000)",
    ":rand.uniform()",
    "[1, 2, 3, 4, 5, 6, 7, 8, 9] |> Enum.shuffle()",
    "System.system_time()",
    "System.monotonic_time()",
    "DateTime.utc_now()",
    "System.unique_integer()",
    "System.unique_integer([:positive])",
    "make_ref()",
)


def outcomes(*clients: str) -> set[str]:
    """Return what is seen in all schedules; a non-deterministic program is refused."""
    (verdict,) = verdicts(program(document(*clients, setup=MADE)), (FaultModel(),))
    assert verdict.complete
    return {seen.answer for outcome in verdict.outcomes for seen in outcome.ending.seen}


@pytest.mark.parametrize("value", VALUES)
def test_values_from_outside_are_the_same_in_every_schedule(value: str) -> None:
    """What a client draws does not depend on what another drew before it."""
    lines = f"kv> put s k 1\nkv> {value}"

    said = outcomes(lines, lines)

    assert len(said) <= 3  # :ok, and a value of each client


def test_serial_numbers_of_two_processes_differ() -> None:
    lines = "kv> System.unique_integer([:positive])"

    assert len(outcomes(lines, lines)) == 2


def test_a_clock_moves_with_the_timers_of_the_search() -> None:
    text = (
        "kv> t = System.system_time(:millisecond)\nkv> sleep 50\n"
        "kv> System.system_time(:millisecond) - t"
    )

    assert outcomes(text) >= {"50"}
