"""Unusual arguments, with or without a meaning: rejected or accepted as in Elixir 1.14."""

from collections.abc import Callable
from typing import Any

import pytest

from kvshell.otp import agent, dynamic_supervisor, gen_server, registry, supervisor, sys, task
from kvshell.otp.supervisor import SupervisorOptions
from kvshell.runtime import Runtime, process
from kvshell.terms import A, Pid, Term, alias, inspect
from tests.nodes import SCHEDULERS, node, said

AT = "** (ArgumentError) errors were found at the given arguments:\n\n  * {}\n"
CLAUSE = "** (FunctionClauseError) no function clause matching in {}"
anything: Any = process  # the arguments are wrong on purpose, and mypy says so

REFUSED: dict[str, Callable[[Pid], Any]] = {
    AT.format("1st argument: out of range"): lambda p: process.send_after(p, A.x, -1),
    AT.format("1st argument: not an integer"): lambda p: anything.send_after(p, A.x, 1.5),
    AT.format("2nd argument: not a pid or an atom"): lambda _: anything.send_after("x", A.x, 1),
    AT.format("1st argument: not a reference"): lambda _: anything.cancel_timer(A.x),
    AT.format("1st argument: not a reference") + " ": lambda _: anything.read_timer(1),
    AT.format("1st argument: not a reference") + "  ": lambda _: anything.demonitor(A.x),
    AT.format("2nd argument: invalid value for this process flag"): lambda _: anything.flag(
        A.trap_exit, 1
    ),
    AT.format("2nd argument: invalid value for this process flag") + " ": lambda _: anything.flag(
        A.trap_exit, None
    ),
    AT.format("1st argument: not an atom"): lambda _: anything.whereis("x"),
    AT.format("2nd argument: not a pid"): lambda _: anything.monitor("x"),
    AT.format("1st argument: invalid destination"): lambda _: anything.send(1, A.x),
    AT.format("1st argument: not a pid"): lambda _: anything.exit(A.p, A.x),
    AT.format("1st argument: not a pid") + " ": lambda _: anything.alive(A.p),
    AT.format("1st argument: not a pid") + "  ": lambda _: anything.link(A.p),
    AT.format("1st argument: not a pid") + "   ": lambda _: anything.unlink(A.p),
    AT.format("1st argument: not a pid") + "    ": lambda _: anything.info(A.p),
    CLAUSE.format("Process.register/2"): lambda p: anything.register(p, "x"),
    CLAUSE.format("Process.register/2") + " ": lambda p: process.register(p, A.undefined),
    CLAUSE.format("Process.register/2") + "  ": lambda p: anything.register(p, None),
    CLAUSE.format("Process.sleep/1"): lambda _: process.sleep(-1),
    CLAUSE.format("Process.sleep/1") + " ": lambda _: anything.sleep(1.5),
    CLAUSE.format("GenServer.call/3"): lambda p: gen_server.call(p, A.x, -1),
    CLAUSE.format("GenServer.whereis/1"): lambda _: gen_server.call("x", A.x),  # type: ignore[arg-type]  # as above
    CLAUSE.format("Task.async/1"): lambda _: task.async_(1),  # type: ignore[arg-type]  # as above
    CLAUSE.format("Task.await/2"): lambda _: task.await_(1),  # type: ignore[arg-type]  # as above
    CLAUSE.format("Agent.start/2"): lambda _: agent.start(1),  # type: ignore[arg-type]  # as above
    CLAUSE.format("Agent.get/3"): lambda p: agent.get(p, 1),  # type: ignore[arg-type]  # as above
    "** (ArgumentError) unknown registry: R.None": lambda _: registry.lookup(alias("R.None"), A.a),
}


@pytest.fixture(params=SCHEDULERS)
def runtime(request: pytest.FixtureRequest) -> Any:
    with node(request.param) as made:
        yield made


@pytest.mark.parametrize("text", REFUSED)
def test_invalid_arguments_are_refused_as_in_elixir_without_harm(
    runtime: Runtime, text: str
) -> None:
    pid = process.spawn(process.receive)
    runtime.settle()

    assert said(lambda: REFUSED[text](pid)).strip() == text.strip()

    runtime.settle()
    assert process.alive(pid)
    assert runtime.processes() == [process.self_(), pid]


def test_a_name_may_be_given_with_this_node(runtime: Runtime) -> None:
    me = process.self_()
    process.register(me, A.me)
    here = (A.me, process.NODE)

    assert process.send(here, A.x) is A.x
    assert process.flush() == [A.x]
    assert process.send((A.nobody, process.NODE), A.x) is A.x
    assert gen_server.cast((A.nobody, process.NODE), A.x) is A.ok
    ref = process.monitor((A.nobody, process.NODE))
    assert process.receive() == (A.DOWN, ref, A.process, (A.nobody, process.NODE), A.noproc)


def test_an_infinite_sleep_ends_with_its_process(runtime: Runtime) -> None:
    pid = process.spawn(lambda: process.sleep(A.infinity))
    ref = process.monitor(pid)
    runtime.settle()
    process.exit(pid, A.kill)

    assert process.receive() == (A.DOWN, ref, A.process, pid, A.killed)


@pytest.mark.parametrize(
    ("start", "answer"),
    [
        (lambda: supervisor.start_link([], SupervisorOptions(A.x)), "{:invalid_strategy, :x}"),
        (
            lambda: supervisor.start_link([], SupervisorOptions(max_restarts=-1)),
            "{:invalid_intensity, -1}",
        ),
        (
            lambda: supervisor.start_link([], SupervisorOptions(max_seconds=0)),
            "{:invalid_period, 0}",
        ),
        (
            lambda: supervisor.start_link([], SupervisorOptions(max_seconds=0.5)),  # type: ignore[arg-type]
            "{:invalid_period, 0.5}",
        ),
        (
            lambda: dynamic_supervisor.start_link(SupervisorOptions(max_restarts=True)),
            "{:invalid_intensity, true}",
        ),
        (
            lambda: dynamic_supervisor.start_link(SupervisorOptions(A.one_for_all)),
            "{:invalid_strategy, :one_for_all}",
        ),
    ],
)
def test_a_supervisor_refuses_invalid_options(
    runtime: Runtime, start: Callable[[], Term], answer: str
) -> None:
    process.flag(A.trap_exit, True)

    assert inspect(start()) == f"{{:error, {{:supervisor_data, {answer}}}}}"


def test_system_calls_to_dead_and_unresponsive_processes_exit(runtime: Runtime) -> None:
    pid = process.spawn(_deaf)
    runtime.settle()

    assert said(lambda: sys.get_state(pid, 5)).endswith("** (EXIT) time out")
    assert "(EXIT) no process" in said(lambda: sys.suspend(A.nobody))


def _deaf() -> None:
    process.receive(lambda message: message is A.never)
