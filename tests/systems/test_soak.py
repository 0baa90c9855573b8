"""Soak: eight threads, random commands, random ends, against a model. Free scheduler.

Each thread writes its own keys, so what it put into a store that is still alive must be there.
Nobody may wait longer than the timeout of a call, and every exit must have a usual reason. At rest
the registry, its table and the supervisor of the buckets agree.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from kvshell.otp import dynamic_supervisor, gen_server, sys
from kvshell.runtime import Exit, Interrupted, Runtime, process
from kvshell.systems import DESIGNS, Design, crash
from kvshell.terms import A, ElixirError, Map, Pid, Term, inspect
from tests.nodes import node

THREADS = 8
STEPS = 150  # the minimum for each, however busy the machine
NAMES = [f"s{number}" for number in range(12)]
# Reasons for which a command may fail: another thread has ended the store or the whole system.
FAIR = {"noproc", "normal", "killed", "shutdown", "boom", "interrupted", "crash", "stopped"}


class Client:
    """One thread: its random commands, the values it expects, and its failures."""

    def __init__(self, rt: Runtime, design: Design, number: int, clients: list["Client"]) -> None:
        self.rt = rt
        self.design = design
        self.number = number
        self.clients = clients
        self.chance = random.Random(number)
        self.model: dict[Pid, dict[int, int]] = {}  # what this thread put, by store
        self.pid: Pid | None = None
        self.step = 0
        self.counted: Counter[str] = Counter()
        self.wrong: list[str] = []

    def run(self, until: float) -> None:
        with self.rt.attach() as self.pid:
            while (time.monotonic() < until or self.step < STEPS) and not self.wrong:
                self.step += 1
                name, command = self.chance.choice(COMMANDS)
                try:
                    command(self)
                    self.counted[name] += 1
                except Exit as exit_:
                    self.failed(name, exit_.reason)
                except Interrupted:
                    self.counted["interrupted"] += 1
                except ElixirError as error:
                    # The table does not exist while the registry is being restarted.
                    if "does not refer to an existing ETS table" not in str(error):
                        self.wrong.append(f"{name}: {error}")

    def failed(self, name: str, reason: Term) -> None:
        why = reason[0] if type(reason) is tuple else reason
        text = "crash" if type(why) is tuple else inspect(why).lstrip(":")
        self.counted[f"{name} exits"] += 1
        if text not in FAIR:
            self.wrong.append(f"{name} exits with {inspect(reason, width=None)}")

    # -- commands --------------------------------------------------------------------------------

    def store(self) -> Pid:
        """Return a store, creating it if needed; it may be dead already."""
        name = self.chance.choice(NAMES)
        answer = self.design.lookup(name)
        if type(answer) is tuple:
            return answer[1]  # type: ignore[no-any-return]
        created = self.design.create(name)
        if isinstance(created, Pid):
            return created
        answer = self.design.lookup(name)
        if type(answer) is not tuple:
            raise Exit(A.noproc)  # the cast was not handled yet, or the store ended
        return answer[1]  # type: ignore[no-any-return]

    def put(self) -> None:
        pid, key = self.store(), self.chance.randrange(5)
        self.model.setdefault(pid, {}).pop(key, None)  # it may be put although the answer is lost
        self.design.put(pid, (self.number, key), self.step)
        if self.design.name != "plain":  # there it is a cast: `:ok` even if the store is dead
            self.model[pid][key] = self.step

    def get(self) -> None:
        pid, key = self.store(), self.chance.randrange(5)
        value = self.design.get(pid, (self.number, key))
        expected = self.model.get(pid, {}).get(key)
        if expected is not None and value != expected:
            self.wrong.append(f"{inspect(pid)} has {inspect(value)} where {expected} was put")

    def delete(self) -> None:
        pid, key = self.store(), self.chance.randrange(5)
        expected = self.model.get(pid, {}).pop(key, None)
        value = self.design.delete(pid, (self.number, key))
        if expected is not None and self.design.name != "plain" and value != expected:
            self.wrong.append(f"{inspect(pid)} had {inspect(value)} where {expected} was put")

    def keys(self) -> None:
        pid = self.store()
        expected = {(self.number, key) for key in self.model.get(pid, {})}
        missing = expected - set(self.design.keys(pid).items)
        if missing:
            self.wrong.append(f"{inspect(pid)} lost {missing}")

    def names(self) -> None:
        self.design.names()

    def stop(self) -> None:
        gen_server.stop(self.store(), A.normal)

    def kill(self) -> None:
        pid = self.store()
        process.exit(pid, A.kill)
        if process.alive(pid):
            self.wrong.append(f"{inspect(pid)} lives after its kill")

    def boom(self) -> None:
        process.exit(self.store(), A.boom)

    def crash(self) -> None:
        crash(self.rt, self.store())

    def watch(self) -> None:
        """Check that a monitor reports an end exactly once."""
        pid = self.store()
        ref = process.monitor(pid)

        def is_down(message: Term) -> bool:
            return message[0] is A.DOWN and message[1] is ref

        try:
            process.exit(pid, A.kill)
            if process.receive(is_down, 5_000) is None:
                self.wrong.append(f"no :DOWN of {inspect(pid)}")
            elif process.receive(is_down, 0) is not None:
                self.wrong.append("a :DOWN too many")
        finally:
            process.demonitor(ref, flush=True)

    def hold(self) -> None:
        """Suspend the manager for a moment: calls wait, and casts are queued."""
        try:
            sys.suspend(self.design.manager)  # carried out even when the answer is not awaited
            if self.design.table_name is not None:
                self.design.names()
        finally:
            sys.resume(self.design.manager)

    def interrupt(self) -> None:
        other = self.chance.choice(self.clients)
        if other.pid is not None:
            self.rt.interrupt(other.pid)

    def restart(self) -> None:
        """Rarely, restart the whole system while the others continue."""
        if self.number == 0 and self.chance.random() < 0.02:
            self.design.stop()
            self.design.start()
        elif self.number == 1 and self.chance.random() < 0.02:
            pid = self.rt.whereis(self.design.manager)
            if pid is not None:
                process.exit(pid, A.kill)
            self.design.start()


COMMANDS: list[tuple[str, Callable[[Client], Any]]] = [
    *[("put", Client.put)] * 12,
    *[("get", Client.get)] * 12,
    *[("delete", Client.delete)] * 4,
    *[("keys", Client.keys)] * 2,
    ("names", Client.names),
    ("stop", Client.stop),
    ("kill", Client.kill),
    ("boom", Client.boom),
    ("crash", Client.crash),
    ("watch", Client.watch),
    ("hold", Client.hold),
    ("interrupt", Client.interrupt),
    ("restart", Client.restart),
]


def agree(rt: Runtime, design: Design) -> None:
    """Check that every name has a living store, and every living store a name."""
    entries = design.entries(rt)
    named = {entry.pid for entry in entries}
    if design.name == "plain":  # it removes no name: dead stores keep theirs
        return
    alive = {row[1] for row in dynamic_supervisor.which_children(design.buckets)}
    assert named == alive
    state = sys.get_state(design.manager)
    refs = state[1]
    assert isinstance(refs, Map)
    assert sorted(name for _ref, name in refs.items()) == sorted(entry.name for entry in entries)
    seen = rt.observe(rt.whereis(design.manager))  # type: ignore[arg-type]
    assert seen is not None
    assert sorted(pid.number for pid in seen.monitors) == sorted(pid.number for pid in named)


@pytest.mark.parametrize("design", ["plain", "map", "ets-cast", "ets"])
@pytest.mark.parametrize(
    "seconds",
    [
        0.1,
        pytest.param(1, marks=pytest.mark.slow),
        pytest.param(15, marks=[pytest.mark.slow, pytest.mark.slower]),
    ],
)
def test_no_reply_is_lost_and_no_caller_hangs(design: str, seconds: float) -> None:
    """Four designs for 0.1 s, 1 s or 15 s each: about 1, 4 or 60 s."""
    with node("free") as rt:
        system = DESIGNS[design]
        system.start()
        clients: list[Client] = []
        clients += [Client(rt, system, number, clients) for number in range(THREADS)]
        until = time.monotonic() + seconds
        threads = [threading.Thread(target=client.run, args=(until,)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=seconds + 30)

        assert not any(thread.is_alive() for thread in threads), "\n".join(rt.who_waits(real=True))
        assert [client.wrong for client in clients if client.wrong] == []
        done: Counter[str] = sum((client.counted for client in clients), Counter())
        assert done["get"] > 10
        assert rt.settle(10) is True
        if rt.whereis(system.manager) is None:  # it had used up its restarts
            system.start()
        agree(rt, system)
        assert len(rt.slots) == 0
        assert system.stop() is A.ok
        rt.settle()
        stores = [p for p in rt.processes() if p is not process.self_()]
        for pid in stores:  # those of `plain` stay alive without a name
            process.exit(pid, A.kill)
        assert rt.settle(10) is True
        assert rt.processes() == [process.self_()]
        assert gen_server.whereis(system.manager) is None
