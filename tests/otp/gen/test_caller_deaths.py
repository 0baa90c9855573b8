"""Clauses that run on the caller's thread: which process dies of what, and what remains."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from kvshell.otp import gen_server
from kvshell.otp.gen.callbacks import From, GenServer
from kvshell.runtime import Exit, Runtime, process
from kvshell.terms import A, List, Opaque, Pid, Term
from tests.nodes import SCHEDULERS, node


class MuteError(Exception):
    def __str__(self) -> str:
        raise ValueError


class Store(GenServer):
    never_waits = frozenset({A.raise_mute, A.kill_caller, A.block})

    def handle_call(self, request: Any, from_: From, state: Any) -> Term:
        match request:
            case A.raise_mute:
                raise MuteError
            case A.kill_caller:
                process.exit(from_[0], A.kill)
            case (A.block, began, go_on):
                began.value.set()
                go_on.value.wait(5.0)
        return (A.noreply, (A.late, state))


class Picky(GenServer):
    """A server whose predicate for clauses that never wait raises for some requests."""

    def runs_in_caller(self, request: Any) -> bool:
        return bool(request[0] is A.get)

    def handle_call(self, request: Any, from_: From, state: Any) -> Term:
        return (A.reply, request, state)

    def handle_cast(self, request: Any, state: Any) -> Term:
        return (A.noreply, request)


@pytest.fixture(params=SCHEDULERS)
def runtime(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as made:
        yield made


def started(callbacks: type[GenServer], arg: object = None) -> Pid:
    ok, pid = gen_server.start(callbacks, arg)
    assert ok is A.ok
    assert isinstance(pid, Pid)
    return pid


def ended(pid: Pid) -> Term:
    """Return the reason with which `pid` ends."""
    ref = process.monitor(pid)
    down = process.receive(lambda m: m[0] is A.DOWN and m[1] is ref, 5_000, A.none)
    assert down is not A.none
    return down[4]


def test_an_error_without_a_text_kills_the_server_not_its_caller() -> None:
    with node("free"):
        pid = started(Store)

        try:
            answer = gen_server.call(pid, A.raise_mute)
        except Exit as exit_:
            answer = exit_
        assert isinstance(answer, Exit)
        assert ended(pid) is A.noproc


def test_a_caller_killed_by_its_callee_leaves_nothing_behind() -> None:
    with node("free") as rt:
        pid = started(Store)

        caller = process.spawn(lambda: gen_server.call(pid, A.kill_caller))

        assert ended(caller) in {A.killed, A.noproc}
        assert rt.settle(5.0)
        assert len(rt.slots) == 0
        assert not pid.record.watchers


def test_a_kill_reaches_a_server_that_is_stuck_on_its_callers_thread() -> None:
    with node("free") as rt:
        began, go_on = threading.Event(), threading.Event()
        pid = started(Store)
        reasons: list[Term] = []

        def call() -> None:
            try:
                gen_server.call(pid, (A.block, Opaque(began), Opaque(go_on)))
            except Exit as exit_:
                reasons.append(exit_.reason[0])

        caller = process.spawn(call)
        assert began.wait(5.0)
        process.exit(pid, A.kill)

        assert not process.alive(pid)
        assert not go_on.is_set()
        assert [zombie for zombie, _ in rt.zombies()] == [pid]
        go_on.set()
        assert ended(caller) in {A.normal, A.noproc}
        assert reasons == [A.killed]
        assert rt.settle(5.0)
        assert pid.record.state is None  # the state returned by the zombie is dropped


def test_a_predicate_that_raises_declares_nothing(runtime: Runtime) -> None:
    pid = started(Picky)

    gen_server.cast(pid, A.plain)
    process.sleep(0)

    assert gen_server.call(pid, A.plain) is A.plain
    assert gen_server.call(pid, (A.get, 1)) == (A.get, 1)


@pytest.mark.parametrize("callback", ["call", "init", "terminate"])
def test_a_servers_exit_reason_is_a_term(runtime: Runtime, callback: str) -> None:
    class Leaver(GenServer):
        def init(self, arg: Any) -> Term:
            if callback == "init":
                raise Exit([arg])
            return (A.ok, arg)

        def handle_call(self, request: Any, from_: From, state: Any) -> Term:
            if callback == "call":
                return (A.stop, [state], state)
            raise ValueError

        def terminate(self, reason: Any, state: Any) -> Term:
            if callback == "terminate":
                raise Exit([state])
            return A.ok

    if callback == "init":
        reason = gen_server.start(Leaver, 1)[1]
    else:
        pid = started(Leaver, 1)
        with pytest.raises(Exit) as caught:
            gen_server.call(pid, A.leave)
        reason = caught.value.reason[0]

    assert reason == List([1])
