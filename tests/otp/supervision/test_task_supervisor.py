"""Tasks by name, tasks under a supervisor, streams of tasks. The BEAM's answers are quoted."""

from collections.abc import Iterator
from typing import Any

import pytest

from kvshell.otp import supervisor, task, task_supervisor
from kvshell.otp.gen import modules
from kvshell.otp.task_stream import StreamOptions
from kvshell.runtime import Exit, Runtime, process
from kvshell.terms import A, Atom, Pid, RuntimeError_, Term, alias, inspect
from tests.nodes import SCHEDULERS, node, said

MATHS = alias("Maths")


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as made:
        modules.define_here("Maths", double=lambda n: 2 * n)
        yield made


@pytest.fixture
def sup(rt: Runtime) -> Pid:
    _ok, pid = task_supervisor.start_link()
    found: Pid = pid
    return found


def boom() -> Term:
    raise RuntimeError_("boom")


def exits(reason: Term) -> Term:
    raise Exit(reason)


def waits() -> Term:
    return process.sleep(A.infinity)


def test_a_task_runs_a_function_given_by_name(rt: Runtime) -> None:
    started = task.async_((MATHS, A.double, [21]))

    assert inspect(started.get(A.mfa)) == "{Maths, :double, 1}"
    assert task.await_(started) == 42
    assert said(lambda: task.async_(lambda _x: 1)) == (
        "** (FunctionClauseError) no function clause matching in Task.async/1"
    )


def test_start_and_start_link_run_tasks_without_await(rt: Runtime) -> None:
    me = process.self_()
    ok, free = task.start(lambda: process.send(me, A.free))
    assert ok is A.ok
    _ok, linked = task.start_link(lambda: process.send(me, A.linked))
    rt.settle()

    assert set(process.flush()) == {A.free, A.linked}
    assert not process.alive(free)
    assert not process.alive(linked)


def test_a_task_knows_its_callers(rt: Runtime) -> None:
    def inner() -> Term:
        return process.get(Atom("$callers"))

    def outer() -> Term:
        return (process.self_(), task.await_(task.async_(inner)))

    middle, line = task.await_(task.async_(outer))
    assert line.items == (middle, process.self_())


def test_await_many_exits_with_the_first_failure(rt: Runtime) -> None:
    """In iex, Task.await_many([slow, exits]) fails at once, and the exit names await_many."""
    process.flag(A.trap_exit, True)
    tasks = [task.async_(waits), task.async_(lambda: exits(A.why))]

    with pytest.raises(Exit) as caught:
        task.await_many(tasks, 60_000)

    assert caught.value.reason[0] is A.why
    assert inspect(caught.value.reason[1]).startswith("{Task, :await_many,")
    task.shutdown(tasks[0], A.brutal_kill)


def test_a_foreign_task_is_refused_before_anything_is_waited_for(rt: Runtime) -> None:
    me = process.self_()
    process.spawn(lambda: [process.send(me, task.async_(waits)), waits()])
    foreign = process.receive()
    mine = task.async_(waits)
    assert "must be queried from the owner" in said(lambda: task.await_many([mine, foreign]))
    task.shutdown(mine, A.brutal_kill)


def test_yield_many_shares_its_timeout(rt: Runtime) -> None:
    quick, slow = task.async_(lambda: 1), task.async_(waits)

    rows = task.yield_many([quick, slow], 20)

    assert [row[1] for row in rows] == [(A.ok, 1), None]
    assert task.shutdown(slow, A.brutal_kill) is None


def test_async_runs_a_task_under_a_supervisor(rt: Runtime, sup: Pid) -> None:
    started = task_supervisor.async_(sup, (MATHS, A.double, [4]))
    assert task.await_(started) == 8

    process.flag(A.trap_exit, True)
    waiting = task_supervisor.async_(sup, waits)
    rt.settle()  # the first task has answered; its end may still be on its way to the supervisor
    assert task_supervisor.children(sup).items == (waiting.get(A.pid),)
    assert task_supervisor.terminate_child(sup, waiting.get(A.pid)) is A.ok
    assert (A.EXIT, waiting.get(A.pid), A.shutdown) in process.flush()


