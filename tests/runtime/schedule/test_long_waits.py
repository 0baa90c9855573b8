"""Waits of a second and more: the clock ends them, with a single alarm per thread."""

from collections.abc import Iterator
from contextlib import suppress
from threading import Thread
from typing import Any

import pytest

from kvshell.otp import gen_server
from kvshell.runtime import Exit, process
from kvshell.runtime.processes.thread_context import Carrier, carrier
from kvshell.runtime.processes.timers import Timer
from kvshell.runtime.schedule import free
from kvshell.runtime.schedule.clock import Alarms
from kvshell.terms import A, Pid, Term
from tests.nodes import node

HOUR_MS = 3_600_000


class Mute(gen_server.GenServer):
    """A server that answers `ping` once its caller is waiting, and never answers anything else."""

    def handle_call(self, request: Any, from_: gen_server.From, state: Any) -> Term:
        if request is not A.ping:
            return (A.noreply, state)
        while process.info(from_[0], A.status) != (A.status, A.waiting):
            process.yield_()
        return (A.reply, A.pong, state)


@pytest.fixture
def mute(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pid]:
    monkeypatch.setattr(free, "LONG_MS", 1)
    with node("free"):
        yield gen_server.start(Mute, None)[1]


def times_out(pid: Pid, timeout_ms: int) -> bool:
    with pytest.raises(Exit) as caught:
        gen_server.call(pid, A.nothing, timeout_ms)
    return caught.value.reason[0] is A.timeout


def test_a_wait_ends_in_time_although_an_earlier_one_set_the_alarm(mute: Pid) -> None:
    with suppress(Exit):  # on a machine that stalls that long
        gen_server.call(mute, A.ping, 20)

    assert times_out(mute, 60)
    assert times_out(mute, 20)


def test_a_wait_ends_before_an_alarm_that_rings_later(mute: Pid) -> None:
    for _ in range(2):
        assert gen_server.call(mute, A.ping, HOUR_MS) is A.pong
        assert times_out(mute, 20)


def test_an_alarm_does_not_end_a_later_wait(mute: Pid) -> None:
    with suppress(Exit):
        gen_server.call(mute, A.ping, 10)
    process.send_after(process.self_(), A.late, 50)

    assert process.receive() is A.late


def test_many_waits_set_one_alarm_which_ends_with_the_thread(mute: Pid) -> None:
    here, alarms = carrier(), set()
    for _ in range(100):
        gen_server.call(mute, A.ping, HOUR_MS)
        alarms.add(here.alarm)
    here.process.runtime.leave()  # type: ignore[union-attr]  # it is attached

    # A call that is answered before it waits sets no alarm.
    [alarm] = [alarm for alarm in alarms if alarm is not None]
    assert not alarm.live


class Spun(Carrier):
    """A thread that starts a shorter wait just when its alarm checks the longer one."""

    def __init__(self) -> None:
        self.noted = 0
        self.alarms: Alarms | None = None
        self.begins: Thread | None = None
        super().__init__()

    @property
    def deadline(self) -> int:  # between two checks of the alarm
        noted = self.noted
        if self.alarms is not None and self.begins is None:
            self.begins = Thread(target=self.alarms.set, args=(self, 20))
            self.begins.start()
            self.begins.join(0.05)  # it ends here, or when the alarm has finished
        return noted

    @deadline.setter
    def deadline(self, at: int) -> None:
        self.noted = at


class ByHand:
    """A clock whose timers the test fires."""

    def __init__(self) -> None:
        self.timers: list[Timer] = []

    def add(self, timer: Timer) -> bool:
        self.timers.append(timer)
        return True


def test_a_shorter_wait_that_begins_while_the_alarm_rings_has_its_own() -> None:
    with node("free") as runtime:
        clock, me = ByHand(), Spun()
        alarms = Alarms(clock, lambda _process: None)  # type: ignore[arg-type]  # enough of a clock
        me.process = runtime.processes()[0].record
        alarms.set(me, 10)
        alarms.set(me, HOUR_MS)
        me.alarms = alarms

        clock.timers[0].fire()
        assert me.begins is not None
        me.begins.join()

        assert me.alarm is not None
        assert (me.alarm.due, me.alarm.live, me.noted) == (20, True, 20)
