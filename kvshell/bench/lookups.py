"""What finding a name costs: in a dict, in an ETS table, through a registry; alone and in a crowd.

The two ways are the tutorials' own: in `map` every lookup asks the registry, in `ets` it reads
the registry's table and asks nobody.
"""

from time import perf_counter
from typing import Final

from kvshell.bench.measure import best_us
from kvshell.runtime import Runtime, ets, process
from kvshell.systems import DESIGNS, Design
from kvshell.systems.kv import registry_ets
from kvshell.terms import A, Pid

CLIENTS: Final = (1, 2, 4, 8)
AT_ONCE: Final = 50  # look-ups between two looks at the clock
NAME: Final = "shopping"


def dict_get_us() -> float:
    """Microseconds of a bare `dict.get`, the least a look-up can cost in Python."""
    names = {NAME: 1}
    return best_us(lambda: names.get(NAME))


def ets_lookup_us(*, counted: bool = False) -> float:
    """Microseconds of `ets.lookup` in the registry's table, its reads counted or not."""
    with Runtime("free") as runtime, runtime.attach():
        started = _started("ets")
        runtime.tables.count_reads(counted)
        taken = best_us(lambda: ets.lookup(registry_ets.NAME, NAME))
        started.stop()
        return taken


def design_lookup_us(design: str) -> float:
    """Microseconds of a design's `lookup`, a client alone with an idle registry."""
    with Runtime("free") as runtime, runtime.attach():
        started = _started(design)
        taken = best_us(lambda: started.lookup(NAME))
        started.stop()
        return taken


def lookups_per_s(design: str, clients: int, seconds: float) -> float:
    """How many look-ups so many clients, each a process with a thread, do in a second together."""
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
    while started.lookup(NAME) is A.error:  # `create` is a cast in some
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
