"""How a supervisor starts: children that decline, children that fail, and what remains."""

from collections.abc import Callable, Iterator

import pytest

from kvshell.otp import agent, dynamic_supervisor, gen_server, supervisor
from kvshell.otp.gen import modules as code
from kvshell.runtime import Exit, Runtime, process
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


def test_a_child_that_returns_ignore_is_kept_without_a_pid_unless_temporary(rt: Runtime) -> None:
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
def test_a_failing_child_ends_earlier_ones_and_the_start(rt: Runtime, answer: Term) -> None:
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


def dies_before() -> Term:
    """Start a server that exits in `init`, before it has acknowledged its start."""
    return gen_server.start_link(Dying, A.before)


def dies_after() -> Term:
    """Start a server that exits right after it has acknowledged its start."""
    return gen_server.start_link(Dying, A.after)


class Dying(gen_server.GenServer):
    module = "Dying"

    def init(self, arg: object) -> Term:
        if arg is A.before:
            raise Exit(A.gone)
        return (A.ok, arg, (A.continue_, A.die))

    def handle_continue(self, what: object, state: Term) -> Term:
        return (A.stop, A.gone, state)


@pytest.mark.parametrize("start", [dies_before, dies_after])
def test_a_child_that_dies_at_its_start_leaves_nothing_behind(
    rt: Runtime, start: Callable[[], Term]
) -> None:
    """It is started once and restarted until the supervisor gives up, and always dies."""
    supervisor.start_link([child(1, works), child(2, start, A.permanent)])
    rt.settle()

    assert rt.processes() == [process.self_()]
    assert (len(rt.slots), len(rt.aliases), len(rt.names)) == (0, 0, 0)


@pytest.mark.parametrize("start", [dies_before, dies_after])
def test_a_dynamic_child_that_dies_at_its_start_leaves_nothing_behind(
    rt: Runtime, start: Callable[[], Term]
) -> None:
    _ok, sup = dynamic_supervisor.start_link()
    for _ in range(3):
        dynamic_supervisor.start_child(sup, child(1, start, A.temporary))
    rt.settle()

    assert rt.processes() == [process.self_(), sup]
    assert inspect(dynamic_supervisor.count_children(sup)) == (
        "%{active: 0, specs: 0, supervisors: 0, workers: 0}"
    )
    assert rt.observe(sup).links == (process.self_(),)  # type: ignore[union-attr]
