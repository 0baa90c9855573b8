"""How a supervisor starts: children that decline, that fail, and what is left then."""

from collections.abc import Callable, Iterator

import pytest

from kvshell.otp import agent, code, supervisor
from kvshell.runtime import Runtime, process
from kvshell.terms import A, Atom, List, Pid, Term, inspect
from tests.nodes import SCHEDULERS, node


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as made:
        process.flag(A.trap_exit, True)
        yield made


def child(number: int, start: Callable[[], Term], restart: Atom = A.permanent) -> dict[str, Term]:
    module = code.define(f"Start{number}", start_link=start)
    return {"id": number, "start": (module, A.start_link, List()), "restart": restart}


def works() -> Term:
    return agent.start_link(lambda: 1)


def test_a_child_that_declines_is_kept_without_a_pid_unless_it_is_temporary(rt: Runtime) -> None:
    specs = [
        child(1, works),
        child(2, lambda: A.ignore),
        child(3, lambda: A.ignore, A.temporary),
    ]

    _ok, sup = supervisor.start_link(specs)

    rows = supervisor.which_children(sup)
    assert [row[0] for row in rows] == [2, 1]
    assert rows.items[0][1] is A.undefined
    assert inspect(supervisor.count_children(sup)) == (
        "%{active: 1, specs: 2, supervisors: 0, workers: 2}"
    )


@pytest.mark.parametrize("answer", [(A.error, A.no_disk), A.nonsense])
def test_a_child_that_fails_ends_those_before_it_and_the_start(rt: Runtime, answer: Term) -> None:
    begun: list[Pid] = []

    def begins() -> Term:
        ok, pid = works()
        begun.append(pid)
        return (ok, pid)

    reason = A.no_disk if answer is not A.nonsense else A.nonsense
    failed = (A.shutdown, (A.failed_to_start_child, 2, reason))

    assert supervisor.start_link([child(1, begins), child(2, lambda: answer)]) == (A.error, failed)

    assert [process.alive(pid) for pid in begun] == [False]
    assert process.receive()[2] == failed
    rt.settle()
    assert rt.processes() == [process.self_()]
