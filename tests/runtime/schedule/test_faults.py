"""Faults in the runtime, and user functions that raise: who gets the error; no process hangs."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from kvshell.otp import gen_server
from kvshell.runtime import Runtime, process
from kvshell.runtime.processes.timers import Timer
from kvshell.terms import A, Opaque, Term
from tests.nodes import SCHEDULERS, node


class Sleeper(gen_server.GenServer):
    def handle_call(self, request: Any, from_: gen_server.From, state: Term) -> Term:
        process.sleep(request)
        return (A.reply, A.ok, state)

    def handle_cast(self, request: Any, state: Term) -> Term:
        return (A.noreply, state)


def fails() -> None:
    raise ZeroDivisionError("a fault of ours")


def calls() -> None:
    gen_server.call(A.sleeper, 10)


def receives() -> None:
    gen_server.cast(A.sleeper, A.go)  # the error occurs in its thread
    process.receive()


def settles() -> None:
    process.spawn(lambda: process.sleep(10))
    process.receive(timeout_ms=100)


@pytest.mark.parametrize("act", [calls, receives, settles])
def test_an_internal_error_of_the_scheduler_is_raised_in_the_driver(
    act: Callable[[], None],
) -> None:
    """Whichever thread it happens in; the processes are not to blame and stay alive."""
    with node("controlled") as rt:
        _ok, pid = gen_server.start(Sleeper, None, name=A.sleeper)
        rt.scheduler.at(Timer(5, fails))

        with pytest.raises(ZeroDivisionError, match="a fault of ours"):
            act()

        assert process.alive(pid)
        assert rt.drain_events() == []


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_a_match_that_raises_ends_the_receiver_not_the_sender(scheduler: str) -> None:
    def odd(message: Any) -> bool:
        return bool(1 // message)

    with node(scheduler) as rt:
        pid = process.spawn(lambda: process.receive(odd))
        rt.settle()
        ref = process.monitor(pid)

        process.send(pid, 0)

        down = process.receive(timeout_ms=10_000)
        assert down[:4] == (A.DOWN, ref, A.process, pid)
        assert process.alive(process.self_())


def test_a_runtime_stops_although_many_threads_are_stuck_in_user_code() -> None:
    """They cannot be ended; waiting for all of them takes no longer than waiting for one."""
    gate = threading.Event()
    runtime = Runtime("free")
    with runtime.attach():
        for _ in range(40):
            process.spawn(lambda: gate.wait(30))
        runtime.settle(0.1)
    stopped = threading.Thread(target=runtime.stop)
    stopped.start()
    stopped.join(20)
    in_time = not stopped.is_alive()
    gate.set()
    stopped.join()

    assert in_time


class Busy(gen_server.GenServer):
    def handle_cast(self, request: Any, state: Term) -> Term:
        me = process.self_()
        while not request.value.is_set():
            process.send(me, A.again)
        return (A.noreply, state)


def test_stopping_a_runtime_ends_processes_in_endless_loops() -> None:
    never = threading.Event()
    runtime = Runtime("free")
    with runtime.attach():
        _ok, pid = gen_server.start(Busy, None)
        gen_server.cast(pid, Opaque(never))
        runtime.settle(0.05)
    runtime.stop()
    left = [t for t in threading.enumerate() if t.name == "kvshell-scheduler" and t.is_alive()]
    never.set()

    assert left == []
