"""How children are started, managed and restarted. The BEAM's answers are quoted."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kvshell.otp import GenServer, agent, dynamic_supervisor, gen_server, supervisor
from kvshell.otp.gen import modules
from kvshell.otp.supervisor import Supervisor, SupervisorOptions
from kvshell.runtime import Exit, Runtime, Thrown, process
from kvshell.terms import A, Atom, List, Map, Pid, RuntimeError_, Term, inspect
from tests.nodes import SCHEDULERS, node


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as made:
        process.flag(A.trap_exit, True)
        yield made


def child(start: Callable[[], Term], restart: Atom = A.permanent, name: Atom = A.c) -> Map:
    module = modules.define_here(f"Start.{name.name.title()}", start_link=start)
    spec = (module, A.start_link, List())
    return Map({A.id: name, A.start: spec, A.restart: restart})


def works() -> Term:
    return agent.start_link(lambda: 1)


def waits() -> Pid:
    return process.spawn_link(lambda: process.sleep(A.infinity))


def raises(error: BaseException) -> Callable[[], Term]:
    def start() -> Term:
        raise error

    return start


def rows(sup: Pid) -> str:
    """Return `[id: pid]` of the children as text, with `true` for a pid."""
    found = supervisor.which_children(sup)
    return inspect(List([(r[0], True if isinstance(r[1], Pid) else r[1]) for r in found]))


# -- what a start function may return --------------------------------------------------------------

STARTS: dict[str, tuple[Callable[[], Term], str, str]] = {
    # name: start function, the reason from Supervisor.start_link, the error of DynamicSupervisor
    "bad": (lambda: A.bad, ":bad", "{:error, :bad}"),
    "error": (lambda: (A.error, A.why), ":why", "{:error, :why}"),
    "three": (lambda: (A.error, 1, 2), "{:error, 1, 2}", "{:error, {:error, 1, 2}}"),
    "no pid": (lambda: (A.ok, 5), "{:ok, 5}", "{:error, {:ok, 5}}"),
    "no pid, info": (lambda: (A.ok, 5, 6), "{:ok, 5, 6}", "{:error, {:ok, 5, 6}}"),
    "exit": (raises(Exit(A.x)), "{:EXIT, :x}", "{:error, :x}"),
    "throw": (raises(Thrown(A.x)), ":x", "{:error, {{:nocatch, :x}, []}}"),
    "raise": (
        raises(RuntimeError_("x")),
        '{:EXIT, {%RuntimeError{message: "x"}, []}}',
        '{:error, {%RuntimeError{message: "x"}, []}}',
    ),
}


@pytest.mark.parametrize("name", STARTS)
@pytest.mark.parametrize("restart", [A.permanent, A.temporary], ids=repr)
def test_a_failed_start_returns_the_reason(rt: Runtime, name: str, restart: Atom) -> None:
    """iex> Supervisor.start_link([%{id: :c, start: ...}], strategy: :one_for_one)

    {:error, {:shutdown, {:failed_to_start_child, :c, {:EXIT, :x}}}}
    """
    start, failed, dynamic = STARTS[name]
    living = len(process.list_())

    assert inspect(supervisor.start_link([child(start, restart)]), width=None) == (
        f"{{:error, {{:shutdown, {{:failed_to_start_child, :c, {failed}}}}}}}"
    )
    _ok, sup = supervisor.start_link([])
    assert inspect(supervisor.start_child(sup, child(start, restart)), width=None) == (
        f"{{:error, {{{failed}, {{:child, :undefined, :c, {{Start.C, :start_link, []}}, "
        f"{restart!r}, false, 5000, :worker, [Start.C]}}}}}}"
    )
    assert rows(sup) == "[]"
    _ok, dyn = dynamic_supervisor.start_link()
    answer = dynamic_supervisor.start_child(dyn, child(start, restart))
    assert inspect(answer, width=None) == dynamic
    assert dynamic_supervisor.which_children(dyn) == List()
    assert len(process.list_()) == living + 2


def test_a_start_may_return_extra_information(rt: Runtime) -> None:
    """iex> Supervisor.start_child(s, spec)   # {:ok, #PID<0.153.0>, :info}"""

    def start() -> Term:
        return (A.ok, waits(), A.info)

    _ok, sup = supervisor.start_link([child(start)])
    assert rows(sup) == "[c: true]"
    _ok, dyn = dynamic_supervisor.start_link()
    for answer in (
        supervisor.start_child(sup, child(start, name=A.d)),
        dynamic_supervisor.start_child(dyn, child(start)),
    ):
        assert (answer[0], answer[2]) == (A.ok, A.info)
        living = len(process.list_())
        process.exit(answer[1], A.kill)
        rt.settle()
        assert len(process.list_()) == living  # restarted, and only once


