"""Timers: an error in one does not stop the clock, and cancelled ones take no space."""

import threading
from typing import Any

from kvshell.runtime import Runtime, process
from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.record import Process
from kvshell.terms import A, Pid
from tests.nodes import node

HOUR_MS = 3_600_000


class Dying:
    """A record whose timers disappear just after they have been read."""

    def __init__(self, record: Process) -> None:
        self._record = record
        self._reads = 0

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._record, name)
        if name == "timers":
            self._reads += 1
            return value if self._reads == 1 else None
        return value


def test_a_timer_may_fire_while_its_process_dies() -> None:
    with node("free") as rt:
        pid = process.spawn(process.receive)
        pid.record.timers = set()
        ref = process.send_after(A.nobody, A.x, HOUR_MS)
        timer, _ = rt.timers._armed[ref]
        dying = Pid(1)
        dying.record = Dying(pid.record)
        rt.timers._armed[ref] = (timer, dying)

        timer.fire()

        assert pid.record.timers == set()


def test_the_clock_continues_after_a_watcher_raises() -> None:
    with node("free") as rt:
        raised = threading.Event()

        def refuse(op: Op) -> None:
            if op.kind == "timer":
                rt.watch = None
                raised.set()
                raise ValueError("no timers")

        rt.watch = refuse
        process.send_after(process.self_(), A.first, 0)
        assert raised.wait(5.0)
        process.send_after(process.self_(), A.second, 0)

        assert process.receive(timeout_ms=5_000) is A.second
        assert rt.settle(5.0)
        said = [event.text for event in rt.drain_events()]
        assert said == ["a timer raised\n** (ValueError) no timers"]


def armed(rt: Runtime) -> int:
    """Return the number of timers that the scheduler holds, disarmed ones included."""
    scheduler: Any = rt.scheduler
    agenda = scheduler._clock._agenda if scheduler.inlines else scheduler._agenda
    return len(agenda.heap)


def test_cancelled_timers_leave_the_heap(runtime: Runtime) -> None:
    for _ in range(1_000):
        process.cancel_timer(process.send_after(process.self_(), A.x, HOUR_MS))

    assert armed(runtime) < 100


def test_cancelled_timeouts_leave_the_heap(runtime: Runtime) -> None:
    me = process.self_()
    process.send_after(me, A.x, HOUR_MS)

    def answer() -> None:
        for _ in range(1_000):
            process.send(process.receive(), A.pong)

    pid = process.spawn(answer)
    for _ in range(1_000):
        process.send(pid, me)
        assert process.receive(timeout_ms=5_000) is A.pong

    assert armed(runtime) < 100


def test_sweeping_keeps_the_order(runtime: Runtime) -> None:
    me = process.self_()
    for number in range(100):
        process.cancel_timer(process.send_after(me, A.never, HOUR_MS))
        process.send_after(me, number, 10)

    got = [process.receive(timeout_ms=5_000) for _ in range(100)]

    assert got == list(range(100))


def test_a_sleep_may_be_longer_than_a_lock_can_wait() -> None:
    with node("free") as rt:
        pid = process.spawn(lambda: process.sleep(10**400))
        process.send_after(pid, A.x, 10**400)

        assert rt.settle(5.0)
        assert process.alive(pid)
