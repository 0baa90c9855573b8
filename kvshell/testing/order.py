"""The order of a module's tests for a seed, which is that of ExUnit 1.14.

ExUnit draws a number for each test from Erlang's generator `exs1024`, seeded with the seed, and
sorts by it. Modules keep the order of their files: ExUnit does not shuffle them either.
"""

from collections.abc import Sequence
from typing import TypeVar

from kvshell.elixir.library.chance import Exs1024

Item = TypeVar("Item")


def ordered(tests: Sequence[Item], seed: int) -> list[Item]:
    """Return `tests` as ExUnit shuffles them for the seed; for seed 0 in source order."""
    if seed == 0:
        return list(tests)
    numbers = Exs1024((seed, seed, seed))
    drawn = [(numbers.uniform(), test) for test in reversed(tests)]  # ExUnit stores the last first
    return [test for _number, test in sorted(drawn, key=lambda pair: pair[0], reverse=True)]
