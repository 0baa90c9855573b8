"""Task, on both schedulers, as in the recorded sessions."""

from collections.abc import Iterator

import pytest

from kvshell.otp import task
from kvshell.runtime import Exit, Runtime, process
from kvshell.terms import A, Atom, List, Map, RuntimeError_, Term, alias, inspect
from tests.nodes import SCHEDULERS, node, said


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as runtime:
        yield runtime


def exits(reason: Term) -> None:
    raise Exit(reason)


def boom() -> None:
    raise RuntimeError_("task boom")


def never() -> Term:
    return process.sleep(3_600_000)


def test_a_task_runs_in_a_process_of_its_own_and_is_awaited(rt: Runtime) -> None:
    me = process.self_()
    tasks = [task.async_(process.self_) for _ in range(3)]

    pids = [task.await_(each) for each in tasks]
    assert len({me, *pids}) == 4
    assert pids == [each.get(A.pid) for each in tasks]
    assert process.flush() == []


def test_10_20_the_struct_prints_as_a_struct(rt: Runtime) -> None:
    started = task.async_(never)

    ref = inspect(started.get(A.ref))
    assert inspect(started, width=None) == (
        "%Task{mfa: {:erlang, :apply, 2}, owner: #PID<0.100.0>, pid: #PID<0.101.0>, "
        f"ref: {ref}}}"
    )
    task.shutdown(started, A.brutal_kill)


def test_10_20_await_exits_at_its_timeout_and_yield_does_not(rt: Runtime) -> None:
    started = task.async_(never)

    assert task.yield_(started, 5) is None
    assert said(lambda: task.await_(started, 5)) == (
        f"** (exit) exited in: Task.await({inspect(started, width=None)}, 5)\n"
        "    ** (EXIT) time out"
    )
    assert process.alive(started.get(A.pid))
    task.shutdown(started, A.brutal_kill)


def test_a_value_that_arrives_after_a_timed_out_await_is_dropped(rt: Runtime) -> None:
    """As on the BEAM, where the alias ends with the monitor."""
    started = task.async_(process.receive)
    said(lambda: task.await_(started, 1))
    process.send(started.get(A.pid), A.go)
    rt.settle()

    assert process.flush() == []
    assert rt.counts["late_replies"] == 1


def test_10_19_a_task_that_raises_takes_its_owner_with_it_and_is_reported(rt: Runtime) -> None:
    owner, _ref = process.spawn_monitor(lambda: [task.async_(boom), process.receive()])

    reason = process.receive()[4]
    assert inspect(reason) == '{%RuntimeError{message: "task boom"}, []}'
    rt.settle()
    (event,) = rt.drain_events()
    lines = event.text.splitlines()
    assert lines[:2] == [
        f"Task #PID<0.102.0> started from {inspect(owner)} terminating",
        "** (RuntimeError) task boom",
    ]
    assert lines[2].startswith("Function: #Function<0.")
    assert lines[2].endswith("test_task.boom>")
    assert lines[3] == "    Args: []"


@pytest.mark.parametrize(
    ("reason", "reported"), [(A.normal, 0), (A.shutdown, 0), ((A.shutdown, 1), 0), (A.why, 1)]
)
def test_await_exits_with_the_reason_of_the_task(rt: Runtime, reason: Term, reported: int) -> None:
    process.flag(A.trap_exit, True)
    started = task.async_(lambda: exits(reason))

    with pytest.raises(Exit) as caught:
        task.await_(started)

    assert caught.value.reason[0] == reason
    assert inspect(caught.value.reason[1]).startswith("{Task, :await,")
    rt.settle()
    assert len(rt.drain_events()) == reported
    assert process.flush() == [(A.EXIT, started.get(A.pid), reason)]


def test_yield_returns_the_value_or_the_exit(rt: Runtime) -> None:
    process.flag(A.trap_exit, True)

    assert task.yield_(task.async_(lambda: 7)) == (A.ok, 7)
    assert task.yield_(task.async_(lambda: exits(A.why))) == (A.exit, A.why)


def test_shutdown_ends_the_task_and_returns_an_earlier_value(rt: Runtime) -> None:
    done = task.async_(lambda: 3)
    rt.settle()

    assert task.shutdown(done) == (A.ok, 3)
    assert task.shutdown(task.async_(never)) is None
    assert task.shutdown(task.async_(never), A.brutal_kill) is None
    assert rt.processes() == [process.self_()]
    assert process.flush() == []


def test_shutdown_kills_a_task_that_does_not_end(rt: Runtime) -> None:
    def stubborn() -> None:
        process.flag(A.trap_exit, True)
        never()

    started = task.async_(stubborn)
    rt.settle()

    assert task.shutdown(started, 5) == (A.exit, A.killed)


def test_shutdown_returns_another_exit_reason(rt: Runtime) -> None:
    process.flag(A.trap_exit, True)
    started = task.async_(lambda: exits(A.bad))
    rt.settle()

    assert task.shutdown(started) == (A.exit, A.bad)
    assert task.shutdown(started) == (A.exit, A.noproc)


def test_only_the_owner_may_wait(rt: Runtime) -> None:
    me = process.self_()
    started = task.async_(lambda: 1)
    process.spawn(lambda: process.send(me, (A.said, said(lambda: task.await_(started)))))
    _tag, text = process.receive(lambda m: m[0] is A.said)

    assert text.startswith("** (ArgumentError) task %Task{mfa: {:erlang, :apply, 2}, owner: #PID<")
    assert "must be queried from the owner but was queried from #PID<0.102.0>" in text
    assert task.await_(started) == 1


def test_completed_and_ignored_tasks_can_be_mixed_with_others(rt: Runtime) -> None:
    tasks = [task.async_(lambda n=n: n) for n in (1, 2)]

    assert task.await_many(tasks) == List([1, 2])
    assert task.await_(task.completed(5)) == 5
    assert task.ignore(task.async_(never)) is None
    assert isinstance(task.completed(5), Map)


def test_every_function_reports_a_lost_node(rt: Runtime) -> None:
    """Each of these functions exits with {:nodedown, :foo@bar} and the call."""

    def lost() -> Map:
        me, ref = process.self_(), rt.make_ref()
        process.send(me, (A.DOWN, ref, A.process, (A.x, Atom("foo@bar")), A.noconnection))
        mfa = (A.m, A.f, 0)
        return Map({A.__struct__: alias("Task"), A.mfa: mfa, A.owner: me, A.pid: None, A.ref: ref})

    for ask in (
        task.await_,
        task.yield_,
        task.ignore,
        lambda each: task.await_many([each]),
        lambda each: task.yield_many([each]),
    ):
        with pytest.raises(Exit) as raised:
            ask(lost())
        assert inspect(raised.value.reason[0]) == "{:nodedown, :foo@bar}"
