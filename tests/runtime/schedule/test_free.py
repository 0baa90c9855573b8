"""The free scheduler: few threads; stuck handlers delay nobody; rest is counted, not polled."""

import re
import threading
from collections.abc import Iterator

import pytest

from kvshell.otp import gen_server
from kvshell.runtime import Exit, Killed, Runtime, process
from kvshell.runtime.schedule import pool
from kvshell.terms import A, Term
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


def test_settle_gives_up_after_its_timeout(rt: Runtime) -> None:
    gate = threading.Event()
    process.spawn(gate.wait)

    assert rt.settle(timeout_s=0.05) is False
    gate.set()
    assert rt.settle(timeout_s=10) is True


def test_processes_woken_by_a_line_are_held_until_it_ends(rt: Runtime) -> None:
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
    ((zombie, where),) = rt.zombies()
    assert zombie is pid
    assert re.search(r"test_free\.py:\d+$", where)  # where it is stuck, not threading.py
    gate.set()
    rt.settle()
    assert process.flush() == []


def test_interrupt_ends_only_a_wait(rt: Runtime) -> None:
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


def test_a_stuck_zombie_does_not_prevent_settling(rt: Runtime) -> None:
    gate, entered = threading.Event(), threading.Event()

    def stuck() -> None:
        entered.set()
        gate.wait()

    pid = process.spawn(stuck)
    entered.wait()
    assert rt.settle(timeout_s=0.01) is False
    process.exit(pid, A.kill)

    assert rt.settle(timeout_s=10) is True
    zombies = rt.zombies()
    gate.set()
    assert [zombie for zombie, _where in zombies] == [pid]


def test_waiting_drivers_are_not_counted_as_pool_threads(rt: Runtime) -> None:
    """Eight waiting clients must not make the scheduler start eight replacement threads."""
    _ok, server = gen_server.start(Echo, None)
    before = threading.active_count()
    ready = threading.Barrier(9)

    def client() -> None:
        with rt.attach():
            ready.wait()
            for number in range(50):
                assert gen_server.call(server, number) == number
            ready.wait()

    clients = [threading.Thread(target=client) for _ in range(8)]
    for thread in clients:
        thread.start()
    ready.wait()
    ready.wait()
    started = threading.active_count() - before - len(clients)
    for thread in clients:
        thread.join()

    assert started <= 4


class Echo(gen_server.GenServer):
    def handle_call(self, request: Term, from_: gen_server.From, state: Term) -> Term:
        return (A.reply, request, state)


def test_at_the_cap_a_call_exits_with_system_limit(
    rt: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "CAP", 8)
    _ok, server = gen_server.start(Echo, None)
    me = process.self_()
    blocked = [
        process.spawn(lambda: [process.send(me, A.ready), process.receive()]) for _ in range(8)
    ]
    for _ in blocked:
        process.receive()
    rt.settle()

    with pytest.raises(Exit) as caught:
        gen_server.call(server, 1, 1000)

    assert caught.value.reason[0] is A.system_limit
    assert caught.value.reason[1][:2] == (gen_server.MODULE, A.call)
    waiting = [rt.observe(pid) for pid in blocked]
    assert [seen.status for seen in waiting if seen is not None] == ["waiting"] * 8
    for pid in blocked:
        process.send(pid, A.go)
    rt.settle()
    assert gen_server.call(server, 2) == 2
