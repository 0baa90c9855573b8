"""Supervisors (section 7 of the cases), on both schedulers."""

from collections.abc import Iterator

import pytest

from kvshell.otp import code, dynamic_supervisor, gen_server, supervisor
from kvshell.otp.callbacks import GenServer
from kvshell.otp.child_spec import ChildSpec
from kvshell.otp.supervisor import Options
from kvshell.runtime import Runtime, process
from kvshell.terms import A, Atom, List, Pid, inspect
from tests.nodes import SCHEDULERS, node, said


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as runtime:
        yield runtime


class Worker(GenServer):
    module = "Lab.Worker"


MODULE = code.define(
    "Lab.Worker", start_link=lambda name: gen_server.start_link(Worker, name, name=name)
)


def spec(name: Atom, restart: Atom = A.permanent) -> ChildSpec:
    return ChildSpec(name, (MODULE, A.start_link, List((name,))), restart=restart)


def pids(*names: Atom) -> list[Pid | None]:
    return [process.whereis(name) for name in names]


@pytest.mark.parametrize(
    ("strategy", "changed"),
    [
        (A.one_for_one, [False, True, False]),
        (A.one_for_all, [True, True, True]),
        (A.rest_for_one, [False, True, True]),
    ],
)
def test_12_14_which_children_a_strategy_restarts(
    rt: Runtime, strategy: Atom, changed: list[bool]
) -> None:
    _ok, sup = supervisor.start([spec(A.s1), spec(A.s2), spec(A.s3)], Options(strategy))
    before = pids(A.s1, A.s2, A.s3)
    process.exit(before[1], A.kill)  # type: ignore[arg-type]
    rt.settle()

    after = pids(A.s1, A.s2, A.s3)
    assert [a is not b for a, b in zip(before, after, strict=True)] == changed
    supervisor.stop(sup)
    assert pids(A.s1, A.s2, A.s3) == [None, None, None]


def test_12_8_the_fourth_restart_in_five_seconds_ends_the_supervisor(rt: Runtime) -> None:
    _ok, sup = supervisor.start([spec(A.w)], Options(A.one_for_one))
    ref = process.monitor(sup)
    for _ in range(4):
        process.exit(process.whereis(A.w), A.kill)  # type: ignore[arg-type]
        rt.settle()

    assert process.receive() == (A.DOWN, ref, A.process, sup, A.shutdown)
    told = [event.text for event in rt.drain_events() if event.kind == "budget"]
    assert told == [f"{inspect(sup)} gives up: :w ended: killed, and 3 restarts in 5 s were used"]


def test_a_failed_start_ends_the_children_that_were_started(rt: Runtime) -> None:
    gen_server.start(Worker, None, name=A.s2)

    answer = said(lambda: supervisor.start([spec(A.s1), spec(A.s2)]))

    assert answer.startswith("{:error,\n {:shutdown, {:failed_to_start_child, :s2, {:already")
    assert process.whereis(A.s1) is None


def test_12_1_to_12_4_a_dynamic_supervisor(rt: Runtime) -> None:
    process.flag(A.trap_exit, True)
    dynamic_supervisor.start_link(Options(max_restarts=100), name=A.sup)
    started = [
        dynamic_supervisor.start_child(A.sup, spec(name, restart))
        for name, restart in ((A.t, A.temporary), (A.p, A.permanent), (A.r, A.transient))
    ]

    assert inspect(dynamic_supervisor.count_children(A.sup)) == (
        "%{active: 3, specs: 3, supervisors: 0, workers: 3}"
    )
    assert inspect(dynamic_supervisor.which_children(A.sup).items[0]) == (
        f"{{:undefined, {inspect(started[0][1])}, :worker, [Lab.Worker]}}"
    )
    for name in (A.t, A.p, A.r):
        gen_server.stop(name)
    rt.settle()
    assert [pid is not None for pid in pids(A.t, A.p, A.r)] == [False, True, False]


def test_12_2_12_7_and_12_11_what_start_and_terminate_answer(rt: Runtime) -> None:
    process.flag(A.trap_exit, True)
    dynamic_supervisor.start_link(name=A.sup, max_children=1)
    _ok, pid = dynamic_supervisor.start_child(A.sup, spec(A.w))

    assert dynamic_supervisor.start_child(A.sup, spec(A.v)) == (A.error, A.max_children)
    assert dynamic_supervisor.terminate_child(A.sup, process.self_()) == (A.error, A.not_found)
    assert dynamic_supervisor.terminate_child(A.sup, pid) is A.ok
    assert process.whereis(A.w) is None
    assert inspect(dynamic_supervisor.start_child(A.sup, {"id": 1})) == (
        '{:error, {:invalid_child_spec, %{"id" => 1}}}'
    )


def test_12_13_stopping_ends_the_children_with_shutdown(rt: Runtime) -> None:
    process.flag(A.trap_exit, True)
    _ok, sup = dynamic_supervisor.start_link()
    _ok, pid = dynamic_supervisor.start_child(sup, spec(A.aa))
    ref = process.monitor(pid)

    assert dynamic_supervisor.stop(sup) is A.ok
    assert process.receive(lambda m: m[1] is ref)[4] is A.shutdown
