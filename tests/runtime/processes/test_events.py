"""Events: kept in the order of their numbers, whatever the host's callback does."""

import sys
import threading
from collections.abc import Iterator
from unittest.mock import ANY

import pytest

from kvshell.runtime import Event, Runtime, process
from kvshell.terms import A
from tests.nodes import node


@pytest.fixture
def restless() -> Iterator[None]:
    """Let the interpreter switch threads as often as it can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def test_a_host_that_raises_on_an_event_harms_no_process(runtime: Runtime) -> None:
    def refuse(event: Event) -> None:
        raise ValueError(event.kind)

    def boom() -> None:
        raise ValueError("boom")

    runtime.on_event = refuse
    _pid, ref = process.spawn_monitor(boom)
    down = process.receive(timeout_ms=5_000)

    assert down[:2] == (A.DOWN, ref)
    assert runtime.settle(5.0)
    kinds = [(event.kind, event.text) for event in runtime.drain_events()]
    assert [kind for kind, _ in kinds] == ["crash", "notice"]
    assert kinds[1][1] == "on_event raised\n** (ValueError) crash"


def test_a_kill_during_an_events_delivery_is_neither_lost_nor_blamed_on_the_host(
    runtime: Runtime,
) -> None:
    me = process.self_()

    def kill(_event: Event) -> None:
        process.exit(process.self_(), A.kill)

    def shout() -> None:
        runtime.emit("notice", process.self_(), "x")
        process.send(me, A.alive)

    runtime.on_event = kill
    _pid, ref = process.spawn_monitor(shout)

    assert process.receive(timeout_ms=5_000) == (A.DOWN, ref, A.process, ANY, A.killed)
    assert process.receive(timeout_ms=0) is None
    assert [event.text for event in runtime.drain_events()] == ["x"]


@pytest.mark.usefixtures("restless")
def test_events_are_in_the_order_of_their_numbers() -> None:
    with node("free") as rt:

        def shout() -> None:
            for _ in range(300):
                rt.emit("notice", None, "x")

        threads = [threading.Thread(target=shout) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        numbers = [event.seq for event in rt.drain_events()]

    assert numbers == sorted(numbers)
    assert len(numbers) == 1200
