"""Helpers shared by the tests of the numbered items."""

from collections.abc import Callable
from typing import Any

from kvshell.otp import gen_server
from kvshell.runtime import Runtime, process
from kvshell.terms import (
    A,
    Pid,
    Term,
)
from tests.otp.lab import Lab


def dead() -> Pid:
    pid = process.spawn(process.receive)
    process.exit(pid, A.kill)
    assert not process.alive(pid)
    return pid


def lab(arg: Term = A.st) -> Pid:
    _ok, pid = gen_server.start(Lab, arg)
    return pid  # type: ignore[no-any-return]


def reason_of(function: Callable[[], Any]) -> Term:
    _pid, ref = process.spawn_monitor(function)
    return process.receive(lambda m: m[1] is ref)[4]


def reports(rt: Runtime) -> list[str]:
    rt.settle()
    return [event.text for event in rt.drain_events() if event.kind in {"crash", "unexpected"}]
