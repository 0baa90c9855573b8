"""A killed process has no further effect, even if it dies between a check and its action."""

import threading
from collections.abc import Callable
from functools import partial
from operator import eq

import pytest

from kvshell.otp import gen_server
from kvshell.otp.gen.callbacks import GenServer
from kvshell.runtime import Runtime, process
from kvshell.runtime.processes.operation import Op
from kvshell.runtime.processes.signals import is_fatal, strike
from kvshell.terms import A, Term
from tests.nodes import node

HOUR_MS = 3_600_000


def killed_at(rt: Runtime, kind: str, code: Callable[[], Term]) -> None:
    """Run `code`; kill each process right after it announces an operation of `kind`."""
    killer = process.self_()
    ended = threading.Event()
    struck = []

    def watch(op: Op) -> None:
        if op.kind == kind and op.actor.pid is not killer:
            rt.watch = None
            if is_fatal(op.actor, killer, A.kill, False):
                struck.append(op.actor.pid)
                strike(op.actor)

    def run() -> None:
        try:
            code()
        finally:
            ended.set()

    rt.watch = watch
    _pid, ref = process.spawn_monitor(run)
    assert process.receive(lambda m: m[0] is A.DOWN and m[1] is ref, 5_000, A.none) is not A.none
    assert ended.wait(5.0)
    assert not any(map(process.alive, struck))
    assert len(struck) == 1


def test_a_killed_process_cancels_no_timer() -> None:
    with node("free") as rt:
        ref = process.send_after(process.self_(), A.x, HOUR_MS)

        killed_at(rt, "cancel_timer", lambda: process.cancel_timer(ref))

        assert process.read_timer(ref) is not False


@pytest.mark.parametrize("name", [A.taken, (A.global_, A.taken)])
def test_a_killed_process_registers_no_name(name: Term) -> None:
    class Named(GenServer):
        pass

    with node("free") as rt:
        killed_at(rt, "register", lambda: gen_server.start(Named, None, name=name))

        assert gen_server.whereis(name) is None


def test_a_match_runs_without_the_lock(runtime: Runtime) -> None:
    me = process.self_()
    for message in (A.a, A.b, A.c):
        process.send(me, message)

    def echo(message: Term) -> bool:
        process.send(me, (A.seen, message))
        return message is A.b

    assert process.receive(echo) is A.b
    assert process.flush() == [A.a, A.c, (A.seen, A.a), (A.seen, A.b)]


def test_a_match_finds_a_message_deep_in_the_mailbox(runtime: Runtime) -> None:
    me = process.self_()
    for number in range(1_000):
        process.send(me, number)

    for number in (999, 0, 500, 5, 21, 1):
        assert process.receive(partial(eq, number)) == number
    assert len(process.flush()) == 994
