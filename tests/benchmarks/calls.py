"""Benchmarks of the runtime: calls, lookups, and large numbers of stores."""

import gc
import threading
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from kvshell.otp import gen_server
from kvshell.otp.gen.callbacks import From, GenServer
from kvshell.runtime import Runtime
from kvshell.systems import DESIGNS
from kvshell.systems.key_val import server
from kvshell.systems.kv import registry_ets
from kvshell.terms import A, Map, Term
from tests.benchmarks.measure import best_us

STORES = 100_000
CREATES = 5_000


class Undeclared(GenServer):
    """A store that does not declare that `get` never waits, so another thread has to run it."""

    def init(self, arg: Any) -> Term:
        return (A.ok, Map({"k": 1}))

    def handle_call(self, request: Any, from_: From, state: Any) -> Term:
        match request:
            case (A.get, key):
                return (A.reply, state.get(key), state)
        return None


class Stores(NamedTuple):
    """The cost of 100,000 living stores: seconds to start them, bytes each, and all threads."""

    seconds: float
    bytes_each: float
    threads: int


def get_us() -> float:
    """Return the microseconds of a `get` from an idle store, run by the calling thread."""
    with Runtime("free") as runtime, runtime.attach():
        _ok, pid = server.start()
        server.put(pid, "k", 1)
        return best_us(lambda: server.get(pid, "k"), 50_000)


def handed_over_us() -> float:
    """Return the microseconds of a call that another thread has to run."""
    with Runtime("free") as runtime, runtime.attach():
        _ok, pid = gen_server.start(Undeclared, None)
        return best_us(lambda: gen_server.call(pid, (A.get, "k")), 5_000)


def lookup_us(*, counters: bool) -> float:
    """Return the microseconds of the registry's `lookup`.

    `counters` turns on the table's counters, as a session does.
    """
    with Runtime("free") as runtime, runtime.attach():
        design = DESIGNS["ets"]
        design.start()
        design.create("shopping")
        table = runtime.tables.find(registry_ets.NAME)
        assert table is not None
        table.count_reads(counters)
        lookup = design.lookup
        taken = best_us(lambda: lookup("shopping"), 100_000)
        design.stop()
        return taken


def create_us() -> float:
    """Return the microseconds to create a name; the registry calls the bucket supervisor."""
    taken = []
    for _ in range(3):
        with Runtime("free") as runtime, runtime.attach():
            design = DESIGNS["ets"]
            design.start()
            started = perf_counter()
            for number in range(CREATES):
                design.create(f"s{number}")
            taken.append((perf_counter() - started) / CREATES * 1e6)
            design.stop()
    return min(taken)


def many_stores() -> Stores:
    """Start 100,000 stores one after another, and return what they cost."""
    rounds = []
    for _ in range(3):
        with Runtime("free") as runtime, runtime.attach():
            gc.collect()
            before = _resident()
            started = perf_counter()
            pids = [server.start() for _ in range(STORES)]
            seconds = perf_counter() - started
            each = (_resident() - before) / STORES
            rounds.append(Stores(seconds, each, threading.active_count()))
            del pids
    # Later rounds reuse memory of the first one, so its figure is the right one.
    return min(rounds)._replace(bytes_each=rounds[0].bytes_each)


def _resident() -> int:
    """Return the resident memory of this process in bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096
