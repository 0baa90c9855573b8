"""sys: terminate, change_code, install, remove, get_log, and debug options at the start."""

from collections.abc import Iterator
from typing import Any

import pytest

from kvshell.otp import GenServer, agent, dynamic_supervisor, gen_server, sys
from kvshell.otp.dynamic_supervisor import DynamicSupervisor
from kvshell.runtime import Runtime, process
from kvshell.terms import A, List, Map, Term, alias, inspect
from tests.nodes import SCHEDULERS, node, said


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as made:
        yield made


def test_terminate_answers_and_then_ends_the_server(rt: Runtime) -> None:
    _ok, pid = agent.start(lambda: 1)
    assert sys.terminate(pid, A.normal) is A.ok
    rt.settle()
    assert not process.alive(pid)


def test_change_code_requires_a_suspended_server(rt: Runtime) -> None:
    """The answers are those of an agent on the BEAM, in the same order."""
    _ok, pid = agent.start(lambda: 1)
    module = alias("Agent.Server")
    more = agent.function(lambda state: state + 1)
    asked = sys.change_code(pid, module, None, more)
    assert asked[0] is A.error
    assert asked[1][0] is A.unknown_system_msg
    sys.suspend(pid)
    assert sys.change_code(pid, module, None, more) is A.ok
    raising = agent.function(lambda state: state / 0)
    assert sys.change_code(pid, module, None, raising)[1][0] is A.EXIT
    sys.resume(pid)
    assert sys.get_state(pid) == 2


def test_a_dynamic_supervisor_asks_its_module_again(rt: Runtime) -> None:
    """As on the BEAM, `:sys.change_code` calls the module's init again."""
    answers: list[Term] = [(A.ok, Map())]

    class Changing(DynamicSupervisor):
        def init(self, arg: Any) -> Term:
            return answers[-1]

    _ok, pid = dynamic_supervisor.start_link(Changing, 1)

    def change(answer: Term) -> str:
        answers.append(answer)
        sys.suspend(pid)
        told = sys.change_code(pid, A.gen_server, 123, A.extra)
        sys.resume(pid)
        return inspect(told)

    wrong = "{:error, {:error, {:supervisor_data, {:invalid_period, 0}}}}"
    assert change((A.ok, Map({A.period: 0}))) == wrong
    assert change(A.unknown) == "{:error, :unknown}"
    assert change(A.ignore) == ":ok"
    assert change((A.ok, Map({A.max_children: 0}))) == ":ok"
    child = {"id": 1, "start": (A.m, A.f, List())}
    assert dynamic_supervisor.start_child(pid, child) == (A.error, A.max_children)


def test_change_code_returns_the_callbacks_error_unchanged(rt: Runtime) -> None:
    class Refusing(GenServer):
        def init(self, arg: Any) -> Term:
            return (A.ok, arg)

        def code_change(self, old_version: Any, state: Any, extra: Any) -> Term:
            return (A.error, extra)

    _ok, pid = gen_server.start(Refusing, 1)
    sys.suspend(pid)
    assert sys.change_code(pid, A.m, 1, A.x) == (A.error, (A.error, A.x))


def test_an_installed_function_gets_every_event_until_it_is_done(rt: Runtime) -> None:
    heard: list[Term] = []

    def counts(state: Any, event: Term, _name: Term) -> Term:
        heard.append((state, event[0]))
        return state + 1

    _ok, pid = agent.start(lambda: 1)
    assert sys.install(pid, (counts, 0)) is A.ok
    agent.get(pid, lambda state: state)
    assert heard == [(0, A.in_), (1, A.out)]
    assert sys.remove(pid, counts) is A.ok
    agent.get(pid, lambda state: state)
    assert len(heard) == 2

    once: list[Term] = []

    def one(_state: Any, event: Term, _name: Term) -> Term:
        once.append(event[0])
        return A.done

    sys.install(pid, (A.mine, one, 0))
    agent.get(pid, lambda state: state)
    assert once == [A.in_]


def test_the_log_keeps_and_returns_events(rt: Runtime) -> None:
    _ok, pid = gen_server.start(GenServer, 1, debug=[(A.log, 1)])
    assert sys.get_log(pid) == List()
    process.send(pid, A.hello)
    rt.settle()
    assert inspect(sys.get_log(pid)) == "[noreply: 1]"


def test_an_exit_of_replace_state_names_the_function(rt: Runtime) -> None:
    """iex> :sys.replace_state(:nope, fun)

    {:noproc, {:sys, {:replace_state, #Function<...>}, [:nope]}}
    """
    with pytest.raises(BaseException) as caught:  # noqa: PT011  # an Exit
        sys.replace_state(A.nope, lambda state: state)
    reason: Any = caught.value.args[0]
    assert reason[0] is A.noproc
    assert reason[1][:1] == (A.sys,)
    assert reason[1][1][0] is A.replace_state
    assert reason[1][2] == List([A.nope])


def test_format_status_can_hide_parts_of_the_state(rt: Runtime) -> None:
    class Secret(GenServer):
        module = "Lab.Secret"

        def format_status(self, reason: Any, dictionary_and_state: Any) -> Term:
            return A.hidden if reason is A.terminate else List([(A.data, List([(1, A.hidden)]))])

    _ok, pid = gen_server.start(Secret, A.password)
    assert "password" not in inspect(sys.get_status(pid))
    assert said(lambda: gen_server.call(pid, A.nope)).startswith("** (exit)")
    (event,) = rt.drain_events()
    assert "State: :hidden" in event.text
