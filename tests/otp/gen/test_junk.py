"""OTP's own servers get messages that none of their functions sends, and react as on the BEAM."""

from collections.abc import Callable, Iterator

import pytest

from kvshell.otp import agent, dynamic_supervisor, gen_server, registry, supervisor
from kvshell.runtime import Exit, Runtime, process
from kvshell.terms import A, Atom, Pid, Term, alias, inspect
from tests.nodes import SCHEDULERS, node


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as made:
        process.flag(A.trap_exit, True)
        yield made


def partition() -> Pid:
    registry.start_link(A.unique, alias("R"))
    found: Pid = process.whereis(Atom("Elixir.R.PIDPartition0"))  # type: ignore[assignment]
    process.link(found)
    return found


STARTS: dict[str, Callable[[], Pid]] = {
    "Supervisor": lambda: supervisor.start_link([])[1],
    "DynamicSupervisor": lambda: dynamic_supervisor.start_link()[1],
    "Agent.Server": lambda: agent.start_link(lambda: 1)[1],
    "Registry.Supervisor": lambda: registry.start_link(A.unique, alias("R"))[1],
    "Registry.Partition": partition,
}
CLAUSES = {  # the function without a clause, as the exit reason names it
    "Supervisor": A.supervisor,
    "DynamicSupervisor": alias("DynamicSupervisor"),
    "Agent.Server": alias("Agent.Server"),
    "Registry.Supervisor": A.supervisor,
    "Registry.Partition": alias("Registry.Partition"),
}


def end_of(pid: Pid) -> Term:
    """Return the reason of the exit signal from `pid`, or None if it is alive."""
    if process.alive(pid):
        return None
    return process.receive(lambda m: type(m) is tuple and m[:2] == (A.EXIT, pid))[2]


@pytest.mark.parametrize("kind", STARTS)
def test_an_unknown_call_ends_the_server(rt: Runtime, kind: str) -> None:
    """iex> GenServer.call(sup, :junk)

    ** (exit) exited in: GenServer.call(#PID<0.99.0>, :junk, 5000)
        ** (EXIT) an exception was raised:
            ** (FunctionClauseError) no function clause matching in :supervisor.handle_call/3
    """
    pid = STARTS[kind]()

    with pytest.raises(Exit) as caught:
        gen_server.call(pid, A.junk)

    why, stack = caught.value.reason[0]
    assert why is A.function_clause
    assert stack.items[0][:2] == (CLAUSES[kind], A.handle_call)
    assert stack.items[0][2].items[0] is A.junk
    assert end_of(pid) == (why, stack)


@pytest.mark.parametrize("kind", STARTS)
@pytest.mark.parametrize("junk", [A.junk, (A.x, 1)], ids=repr)
def test_an_unknown_cast_ends_the_server(rt: Runtime, kind: str, junk: Term) -> None:
    """A DynamicSupervisor ignores it; a partition has no handle_cast; the others have no clause."""
    pid = STARTS[kind]()
    gen_server.cast(pid, junk)
    rt.settle()
    reason = end_of(pid)

    if kind == "DynamicSupervisor":
        assert reason is None
    elif kind == "Registry.Partition":
        assert reason[0].get(A.message) == (
            "attempted to cast GenServer R.PIDPartition0 but no handle_cast/2 clause was provided"
        )
    else:
        assert reason[0] is A.function_clause
        assert reason[1].items[0][:2] == (CLAUSES[kind], A.handle_cast)


@pytest.mark.parametrize("kind", STARTS)
@pytest.mark.parametrize("junk", [A.junk, (A.EXIT, 1), (A.DOWN,)], ids=repr)
def test_an_unknown_message_is_logged(rt: Runtime, kind: str, junk: Term) -> None:
    """The supervisors and an agent log it: `Supervisor received unexpected message: :junk`."""
    pid = STARTS[kind]()
    process.send(pid, junk)
    rt.settle()
    reason = end_of(pid)
    told = [event.text for event in rt.drain_events() if event.kind == "unexpected"]

    if kind == "Registry.Partition":
        assert reason[0] is A.function_clause
        assert reason[1].items[0][:2] == (CLAUSES[kind], A.handle_info)
    else:
        assert reason is None
        said = f"received unexpected message in handle_info/2: {inspect(junk)}"
        if "Supervisor" in kind:
            said = f"{kind.removeprefix('Registry.')} received unexpected message: {inspect(junk)}"
        assert said in told[0]
