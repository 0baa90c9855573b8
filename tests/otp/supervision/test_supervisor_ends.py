"""How supervisors end: how long children may take, and restarts that fail."""

from collections.abc import Iterator

import pytest

from kvshell.otp import dynamic_supervisor, gen_server, supervisor
from kvshell.otp.child_spec import ChildSpec
from kvshell.otp.gen import modules as code
from kvshell.runtime import Runtime, process
from kvshell.terms import A, Atom, List, Term
from tests.nodes import SCHEDULERS, node
from tests.otp.supervision.workers import MODULE, Worker, child, dynamic, pids, spec


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as runtime:
        yield runtime


@pytest.mark.parametrize(
    ("shutdown", "end_ms", "reason"),
    [
        (5, 3_600_000, A.killed),
        (60_000, 5, A.shutdown),
        (A.infinity, 20, A.shutdown),
        (A.brutal_kill, 3_600_000, A.killed),
    ],
)
@pytest.mark.parametrize("dynamic_", [False, True], ids=["supervisor", "dynamic"])
def test_a_child_gets_its_shutdown_time(
    rt: Runtime, shutdown: Term, end_ms: int, reason: Atom, dynamic_: bool
) -> None:
    start = (MODULE, A.start_any, List(((A.slow_end, end_ms),)))
    only = ChildSpec(1, start, A.permanent, shutdown)
    if dynamic_:
        sup = dynamic()
        _ok, pid = dynamic_supervisor.start_child(sup, only)
    else:
        _ok, sup = supervisor.start([only])
        pid = supervisor.which_children(sup).items[0][1]
    ref = process.monitor(pid)

    assert gen_server.stop(sup) is A.ok
    assert process.receive(lambda m: m[1] is ref)[4] is reason


def test_a_child_without_a_limit_is_waited_for_beside_one_with_a_limit() -> None:
    """The child without a limit is a supervisor, whose own children need their time."""
    with node("controlled"):
        sup = dynamic()
        quick = child(sup, (A.slow_end, 3_600_000), shutdown=10)[1]
        slow = child(sup, (A.slow_end, 7_200_000), shutdown=A.infinity)[1]
        refs = {process.monitor(quick): A.killed, process.monitor(slow): A.shutdown}
        dynamic_supervisor.stop(sup)

        for _ in refs:
            down = process.receive(lambda m: m[0] is A.DOWN)
            assert down[4] is refs[down[1]]


def test_each_of_many_children_is_killed_at_its_own_limit() -> None:
    with node("controlled"):
        sup = dynamic()
        limits = [30, 10, 20, 10]
        pids = [child(sup, (A.slow_end, 3_600_000), shutdown=limit)[1] for limit in limits]
        refs = {process.monitor(pid): limit for pid, limit in zip(pids, limits, strict=True)}
        dynamic_supervisor.stop(sup)

        downs = [process.receive(lambda m: m[0] is A.DOWN) for _ in refs]
        assert [refs[down[1]] for down in downs] == sorted(limits)
        assert {down[4] for down in downs} == {A.killed}


def test_a_dead_supervisors_children_do_not_outlive_it(rt: Runtime) -> None:
    _ok, sup = supervisor.start([spec(A.s1), spec(A.s2)])
    process.exit(sup, A.kill)
    assert not process.alive(sup)
    rt.settle()

    assert pids(A.s1, A.s2) == [None, None]


def test_a_failing_restart_uses_up_the_budget(rt: Runtime) -> None:
    starts: list[int] = []

    def start_link() -> Term:
        starts.append(1)
        if len(starts) > 1:
            return (A.error, A.not_today)
        return gen_server.start_link(Worker, A.once)

    module = code.define("Lab.Moody", start_link=start_link)
    _ok, sup = supervisor.start([ChildSpec(1, (module, A.start_link, List()))])
    ref = process.monitor(sup)
    process.exit(supervisor.which_children(sup).items[0][1], A.kill)

    assert process.receive() == (A.DOWN, ref, A.process, sup, A.shutdown)
    assert len(starts) == 4


def test_a_late_restart_is_not_counted() -> None:
    """Three restarts in five seconds are allowed; a fourth one later counts as the first again."""
    with node("controlled") as rt:
        _ok, sup = supervisor.start([spec(A.w)])
        for _ in range(10):
            process.exit(process.whereis(A.w), A.kill)  # type: ignore[arg-type]
            process.sleep(1_700)

        assert process.alive(sup)
        assert rt.now_ms() == 17_000