def test_a_start_may_return_ignore(rt: Runtime) -> None:
    _ok, sup = supervisor.start_link([child(lambda: A.ignore)])
    assert rows(sup) == "[c: :undefined]"
    _ok, sup = supervisor.start_link([child(lambda: A.ignore, A.temporary)])
    assert rows(sup) == "[]"
    assert supervisor.start_child(sup, child(lambda: A.ignore)) == (A.ok, A.undefined)
    _ok, dyn = dynamic_supervisor.start_link()
    assert dynamic_supervisor.start_child(dyn, child(lambda: A.ignore)) is A.ignore


def test_a_throw_is_a_result_in_a_supervisor_but_an_error_in_a_dynamic_one(rt: Runtime) -> None:
    def start() -> Term:
        raise Thrown((A.ok, waits()))

    _ok, sup = supervisor.start_link([child(start)])
    assert rows(sup) == "[c: true]"
    _ok, dyn = dynamic_supervisor.start_link()
    assert dynamic_supervisor.start_child(dyn, child(start))[0] is A.error


# -- managing children -----------------------------------------------------------------------------


def test_children_can_be_added_terminated_restarted_and_deleted(rt: Runtime) -> None:
    """The answers are those of a Supervisor on the BEAM, in the same order."""
    specs = [
        child(works, name=A.a),
        child(works, A.temporary, A.t),
        child(works, A.transient, A.tr),
    ]
    _ok, sup = supervisor.start_link(specs)

    assert rows(sup) == "[tr: true, t: true, a: true]"
    assert supervisor.start_child(sup, specs[0])[1][0] is A.already_started
    assert supervisor.delete_child(sup, A.a) == (A.error, A.running)
    assert supervisor.restart_child(sup, A.a) == (A.error, A.running)
    assert supervisor.terminate_child(sup, A.a) is A.ok
    assert supervisor.terminate_child(sup, A.a) is A.ok
    assert rows(sup) == "[tr: true, t: true, a: :undefined]"
    assert supervisor.start_child(sup, specs[0]) == (A.error, A.already_present)
    assert inspect(supervisor.count_children(sup)) == (
        "%{active: 2, specs: 3, supervisors: 0, workers: 3}"
    )
    assert supervisor.restart_child(sup, A.a)[0] is A.ok
    assert supervisor.terminate_child(sup, A.t) is A.ok
    assert rows(sup) == "[tr: true, a: true]"
    supervisor.terminate_child(sup, A.a)
    assert supervisor.delete_child(sup, A.a) is A.ok
    assert rows(sup) == "[tr: true]"
    for ask in (supervisor.terminate_child, supervisor.restart_child, supervisor.delete_child):
        assert ask(sup, A.no) == (A.error, A.not_found)
        assert ask(sup, process.self_()) == (A.error, A.not_found)


# -- restarts --------------------------------------------------------------------------------------


class Flaky:
    """A start function that succeeds once and then fails the given number of times."""

    def __init__(self, fails: int) -> None:
        self.fails = fails
        self.pid: Pid | None = None

    def start(self) -> Term:
        if self.pid is not None and self.fails > 0:
            self.fails -= 1
            return (A.error, A.not_yet)
        answer = works()
        self.pid = answer[1]
        return answer


def crash(pid: Pid | None, rt: Runtime) -> None:
    assert pid is not None
    process.exit(pid, A.kill)
    rt.settle()


def test_a_failed_restart_is_retried_and_each_attempt_counts(rt: Runtime) -> None:
    """One restart and two failed attempts make three; a fourth would end the supervisor."""
    flaky = Flaky(2)
    _ok, sup = supervisor.start_link([child(flaky.start)])
    crash(flaky.pid, rt)
    assert rows(sup) == "[c: true]"

    crash(flaky.pid, rt)
    assert not process.alive(sup)

    hopeless = Flaky(9)
    _ok, dyn = dynamic_supervisor.start_link()
    dynamic_supervisor.start_child(dyn, child(hopeless.start))
    crash(hopeless.pid, rt)
    assert not process.alive(dyn)


