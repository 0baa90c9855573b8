"""The random numbers of `Enum.random`, `:rand` and others.

A process with a seed draws the same numbers as on OTP 25: from `exsss`, a 116-bit Xorshift with a
scrambler, or from `exs1024`, which ExUnit uses. Other processes draw from the environment of their
runtime; in a search it gives the same numbers in every schedule.
"""

from typing import Any

from kvshell.runtime.processes.thread_context import current
from kvshell.terms import Atom, Term

_SEED, _EXS1024 = Atom("rand_seed"), Atom("exs1024")
_21, _58, _64 = (1 << 21) - 1, (1 << 58) - 1, (1 << 64) - 1
State = tuple[int, int]


def _next(state: State) -> tuple[int, State]:
    s1, s0 = state
    mixed = s1 ^ ((s1 << 24) & _58)
    new = mixed ^ s0 ^ (mixed >> 11) ^ (s0 >> 41)
    scrambled = (s0 + (s0 << 2)) & _58
    turned = ((scrambled << 7) | (scrambled >> 51)) & _58
    return (turned + (turned << 3)) & _58, (s0, new)


def _word(x: int) -> tuple[int, int]:
    """Return a non-zero 58-bit word and the next state of SplitMix64, from the state `x`."""
    while True:
        x, z = _mixed(x)
        if z & _58:
            return z & _58, x


def _mixed(x: int) -> State:
    """Return the next state of SplitMix64 and its 64-bit output, from the state `x`."""
    x = (x + 0x9E3779B97F4A7C15) & _64
    z = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _64
    return x, z ^ (z >> 31)


def _of_integer(number: int) -> State:
    first, x = _word(number & _64)
    return first, _word(x)[0]


def _of_triplet(one: int, two: int, three: int) -> State:
    _, x = _word(one & _64)
    first, x = _word((two & _64) ^ x)
    return first, _word((three & _64) ^ x)[0]


class Exs1024:
    """Erlang's generator `exs1024`; its 16 words of state are derived from the seed."""

    def __init__(self, given: Any) -> None:
        self._words = _spread(*given) if type(given) is tuple else _split(given & _64)
        self._place = 0

    def drawn(self) -> int:
        """Return the next 64-bit integer."""
        words, place = self._words, self._place
        self._place = (place + 1) % 16
        first, second = words[place], words[self._place]
        second ^= (second << 31) & _64
        second ^= second >> 11
        words[self._place] = first ^ (first >> 30) ^ second
        return words[self._place] * 1181783497276652981 & _64

    def uniform(self) -> float:
        """Return a random float from 0 up to, but not including, 1."""
        return self.drawn() / (1 << 64)

    def below(self, limit: int) -> int:
        """Return a random integer from 0 up to, but not including, `limit`."""
        return self.drawn() % limit if limit < 1 << 64 else int(self.uniform() * limit)


def _spread(*triplet: int) -> list[int]:
    """Return 16 words derived from a seed of three integers, as `exs64` does."""
    primes = (2097131, 2097133, 2097143)
    parts = [((each & _21) + 1) * prime & _21 for each, prime in zip(triplet, primes, strict=True)]
    number = (parts[0] << 43) | (parts[1] << 22) | (parts[2] << 1) | 1
    words: list[int] = []
    for _ in range(16):
        number ^= number >> 12
        number ^= (number << 25) & _64
        number ^= number >> 27
        words.append(number * 2685821657736338717 & _64)
    return words[::-1]


def _split(x: int) -> list[int]:
    words: list[int] = []
    while len(words) < 16:
        x, z = _mixed(x)
        words += [z] if z else []
    return words


class _Exsss:
    def __init__(self, given: Any) -> None:
        self._state = _of_triplet(*given) if type(given) is tuple else _of_integer(given)

    def _drawn(self) -> int:
        value, self._state = _next(self._state)
        return value

    def uniform(self) -> float:
        return (self._drawn() >> 5) * 2.0**-53

    def below(self, limit: int) -> int:
        value = self._drawn()
        while value - value % limit > (1 << 58) - limit:
            value = self._drawn()
        return value % limit


def seed(algorithm: Term, given: Any) -> None:
    """Seed the calling process's generator with an integer or a tuple of three."""
    me = current()
    if me.dictionary is None:
        me.dictionary = {}
    kind = Exs1024 if algorithm is _EXS1024 else _Exsss
    me.dictionary[_SEED] = (_SEED, kind(given))


def seed_test(module: Atom, name: Atom, number: int) -> None:
    """Seed the calling process as ExUnit seeds that of a test; `number` is the suite's seed."""
    seed(_EXS1024, (_hash(module), _hash(name), number))


def _hash(name: Atom) -> int:
    """Return `:erlang.phash2` of an atom."""
    found = 0
    for each in b"".join(map(_octets, name.name)):
        found = (found << 4) + each
        high = found & 0xF0000000
        found ^= (high >> 24) | high
    return found & ((1 << 27) - 1)


def _octets(letter: str) -> bytes:
    return letter.encode("latin-1" if letter < "\u0100" else "utf-8")


def _seeded() -> Exs1024 | _Exsss | None:
    dictionary = current().dictionary
    held = None if dictionary is None else dictionary.get(_SEED)
    return None if held is None else held[1]


def uniform() -> float:
    """Return a random float from 0 up to, but not including, 1."""
    seeded = _seeded()
    return current().runtime.environment.draw() if seeded is None else seeded.uniform()


def below(limit: int) -> int:
    """Return a random integer from 0 up to, but not including, `limit`."""
    seeded = _seeded()
    if seeded is None:
        return min(int(current().runtime.environment.draw() * limit), limit - 1)
    return seeded.below(limit)
