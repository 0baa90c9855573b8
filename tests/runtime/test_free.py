"""The free scheduler: few threads, no delay by the stuck, rest counted, never polled."""

import threading
from collections.abc import Iterator

import pytest

from kvshell.runtime import Exit, Killed, Runtime, process
from kvshell.terms import A
from tests.nodes import node


@pytest.fixture
def rt() -> Iterator[Runtime]:
    with node("free") as runtime:
        yield runtime


def test_blocked_processes_do_not_stop_the_others(rt: Runtime) -> None:
    gate = threading.Event()
    for _ in range(20):
        process.spawn(gate.wait)
    me = process.self_()
    process.spawn(lambda: process.send(me, A.passed))

    assert process.receive(timeout_ms=10_000) is A.passed
    gate.set()


def test_a_thousand_processes_wait_at_once(rt: Runtime) -> None:
    me = process.self_()
    pids = [process.spawn(lambda: process.send(me, process.receive())) for _ in range(1000)]
    for number, pid in enumerate(pids):
        process.send(pid, number)

    assert sorted(process.receive() for _ in pids) == list(range(1000))


def test_settle_gives_up_when_told(rt: Runtime) -> None:
    gate = threading.Event()
    process.spawn(gate.wait)

    assert rt.settle(timeout_s=0.05) is False
    gate.set()
    assert rt.settle(timeout_s=10) is True


def test_what_a_line_wakes_is_held_until_it_ends(rt: Runtime) -> None:
    seen: list[int] = []
    with rt.one_line(1):
        process.spawn(lambda: seen.append(1))
        assert seen == []
    rt.settle()

    assert seen == [1]


def test_a_killed_process_in_user_code_is_a_zombie_and_acts_no_more(rt: Runtime) -> None:
    gate, entered = threading.Event(), threading.Event()
    me = process.self_()

    def stuck() -> None:
        entered.set()
        gate.wait()
        process.send(me, A.from_the_dead)

    pid = process.spawn(stuck)
    process.monitor(pid)
    entered.wait()
    process.exit(pid, A.kill)

    assert process.receive()[4] is A.killed
    assert [zombie for zombie, _where in rt.zombies()] == [pid]
    gate.set()
    rt.settle()
    assert process.flush() == []


def test_interrupt_ends_a_wait_and_nothing_else(rt: Runtime) -> None:
    me = process.self_()
    timer = threading.Timer(0.05, lambda: rt.interrupt(me))
    timer.start()

    with pytest.raises(Exit) as caught:
        process.receive()
    timer.join()

    assert caught.value.reason is A.interrupted
    assert process.alive(me)


def test_a_driver_that_kills_itself_within_a_line_can_leave(rt: Runtime) -> None:
    me = process.self_()
    with pytest.raises(Killed), rt.one_line(1):
        process.exit(me, A.kill)
    rt.leave()

    seen = rt.observe(me)
    assert seen is not None
    assert seen.status == "dead"
    rt.enter()