def test_between_two_attempts_the_supervisor_answers_and_shows_restarting() -> None:
    """iex> Supervisor.which_children(s)   # [{:c, :restarting, :worker, [Start]}]

    Controlled only: on real threads either the question or the next attempt may come first.
    """
    seen: list[str] = []

    class Asks(GenServer):
        def handle_info(self, message: Any, state: Any) -> Term:
            seen.append(rows(message))
            return (A.noreply, state)

    with node("controlled") as rt:
        flaky = Flaky(1)
        _ok, sup = supervisor.start_link([child(flaky.start)])
        _ok, asks = gen_server.start(Asks, 1)
        process.flag(A.trap_exit, True)
        process.exit(flaky.pid, A.kill)  # type: ignore[arg-type]  # it runs
        process.send(asks, sup)
        rt.settle()

        assert seen == ["[c: :restarting]"]
        assert rows(sup) == "[c: true]"


def test_rest_for_one_continues_with_the_child_that_failed(rt: Runtime) -> None:
    begun: list[str] = []

    def counted(name: str, start: Callable[[], Term]) -> Callable[[], Term]:
        def run() -> Term:
            begun.append(name)
            return start()

        return run

    flaky = Flaky(1)
    first = Flaky(0)
    _ok, _sup = supervisor.start_link(
        [
            child(counted("a", first.start), name=A.a),
            child(counted("b", flaky.start), name=A.b),
            child(counted("c", works), name=A.c),
        ],
        SupervisorOptions(A.rest_for_one, max_restarts=9),
    )
    begun.clear()
    crash(first.pid, rt)

    assert begun == ["a", "b", "b", "c"]


def test_significant_children_end_their_supervisor(rt: Runtime) -> None:
    for auto, restart in [
        (A.any_significant, A.temporary),
        (A.any_significant, A.transient),
        (A.all_significant, A.temporary),
    ]:
        spec = child(works, restart).put(A.significant, True)
        options = SupervisorOptions(auto_shutdown=auto)
        _ok, sup = supervisor.start_link([spec, child(works, name=A.other)], options)
        agent.stop(supervisor.which_children(sup).items[1][1])
        rt.settle()
        assert process.receive()[1:] == (sup, A.shutdown)
    spec = child(works).put(A.significant, True)
    options = SupervisorOptions(auto_shutdown=A.any_significant)
    assert inspect(supervisor.start_link([spec], options), width=None) == (
        "{:error, {:start_spec, {:bad_combination, [restart: :permanent, significant: true]}}}"
    )


# -- modules ---------------------------------------------------------------------------------------


def module(answer: Callable[[], Term]) -> type[Supervisor]:
    class Tree(Supervisor, restart=A.temporary):
        module = "Lab.Tree"

        def init(self, arg: Any) -> Term:
            return answer()

        @classmethod
        def start_link(cls, arg: Any) -> Term:
            return supervisor.start_link(cls, arg)

    return Tree


def test_a_supervisor_is_a_module_and_a_child(rt: Runtime) -> None:
    inner = module(lambda: supervisor.init([child(works)]))
    _ok, sup = supervisor.start_link([(inner, 1)])

    assert inspect(supervisor.child_spec((inner, 1)), width=None) == (
        "%{id: Lab.Tree, restart: :temporary, start: {Lab.Tree, :start_link, [1]}, "
        "type: :supervisor}"
    )
    ((_id, pid, kind, modules_),) = supervisor.which_children(sup)
    assert (kind, inspect(modules_)) == (A.supervisor, "[Lab.Tree]")
    assert rows(pid) == "[c: true]"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda: A.ignore, ":ignore"),
        (lambda: A.bad, "{:error, {:bad_return, {Lab.Tree, :init, :bad}}}"),
        (lambda: (A.ok, 5), "{:error, {:bad_return, {Lab.Tree, :init, {:ok, 5}}}}"),
        (raises(RuntimeError_("x")), '{:error, {%RuntimeError{message: "x"}, []}}'),
        (raises(Exit(A.x)), "{:error, :x}"),
        (raises(Thrown(A.x)), "{:error, {:bad_return_value, :x}}"),
    ],
)
def test_an_invalid_init_of_a_supervisor_module_is_an_error(
    rt: Runtime, answer: Callable[[], Term], told: str
) -> None:
    """The errors are those of `Supervisor.start_link(M, arg)` on the BEAM."""
    assert inspect(supervisor.start_link(module(answer), 1), width=None) == told
