"""Yields random generators until a fuzzer's time is over."""

import faulthandler
import os
import random
import time
from collections.abc import Iterator

SECONDS = float(os.environ.get("KVSHELL_FUZZ_S", "3"))


def seeds(name: str) -> Iterator[random.Random]:
    """Yield generators until the time is over; if a test fails, the last seed is printed.

    Each seed has a minute of its own before all stacks are printed: the suite's limit of one minute
    per test would otherwise end a fuzzer that runs for ten.
    """
    until = time.monotonic() + SECONDS
    seed = random.randrange(1 << 30)
    while time.monotonic() < until:
        seed += 1
        faulthandler.dump_traceback_later(60, exit=True)
        print(f"{name} seed {seed}", end="\r")
        yield random.Random(seed)
