"""Supervisors, on both schedulers; the numbers are those of the recorded sessions."""

from collections.abc import Iterator

import pytest

from kvshell.otp import dynamic_supervisor, gen_server, supervisor
from kvshell.otp.supervisor import SupervisorOptions
from kvshell.runtime import Runtime, process
from kvshell.terms import A, Atom, List, Term, alias, inspect
from tests.nodes import SCHEDULERS, node, said
from tests.otp.supervision.workers import (
    MODULE,
    Worker,
    child,
    dynamic,
    pids,
    spec,
)


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as runtime:
        yield runtime


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
    _ok, sup = supervisor.start([spec(A.s1), spec(A.s2), spec(A.s3)], SupervisorOptions(strategy))
    before = pids(A.s1, A.s2, A.s3)
    process.exit(before[1], A.kill)  # type: ignore[arg-type]
    rt.settle()

    after = pids(A.s1, A.s2, A.s3)
    assert [a is not b for a, b in zip(before, after, strict=True)] == changed
    supervisor.stop(sup)
    assert pids(A.s1, A.s2, A.s3) == [None, None, None]


def test_12_8_the_fourth_restart_in_five_seconds_ends_the_supervisor(rt: Runtime) -> None:
    _ok, sup = supervisor.start([spec(A.w)], SupervisorOptions(A.one_for_one))
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


def test_12_1_to_12_4_a_dynamic_supervisor_starts_and_restarts_children(rt: Runtime) -> None:
    process.flag(A.trap_exit, True)
    dynamic_supervisor.start_link(SupervisorOptions(max_restarts=100), name=A.sup)
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


def test_12_2_12_7_and_12_11_start_and_terminate_return_otps_values(rt: Runtime) -> None:
    process.flag(A.trap_exit, True)
    dynamic_supervisor.start_link(name=A.sup, max_children=1)
    _ok, pid = dynamic_supervisor.start_child(A.sup, spec(A.w))

    assert dynamic_supervisor.start_child(A.sup, spec(A.v)) == (A.error, A.max_children)
    assert dynamic_supervisor.terminate_child(A.sup, process.self_()) == (A.error, A.not_found)
    assert dynamic_supervisor.terminate_child(A.sup, pid) is A.ok
    assert process.whereis(A.w) is None
    assert inspect(dynamic_supervisor.start_child(A.sup, {"id": 1})) == (
        "{:error, {:invalid_child_spec, %{id: 1}}}"
    )


def test_12_13_stopping_ends_the_children_with_shutdown(rt: Runtime) -> None:
    process.flag(A.trap_exit, True)
    _ok, sup = dynamic_supervisor.start_link()
    _ok, pid = dynamic_supervisor.start_child(sup, spec(A.aa))
    ref = process.monitor(pid)

    assert dynamic_supervisor.stop(sup) is A.ok
    assert process.receive(lambda m: m[1] is ref)[4] is A.shutdown


def test_12_3_a_kill_restarts_all_but_temporary_children(rt: Runtime) -> None:
    sup = dynamic()
    before = [
        dynamic_supervisor.start_child(sup, spec(name, restart))[1]
        for name, restart in ((A.t, A.temporary), (A.p, A.permanent), (A.r, A.transient))
    ]
    for pid in before:
        process.exit(pid, A.kill)
    rt.settle()

    after = pids(A.t, A.p, A.r)
    assert after[0] is None
    assert None not in after[1:]
    assert set(after).isdisjoint(before)
    assert inspect(dynamic_supervisor.count_children(sup)) == (
        "%{active: 2, specs: 2, supervisors: 0, workers: 2}"
    )
    assert [event for event in rt.drain_events() if event.kind == "crash"] == []


@pytest.mark.parametrize(
    ("reason", "restarted"),
    [(A.normal, False), (A.shutdown, False), ((A.shutdown, 1), False), (A.boom, True)],
)
def test_12_5_for_a_transient_child_shutdown_counts_as_normal(
    rt: Runtime, reason: Term, restarted: bool
) -> None:
    dynamic_supervisor.start_child(dynamic(), spec(A.r, A.transient))
    gen_server.stop(A.r, reason)
    rt.settle()

    assert (process.whereis(A.r) is not None) is restarted


def test_12_6_the_caller_gets_the_exit_and_the_child_reports(rt: Runtime) -> None:
    sup = dynamic()
    dynamic_supervisor.start_child(sup, spec(A.t, A.temporary))

    assert said(lambda: gen_server.call(A.t, A.crash)) == (
        "** (exit) exited in: GenServer.call(:t, :crash, 5000)\n"
        "    ** (EXIT) an exception was raised:\n"
        "        ** (RuntimeError) boom"
    )
    rt.settle()
    assert (process.whereis(A.t), process.alive(sup)) == (None, True)
    (report,) = [event.text for event in rt.drain_events() if event.kind == "crash"]
    assert report.startswith("GenServer :t terminating\n** (RuntimeError) boom\nLast message (from")


