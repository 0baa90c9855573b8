"""Elixir in a search: random numbers, clock, references and serial numbers are deterministic."""

import pytest

from kvshell.explore.program_loading import verdicts
from kvshell.runtime.search.steps import FaultModel
from tests.explore.search.figures import MADE, document, program

pytestmark = pytest.mark.slow  # kvshell.elixir is imported first

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
    """Return all answers in all schedules; a program that is not deterministic is refused."""
    (verdict,) = verdicts(program(document(*clients, setup=MADE)), (FaultModel(),))
    assert verdict.complete
    return {seen.answer for outcome in verdict.outcomes for seen in outcome.ending.seen}


@pytest.mark.parametrize("value", VALUES)
def test_values_from_outside_are_the_same_in_every_schedule(value: str) -> None:
    """A client's random numbers do not depend on those another client has drawn."""
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


RACES = {
    "a setting": (
        "Application.put_env(:app, :key, 1)",
        "Application.get_env(:app, :key)",
        {"nil", "1", ":ok"},
    ),
    "an environment variable": (
        'System.put_env("KEY", "a")',
        'System.get_env("KEY")',
        {"nil", '"a"', ":ok"},
    ),
    "a persistent term": (
        ":persistent_term.put(:key, 1)",
        ":persistent_term.get(:key, 0)",
        {"0", "1", ":ok"},
    ),
    "a term that is erased": (
        ":persistent_term.erase(:key)",
        ":persistent_term.get() |> length()",
        {"0", "false"},
    ),
}


@pytest.mark.parametrize("race", RACES)
def test_both_orders_of_a_write_and_a_read_are_seen(race: str) -> None:
    write, read, answers = RACES[race]

    assert outcomes(f"kv> {write}", f"kv> {read}") == answers


def answers_of_two(lines: str) -> set[tuple[str, ...]]:
    """Return the last answers of two clients that run the same lines, a tuple for each schedule."""
    made = f"{MADE}\nkv> :persistent_term.put(:a, :atomics.new(1, []))\n:ok"
    (verdict,) = verdicts(program(document(lines, lines, setup=made)), (FaultModel(),))
    assert verdict.complete
    return {
        tuple(sorted(seen.answer for seen in outcome.ending.seen if seen.answer.isdigit()))
        for outcome in verdict.outcomes
    }


def test_an_atomic_sum_is_one_step_and_a_read_and_a_write_are_two() -> None:
    given = "kv> a = :persistent_term.get(:a)\nkv> "
    lost = ":atomics.put(a, 1, :atomics.get(a, 1) + 1); :atomics.get(a, 1)"

    assert answers_of_two(f"{given}:atomics.add_get(a, 1, 1)") == {("1", "2")}
    assert answers_of_two(given + lost) == {("1", "1"), ("1", "2"), ("2", "2")}
