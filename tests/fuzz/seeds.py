"""Yields seeds until a fuzzer's time is over."""

import faulthandler
import os
import random
import time
from collections.abc import Iterator

SECONDS = float(os.environ.get("KVSHELL_FUZZ_S", "3"))


def seeds(name: str) -> Iterator[random.Random]:
    """Generators until the time is over; the seed of the last is printed when a test fails.

    Each seed has a minute of its own before every stack is printed: the suite's minute for a whole
    test would end ten minutes of fuzzing after one.
    """
    until = time.monotonic() + SECONDS
    seed = random.randrange(1 << 30)
    while time.monotonic() < until:
        seed += 1
        faulthandler.dump_traceback_later(60, exit=True)
        print(f"{name} seed {seed}", end="\r")
        yield random.Random(seed)
