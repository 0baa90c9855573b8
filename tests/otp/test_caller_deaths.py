"""A declared clause that runs on its caller's thread: who dies of what, and what is left behind."""

from typing import Any

from kvshell.otp import gen_server
from kvshell.otp.callbacks import From, GenServer
from kvshell.runtime import Exit, process
from kvshell.terms import A, Pid, Term
from tests.nodes import node


class MuteError(Exception):
    def __str__(self) -> str:
        raise ValueError


class Store(GenServer):
    never_waits = frozenset({A.raise_mute})

    def handle_call(self, request: Any, from_: From, state: Any) -> Term:
        raise MuteError


def started(callbacks: type[GenServer], arg: object = None) -> Pid:
    ok, pid = gen_server.start(callbacks, arg)
    assert ok is A.ok
    assert isinstance(pid, Pid)
    return pid


def ended(pid: Pid) -> Term:
    """Return the reason for which `pid` ends."""
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
