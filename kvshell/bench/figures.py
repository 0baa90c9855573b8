"""How figures are measured: the best of several time-boxed rounds, since noise only adds time."""

import gc
from collections.abc import Callable
from itertools import repeat
from time import perf_counter
from typing import Any, Final

from kvshell.otp import gen_server
from kvshell.otp.gen.callbacks import From, GenServer
from kvshell.runtime import Runtime, ets, process
from kvshell.runtime.schedule.threads import HandOff
from kvshell.systems import DESIGNS, Design
from kvshell.systems.key_val import server
from kvshell.systems.kv import registry_ets
from kvshell.terms import A, Map, Pid, Term, ok_value

ROUNDS: Final = 6
PASSES: Final = 3
FIRST: Final = 16  # operations in the first round; later rounds run as many as fit

Operation = Callable[[], object]


def best_of(measures: dict[str, Callable[[], float]]) -> dict[str, float]:
    """Measure several figures in turn, several times, and return the best value of each.

    A short load on the machine then affects all figures alike.
    """
    passes = [{name: measure() for name, measure in measures.items()} for _ in range(PASSES)]
    return {name: min(each[name] for each in passes) for name in measures}


def best_us(operation: Operation, box_s: float = 0.15) -> float:
    """Return the microseconds per `operation`, minus the cost of the call itself.

    `operation` is a function without arguments, usually a lambda; an empty one takes zero.
    """
    gc.collect()  # once: in a large program a collection takes longer than a round
    return max(_best_us(operation, box_s) - _best_us(_nothing, box_s / 8), 0.0)


def _best_us(operation: Operation, box_s: float) -> float:
    times, taken = FIRST, round_s(operation, FIRST)
    while taken < box_s / ROUNDS / 2:
        times *= 2
        taken = round_s(operation, times)
    shortest = min(taken, *(round_s(operation, times) for _ in range(ROUNDS - 1)))
    return shortest / times * 1e6


def round_s(operation: Operation, times: int) -> float:
    """Return the seconds for `times` operations in sequence, with garbage collection off."""
    gc.disable()
    try:
        started = perf_counter()
        for _ in repeat(None, times):
            operation()
        return perf_counter() - started
    finally:
        gc.enable()


def _nothing() -> None:
    pass


CASTS = 200  # casts before a call waits for all of them


class Undeclared(GenServer):
    """A store that does not declare that its callbacks never wait.

    The calling thread may therefore not run them; another thread has to.
    """

    def init(self, arg: Any) -> Term:
        """Start with the pairs of the map `arg`."""
        return (A.ok, Map(arg))

    def handle_call(self, request: Any, from_: From, state: Any) -> Term:  # noqa: ARG002  # OTP's
        """Answer `{:get, key}`."""
        match request:
            case (A.get, key):
                return (A.reply, state.get(key), state)
        return None

    def handle_cast(self, request: Any, state: Any) -> Term:
        """Handle `{:put, key, value}`."""
        match request:
            case (A.put, key, value):
                return (A.noreply, state.put(key, value))
        return None


def call_us() -> float:
    """Return the microseconds of a `get` from an idle store, run by the calling thread itself."""
    with Runtime("free") as runtime, runtime.attach():
        pid = ok_value(server.start())
        server.put(pid, "k", 1)
        return best_us(lambda: server.get(pid, "k"))


def call_handoff_us() -> float:
    """Return the microseconds of a call that another thread has to run."""
    with Runtime("free") as runtime, runtime.attach():
        pid = ok_value(gen_server.start(Undeclared, {"k": 1}))
        return best_us(lambda: gen_server.call(pid, (A.get, "k")))


def cast_us() -> float:
    """Return the microseconds per cast in a long sequence, including the server's handling."""
    with Runtime("free") as runtime, runtime.attach():
        pid = ok_value(gen_server.start(Undeclared, {"k": 1}))

        def many() -> None:
            for _ in range(CASTS):
                gen_server.cast(pid, (A.put, "k", 1))
            gen_server.call(pid, (A.get, "k"))

        return best_us(many) / CASTS


def lock_handoff_us() -> float:
    """Return the microseconds of a round trip between two threads that use two plain locks."""
    with HandOff() as pair:
        return best_us(pair.there_and_back)


CLIENTS: Final = (1, 2, 4, 8)
AT_ONCE: Final = 50  # lookups between two checks of the clock
NAME: Final = "shopping"


def dict_get_us() -> float:
    """Return the microseconds of `dict.get`, the least that a lookup in Python can cost."""
    names = {NAME: 1}
    return best_us(lambda: names.get(NAME))


def ets_lookup_us(*, counted: bool = False) -> float:
    """Return the microseconds of `ets.lookup` in the registry's table.

    `counted` turns on the table's counter of reads.
    """
    with Runtime("free") as runtime, runtime.attach():
        started = _started("ets")
        runtime.tables.count_reads(counted)
        taken = best_us(lambda: ets.lookup(registry_ets.NAME, NAME))
        started.stop()
        return taken


def design_lookup_us(design: str) -> float:
    """Return the microseconds of a design's `lookup` by one client, with an idle registry."""
    with Runtime("free") as runtime, runtime.attach():
        started = _started(design)
        taken = best_us(lambda: started.lookup(NAME))
        started.stop()
        return taken


def lookups_per_s(design: str, clients: int, seconds: float) -> float:
    """Return the lookups per second of `clients` processes, each on a thread of its own."""
    with Runtime("free") as runtime, runtime.attach() as me:
        started = _started(design)
        ready = [process.spawn(lambda: _client(started, me, seconds)) for _ in range(clients)]
        for _ in ready:
            process.receive()
        begun = perf_counter()
        for client in ready:
            process.send(client, A.go)
        done: int = sum(process.receive() for _ in ready)
        taken = perf_counter() - begun
        started.stop()
        return done / taken


def _started(design: str) -> Design:
    started = DESIGNS[design]
    started.start()
    started.create(NAME)
    while started.lookup(NAME) is A.error:  # `create` is a cast in some designs
        process.sleep(1)
    return started


def _client(design: Design, boss: Pid, seconds: float) -> None:
    process.send(boss, A.ready)
    process.receive()
    count, lookup = 0, design.lookup
    until = perf_counter() + seconds
    while perf_counter() < until:
        for _ in range(AT_ONCE):
            lookup(NAME)
        count += AT_ONCE
    process.send(boss, count)
