"""Timers: the clock outlives whatever happens while one fires."""

import threading
from typing import Any

from kvshell.runtime import process
from kvshell.runtime.op import Op
from kvshell.runtime.record import Process
from kvshell.terms import A, Pid
from tests.nodes import node


class Dying:
    """A record whose timers are dropped just after somebody has read them."""

    def __init__(self, record: Process) -> None:
        self._record = record
        self._reads = 0

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._record, name)
        if name == "timers":
            self._reads += 1
            return value if self._reads == 1 else None
        return value


def test_a_timer_fires_for_a_process_that_dies_just_then() -> None:
    with node("free") as rt:
        pid = process.spawn(process.receive)
        pid.record.timers = set()
        ref = process.send_after(A.nobody, A.x, 3_600_000)
        timer, _ = rt.timers._armed[ref]
        dying = Pid(1)
        dying.record = Dying(pid.record)
        rt.timers._armed[ref] = (timer, dying)

        timer.fire()

        assert pid.record.timers == set()


def test_the_clock_goes_on_when_a_watcher_raises() -> None:
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
