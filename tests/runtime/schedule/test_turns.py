"""Which threads preempt the thread that wakes them: not those that run processes."""

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
def test_a_scheduler_thread_does_not_preempt(scheduler: str) -> None:
    with node(scheduler):
        assert task.await_(task.async_(lambda: os.sched_getscheduler(0))) == os.SCHED_BATCH


def test_the_clock_thread_preempts_even_if_started_by_a_scheduler_thread() -> None:
    def starts_it() -> int:
        process.send_after(process.self_(), A.late, 0)
        process.receive(lambda message: message is A.late)
        [clock] = [t for t in threading.enumerate() if t.name == "kvshell-clock"]
        assert clock.native_id is not None
        return os.sched_getscheduler(clock.native_id)

    with node("free"):
        assert task.await_(task.async_(starts_it)) == os.SCHED_OTHER


@pytest.mark.parametrize("policy", ["SCHED_IDLE", "SCHED_RR"])
def test_a_chosen_scheduling_policy_is_kept(policy: str) -> None:
    """Threads inherit the policy of their starter, so it is set in a thread of its own."""
    found: list[int] = []

    def in_a_thread_of_its_own() -> None:
        chosen = getattr(os, policy)
        try:
            os.sched_setscheduler(0, chosen, os.sched_param(int(policy == "SCHED_RR")))
        except PermissionError:
            return
        with Runtime("free") as runtime, runtime.attach():
            process.send_after(process.self_(), A.late, 0)
            process.receive()
            [clock] = [t for t in threading.enumerate() if t.name == "kvshell-clock"]
            assert clock.native_id is not None
            found.append(os.sched_getscheduler(clock.native_id) == chosen)
            found.append(task.await_(task.async_(lambda: os.sched_getscheduler(0))) == chosen)

    thread = threading.Thread(target=in_a_thread_of_its_own)
    thread.start()
    thread.join()

    if not found:
        pytest.skip(f"{policy} is not permitted here")
    assert found == [True, True]


@pytest.mark.parametrize("error", [PermissionError, AttributeError])
def test_without_permission_or_support_nothing_is_reported(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def refuse(*_args: object) -> None:
        raise error

    monkeypatch.setattr(os, "sched_setscheduler", refuse)

    with node("free"):
        assert task.await_(task.async_(lambda: A.done)) is A.done


def test_a_hosts_thread_is_unchanged() -> None:
    before = os.sched_getscheduler(0)

    with Runtime("free") as runtime, runtime.attach():
        assert os.sched_getscheduler(0) == before
