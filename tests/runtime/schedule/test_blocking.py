"""Handlers that block, announced or not, delay no other process. Free scheduler.

tests/benchmarks measures how long others wait; these tests check who waits for whom.
"""

import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from kvshell.otp import gen_server
from kvshell.runtime import Runtime, process
from kvshell.runtime.schedule import free, pool
from kvshell.terms import A, Opaque, Pid, Term
from tests.nodes import SCHEDULERS, node


@pytest.fixture
def rt() -> Iterator[Runtime]:
    with node("free") as runtime:
        yield runtime


class Blocks(gen_server.GenServer):
    """A server that blocks, calls the next server, or answers, as requested."""

    def handle_call(self, request: Any, from_: gen_server.From, state: Any) -> Term:
        match request:
            case (A.ask, next_, what):
                return (A.reply, gen_server.call(next_, what, A.infinity), state)
            case A.count:  # its state is the next one of the chain
                behind = 0 if state is None else gen_server.call(state, A.count, A.infinity)
                return (A.reply, 1 + behind, state)
        return (A.reply, request, state)

    def handle_cast(self, request: Any, state: Any) -> Term:
        match request:
            case (A.wait, gate):
                gate.value.wait()
            case (A.spin, gate):
                while not gate.value.is_set():
                    pass
            case (A.open, gate):
                gate.value.set()
        return (A.noreply, state)


def blocks(state: Term = None) -> Pid:
    _ok, pid = gen_server.start(Blocks, state)
    return pid  # type: ignore[no-any-return]


def test_handlers_that_block_in_c_do_not_stop_the_others(rt: Runtime) -> None:
    gate = threading.Event()
    stuck = [blocks() for _ in range(40)]
    for pid in stuck:
        gen_server.cast(pid, (A.wait, Opaque(gate)))
    others = [blocks() for _ in range(40)]

    assert [gen_server.call(pid, 7, 10_000) for pid in others] == [7] * 40
    gate.set()
    assert [gen_server.call(pid, 8, 10_000) for pid in stuck] == [8] * 40


def test_handlers_that_compute_do_not_stop_the_others(rt: Runtime) -> None:
    """The handler that opens the gate is queued while every thread is computing."""
    gate = threading.Event()
    for _ in range(3):
        gen_server.cast(blocks(), (A.spin, Opaque(gate)))
    gen_server.cast(blocks(), (A.open, Opaque(gate)))

    assert gate.wait(20)


def test_computing_handlers_do_not_add_threads(rt: Runtime) -> None:
    gate = threading.Event()
    before = threading.active_count()
    spinning = [blocks() for _ in range(120)]
    for pid in spinning:
        gen_server.cast(pid, (A.spin, Opaque(gate)))
    process.sleep(60)
    started = threading.active_count() - before
    gate.set()
    rt.settle()

    assert started < 100  # not one for each; a tiny switch interval looks like blocking once


@pytest.mark.parametrize("scheduler", SCHEDULERS)
@pytest.mark.parametrize("length", [60, pytest.param(1_000, marks=pytest.mark.slow)])
def test_a_thousand_handlers_blocked_in_calls_to_each_other_resolve(
    scheduler: str, length: int
) -> None:
    with node(scheduler) as rt:
        first: Term = None
        for _ in range(length):
            first = blocks(first)

        assert gen_server.call(first, A.count, A.infinity) == length
        rt.settle()
        assert len(rt.slots) == 0


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_handlers_blocked_in_calls_to_one_that_is_stuck_all_resolve(scheduler: str) -> None:
    with node(scheduler) as rt:
        me = process.self_()
        last = blocks()
        from kvshell.otp import sys

        sys.suspend(last)
        for number in range(100):
            pid = blocks()
            process.spawn(
                lambda p=pid, n=number: process.send(  # type: ignore[misc]
                    me, gen_server.call(p, (A.ask, last, n), A.infinity)
                )
            )
        rt.settle()
        sys.resume(last)

        assert sorted(process.receive() for _ in range(100)) == list(range(100))


def test_unneeded_threads_retire(rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "RETIRE_S", 0.02)
    gate = threading.Event()
    for _ in range(30):
        gen_server.cast(blocks(), (A.wait, Opaque(gate)))
    gen_server.call(blocks(), A.x, 10_000)
    scheduler = rt.scheduler
    assert isinstance(scheduler, free.Free)
    crowd = list(scheduler._threads)
    gate.set()
    rt.settle()
    for thread in crowd:
        thread.join(timeout=0.1)

    assert len(crowd) > 10
    assert sum(thread.is_alive() for thread in crowd) <= pool.BASE


def test_an_idle_process_is_bytes_not_a_thread(rt: Runtime) -> None:
    before = threading.active_count()
    pids = [blocks(number) for number in range(2_000)]
    for pid in pids:
        gen_server.call(pid, A.x)

    # If threads are switched all the time, a starved one is taken for blocked and replaced.
    most = 4 if sys.getswitchinterval() > 1e-4 else 20
    assert threading.active_count() - before <= most
