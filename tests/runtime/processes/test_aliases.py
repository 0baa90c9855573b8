"""Aliases, the process dictionary, and more of Process; docstrings quote the BEAM's answers."""

from collections.abc import Iterator

import pytest

from kvshell.otp import gen_server
from kvshell.runtime import Runtime, process
from kvshell.terms import A, List, Ref, alias, inspect
from tests.nodes import SCHEDULERS, node, said


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as made:
        yield made


def test_an_alias_delivers_messages_until_it_is_deactivated(rt: Runtime) -> None:
    ref = process.alias()
    assert process.send(ref, A.one) is A.one
    assert process.unalias(ref) is True
    assert process.unalias(ref) is False
    assert process.send(ref, A.two) is A.two

    assert process.flush() == [A.one]


def test_a_reply_alias_ends_with_the_first_message(rt: Runtime) -> None:
    ref = process.alias(A.reply)
    for message in (A.one, A.two):
        process.send(ref, message)

    assert process.flush() == [A.one]
    assert process.unalias(ref) is False


def test_a_demonitor_alias_ends_with_its_monitor(rt: Runtime) -> None:
    pid = process.spawn(process.receive)
    ref = process.monitor(pid, alias=A.demonitor)
    process.send(ref, A.one)
    process.demonitor(ref)
    process.send(ref, A.two)
    assert process.flush() == [A.one]

    ref = process.monitor(pid, alias=A.reply_demonitor)
    process.send(ref, A.one)
    process.exit(pid, A.kill)
    rt.settle()
    assert process.flush() == [A.one]  # but no :DOWN arrives

    ref = process.monitor(pid, alias=A.explicit_unalias)
    assert process.receive() == (A.DOWN, ref, A.process, pid, A.noproc)
    process.send(ref, A.three)
    assert process.flush() == [A.three]


def test_an_alias_ends_with_its_process(rt: Runtime) -> None:
    me = process.self_()
    process.spawn(lambda: process.send(me, process.alias()))
    ref = process.receive()
    rt.settle()

    assert process.send(ref, A.late) is A.late
    assert len(rt.aliases) == 0


def test_reply_accepts_the_from_of_a_call(rt: Runtime) -> None:
    """iex> GenServer.reply({1, 2}, :x)   # :ok, as for anything that is not a caller."""
    me = process.self_()
    assert gen_server.reply((1, 2), A.x) is A.ok  # type: ignore[arg-type]
    assert gen_server.reply((A.nobody, A.tag), A.x) is A.ok  # type: ignore[arg-type]
    assert gen_server.reply((me, A.tag), A.x) is A.ok
    assert process.flush() == [(A.tag, A.x)]
    ref = process.alias()
    tag = List((A.alias,), ref)
    gen_server.reply((me, tag), A.x)
    assert process.flush() == [(tag, A.x)]
    outer = List((tag,), A.foo)
    gen_server.reply((me, outer), A.x)
    assert process.flush() == [(outer, A.x)]
    no_clause = "** (FunctionClauseError) no function clause matching in :gen.reply/2"
    assert said(lambda: gen_server.reply(5, A.x)) == no_clause  # type: ignore[arg-type]
    assert said(lambda: gen_server.reply((1, 2, 3), A.x)) == no_clause  # type: ignore[arg-type]


def test_the_process_dictionary_stores_values(rt: Runtime) -> None:
    assert process.put(A.a, 1) is None
    assert process.put(A.a, 2) == 1
    assert process.put(1, A.int) is None
    assert process.put(1.0, A.float) is None
    assert (process.get(A.a), process.get(A.none), process.get(A.none, 5)) == (2, None, 5)
    assert process.get_keys() == List([A.a, 1, 1.0])
    assert process.get_keys(2) == List([A.a])
    assert process.delete(A.a) == 2
    assert process.get_all() == List([(1, A.int), (1.0, A.float)])
    assert inspect(process.info(process.self_(), A.dictionary)) == (
        "{:dictionary, [{1, :int}, {1.0, :float}]}"
    )


def test_a_down_names_the_process_as_it_was_monitored(rt: Runtime) -> None:
    """iex> Process.info(self(), :monitors)   # {:monitors, [process: {:aa, :nonode@nohost}]}"""
    pid = process.spawn(process.receive)
    process.register(pid, A.aa)
    process.monitor(A.aa)
    own = process.monitor(process.self_())

    assert type(own) is Ref
    assert inspect(process.info(process.self_(), A.monitors)) == (
        "{:monitors, [process: {:aa, :nonode@nohost}]}"
    )


def test_spawn_monitor_reports_the_end(rt: Runtime) -> None:
    pid, ref = process.spawn_monitor(lambda: 1)

    assert process.receive() == (A.DOWN, ref, A.process, pid, A.normal)


def test_a_hibernating_process_continues_with_another_function(rt: Runtime) -> None:
    me = process.self_()
    pid = process.spawn(
        lambda: process.hibernate(lambda: process.send(me, (A.woke, process.receive())))
    )
    rt.settle()
    process.send(pid, A.hello)

    assert process.receive() == (A.woke, A.hello)
    rt.settle()
    assert not process.alive(pid)


def test_a_timer_can_have_an_absolute_time(rt: Runtime) -> None:
    process.send_after(process.self_(), A.now, rt.now_ms() - 10, abs=True)
    timer = process.send_after(process.self_(), A.later, rt.now_ms() + 60_000, abs=True)

    assert process.receive() is A.now
    assert 59_000 < process.cancel_timer(timer) <= 60_000


def test_names_on_other_nodes_are_not_found(rt: Runtime) -> None:
    """iex> GenServer.whereis({:name, :other})   # {:name, :other}"""
    assert gen_server.whereis((A.name, A.other)) == (A.name, A.other)
    assert gen_server.whereis((A.name, process.NODE)) is None
    for name in ((A.via, alias("Nope"), 1), (A.via, alias("Registry"), (A.nope, 1))):
        assert gen_server.cast(name, 1) is A.ok
