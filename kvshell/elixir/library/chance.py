"""The random numbers of `Enum.random` and `:rand`.

A seeded process draws the same numbers as OTP 25 for that seed: `exsss`, a 116-bit Xorshift with a
scrambler. Others draw from the environment of their runtime; that of a search gives the same
numbers in every schedule.
"""

from typing import Any

from kvshell.runtime.processes.thread_context import current
from kvshell.terms import Atom

_SEED = Atom("rand_seed")
_58, _64 = (1 << 58) - 1, (1 << 64) - 1
State = tuple[int, int]


def _next(state: State) -> tuple[int, State]:
    s1, s0 = state
    mixed = s1 ^ ((s1 << 24) & _58)
    new = mixed ^ s0 ^ (mixed >> 11) ^ (s0 >> 41)
    scrambled = (s0 + (s0 << 2)) & _58
    turned = ((scrambled << 7) | (scrambled >> 51)) & _58
    return (turned + (turned << 3)) & _58, (s0, new)


def _word(x: int) -> tuple[int, int]:
    """Return a non-zero 58-bit word, and the next state of the splitting of `x`."""
    while True:
        x = (x + 0x9E3779B97F4A7C15) & _64
        z = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _64
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _64
        z = (z ^ (z >> 31)) & _58
        if z:
            return z, x


def _of_integer(number: int) -> State:
    first, x = _word(number & _64)
    return first, _word(x)[0]


def _of_triplet(one: int, two: int, three: int) -> State:
    _, x = _word(one & _64)
    first, x = _word((two & _64) ^ x)
    return first, _word((three & _64) ^ x)[0]


def seed(given: Any) -> None:
    """Seed the generator with an integer or three of them."""
    me = current()
    if me.dictionary is None:
        me.dictionary = {}
    state = _of_triplet(*given) if type(given) is tuple else _of_integer(given)
    me.dictionary[_SEED] = (_SEED, state)


def _drawn() -> int | None:
    dictionary = current().dictionary
    held = None if dictionary is None else dictionary.get(_SEED)
    if dictionary is None or held is None:
        return None
    value, state = _next(held[1])
    dictionary[_SEED] = (_SEED, state)
    return value


def uniform() -> float:
    """Return a float from 0 up to, but not including, 1."""
    value = _drawn()
    return current().runtime.environment.draw() if value is None else (value >> 5) * 2.0**-53


def below(limit: int) -> int:
    """Return an integer from 0 up to, but not including, `limit`."""
    value = _drawn()
    if value is None:
        return min(int(current().runtime.environment.draw() * limit), limit - 1)
    while value is not None and value - value % limit > (1 << 58) - limit:
        value = _drawn()
    return (value or 0) % limit
