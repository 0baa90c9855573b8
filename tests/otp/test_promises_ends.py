"""Promises 10 and 11 of the runtime: when terminate runs, and what a suspended server does."""

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from kvshell.otp import gen_server, sys
from kvshell.runtime import Exit, Runtime, process
from kvshell.terms import A, Pid, RuntimeError_, Term
from tests.nodes import SCHEDULERS, node, said

both = pytest.mark.parametrize("scheduler", SCHEDULERS)


class Tidy(gen_server.GenServer):
    """A server that reports to its driver each exit it receives, and that terminate runs."""

    def init(self, arg: Any) -> Term:
        driver, traps = arg
        process.flag(A.trap_exit, traps)
        return (A.ok, driver)

    def handle_call(self, request: Any, from_: gen_server.From, state: Any) -> Term:
        return self.act(request, state)

    def handle_cast(self, request: Any, state: Any) -> Term:
        return self.act(request, state)

    def handle_info(self, message: Any, state: Any) -> Term:
        if message[0] is A.EXIT:
            process.send(state, (A.info, message[2]))
            return (A.noreply, state)
        return self.act(message[1], state)

    def handle_continue(self, continuation: Any, state: Any) -> Term:
        return self.act(continuation, state)

    def act(self, what: Term, state: Term) -> Term:
        match what:
            case A.stop:
                return (A.stop, A.stopped, state)
            case A.raise_:
                raise RuntimeError_("boom")
            case A.exit:
                raise Exit(A.exited)
            case A.nonsense:
                return A.nonsense
            case A.continue_:
                return (A.noreply, state, (A.continue_, A.stop))
        return (A.noreply, state)

    def terminate(self, reason: Any, state: Any) -> Term:
        process.send(state, (A.terminate, process.self_()))
        return A.ok


HANDLERS = [A.stop, A.raise_, A.exit, A.nonsense, A.continue_]


def started(traps: bool, linked: bool) -> Pid:
    start = gen_server.start_link if linked else gen_server.start
    _ok, pid = start(Tidy, (process.self_(), traps))
    return pid  # type: ignore[no-any-return]


def terminated(rt: Runtime, pid: Pid) -> int:
    rt.settle()
    assert not process.alive(pid)
    return sum(message == (A.terminate, pid) for message in process.flush())


@both
@pytest.mark.parametrize("traps", [False, True])
@pytest.mark.parametrize("suspended", [False, True])
@pytest.mark.parametrize("reason", [A.normal, A.shutdown, A.boom])
def test_promise_10_terminate_runs_on_stop_also_while_suspended(
    scheduler: str, traps: bool, suspended: bool, reason: Term
) -> None:
    with node(scheduler) as rt:
        pid = started(traps, linked=False)
        if suspended:
            sys.suspend(pid)

        assert gen_server.stop(pid, reason) is A.ok
        assert terminated(rt, pid) == 1


@both
@pytest.mark.parametrize("traps", [False, True])
@pytest.mark.parametrize("act", HANDLERS, ids=repr)
@pytest.mark.parametrize("how", ["call", "cast", "info"])
def test_promise_10_terminate_runs_when_a_callback_ends_the_server(
    scheduler: str, traps: bool, act: Term, how: str
) -> None:
    """The callback stops, raises, exits, returns nonsense, or lets handle_continue stop."""
    with node(scheduler) as rt:
        pid = started(traps, linked=False)
        match how:
            case "call":
                said(lambda: gen_server.call(pid, act))
            case "cast":
                gen_server.cast(pid, act)
            case _:
                process.send(pid, (A.do, act))

        assert terminated(rt, pid) == 1


@both
@pytest.mark.parametrize("suspended", [False, True])
@pytest.mark.parametrize("reason", [A.normal, A.shutdown, A.boom])
def test_promise_10_terminate_runs_on_a_trapped_exit_of_the_parent(
    scheduler: str, suspended: bool, reason: Term
) -> None:
    with node(scheduler) as rt:
        process.flag(A.trap_exit, True)
        pid = started(traps=True, linked=True)
        if suspended:
            sys.suspend(pid)
        process.exit(pid, reason)
        rt.settle()

        assert not process.alive(pid)
        assert sorted(process.flush(), key=repr) == [(A.EXIT, pid, reason), (A.terminate, pid)]


@both
@pytest.mark.parametrize("traps", [False, True])
@pytest.mark.parametrize("suspended", [False, True])
def test_promise_10_terminate_does_not_run_on_a_kill(
    scheduler: str, traps: bool, suspended: bool
) -> None:
    with node(scheduler) as rt:
        pid = started(traps, linked=False)
        if suspended:
            sys.suspend(pid)
        process.exit(pid, A.kill)

        assert terminated(rt, pid) == 0


@both
@pytest.mark.parametrize("linked", [False, True])
def test_promise_10_terminate_does_not_run_on_a_signal_that_is_not_trapped(
    scheduler: str, linked: bool
) -> None:
    with node(scheduler) as rt:
        process.flag(A.trap_exit, True)
        pid = started(traps=False, linked=linked)
        process.exit(pid, A.shutdown)

        assert terminated(rt, pid) == 0


