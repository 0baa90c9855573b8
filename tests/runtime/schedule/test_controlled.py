"""The controlled scheduler: fixed steps, virtual time, rest."""

import re
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from kvshell.otp import gen_server
from kvshell.runtime import Exit, NotAtRest, Runtime, process
from kvshell.runtime.schedule import controlled
from kvshell.terms import A, Opaque, Term
from tests.nodes import node


@pytest.fixture
def rt() -> Iterator[Runtime]:
    with node("controlled") as runtime:
        yield runtime


def test_a_long_sleep_takes_no_time(rt: Runtime) -> None:
    process.sleep(3_600_000)

    assert rt.now_ms() == 3_600_000


def test_time_stands_still_between_lines(rt: Runtime) -> None:
    fired = process.send_after(process.self_(), A.tick, 5)
    rt.settle()

    assert rt.now_ms() == 0
    assert process.read_timer(fired) == 5


def test_a_process_runs_until_it_waits_and_the_queue_is_fifo(rt: Runtime) -> None:
    order: list[str] = []

    def runner(name: str) -> None:
        order.append(f"{name} begins")
        process.send(process.self_(), 1)
        process.receive()
        order.append(f"{name} goes on")
        process.receive()

    for name in ("a", "b"):
        process.spawn(lambda name=name: runner(name))  # type: ignore[misc]
    order.append("the driver waits")
    rt.settle()

    assert order == ["the driver waits", "a begins", "a goes on", "b begins", "b goes on"]


@pytest.mark.slow
def test_two_processes_that_wake_each_other_forever_never_settle(rt: Runtime) -> None:
    def bounce() -> None:
        while True:
            process.send(process.receive(), process.self_())

    one, other = process.spawn(bounce), process.spawn(bounce)
    process.send(one, other)

    with pytest.raises(NotAtRest, match="did not come to rest"):
        rt.settle()


def test_an_endless_wait_is_reported_instead_of_hanging(rt: Runtime) -> None:
    with pytest.raises(NotAtRest, match="no process can continue"):
        process.receive()


def test_a_step_that_really_blocks_is_reported(rt: Runtime) -> None:
    held = threading.Event()
    process.spawn(held.wait)

    with pytest.raises(NotAtRest, match="no settlement within") as failure:
        rt.settle(timeout_s=0.05)
    held.set()

    assert any("running" in line for line in failure.value.waiting)


def bounce_for_ever() -> None:
    def bounce() -> None:
        while True:
            process.send(process.receive(), process.self_())

    one, other = process.spawn(bounce), process.spawn(bounce)
    process.send(one, other)


def test_an_interrupt_ends_a_wait_even_if_others_run_forever(rt: Runtime) -> None:
    bounce_for_ever()
    me = process.self_()
    timer = threading.Timer(0.05, lambda: rt.interrupt(me))
    timer.start()

    with pytest.raises(Exit) as caught:
        process.receive()
    timer.join()

    assert caught.value.reason is A.interrupted
    assert process.send(me, A.alive) is A.alive
    assert process.receive() is A.alive


@pytest.mark.parametrize("steps", range(12))
def test_after_a_failure_the_driver_continues(
    rt: Runtime, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A driver that gets the token out of turn is removed from the queue, so it runs only once.

    That holds for any number of steps at which the limit is reached.
    """
    monkeypatch.setattr(controlled, "WAIT_STEPS", steps)
    me = process.self_()

    def say(again: int) -> None:
        process.send(me, A.word)
        if again:
            process.spawn(lambda: say(again - 1))

    for _ in range(3):
        process.spawn(lambda: say(3))
    taken = []
    with suppress(NotAtRest):
        taken.append(process.receive())
    monkeypatch.undo()
    rt.settle()

    assert taken + process.flush() == [A.word] * 12
    process.spawn(lambda: process.send(me, A.last))
    assert process.receive() is A.last


class Blocks(gen_server.GenServer):
    def handle_call(self, request: Term, from_: gen_server.From, state: Term) -> Term:
        request.value.wait(10)
        return (A.reply, A.ok, state)


def test_a_server_that_really_blocks_is_named_with_its_position(rt: Runtime) -> None:
    """After the host's patience the caller gets an error that names the blocking process."""
    held = threading.Event()
    gen_server.start(Blocks, None, name=A.stuck)
    scheduler = rt.scheduler
    assert isinstance(scheduler, controlled.Controlled)
    scheduler.patience_s = 0.05

    with pytest.raises(NotAtRest, match=r"no settlement within 0\.05 s") as failure:
        gen_server.call(A.stuck, Opaque(held))
    held.set()

    (stuck,) = [line for line in failure.value.waiting if line.startswith(":stuck")]
    assert re.match(r":stuck  running at .*test_controlled\.py:\d+ ", stuck)
    assert any("for :stuck (call" in line for line in failure.value.waiting)


def test_polling_lets_other_processes_run(rt: Runtime) -> None:
    """A loop that asks for a name must end, as on the BEAM, which would preempt it."""

    def begin() -> None:
        process.sleep(1_000)
        process.register(process.self_(), A.late)
        process.receive()

    process.spawn(begin)
    while process.whereis(A.late) is None:
        pass

    assert rt.now_ms() == 1_000


def test_an_interrupt_ends_a_loop_that_polls(rt: Runtime) -> None:
    """No other process can end the loop."""

    def poll() -> None:
        while process.whereis(A.nobody) is None:
            pass

    rt.interrupt(process.self_())
    with pytest.raises(Exit) as raised:
        poll()

    assert raised.value.reason is A.interrupted


def test_yielding_lets_others_run_without_advancing_time(rt: Runtime) -> None:
    pid = process.spawn(lambda: None)
    assert process.yield_() is True
    assert not pid.record.alive
    assert rt.now_ms() == 0


def test_a_process_that_keeps_itself_busy_does_not_starve_others(rt: Runtime) -> None:
    class Busy(gen_server.GenServer):
        def init(self, arg: object) -> Term:
            return (A.ok, arg)

        def handle_info(self, message: object, state: int) -> Term:
            if state == 0:
                return (A.stop, A.too_long, state)
            process.send(process.self_(), A.again)
            return (A.noreply, state - 1)

        def handle_call(self, request: object, from_: gen_server.From, state: int) -> Term:
            return (A.stop, A.normal, A.ok, state)

    _ok, pid = gen_server.start(Busy, 10_000)
    process.send(pid, A.again)
    process.spawn(lambda: gen_server.call(pid, A.stop))
    _ref = process.monitor(pid)

    assert process.receive()[4] is A.normal
