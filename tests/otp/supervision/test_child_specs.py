"""Specifications are validated before anything starts. The BEAM's answers are quoted."""

from collections.abc import Iterator
from typing import Any

import pytest

from kvshell.otp import agent, dynamic_supervisor, supervisor
from kvshell.otp.child_spec import ChildSpec
from kvshell.otp.gen import modules
from kvshell.otp.supervisor import SupervisorOptions
from kvshell.runtime import Runtime, process
from kvshell.terms import A, Atom, List, Map, Term, alias, inspect
from tests.nodes import SCHEDULERS, node, said


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as made:
        process.flag(A.trap_exit, True)
        yield made


def works() -> Map:
    """Return the specification of a child that can start."""

    def start() -> Term:
        return agent.start_link(lambda: 1)

    module = modules.define_here("Start.B", start_link=start)
    return Map({A.id: A.b, A.start: (module, A.start_link, List())})


GOOD: dict[Atom, Any] = {A.id: A.a, A.start: (alias("Agent"), A.start_link, List())}
WRONG: dict[str, tuple[dict[Atom, Any], str, str]] = {
    # Wrong fields, then the errors of Supervisor and DynamicSupervisor.
    "id": ({A.id: ...}, ":missing_id", "invalid"),
    "start": ({A.start: ...}, ":missing_start", "invalid"),
    "start 5": ({A.start: 5}, "{:invalid_mfa, 5}", "invalid"),
    "mfa args": (
        {A.start: (alias("Nope"), A.x, 5)},
        "{:invalid_mfa, {Nope, :x, 5}}",
        "{:invalid_mfa, {Nope, :x, 5}}",
    ),
    "mfa module": (
        {A.start: (1, A.x, List())},
        "{:invalid_mfa, {1, :x, []}}",
        "{:invalid_mfa, {1, :x, []}}",
    ),
    "mfa short": ({A.start: (alias("Nope"), A.x)}, "{:invalid_mfa, {Nope, :x}}", "invalid"),
    "restart": (
        {A.restart: A.permament},
        "{:invalid_restart_type, :permament}",
        "{:invalid_restart_type, :permament}",
    ),
    "shutdown": (
        {A.shutdown: A.soon},
        "{:invalid_shutdown, :soon}",
        "{:invalid_shutdown, :soon}",
    ),
    "shutdown -1": ({A.shutdown: -1}, "{:invalid_shutdown, -1}", "{:invalid_shutdown, -1}"),
    "shutdown 1.5": ({A.shutdown: 1.5}, "{:invalid_shutdown, 1.5}", "{:invalid_shutdown, 1.5}"),
    "modules": ({A.modules: 5}, "{:invalid_modules, 5}", "{:invalid_modules, 5}"),
    "module": ({A.modules: List([1])}, "{:invalid_module, 1}", "{:invalid_modules, [1]}"),
    "significant": (
        {A.significant: True},
        "{:bad_combination, [auto_shutdown: :never, significant: true]}",
        "",
    ),
    "significant?": ({A.significant: A.yes}, "{:invalid_significant, :yes}", ""),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_invalid_specification_starts_nothing(rt: Runtime, name: str) -> None:
    """iex> Supervisor.start_link([%{id: :a, start: 5}], strategy: :one_for_one)

    {:error, {:start_spec, {:invalid_mfa, 5}}}
    """
    changes, static, dynamic = WRONG[name]
    spec = Map({k: v for k, v in {**GOOD, **changes}.items() if v is not ...})

    assert inspect(supervisor.start_link([works(), spec]), width=None) == (
        f"{{:error, {{:start_spec, {static}}}}}"
    )
    _ok, sup = supervisor.start_link([])
    assert inspect(supervisor.start_child(sup, spec), width=None) == f"{{:error, {static}}}"
    if dynamic:
        _ok, dyn = dynamic_supervisor.start_link()
        told = f"{{:invalid_child_spec, {inspect(spec)}}}" if dynamic == "invalid" else dynamic
        answer = dynamic_supervisor.start_child(dyn, spec)
        assert inspect(answer, width=None) == f"{{:error, {told}}}"


def test_an_invalid_child_type_is_refused(rt: Runtime) -> None:
    spec = Map({**GOOD, A.type: A.boss})
    assert inspect(supervisor.start_link([spec])) == (
        "{:error, {:start_spec, {:invalid_child_type, :boss}}}"
    )
    _ok, dyn = dynamic_supervisor.start_link()
    assert said(lambda: dynamic_supervisor.start_child(dyn, spec)) == (
        "** (CaseClauseError) no case clause matching: :boss"
    )


def test_invalid_supervisor_flags_are_refused(rt: Runtime) -> None:
    for options, why in [
        (SupervisorOptions(A.x), "{:invalid_strategy, :x}"),
        (SupervisorOptions(max_restarts=-1), "{:invalid_intensity, -1}"),
        (SupervisorOptions(max_seconds=0), "{:invalid_period, 0}"),
    ]:
        told = f"{{:error, {{:supervisor_data, {why}}}}}"
        assert inspect(supervisor.start_link([], options)) == told
        assert inspect(dynamic_supervisor.start_link(options)) == told
    assert inspect(dynamic_supervisor.start_link(max_children=-1)) == (
        "{:error, {:supervisor_data, {:invalid_max_children, -1}}}"
    )
    assert inspect(dynamic_supervisor.start_link(extra_arguments=1)) == (
        "{:error, {:supervisor_data, {:invalid_extra_arguments, 1}}}"
    )


def test_a_module_without_child_spec_is_refused(rt: Runtime) -> None:
    modules.define_here("Plain", other=lambda: 1)
    assert said(lambda: supervisor.start_link([alias("Plain")])).startswith(
        "** (ArgumentError) The module Plain was given as a child to a supervisor\n"
        "but it does not implement child_spec/1.\n"
    )
    assert said(lambda: supervisor.child_spec(alias("Nope"))) == (
        "** (ArgumentError) The module Nope was given as a child to a supervisor but it does not "
        "exist."
    )


def test_fields_of_a_specification_can_be_overridden(rt: Runtime) -> None:
    """iex> Supervisor.child_spec(%{id: 1, start: {A, :b, []}}, id: :x, shutdown: 3)

    %{id: :x, shutdown: 3, start: {A, :b, []}}
    """
    spec = {"id": 1, "start": (alias("A"), A.b, List())}
    changed = supervisor.child_spec(spec, {"id": A.x, "shutdown": 3})
    assert inspect(changed) == "%{id: :x, shutdown: 3, start: {A, :b, []}}"
    assert said(lambda: supervisor.child_spec(spec, {"foo": 1})) == (
        "** (ArgumentError) unknown key :foo in child specification override"
    )


START = (alias("Nope"), A.x, List())


@pytest.mark.parametrize(
    "spec",
    [
        ChildSpec(A.a, (alias("Nope"), A.x)),  # type: ignore[arg-type]  # wrong, as are the others
        ChildSpec(A.a, (alias("Nope"), A.x, 5)),  # type: ignore[arg-type]
        ChildSpec(A.a, (1, A.x, List())),  # type: ignore[arg-type]
        ChildSpec(A.a, START, A.permament),
        ChildSpec(A.a, START, shutdown=A.soon),
        ChildSpec(A.a, START, shutdown=-1),
        ChildSpec(A.a, START, callback_modules=5),
        ChildSpec(A.a, START),
        ChildSpec(A.a, START, type=A.supervisor),
        ChildSpec(A.a, START, A.temporary, A.brutal_kill, callback_modules=A.dynamic),
    ],
    ids=str,
)
def test_a_child_spec_is_validated_as_the_map_that_it_prints_as(
    rt: Runtime, spec: ChildSpec
) -> None:
    _ok, dyn = dynamic_supervisor.start_link()

    answer = dynamic_supervisor.start_child(dyn, spec)
    of_map = dynamic_supervisor.start_child(dyn, spec.as_map())

    assert answer[0] is A.error
    assert inspect(answer) == inspect(of_map)