@both
def test_promise_10_a_trapped_signal_of_a_stranger_is_an_info(scheduler: str) -> None:
    with node(scheduler) as rt:
        pid = started(traps=True, linked=False)
        for reason in (A.normal, A.shutdown, A.boom):
            process.exit(pid, reason)
        rt.settle()

        assert process.flush() == [(A.info, r) for r in (A.normal, A.shutdown, A.boom)]
        assert process.alive(pid)


class Log(gen_server.GenServer):
    """A server whose state is the list of messages it has handled."""

    def init(self, arg: Any) -> Term:
        process.flag(A.trap_exit, True)
        return (A.ok, ())

    def handle_cast(self, request: Any, state: Any) -> Term:
        return (A.noreply, (*state, request))

    def handle_info(self, message: Any, state: Any) -> Term:
        return (A.noreply, (*state, message))


class Suspending(RuleBasedStateMachine):
    """One server, the messages it must have queued while suspended, and those it has handled."""

    scheduler = "controlled"

    def __init__(self) -> None:
        super().__init__()
        self.rt = Runtime(self.scheduler)  # type: ignore[arg-type]  # one of SCHEDULERS
        self.rt.enter()
        self.pid: Pid = gen_server.start(Log, None)[1]
        self.suspended = False
        self.queue: list[Term] = []
        self.handled: list[Term] = []
        self.number = 0

    def teardown(self) -> None:
        self.rt.stop()

    def came(self, message: Term) -> None:
        (self.queue if self.suspended else self.handled).append(message)

    @rule()
    def cast(self) -> None:
        self.number += 1
        gen_server.cast(self.pid, self.number)
        self.came(self.number)

    @rule()
    def info(self) -> None:
        self.number += 1
        process.send(self.pid, (A.info, self.number))
        self.came((A.info, self.number))

    @rule()
    def exit_signal(self) -> None:
        """The sender is not the server's parent, so it is a message like any other."""
        self.number += 1
        process.exit(self.pid, self.number)
        self.came((A.EXIT, process.self_(), self.number))

    @rule()
    def suspend(self) -> None:
        """Suspending twice is the same as once."""
        assert sys.suspend(self.pid) is A.ok
        self.suspended = True

    @rule()
    def resume(self) -> None:
        assert sys.resume(self.pid) is A.ok
        self.suspended = False
        self.handled += self.queue
        self.queue.clear()

    @precondition(lambda self: self.suspended)
    @rule()
    def step(self) -> None:
        """`sys.step`, which OTP does not have, lets the suspended server handle one message."""
        answer = sys.step(self.pid)
        if not self.queue:
            assert answer is A.empty
            return
        self.handled.append(self.queue.pop(0))
        assert answer == (A.ok, self.handled[-1], len(self.queue))

    @rule()
    def replace_state(self) -> None:
        sys.replace_state(self.pid, lambda _state: ())
        self.handled.clear()

    @rule()
    def call_in_vain(self) -> None:
        """A call waits with the other messages; only system calls are answered."""
        if self.suspended:
            assert said(lambda: gen_server.call(self.pid, A.x, 1)).endswith("time out")
            self.rt.settle()
            with_calls = self.rt.observe(self.pid)
            assert with_calls is not None
            assert len(with_calls.mailbox) == len(self.queue) + 1
            self.begin_anew()

    def begin_anew(self) -> None:
        """Replace the server: it has no clause for the call, which would end it when resumed."""
        process.exit(self.pid, A.kill)
        assert not process.alive(self.pid)
        self.pid = gen_server.start(Log, None)[1]
        self.suspended = False
        self.queue, self.handled = [], []

    @rule(reason=st.sampled_from([A.kill, "stop"]))
    def end(self, reason: Term) -> None:
        """Both ways to end a server work while it is suspended."""
        if reason == "stop":
            assert gen_server.stop(self.pid) is A.ok
        self.begin_anew()

    @invariant()
    def it_is_where_the_model_is(self) -> None:
        assert sys.get_state(self.pid) == tuple(self.handled)
        self.rt.settle()
        seen = self.rt.observe(self.pid)
        assert seen is not None
        assert seen.suspended is self.suspended
        assert len(seen.mailbox) == len(self.queue)


@both
def test_promise_11_suspend_and_resume_are_messages_in_mailbox_order(scheduler: str) -> None:
    machine = type("Machine", (Suspending,), {"scheduler": scheduler})

    run(machine, settings=settings(max_examples=20, stateful_step_count=20))


@both
def test_promise_11_messages_sent_before_suspend_are_handled_first(scheduler: str) -> None:
    with node(scheduler) as rt:
        _ok, pid = gen_server.start(Log, None)
        for number in range(20):
            gen_server.cast(pid, number)
        sys.suspend(pid)
        gen_server.cast(pid, A.later)

        assert sys.get_state(pid) == tuple(range(20))
        rt.settle()
        sys.resume(pid)
        assert sys.get_state(pid) == (*range(20), A.later)
