"""The order of a module's tests for a seed: the one in which ExUnit 1.14 runs them.

ExUnit draws a number for each test from Erlang's generator `exs1024`, seeded with the seed, and
sorts by it. Modules keep the order of their files: ExUnit does not shuffle them either.
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")
_21, _64 = (1 << 21) - 1, (1 << 64) - 1


def ordered(tests: Sequence[Item], seed: int) -> list[Item]:
    """Return tests in source order for seed 0, otherwise as ExUnit shuffles them."""
    if seed == 0:
        return list(tests)
    drawn = list(zip(_numbers(seed), reversed(tests), strict=False))  # it keeps the last one first
    return [test for _number, test in sorted(drawn, key=lambda pair: pair[0], reverse=True)]


def _numbers(seed: int) -> Iterator[float]:
    """Yield what `:rand.uniform()` returns after `:rand.seed(:exs1024, {seed, seed, seed})`."""
    words = _state(seed)
    place = 0
    while True:
        first, second = words[place], words[(place + 1) % 16]
        second ^= (second << 31) & _64
        second ^= second >> 11
        place = (place + 1) % 16
        words[place] = first ^ (first >> 30) ^ second
        yield (words[place] * 1181783497276652981 & _64) / (1 << 64)


def _state(seed: int) -> list[int]:
    """Return the sixteen words of the generator, made by another one, `exs64`."""
    parts = [((seed & _21) + 1) * prime & _21 for prime in (2097131, 2097133, 2097143)]
    number = (parts[0] << 43) | (parts[1] << 22) | (parts[2] << 1) | 1
    words: list[int] = []
    for _ in range(16):
        number ^= number >> 12
        number ^= (number << 25) & _64
        number ^= number >> 27
        words.append(number * 2685821657736338717 & _64)
    return words[::-1]
