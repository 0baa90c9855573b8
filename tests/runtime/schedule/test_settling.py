"""`settle` returns even if a server never finishes or the user interrupts it."""

import threading
from typing import Any

import pytest

from kvshell.otp import gen_server
from kvshell.otp.gen.callbacks import GenServer
from kvshell.runtime import NotAtRest, ets, process
from kvshell.terms import A, Term
from tests.nodes import node


class Restless(GenServer):
    """A server that sends each message to itself again."""

    def handle_info(self, message: Any, state: Any) -> Term:
        process.send(process.self_(), message)
        return (A.noreply, state)


class RestlessAndBrief(Restless):
    infos_never_wait = True


@pytest.mark.parametrize("callbacks", [Restless, RestlessAndBrief])
def test_a_server_that_sends_to_itself_is_not_at_rest(callbacks: type[GenServer]) -> None:
    with node("controlled") as rt:
        _, pid = gen_server.start(callbacks, None)
        process.send(pid, A.again)

        with pytest.raises(NotAtRest, match="did not come to rest in 10,020 steps"):
            rt.settle()

        assert process.send(pid, A.once_more) is A.once_more  # the driver continues
        with pytest.raises(NotAtRest, match="did not come to rest"):
            rt.settle()


def test_a_long_mailbox_does_not_count_as_never_settling() -> None:
    class Patient(GenServer):
        def handle_cast(self, request: Any, state: Any) -> Term:
            return (A.noreply, state)

    with node("controlled") as rt:
        _, pid = gen_server.start(Patient, None)
        for _ in range(30_000):
            gen_server.cast(pid, A.x)

        assert rt.settle()


def test_settling_ends_when_it_is_interrupted() -> None:
    with node("free") as rt:
        me = process.self_()
        blocked, go_on = threading.Event(), threading.Event()

        def block() -> None:
            blocked.set()
            rt.interrupt(me)
            go_on.wait(5.0)

        process.spawn(block)
        assert blocked.wait(5.0)

        assert rt.settle() is False
        go_on.set()
        assert rt.settle() is True


def test_an_interrupt_before_settling_ends_it() -> None:
    with node("controlled") as rt:
        _, pid = gen_server.start(Restless, None)
        process.send(pid, A.again)
        rt.interrupt(process.self_())

        assert rt.settle() is False


def test_a_line_that_does_not_wait_holds_those_that_wait_with_a_stack() -> None:
    with node("free") as rt:
        rows = ets.new(A.t, [A.public])
        wrote = threading.Event()

        def client() -> None:
            while True:
                ets.insert(rows, (process.receive(), 1))
                wrote.set()

        pid = process.spawn(client)
        rt.settle()
        with rt.one_line(1):
            process.send(pid, A.row)
            held = rt.scheduler._held_waits  # type: ignore[attr-defined]  # of the free one
            assert [waiting.pid for waiting in held] == [pid]
            assert not wrote.is_set()
        assert wrote.wait(5.0)

        with rt.one_line(2):
            process.send(pid, A.more)
            process.sleep(0)  # a line that waits releases what it holds
            assert held is not rt.scheduler._held_waits  # type: ignore[attr-defined]
        rt.settle()
        assert ets.member(rows, A.more)
