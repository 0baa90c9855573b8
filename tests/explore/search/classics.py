"""Standard benchmark programs for searches, from the papers on optimal DPOR.

Each has a number of processes on shared memory, which is a table here. The counts are those of an
optimal search: one schedule for each trace, and none twice.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial

from kvshell.explore.program.function_program import Client, Clients, Written
from kvshell.runtime import ets, process
from kvshell.terms import A, Atom, Term

Classic = Callable[[int], Written]


def _shared(name: str, clients: Callable[[], Iterator[Client]], cells: dict[Term, Term]) -> Written:
    def program() -> Clients:
        ets.new(A.memory, [A.named_table, A.public])
        ets.insert(A.memory, list(cells.items()))
        yield list(clients())

    program.__name__ = name
    return Written(program)


def _read(cell: Term) -> Term:
    return ets.lookup_element(A.memory, cell, 2)


def _write(cell: Term, value: Term) -> bool:
    return ets.insert(A.memory, (cell, value))


def readers(count: int) -> Written:
    """`count` processes read a cell that one other process writes: 2^N schedules."""

    def clients() -> Iterator[Client]:
        yield lambda: _write(0, 1)
        for _ in range(count):
            yield lambda: _read(0)

    return _shared("readers", clients, {0: 0})


def writers(count: int) -> Written:
    """`count` processes write to the same cell: N! schedules."""

    def clients() -> Iterator[Client]:
        for number in range(count):
            yield partial(_write, 0, number)

    return _shared("writers", clients, {0: 0})


def lastzero(count: int) -> Written:
    """One process looks for the last zero while N others set a cell each.

    Each of them sets its cell to one more than the cell before it.
    """

    def look() -> Term:
        at = count
        while at and _read(at):
            at -= 1
        return at

    def follow(cell: int) -> Term:
        return _write(cell, _read(cell - 1) + 1)

    def clients() -> Iterator[Client]:
        yield look
        for cell in range(1, count + 1):
            yield partial(follow, cell)

    return _shared("lastzero", clients, dict.fromkeys(range(count + 1), 0))


def indexer(count: int) -> Written:
    """`count` processes enter four messages each into a hash table with 128 places."""

    def enter(number: int) -> Term:
        for message in range(1, 5):
            place = (message * 11 + number) * 7 % 128
            while not ets.insert_new(A.memory, (place, message * 11 + number)):
                place = (place + 1) % 128
        return A.ok

    def clients() -> Iterator[Client]:
        for number in range(count):
            yield partial(enter, number)

    return _shared("indexer", clients, {A.none: 0})


def filesystem(count: int) -> Written:
    """`count` processes each assign a block to their inode; a lock is a process that they ask."""

    def lock() -> None:
        while True:
            _, owner = process.receive(lambda message: type(message) is tuple)
            process.send(owner, A.acquired)
            process.receive(lambda message: message is A.release)

    def acquire(name: Atom) -> None:
        process.send(name, (A.acquire, process.self_()))
        process.receive(lambda message: message is A.acquired)

    def work(number: int) -> Term:
        inode, block = Atom(f"inode{number % 32}"), number % 32 * 2 % 26
        acquire(inode)
        while _read((A.inode, number % 32)) == 0:
            name = Atom(f"block{block}")
            acquire(name)
            if not _read((A.busy, block)):
                _write((A.busy, block), True)
                _write((A.inode, number % 32), block + 1)
            process.send(name, A.release)
            block = (block + 1) % 26
        process.send(inode, A.release)
        return A.ok

    def program() -> Clients:
        ets.new(A.memory, [A.named_table, A.public])
        for number in range(1, count + 1):
            process.register(process.spawn(lock), Atom(f"inode{number % 32}"))
            _write((A.inode, number % 32), 0)
        for block in range(26):
            process.register(process.spawn(lock), Atom(f"block{block}"))
            _write((A.busy, block), False)
        yield [partial(work, number) for number in range(1, count + 1)]

    program.__name__ = "filesystem"
    return Written(program)


def cells(*clients: str) -> Written:
    """Each client reads and writes cells, all 0 at first.

    `x=1` writes 1 to x, and `x?` reads it. What follows `x?1` is done only if x was 1; what follows
    `x?+`, only if it was not 0.
    """

    def run(steps: list[str]) -> Term:
        for step in steps:
            cell, sign, value = step.partition("=") if "=" in step else step.partition("?")
            if sign == "=":
                _write(Atom(cell), int(value))
                continue
            read = _read(Atom(cell))
            if value and (read == 0 if value == "+" else read != int(value)):
                break
        return A.ok

    def started() -> Iterator[Client]:
        for client in clients:
            yield partial(run, client.split())

    names = {name for client in clients for name in re.findall(r"[a-z]+", client)}
    return _shared("cells", started, {Atom(name): 0 for name in names})