def test_a_crash_without_a_link_is_a_down(rt: Runtime, sup: Pid) -> None:
    """iex> Task.yield(Task.Supervisor.async_nolink(s, fn -> raise "boom" end))

    {:exit, {%RuntimeError{message: "boom"}, [...]}}
    """
    started = task_supervisor.async_nolink(sup, boom)

    kind, (error, _stack) = task.yield_(started)
    assert kind is A.exit
    assert error.get(A.message) == "boom"
    rt.settle()
    assert task_supervisor.children(sup).items == ()


def test_unawaited_children_may_be_restarted(rt: Runtime, sup: Pid) -> None:
    me = process.self_()
    runs: list[int] = []

    def crashes_once() -> Term:
        runs.append(1)
        if len(runs) == 1:
            boom()
        return process.send(me, A.again)

    assert task_supervisor.start_child(sup, crashes_once, restart=A.transient)[0] is A.ok
    assert process.receive() is A.again
    rt.settle()
    assert task_supervisor.children(sup).items == ()


def test_a_full_supervisor_refuses_another_task(rt: Runtime) -> None:
    _ok, full = task_supervisor.start_link(max_children=1)
    task_supervisor.start_child(full, waits)

    assert task_supervisor.start_child(full, waits) == (A.error, A.max_children)
    assert said(lambda: task_supervisor.async_(full, waits)).startswith(
        "** (RuntimeError) reached the maximum number of tasks for this task supervisor."
    )


def test_a_task_supervisor_can_be_a_child(rt: Runtime) -> None:
    _ok, top = supervisor.start_link([task_supervisor.child_spec(A.tasks)])
    assert task_supervisor.start_child(A.tasks, lambda: 1)[0] is A.ok
    assert [row[0] for row in supervisor.which_children(top)] == [A.tasks]


# -- streams -------------------------------------------------------------------------------------


def test_a_stream_yields_in_order_or_on_completion(rt: Runtime) -> None:
    def work(n: Any) -> Term:
        process.sleep(30 if n == 1 else 0)
        return n

    assert list(task.async_stream([1, 2, 3], work)) == [(A.ok, 1), (A.ok, 2), (A.ok, 3)]
    first = next(iter(task.async_stream([1, 2], work, StreamOptions(ordered=False))))
    assert first == (A.ok, 2)
    assert list(task.async_stream([1, 2], (MATHS, A.double, []))) == [(A.ok, 2), (A.ok, 4)]


def test_a_stream_starts_nothing_before_the_first_item_is_requested(rt: Runtime) -> None:
    living = len(process.list_())
    rows = task.async_stream(range(1000), lambda _n: waits(), StreamOptions(max_concurrency=3))
    assert len(process.list_()) == living
    rows.close()  # type: ignore[attr-defined]  # it is a generator


def test_an_abandoned_stream_ends_its_tasks(rt: Runtime) -> None:
    living = len(process.list_())
    rows = task.async_stream([0, 1], lambda n: n if n == 0 else waits())
    assert next(rows) == (A.ok, 0)
    rows.close()  # type: ignore[attr-defined]  # it is a generator
    rt.settle()
    assert len(process.list_()) == living
    assert process.flush() == []


def test_a_stream_task_that_exceeds_its_timeout_is_handled(rt: Runtime) -> None:
    """iex> Task.async_stream([1], ..., timeout: 15, on_timeout: :kill_task) |> Enum.to_list

    [exit: :timeout]
    """
    kill = StreamOptions(timeout=15, on_timeout=A.kill_task)
    assert list(task.async_stream([1], lambda _n: waits(), kill)) == [(A.exit, A.timeout)]
    zipped = kill._replace(zip_input_on_exit=True)
    assert list(task.async_stream([1], lambda _n: waits(), zipped)) == [(A.exit, (1, A.timeout))]
    with pytest.raises(Exit) as caught:
        list(task.async_stream([1], lambda _n: waits(), StreamOptions(timeout=15)))
    assert inspect(caught.value.reason) == ("{:timeout, {Task.Supervised, :stream, [15]}}")


def test_a_crash_in_a_supervised_stream_is_an_exit(rt: Runtime, sup: Pid) -> None:
    rows = list(task_supervisor.async_stream_nolink(sup, [1], lambda _n: exits(A.bad)))
    assert rows == [(A.exit, A.bad)]
    assert list(task_supervisor.async_stream(sup, [1, 2], lambda n: n)) == [(A.ok, 1), (A.ok, 2)]
    assert "max_concurrency must be" in said(
        lambda: list(task.async_stream([1], lambda n: n, StreamOptions(max_concurrency=0)))
    )
