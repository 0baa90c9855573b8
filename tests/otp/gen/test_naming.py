"""Names that are more than an atom, and names on other nodes; on both schedulers."""

from collections.abc import Iterator

import pytest

from kvshell.otp import agent, gen_server, sys
from kvshell.otp.gen import modules as code
from kvshell.otp.gen import naming
from kvshell.runtime import Runtime, process
from kvshell.terms import A, Atom, Pid, Term, alias, inspect
from tests.nodes import SCHEDULERS, node, said
from tests.otp.lab import Lab

NO_PROCESS = (
    "    ** (EXIT) no process: the process is not alive or there's no process currently associated "
    "with the given name, possibly because its application isn't started"
)


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as runtime:
        yield runtime


def test_11_24_a_global_name_is_any_term(rt: Runtime) -> None:
    name = (A.global_, "any term")
    _ok, pid = gen_server.start(Lab, A.b, name=name)

    assert gen_server.call(name, A.state) is A.b
    assert gen_server.whereis(name) is pid
    assert gen_server.start(Lab, A.b, name=name) == (A.error, (A.already_started, pid))
    assert gen_server.stop(name) is A.ok
    assert gen_server.whereis(name) is None


def test_11_24_an_invalid_name_is_refused(rt: Runtime) -> None:
    assert said(lambda: gen_server.start(Lab, A.b, name="string")) == (  # type: ignore[arg-type]
        "** (ArgumentError) expected :name option to be one of the following:\n\n"
        "  * nil\n  * atom\n  * {:global, term}\n  * {:via, module, term}\n\n"
        'Got: "string"'
    )
    assert gen_server.start(Lab, A.b, name=None)[0] is A.ok


def test_a_global_name_is_free_after_death(rt: Runtime) -> None:
    name = (A.global_, (A.store, 1))
    _ok, pid = agent.start(lambda: 1, name=name)
    process.exit(pid, A.kill)
    assert not process.alive(pid)

    assert agent.start(lambda: 2, name=name)[0] is A.ok
    assert agent.get(name, lambda state: state) == 2
    agent.stop(name)
    assert len(rt.names) == 0


def test_a_process_may_have_several_global_names_and_loses_all(rt: Runtime) -> None:
    pid = process.spawn(process.receive)
    for term in (1, 1.0, "one"):
        assert naming.register_name(term, pid) is A.yes
    assert naming.register_name("one", process.self_()) is A.no

    assert naming.whereis_name(1.0) is pid
    naming.unregister_name(1.0)
    assert naming.whereis_name(1.0) is None
    process.exit(pid, A.kill)
    assert not process.alive(pid)
    assert len(rt.names) == 0


def test_11_5_an_unknown_global_name_exits_with_noproc(rt: Runtime) -> None:
    name = (A.global_, A.nobody)

    assert said(lambda: gen_server.call(name, A.x)) == (
        f"** (exit) exited in: GenServer.call({{:global, :nobody}}, :x, 5000)\n{NO_PROCESS}"
    )
    assert gen_server.cast(name, A.x) is A.ok
    assert said(lambda: sys.suspend(name)).endswith(NO_PROCESS)


def test_11_5_a_name_on_another_node_exits_with_nodedown(rt: Runtime) -> None:
    there = (A.nobody, Atom("other@host"))

    assert said(lambda: gen_server.call(there, A.x)) == (
        "** (exit) exited in: GenServer.call({:nobody, :other@host}, :x, 5000)\n"
        "    ** (EXIT) no connection to other@host"
    )
    assert gen_server.cast(there, A.x) is A.ok
    assert "no connection to other@host" in said(lambda: gen_server.stop(there))


def test_any_module_with_the_three_functions_works_as_via(rt: Runtime) -> None:
    kept: dict[str, Pid] = {}

    def register_name(name: str, pid: Pid) -> Term:
        if name in kept:
            return A.no
        kept[name] = pid
        return A.yes

    def unregister_name(name: str) -> Term:
        del kept[name]
        return A.ok

    module = code.define(
        "Phonebook",
        register_name=register_name,
        unregister_name=unregister_name,
        whereis_name=lambda name: kept.get(name, A.undefined),
    )
    name = (A.via, module, "one")
    _ok, pid = gen_server.start(Lab, A.st, name=name)

    assert gen_server.call(name, A.state) is A.st
    assert gen_server.start(Lab, A.st, name=name) == (A.error, (A.already_started, pid))
    assert gen_server.start(Lab, (A.stop, A.no_way), name=(A.via, module, "two")) == (
        A.error,
        A.no_way,
    )
    assert kept == {"one": pid}


def test_a_missing_via_module_is_an_error(rt: Runtime) -> None:
    name = (A.via, alias("Nope"), 1)

    assert said(lambda: gen_server.whereis(name)) == (
        "** (UndefinedFunctionError) function Nope.whereis_name/1 is undefined (module Nope is not "
        "available)"
    )


def test_an_exit_names_the_server_as_the_caller_did(rt: Runtime) -> None:
    name = (A.global_, A.it)
    gen_server.start(Lab, A.st, name=name)

    assert said(lambda: gen_server.call(name, (A.exit, A.why))).startswith(
        f"** (exit) exited in: GenServer.call({inspect(name)}, {{:exit, :why}}, 5000)"
    )
