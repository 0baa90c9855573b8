"""A machine that allows no more threads, as in a limited container: no hang, no fault."""

import threading
from collections.abc import Iterator

import pytest

from kvshell.otp import gen_server
from kvshell.runtime import Exit, NotAtRest, Runtime, process
from kvshell.runtime.schedule import clock, pool, threads
from kvshell.terms import A, ElixirError, Pid, Term
from tests.nodes import node


class Echo(gen_server.GenServer):
    def handle_call(self, request: Term, from_: gen_server.From, state: Term) -> Term:
        return (A.reply, request, state)


class Machine:
    """A machine that provides `left` more threads, then none."""

    left = 1_000

    def started(self, *args: object) -> threading.Thread | None:
        self.left -= 1
        return None if self.left < 0 else _started(*args)  # type: ignore[arg-type]


_started = threads.started


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    machine = Machine()
    for module in (clock, pool, threads):
        monkeypatch.setattr(module, "started", machine.started)
    yield machine
    machine.left = 1_000


def sleepers(count: int) -> list[Pid]:
    return [process.spawn(lambda: process.receive()) for _ in range(count)]


@pytest.mark.parametrize("scheduler", ["controlled", "free"])
def test_a_call_exits_with_system_limit_and_the_next_succeeds(
    machine: Machine, scheduler: str
) -> None:
    with node(scheduler) as runtime:
        _ok, server = gen_server.start(Echo, None)
        asleep = sleepers(3)
        runtime.settle()
        machine.left = 0
        asleep += sleepers(3)

        reason: Term = None
        while reason is None:  # until every thread has a waiting process
            try:
                gen_server.call(server, 1, 10_000)
            except Exit as exit_:
                reason = exit_.reason

        assert reason[0] is A.system_limit
        machine.left = 10
        assert gen_server.call(server, 2) == 2
        for pid in asleep:
            process.send(pid, A.go)
        assert runtime.settle(10)
        assert not any(map(process.alive, asleep))


def test_settling_without_an_available_thread_raises(machine: Machine) -> None:
    with node("controlled") as runtime:
        sleepers(1)
        machine.left = 0

        with pytest.raises(NotAtRest, match="no thread left"):
            runtime.settle()

        machine.left = 10
        assert runtime.settle()


def test_a_timer_without_a_clock_is_refused(machine: Machine) -> None:
    with node("free"):
        machine.left = 0
        with pytest.raises(ElixirError, match="a system limit has been reached: no thread"):
            process.send_after(process.self_(), A.late, 1)

        machine.left = 10
        process.send_after(process.self_(), A.late, 1)
        assert process.receive() is A.late


def test_a_thread_that_cannot_start_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)

    assert threads.started(lambda: None, "never") is None
    with Runtime("free") as runtime, runtime.attach():
        process.spawn(lambda: None)  # stays queued, forever
