"""The cost of large numbers of stores: time to start, bytes, and threads.

Every loop is time-boxed: a slow machine creates fewer stores, and the time is scaled up.
"""

import gc
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Final, NamedTuple

from kvshell.runtime import Runtime
from kvshell.systems import DESIGNS
from kvshell.systems.key_val import server

STORES: Final = 100_000
AT_ONCE: Final = 500  # stores between two checks of the clock


class StoreFigures(NamedTuple):
    """The cost of living stores.

    Attributes:
        made: how many were started.
        seconds: the time for 100,000 stores.
        bytes_each: the memory per store; None if unknown.
        threads: the number of threads in the process.
    """

    made: int
    seconds: float
    bytes_each: float | None
    threads: int


def spawned(box_s: float) -> StoreFigures:
    """Start stores without name or supervisor, as `KeyVal.Server.start` does, and measure them."""
    with Runtime("free") as runtime, runtime.attach():
        return _many(lambda _number: server.start(), box_s)


def created(box_s: float) -> StoreFigures:
    """Create stores by name through the registry of `ets`, as `create store` does; measure them."""
    design = DESIGNS["ets"]
    with Runtime("free") as runtime, runtime.attach():
        design.start()
        return _many(lambda number: design.create(f"s{number}"), box_s)


def _many(make: Callable[[int], object], box_s: float) -> StoreFigures:
    kept: list[object] = []
    gc.collect()
    before, begun = _resident(), perf_counter()
    while len(kept) < STORES and perf_counter() - begun < box_s:
        start = len(kept)
        kept += [make(number) for number in range(start, start + AT_ONCE)]
    seconds, made = perf_counter() - begun, len(kept)
    after = _resident()
    bytes_each = None if before is None or after is None else (after - before) / made
    threads = len(sys._current_frames())  # noqa: SLF001  # the documented way to know the threads
    return StoreFigures(made, seconds * STORES / made, bytes_each, threads)


def _resident() -> int | None:
    """Return the resident memory of this process in bytes; None if it is unknown."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return None
    return pages * _PAGE


def _page() -> int:
    try:
        import resource  # noqa: PLC0415  # not on Windows
    except ImportError:
        return 4096
    return resource.getpagesize()


_PAGE: Final = _page()
