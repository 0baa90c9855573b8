"""Agents: functions by name, and functions of the wrong arity; as on the BEAM."""

from collections.abc import Callable, Iterator

import pytest

from kvshell.otp import agent, supervisor
from kvshell.otp.agent import Agent
from kvshell.otp.gen import modules
from kvshell.runtime import Runtime, process
from kvshell.terms import A, Pid, Term, alias, inspect
from tests.nodes import SCHEDULERS, node, said

MATHS = alias("Maths")


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as made:
        modules.define_here(
            "Maths",
            zero=lambda: 0,
            add=lambda state, number: state + number,
            next=lambda state: (state, state + 1),
        )
        yield made


def test_an_agent_runs_functions_given_by_module_and_name(rt: Runtime) -> None:
    _ok, pid = agent.start((MATHS, A.zero, []))

    assert agent.update(pid, (MATHS, A.add, [5])) is A.ok
    assert agent.get(pid, (MATHS, A.add, [1])) == 6
    assert agent.get_and_update(pid, (MATHS, A.next, [])) == 5
    assert agent.cast(pid, (MATHS, A.add, [10])) is A.ok
    assert agent.get(pid, lambda state: state) == 16


WRONG: dict[str, Callable[[Pid], Term]] = {
    "Agent.get/3": lambda pid: agent.get(pid, lambda: 1),
    "Agent.update/3": lambda pid: agent.update(pid, lambda _a, _b: 1),
    "Agent.cast/2": lambda pid: agent.cast(pid, lambda: 1),
    "Agent.get_and_update/3": lambda pid: agent.get_and_update(pid, lambda: 1),
    "Agent.start/2": lambda _pid: agent.start(lambda _x: 1),
}


@pytest.mark.parametrize("function", WRONG)
def test_a_function_of_another_arity_is_refused_in_the_caller(rt: Runtime, function: str) -> None:
    """iex> Agent.get(a, fn -> 1 end); Process.alive?(a)   # FunctionClauseError; true"""
    _ok, pid = agent.start(lambda: 1)

    assert said(lambda: WRONG[function](pid)) == (
        f"** (FunctionClauseError) no function clause matching in {function}"
    )
    assert process.alive(pid)


def test_an_agent_is_a_child(rt: Runtime) -> None:
    class Counter(Agent, restart=A.transient):
        @classmethod
        def start_link(cls, first: int) -> Term:
            return agent.start_link(lambda: first)

    spec = agent.child_spec((MATHS, A.zero, []))
    assert inspect(spec, width=None) == (
        "%{id: Agent, start: {Agent, :start_link, [{Maths, :zero, []}]}}"
    )
    _ok, sup = supervisor.start_link([spec, (Counter, 7)])
    values = [agent.get(row[1], lambda n: n) for row in supervisor.which_children(sup)]
    assert values == [7, 0]
