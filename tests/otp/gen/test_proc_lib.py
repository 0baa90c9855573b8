"""How processes were started: initial calls, ancestors and priorities, as the BEAM reports them."""

from collections.abc import Iterator

import pytest

from kvshell.otp import agent, dynamic_supervisor, gen_server, supervisor, task, task_supervisor
from kvshell.otp.gen import modules
from kvshell.otp.gen.proc_lib import initial_call, translate_initial_call
from kvshell.runtime import Runtime, process
from kvshell.terms import A, List, Pid, Term, alias, inspect
from tests.nodes import SCHEDULERS, node, said
from tests.otp.lab import Lab


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as made:
        yield made


def calls(answer: Term) -> tuple[str, str]:
    pid: Pid = answer[1]
    return inspect(initial_call(pid)), inspect(translate_initial_call(pid))


def test_each_kind_of_server_has_its_modules_initial_call(rt: Runtime) -> None:
    assert calls(gen_server.start_link(Lab, 1)) == (
        "{Lab.Server, :init, [:Argument__1]}",
        "{Lab.Server, :init, 1}",
    )
    default = (
        "{:supervisor, Supervisor.Default, [:Argument__1]}",
        "{:supervisor, Supervisor.Default, 1}",
    )
    sup = supervisor.start_link([])
    assert calls(sup) == calls(dynamic_supervisor.start_link()) == default
    assert supervisor.callback_module(sup[1]) is alias("Supervisor.Default")
    assert calls(task_supervisor.start_link())[1] == "{:supervisor, Task.Supervisor, 1}"


def test_agents_and_tasks_have_their_functions_as_initial_call(rt: Runtime) -> None:
    modules.define_here("Some", new=lambda: 1)
    code = (alias("Some"), A.new, List())

    assert calls(agent.start_link(code)) == ("{Some, :new, []}", "{Some, :new, 0}")
    assert calls(task.start(lambda: process.sleep(10)))[1].startswith("{")
    waits = (A.timer, A.sleep, [A.infinity])
    modules.define_here(A.timer, sleep=lambda _ms: process.sleep(A.infinity))
    assert calls(task.start_link(waits))[1] == "{:timer, :sleep, 1}"


def test_a_bare_process_has_no_known_initial_call(rt: Runtime) -> None:
    pid = process.spawn(lambda: process.sleep(10))

    assert calls((A.ok, pid)) == ("false", "{:proc_lib, :init_p, 5}")
    assert process.info(pid, A.initial_call) == (A.initial_call, (A.erlang, A.apply, 2))


def test_a_task_under_a_supervisor_knows_ancestors_and_callers(rt: Runtime) -> None:
    me = process.self_()
    _ok, sup = task_supervisor.start_link()

    seen = task_supervisor.async_(sup, lambda: process.get_all())
    found = {inspect(name): value for name, value in task.await_(seen)}
    assert found[':"$ancestors"'] == List([sup, me])
    assert found[':"$callers"'] == List([me])
    assert ':"$initial_call"' in found


def test_the_priority_given_at_start_is_shown(rt: Runtime) -> None:
    """It is shown as `{:priority, :high}`; an unknown option or value is an ArgumentError."""
    high = [(A.priority, A.high), (A.min_heap_size, 500)]
    for answer in (
        gen_server.start_link(Lab, 1, spawn_opt=high),
        agent.start_link(lambda: 1, spawn_opt=high),
        supervisor.start_link([], spawn_opt=high),
        dynamic_supervisor.start_link(spawn_opt=high),
        task_supervisor.start_link(spawn_opt=high),
    ):
        assert process.info(answer[1], A.priority) == (A.priority, A.high)
    for wrong in ([(A.priority, A.lowest)], [A.nope], [(A.nope, 1)]):
        told = said(lambda wrong=wrong: gen_server.start(Lab, 1, spawn_opt=wrong))  # type: ignore[misc]
        assert told == "** (ArgumentError) argument error"


def test_a_process_may_set_its_priority(rt: Runtime) -> None:
    assert process.flag(A.priority, A.low) is A.normal
    assert process.info(process.self_(), A.priority) == (A.priority, A.low)
    assert "2nd argument: invalid value" in said(lambda: process.flag(A.priority, A.lowest))
