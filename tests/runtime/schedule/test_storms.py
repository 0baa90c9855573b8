"""Ctrl-C and kills at random moments damage no store and leak no claim; the dead do not act."""

import random
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

import pytest

from kvshell.otp import gen_server
from kvshell.runtime import Exit, Interrupted, Runtime, ets, process
from kvshell.systems import DESIGNS
from kvshell.terms import A, ElixirError, List, Pid, Term
from tests.nodes import node

slow = [pytest.mark.slow]
slower = [pytest.mark.slow, pytest.mark.slower]


@contextmanager
def signals(handler: Callable[[], None], every_s: float) -> Iterator[list[int]]:
    """In the block, run `handler` in this thread again and again, between any two instructions.

    Yields a list with the number of calls so far.
    """
    count = [0]

    def on_alarm(_signal: int, _frame: FrameType | None) -> None:
        count[0] += 1
        handler()

    before = signal.signal(signal.SIGALRM, on_alarm)
    signal.setitimer(signal.ITIMER_REAL, every_s, every_s)
    try:
        yield count
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def claims_are_free(rt: Runtime) -> None:
    """Check that every idle process can be claimed and that no finished call is waited for."""
    me = process.self_()
    for pid in rt.processes():
        if pid is not me:
            seen = rt.observe(pid)
            assert seen is not None
            assert seen.status in {"idle", "waiting"}, seen
            assert not (seen.status == "idle" and pid.record.claim.locked()), seen
    assert len(rt.slots) == 0


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers that interrupt")
@pytest.mark.parametrize("interrupts", [300, pytest.param(10_000, marks=slow)])
def test_interrupts_at_random_moments_harm_no_store_and_leak_no_claim(interrupts: int) -> None:
    """The handler does what the shell's SIGINT handler does: it ends the wait of the shell."""
    with node("free") as rt:
        me = process.self_()
        design = DESIGNS["ets"]
        design.start()
        model: dict[str, int] = {}
        gave_up: list[Term] = []
        with signals(lambda: rt.interrupt(me), 0.0001) as count:
            number = 0
            while count[0] < interrupts:
                number += 1
                name = f"s{number % 7}"
                try:
                    pid = design.create(name)
                    design.put(pid, "n", number)
                    model[name] = number
                except Exit as exit_:
                    gave_up.append(exit_.reason[0])
                    model.pop(name, None)  # the request may or may not be carried out
        rt.interrupted(me)
        rt.settle()

        assert set(gave_up) == {A.interrupted}
        for name, value in model.items():
            assert design.get(design.lookup(name)[1], "n") == value
        claims_are_free(rt)


class Victim:
    """What one process does, in a loop, until it is killed."""

    def __init__(self, table: Term, driver: Pid, store: Pid) -> None:
        self.table = table
        self.driver = driver
        self.store = store

    def run(self) -> None:
        me = process.self_()
        while True:
            ets.update_counter(self.table, me, 1, (me, 0))
            process.send(self.driver, me)
            process.exit(process.spawn(process.receive), A.kill)
            gen_server.call(self.store, (A.get, 1), A.infinity)


@pytest.mark.parametrize(
    ("kills", "seed"),
    [
        (40, 0),
        pytest.param(150, 0, marks=slow),
        # 10,000 in all; each is short enough not to look like a deadlock on a busy machine.
        *(pytest.param(500, seed, marks=slower) for seed in range(2, 22)),
    ],
)
def test_kills_at_random_moments_are_never_followed_by_an_effect_of_the_dead(
    kills: int, seed: int
) -> None:
    with node("free") as rt:
        table = ets.new(A.t, [A.public])
        driver = process.self_()
        _ok, manager = DESIGNS["plain"].start()
        store = DESIGNS["plain"].create("s")
        chance = random.Random(seed)
        for _ in range(kills // 5):
            pids = [process.spawn(Victim(table, driver, store).run) for _ in range(5)]
            process.receive()  # one of them is well under way
            for pid in pids:
                for _ in range(chance.randrange(400)):
                    pass
                process.exit(pid, A.kill)
            assert [process.alive(pid) for pid in pids] == [False] * 5
            counted = ets.tab2list(table)
            sent = len(process.flush())
            assert rt.settle(10) is True

            assert (ets.tab2list(table), process.flush()) == (counted, []), sent
            ets.delete_all_objects(table)
            for pid in rt.processes():  # children whose parents died before they could kill them
                if pid not in {driver, store, manager}:
                    process.exit(pid, A.kill)
        assert rt.settle(10) is True
        claims_are_free(rt)


@pytest.mark.parametrize(
    ("rounds", "seed"), [(20, 2), *(pytest.param(400, seed, marks=slower) for seed in range(3, 8))]
)
def test_callers_killed_in_the_middle_of_a_call_leave_the_store_whole(
    rounds: int, seed: int
) -> None:
    """A caller may be running the store's own clause at that moment."""
    with node("free") as rt:
        design = DESIGNS["ets"]
        design.start()
        store = design.create("s")
        chance = random.Random(seed)
        for number in range(rounds):
            begun = threading.Event()

            def client(begun: threading.Event = begun, number: int = number) -> None:
                for step in range(10_000):
                    design.put(store, number, step)
                    begun.set()

            pid = process.spawn(client)
            begun.wait()
            for _ in range(chance.randrange(300)):
                pass
            process.exit(pid, A.kill)
            assert not process.alive(pid)

            value = design.get(store, number)
            assert isinstance(value, int)
        rt.settle()
        assert design.keys(store) == List(range(rounds))
        claims_are_free(rt)


@pytest.mark.parametrize(
    ("rounds", "seed"), [(15, 3), *(pytest.param(250, seed, marks=slower) for seed in range(4, 8))]
)
def test_kills_of_servers_at_random_moments_leave_no_caller_waiting(rounds: int, seed: int) -> None:
    """Every call ends, with a reply or with the reason of the server's death."""
    with node("free") as rt:
        me = process.self_()
        design = DESIGNS["plain"]
        design.start()
        chance = random.Random(seed)
        for number in range(rounds):
            store = design.create(str(number))
            design.put(store, 1, 1)
            asked = threading.Event()

            def client(asked: threading.Event = asked, store: Pid = store) -> None:
                answers = 0
                with suppress(Exit):
                    while True:
                        assert design.get(store, 1) == 1
                        answers += 1
                        asked.set()
                process.send(me, answers)

            for _ in range(3):
                process.spawn(client)
            asked.wait()
            for _ in range(chance.randrange(400)):
                pass
            process.exit(store, A.kill)

            assert all(isinstance(process.receive(), int) for _ in range(3))
        rt.settle()
        assert rt.processes() == [me, rt.whereis(design.manager)]
        claims_are_free(rt)


def test_an_interrupt_while_nobody_waits_is_remembered_and_harms_nothing() -> None:
    with node("free") as rt:
        me = process.self_()
        with suppress(ElixirError, Interrupted):
            rt.interrupt(me)

        assert rt.interrupted(me) is True
        assert rt.interrupted(me) is False
        assert process.sleep(1) is A.ok
