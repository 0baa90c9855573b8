"""Clauses declared never to wait run on the caller's thread, unobservably; waiting is a fault."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from kvshell.otp import agent, gen_server, sys
from kvshell.otp.gen.callbacks import From, GenServer
from kvshell.runtime import Exit, Runtime, process
from kvshell.runtime.schedule.controlled import Controlled
from kvshell.terms import A, Capture, Function, Pid, RuntimeError_, Term, inspect
from tests.nodes import SCHEDULERS, node, said


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as runtime:
        yield runtime


@pytest.fixture
def free() -> Iterator[Runtime]:
    with node("free") as runtime:
        yield runtime


class Quick(GenServer):
    """A server that returns the thread it ran on; every clause but `slow` never waits."""

    module = "Quick"
    init_never_waits = True
    never_waits = frozenset(
        {A.thread, A.self_, A.boom, A.wait, A.put, A.do, A.hop, A.later, A.early}
    )

    def init(self, arg: Any) -> Term:
        if arg is A.wait:
            process.sleep(1)
        return (A.ok, arg if arg is not None else threading.get_ident())

    def handle_call(self, request: Any, from_: From, state: Any) -> Term:
        match request:
            case A.thread | A.slow:
                return (A.reply, threading.get_ident(), state)
            case A.self_:
                return (A.reply, process.self_(), state)
            case A.boom:
                raise RuntimeError_("boom")
            case A.wait:
                process.sleep(1)
            case (A.put, value):
                return (A.reply, A.ok, value)
            case (A.do, code):
                return (A.reply, code.value(), state)
            case (A.hop, 0):
                return (A.reply, threading.get_ident(), state)
            case (A.hop, left):
                return (A.reply, gen_server.call(state, (A.hop, left - 1)), state)
            case A.later:
                return (A.noreply, from_)
            case (A.early, *answers):
                for answer in answers:
                    gen_server.reply(from_, answer)
                return (A.noreply, state)
            case A.both:
                gen_server.reply(from_, 1)
                return (A.reply, 2, state)
        return None

    def handle_cast(self, request: Any, state: Any) -> Term:
        match request:
            case A.answer:
                gen_server.reply(state, A.at_last)
                return (A.noreply, None)
        return (A.noreply, request)


def quick(arg: Term = None) -> Pid:
    _ok, pid = gen_server.start(Quick, arg)
    return pid  # type: ignore[no-any-return]


def test_a_declared_clause_of_an_idle_server_runs_on_the_callers_thread(free: Runtime) -> None:
    pid = quick()

    assert gen_server.call(pid, A.thread) == threading.get_ident()
    assert gen_server.call(pid, A.slow) != threading.get_ident()


def test_a_declared_init_runs_in_the_starter(free: Runtime) -> None:
    assert sys.get_state(quick()) == threading.get_ident()


def test_self_is_the_callee_while_its_clause_runs(rt: Runtime) -> None:
    pid, me = quick(), process.self_()

    assert gen_server.call(pid, A.self_) is pid
    assert process.self_() is me


def test_a_crash_kills_the_callee_and_not_the_caller(rt: Runtime) -> None:
    pid, me = quick(), process.self_()

    assert said(lambda: gen_server.call(pid, A.boom)) == (
        f"** (exit) exited in: GenServer.call({inspect(pid)}, :boom, 5000)\n"
        "    ** (EXIT) an exception was raised:\n"
        "        ** (RuntimeError) boom"
    )
    assert process.self_() is me
    assert not process.alive(pid)


@pytest.mark.parametrize("busy", [False, True], ids=["idle", "queued"])
def test_a_wait_inside_a_declared_clause_is_an_error_of_the_callee(rt: Runtime, busy: bool) -> None:
    """It is an error on either thread, since a fault that shows only sometimes would be worse."""
    pid = quick()
    if busy:
        sys.suspend(pid)
        process.spawn(lambda: [process.sleep(20), sys.resume(pid)])

    with pytest.raises(Exit) as caught:
        gen_server.call(pid, A.wait)

    fault, where = caught.value.reason
    assert fault[0] is A.declared_never_waits
    assert "Quick.handle_call" in fault[1]
    assert inspect(where).startswith("{GenServer, :call, [")
    assert not process.alive(pid)


def test_a_wait_inside_a_declared_init_is_an_error(rt: Runtime) -> None:
    tag, reason = gen_server.start(Quick, A.wait)

    assert tag is A.error
    assert reason[0] is A.declared_never_waits


def test_a_suspended_server_is_not_run_by_its_caller(rt: Runtime) -> None:
    pid = quick()
    sys.suspend(pid)

    assert said(lambda: gen_server.call(pid, A.thread, 20)).endswith("(EXIT) time out")


def test_a_queued_message_comes_before_the_call(rt: Runtime) -> None:
    """The cast was sent first, and signals between two processes arrive in the order sent."""
    for number in range(100):
        pid = quick()
        gen_server.cast(pid, number)
        gen_server.call(pid, A.thread)

        assert sys.get_state(pid) == number


def test_messages_arriving_during_the_clause_are_handled_afterwards(rt: Runtime) -> None:
    """Otherwise a wake-up would be lost: the claim was taken when the message came."""
    from kvshell.terms import Opaque

    pid = quick()
    gen_server.call(pid, (A.do, Opaque(lambda: gen_server.cast(pid, A.came_meanwhile))))
    rt.settle()

    assert sys.get_state(pid) is A.came_meanwhile


def test_a_reply_that_comes_later_is_waited_for(rt: Runtime) -> None:
    pid = quick()
    process.spawn(lambda: [process.sleep(5), gen_server.cast(pid, A.answer)])

    assert gen_server.call(pid, A.later) is A.at_last


def test_a_clause_may_reply_before_it_ends(rt: Runtime) -> None:
    pid = quick()

    assert gen_server.call(pid, (A.early, 1)) == 1
    assert process.flush() == []


def test_a_second_answer_of_a_clause_is_a_message_of_its_alias(rt: Runtime) -> None:
    """On the BEAM, 200 of 200 second answers sent at once arrived as messages.

    On real threads the caller may take the first before the second is sent, which is then dropped.
    """
    pid = quick()
    for request in ((A.early, 1, 2), A.both):
        assert gen_server.call(pid, request) == 1
        heard = [(tag[0], value) for tag, value in process.flush()]
        late_is_fine = not isinstance(rt.scheduler, Controlled)
        assert heard == [(A.alias, 2)] or (late_is_fine and not heard)
    assert (len(rt.slots), len(rt.untaken)) == (0, 0)


def test_a_declared_clause_may_call_another_of_an_idle_server(rt: Runtime) -> None:
    chain = quick(A.end)
    for _ in range(10):
        chain = quick(chain)

    assert isinstance(gen_server.call(chain, (A.hop, 10)), int)


def test_the_depth_of_nested_calls_is_limited(free: Runtime) -> None:
    """After 32 nested clauses a call becomes an ordinary one, for which a clause may not wait."""
    chain = quick(A.end)
    for _ in range(40):
        chain = quick(chain)

    assert gen_server.call(chain, (A.hop, 31)) == threading.get_ident()
    assert ":declared_never_waits" in said(lambda: gen_server.call(chain, (A.hop, 40)))
    assert process.alive(process.self_())


def test_a_server_killed_in_its_clause_does_not_answer(rt: Runtime) -> None:
    """The reply would be an effect of a dead process."""
    from kvshell.terms import Opaque

    pid = quick()
    killer = process.spawn(lambda: process.receive() and process.exit(pid, A.kill))

    def clause() -> Term:
        process.send(killer, A.now)
        for _ in range(1_000_000):  # computing, never waiting, until the signal is there
            if rt.scheduler.inlines is False or pid.record.doom is A.killed:
                break
        return A.answered

    answer = said(lambda: gen_server.call(pid, (A.do, Opaque(clause))))

    if rt.scheduler.inlines:
        assert answer.endswith("(EXIT) killed")
    rt.settle()
    assert not process.alive(pid)


def test_a_caller_killed_in_the_clause_does_not_harm_the_callee(rt: Runtime) -> None:
    from kvshell.terms import Opaque

    pid = quick()
    entered, go_on = threading.Event(), threading.Event()

    def clause() -> Term:
        entered.set()
        if rt.scheduler.inlines:
            go_on.wait(10)
        return A.done

    caller = process.spawn(lambda: gen_server.call(pid, (A.do, Opaque(clause))))
    if not rt.scheduler.inlines:
        rt.settle()
    entered.wait(10)
    process.exit(caller, A.kill)
    go_on.set()

    assert not process.alive(caller)
    assert gen_server.call(pid, (A.put, 1)) is A.ok
    assert sys.get_state(pid) == 1


def test_a_function_from_another_module_runs_in_the_agent(free: Runtime) -> None:
    """Only a capture declared never to wait may run on the caller's thread."""
    _ok, pid = agent.start(lambda: None)
    ours = Function(Capture("T.ident/1", 0, 1, 1, lambda _s: threading.get_ident(), True))

    assert agent.get(pid, ours) == threading.get_ident()
    assert agent.get(pid, lambda _state: threading.get_ident()) != threading.get_ident()


