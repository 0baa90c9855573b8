"""Benchmarks of the runtime: calls, lookups, and very many stores."""

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
    """A store whose `get` is not declared as non-blocking, so another thread has to run it."""

    def init(self, arg: Any) -> Term:
        return (A.ok, Map({"k": 1}))

    def handle_call(self, request: Any, from_: From, state: Any) -> Term:
        match request:
            case (A.get, key):
                return (A.reply, state.get(key), state)
        return None


class Stores(NamedTuple):
    """Many live stores: seconds to create them, bytes each, threads in total."""

    seconds: float
    bytes_each: float
    threads: int


def get_us() -> float:
    """Microseconds of `get` on an idle store, run by the thread that asks."""
    with Runtime("free") as runtime, runtime.attach():
        _ok, pid = server.start()
        server.put(pid, "k", 1)
        return best_us(lambda: server.get(pid, "k"), 50_000)


def handed_over_us() -> float:
    """Microseconds of a call that another thread has to run."""
    with Runtime("free") as runtime, runtime.attach():
        _ok, pid = gen_server.start(Undeclared, None)
        return best_us(lambda: gen_server.call(pid, (A.get, "k")), 5_000)


def lookup_us(*, counters: bool) -> float:
    """Microseconds of the registry's `lookup`; a design started by a session counts its reads."""
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
    """Microseconds to create a new name: the registry asks the bucket supervisor."""
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
    """100,000 stores started one after another, `init` done."""
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
    # Later rounds find memory that the first one left; its figure is the honest one.
    return min(rounds)._replace(bytes_each=rounds[0].bytes_each)


def _resident() -> int:
    """Bytes of memory this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096
