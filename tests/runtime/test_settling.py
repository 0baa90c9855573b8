"""Settle ends: also when a server never does, or somebody gives up."""

from typing import Any

import pytest

from kvshell.otp import gen_server
from kvshell.otp.callbacks import GenServer
from kvshell.runtime import NotAtRest, process
from kvshell.terms import A, Term
from tests.nodes import node


class Restless(GenServer):
    """Sends each message to itself again."""

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

        assert process.send(pid, A.once_more) is A.once_more  # the driver goes on
        with pytest.raises(NotAtRest, match="did not come to rest"):
            rt.settle()


def test_a_long_mailbox_is_no_restlessness() -> None:
    class Patient(GenServer):
        def handle_cast(self, request: Any, state: Any) -> Term:
            return (A.noreply, state)

    with node("controlled") as rt:
        _, pid = gen_server.start(Patient, None)
        for _ in range(30_000):
            gen_server.cast(pid, A.x)

        assert rt.settle()