class Careful(GenServer):
    """A server with declared clauses and a terminate that waits and then reports."""

    module = "Careful"
    init_never_waits = True
    never_waits = frozenset({A.stop, A.raise_, A.go_on, A.no_term})

    def init(self, arg: Any) -> Term:
        return (A.ok, arg, (A.continue_, A.started)) if arg is A.go_on else (A.ok, arg)

    def handle_call(self, request: Any, from_: From, state: Any) -> Term:
        match request:
            case (A.stop, value):
                return (A.stop, A.normal, value, state)
            case A.raise_:
                raise RuntimeError_("boom")
            case A.go_on:
                return (A.reply, A.ok, state, (A.continue_, A.later))
            case A.no_term:
                return (A.reply, {1}, state)
            case A.state:
                return (A.reply, state, state)
        return None

    def handle_continue(self, continuation: Any, state: Any) -> Term:
        process.sleep(1)
        return (A.noreply, continuation)

    def terminate(self, reason: Any, state: Any) -> Term:
        process.sleep(1)
        process.send(state, (A.terminated, reason))
        return A.ok


def careful(arg: Term) -> Pid:
    _ok, pid = gen_server.start(Careful, arg)
    return pid  # type: ignore[no-any-return]


def test_terminate_of_a_declared_clause_runs_once_and_may_wait(rt: Runtime) -> None:
    me = process.self_()

    assert gen_server.call(careful(me), (A.stop, A.bye)) is A.bye
    rt.settle()
    assert process.flush() == [(A.terminated, A.normal)]
    assert "boom" in said(lambda: gen_server.call(careful(me), A.raise_))
    rt.settle()
    assert len(process.flush()) == 1
    assert len([event for event in rt.drain_events() if event.kind == "crash"]) == 1


def test_continue_after_a_declared_clause_may_wait(rt: Runtime) -> None:
    pid = careful(A.go_on)
    assert gen_server.call(pid, A.state) is A.started

    assert gen_server.call(pid, A.go_on) is A.ok
    assert gen_server.call(pid, A.state) is A.later


def test_a_reply_that_is_not_a_term_ends_the_server_through_terminate(rt: Runtime) -> None:
    assert "(TypeError) reply: set is not a term" in said(
        lambda: gen_server.call(careful(process.self_()), A.no_term)
    )
    rt.settle()

    assert process.flush()[0][0] is A.terminated