def test_12_8_the_fourth_restart_ends_a_dynamic_supervisor_with_shutdown(rt: Runtime) -> None:
    sup = dynamic(name=A.sup2, options=SupervisorOptions())
    process.unlink(sup)
    ref = process.monitor(sup)
    dynamic_supervisor.start_child(sup, spec(A.w))
    for _ in range(4):
        process.exit(process.whereis(A.w), A.kill)  # type: ignore[arg-type]
        rt.settle()

    assert process.receive() == (A.DOWN, ref, A.process, sup, A.shutdown)
    text = said(lambda: dynamic_supervisor.start_child(A.sup2, spec(A.w)))
    assert text.startswith(
        "** (exit) exited in: GenServer.call(:sup2, {:start_child, {{Lab.Worker, :start_link, "
        "[:w]}, :permanent, 5000, :worker, [Lab.Worker]}}, :infinity)\n    ** (EXIT) no process"
    )


def test_12_9_a_supervisor_that_gives_up_takes_its_starter_with_it(rt: Runtime) -> None:
    def starter() -> None:
        _ok, sup = dynamic_supervisor.start_link(SupervisorOptions(max_restarts=0))
        dynamic_supervisor.start_child(sup, spec(A.w3))
        process.exit(process.whereis(A.w3), A.kill)  # type: ignore[arg-type]
        process.receive()

    _pid, ref = process.spawn_monitor(starter)

    assert process.receive(lambda m: m[1] is ref)[4] is A.shutdown


@pytest.mark.parametrize(
    ("arg", "answer"),
    [
        ((A.stop, A.nope), "{:error, :nope}"),
        (A.ignore, ":ignore"),
        ((A.raise_, "x"), '{:error, {%RuntimeError{message: "x"}, []}}'),
    ],
)
def test_12_10_start_child_returns_the_result_of_init(rt: Runtime, arg: Term, answer: str) -> None:
    sup = dynamic()

    assert inspect(child(sup, arg)) == answer
    assert process.alive(sup)
    assert inspect(dynamic_supervisor.which_children(sup)) == "[]"


def test_12_10_a_missing_start_function_is_an_error(rt: Runtime) -> None:
    """The stack is empty: on the BEAM it has only frames in OTP's own source files."""
    nope = {"id": 1, "start": (alias("Nope"), A.start_link, List())}

    assert inspect(dynamic_supervisor.start_child(dynamic(), nope), width=None) == (
        "{:error, {:undef, [{Nope, :start_link, [], []}]}}"
    )
    assert said(lambda: dynamic_supervisor.start_child(dynamic(), (alias("Lab.Nope"), 1))) == (
        "** (ArgumentError) The module Lab.Nope was given as a child to a supervisor but it does "
        "not exist."
    )


@pytest.mark.parametrize(
    ("function", "answer"),
    [
        ("exits", "{:error, :oops}"),
        ("throws", "{:error, {{:nocatch, :oops}, []}}"),
        ("answers", "{:error, true}"),
    ],
)
def test_12_10_an_invalid_return_of_a_start_function_is_an_error(
    rt: Runtime, function: str, answer: str
) -> None:
    sup = dynamic()
    bad = {"id": 1, "start": (MODULE, Atom(function), List())}

    assert inspect(dynamic_supervisor.start_child(sup, bad)) == answer
    assert process.alive(sup)


def test_12_12_child_specs_are_those_of_elixir(rt: Runtime) -> None:
    """In Python a child is a GenServer class or a module that `code.define` knows.

    There is no `Agent.child_spec(fun)`: a Python function is not a term until `agent.function`
    names it.
    """
    worker = supervisor.child_spec((Worker, A.arg))
    assert inspect(worker, width=None) == (
        "%{id: Lab.Worker, start: {Lab.Worker, :start_link, [:arg]}}"
    )
    changes = {"restart": A.temporary, "id": A.x}
    assert inspect(supervisor.child_spec(alias("Lab.Worker"), changes), width=None) == (
        "%{id: :x, restart: :temporary, start: {Lab.Worker, :start_link, [[]]}}"
    )
    assert said(lambda: supervisor.child_spec("x")).startswith(
        "** (ArgumentError) supervisors expect each child to be one of the following:\n"
    )


def test_a_supervisor_refuses_invalid_children(rt: Runtime) -> None:
    assert supervisor.start([{"id": 1}]) == (A.error, (A.start_spec, A.missing_start))
    assert inspect(supervisor.start([(Worker, 1), (Worker, 2)])) == (
        "{:error, {:start_spec, {:duplicate_child_name, Lab.Worker}}}"
    )


def test_one_for_all_does_not_restart_temporary_children(rt: Runtime) -> None:
    children = [spec(A.s1), spec(A.s2, A.temporary), spec(A.s3)]
    _ok, sup = supervisor.start(children, SupervisorOptions(A.one_for_all))
    process.exit(process.whereis(A.s1), A.kill)  # type: ignore[arg-type]
    rt.settle()

    assert [pid is not None for pid in pids(A.s1, A.s2, A.s3)] == [True, False, True]
    supervisor.stop(sup)


def test_12_13_children_end_one_by_one_in_reverse_order(rt: Runtime) -> None:
    _ok, sup = supervisor.start([spec(A.s1), spec(A.s2), spec(A.s3)])
    names = {process.monitor(name): name for name in (A.s1, A.s2, A.s3)}
    supervisor.stop(sup)

    downs = [process.receive() for _ in names]
    assert [names[down[1]] for down in downs] == [A.s3, A.s2, A.s1]
    assert {down[4] for down in downs} == {A.shutdown}
