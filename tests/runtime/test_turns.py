"""Which threads are put in the place of who wakes them: none that runs processes."""

import os
import sys
import threading

import pytest

from kvshell.otp import task
from kvshell.runtime import Runtime, process
from kvshell.terms import A
from tests.nodes import SCHEDULERS, node

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="SCHED_BATCH is Linux's")


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_a_scheduler_thread_waits_its_turn(scheduler: str) -> None:
    with node(scheduler):
        assert task.await_(task.async_(lambda: os.sched_getscheduler(0))) == os.SCHED_BATCH


def test_the_clock_does_not_though_a_scheduler_thread_starts_it() -> None:
    def starts_it() -> int:
        process.send_after(process.self_(), A.late, 0)
        process.receive(lambda message: message is A.late)
        [clock] = [t for t in threading.enumerate() if t.name == "kvshell-clock"]
        assert clock.native_id is not None
        return os.sched_getscheduler(clock.native_id)

    with node("free"):
        assert task.await_(task.async_(starts_it)) == os.SCHED_OTHER


def test_the_thread_of_a_host_is_left_as_it_is() -> None:
    before = os.sched_getscheduler(0)

    with Runtime("free") as runtime, runtime.attach():
        assert os.sched_getscheduler(0) == before
