"""Group leaders: one for each client, inherited by spawned processes."""

from collections.abc import Iterator

import pytest

from kvshell.runtime import Runtime, group_leader, process
from kvshell.runtime.processes.naming import current_process
from kvshell.runtime.processes.thread_context import carrier
from kvshell.terms import A, List, Pid, Term
from tests.nodes import SCHEDULERS, node, said


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as made:
        yield made


def asked_by(label: str) -> Pid:
    """Return the group leader that a new process with this label gets."""
    me = process.self_()
    process.spawn(lambda: process.send(me, process.group_leader()), label=label)
    found: Pid = process.receive()
    return found


def ask(leader: Pid, request: Term) -> Term:
    process.send(leader, (A.io_request, process.self_(), 1, request))
    return process.receive()


def test_spawned_processes_inherit_the_clients_leader(rt: Runtime) -> None:
    mine = process.group_leader()

    assert process.group_leader() is mine
    assert asked_by("function") is mine
    assert asked_by("client b") is not mine


def test_each_text_is_an_event_of_the_current_line(rt: Runtime) -> None:
    leader = process.group_leader()
    with rt.one_line(7):
        assert ask(leader, (A.put_chars, A.unicode, "hello\n")) == (A.io_reply, 1, A.ok)
        assert ask(leader, (A.put_chars, List([104, List(["i"])]))) == (A.io_reply, 1, A.ok)
        assert ask(leader, A.nonsense) == (A.io_reply, 1, (A.error, A.request))
    rt.settle()

    told = [(event.kind, event.text, event.line) for event in rt.drain_events()]
    assert told == [("output", "hello\n", 7), ("output", "hi", 7)]


def test_another_process_may_be_the_leader(rt: Runtime) -> None:
    me = process.self_()
    assert process.set_group_leader(me, me) is True

    assert process.group_leader() is me
    assert asked_by("function") is me
    assert process.info(me, A.group_leader) == (A.group_leader, me)


def test_a_dead_process_gets_no_leader_but_may_be_one(rt: Runtime) -> None:
    """On the BEAM the two calls give badarg and true."""
    me, dead = process.self_(), process.spawn(lambda: None)
    rt.settle()

    assert said(lambda: process.set_group_leader(dead, me)) == "** (ArgumentError) argument error"
    assert process.set_group_leader(me, dead) is True
    assert group_leader.put_chars(dead, "x") == (A.error, A.terminated)


def test_printing_waits_for_the_devices_answer(rt: Runtime) -> None:
    me = process.self_()

    def answers_once() -> None:
        process.send(me, process.receive())
        answer(me)

    device = process.spawn(answers_once)

    assert group_leader.put_chars(device, "hello\n") is A.ok
    tag, asker, _ref, request = process.receive()
    assert (tag, asker) == (A.io_request, me)
    assert request == (A.put_chars, A.unicode, "hello\n")


def answer(asker: Pid) -> None:
    """Reply `:ok` to the single I/O request that the test has received."""
    (ref,) = current_process(carrier()).watchers or {}
    process.send(asker, (A.io_reply, ref, A.ok))
