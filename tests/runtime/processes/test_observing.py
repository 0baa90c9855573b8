"""Observing a process while it and others run."""

import sys
import threading
from contextlib import suppress
from typing import Any, cast

import pytest

from kvshell.otp import agent
from kvshell.runtime import Observation, Runtime, ets, process
from kvshell.runtime.processes.exits import Killed
from kvshell.runtime.processes.observation import observe_record
from kvshell.runtime.processes.record import Process
from kvshell.terms import A, Map, Pid
from tests.nodes import node


class Changing:
    """A record with an attribute that disappears once it has been read."""

    def __init__(self, record: Process, name: str) -> None:
        self._record = record
        self._name = name
        self._reads = 0

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._record, name)
        if name == self._name:
            self._reads += 1
            return value if self._reads == 1 else None
        return value


@pytest.mark.parametrize(
    "name", ["links", "mailbox", "monitors", "tables", "waiting_for", "watchers"]
)
def test_each_attribute_is_read_once(name: str) -> None:
    with node("free") as rt:
        me: Process = process.self_().record

        def watch_me() -> None:
            process.monitor(me.pid)
            process.link(me.pid)
            process.receive()

        process.send(me.pid, A.a)
        process.monitor(process.spawn(process.receive))
        process.spawn(watch_me)
        ets.new(A.mine)
        rt.settle()
        me.waiting_for = (None, "sleep", None, 1)
        try:
            seen = observe_record(cast("Process", Changing(me, name)))
        finally:
            me.waiting_for = None

        assert seen.pid is me.pid


def test_tables_may_come_and_go_during_an_observation() -> None:
    interval = sys.getswitchinterval()
    with node("free") as rt:
        me = process.self_()
        done = threading.Event()
        errors: list[RuntimeError] = []

        def look() -> None:
            while not done.is_set():
                try:
                    rt.observe(me)
                except RuntimeError as error:
                    errors.append(error)

        looker = threading.Thread(target=look)
        sys.setswitchinterval(1e-6)
        try:
            looker.start()
            for _ in range(300):
                for tab in [ets.new(A.t) for _ in range(5)]:
                    ets.delete(tab)
        finally:
            sys.setswitchinterval(interval)
            done.set()
            looker.join()

        assert errors == []


def test_a_process_being_created_has_one_pid() -> None:
    with node("controlled") as rt:
        real = rt._lock
        made: list[Pid] = []

        class Late:
            """A lock that is acquired just after a process was spawned."""

            def __enter__(self) -> None:
                rt._lock = real
                made.append(process.spawn(lambda: None))
                real.acquire()

            def __exit__(self, *_: object) -> None:
                real.release()

        rt._lock = cast("Any", Late())

        assert rt.pid(101) is made[0]


def test_stop_ends_the_waits_of_every_attached_thread() -> None:
    rt = Runtime("free")
    rt.enter()
    ready = threading.Event()

    def other() -> None:
        with suppress(Killed), rt.attach():
            ready.set()
            process.receive()

    thread = threading.Thread(target=other)
    thread.start()
    assert ready.wait(5.0)
    rt.settle()

    rt.stop()

    thread.join(5.0)
    assert not thread.is_alive()


def seen(runtime: Runtime, pid: Pid) -> Observation:
    found = runtime.observe(pid)
    assert found is not None
    return found


@pytest.mark.slow
def test_memory_estimates_grow_with_state_and_mail_without_a_full_traversal(
    runtime: Runtime,
) -> None:
    me = process.self_()
    empty = seen(runtime, me).memory
    process.send(me, "x" * 80)
    with_mail = seen(runtime, me).memory
    _ok, few = agent.start(lambda: Map({n: n for n in range(100)}))
    _ok, many = agent.start(lambda: Map({n: n for n in range(100_000)}))
    runtime.settle()
    of_few, of_many = seen(runtime, few).memory, seen(runtime, many).memory

    assert 100 < with_mail - empty < 200
    assert 100 * 16 < of_few - empty < 100 * 40
    assert 100_000 * 16 < of_many < 100_000 * 40
    assert process.info(few, A.memory) == (A.memory, of_few)
