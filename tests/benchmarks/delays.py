"""Measures how long processes wait while callbacks of others block, unseen by the scheduler."""

import time
from typing import Any

from kvshell.otp import gen_server
from kvshell.runtime import Exit, Runtime
from kvshell.terms import A, Pid, Term

ROUNDS = 20
BLOCKED = 8
TIMEOUT_MS = 50


class Server(gen_server.GenServer):
    """A server that blocks in `time.sleep` when it is told to, and answers otherwise."""

    def handle_call(self, request: Any, from_: gen_server.From, state: Any) -> Term:
        return (A.reply, request, state)

    def handle_cast(self, request: Any, state: Any) -> Term:
        time.sleep(request)
        return (A.noreply, state)


def _server() -> Pid:
    _ok, pid = gen_server.start(Server, None)
    return pid  # type: ignore[no-any-return]


def call_ms() -> float:
    """Return the milliseconds of the slowest call while callbacks block every thread."""
    worst = 0.0
    for _ in range(ROUNDS):
        with Runtime("free") as runtime, runtime.attach():
            idle, *blocked = [_server() for _ in range(BLOCKED + 1)]
            for pid in blocked:
                gen_server.cast(pid, 0.1)
            began = time.perf_counter()
            gen_server.call(idle, A.ping)
            worst = max(worst, time.perf_counter() - began)
    return worst * 1000


def timeout_ms() -> float:
    """Return by how many milliseconds the time-out of a call to a stuck server is late."""
    worst = 0.0
    for _ in range(ROUNDS):
        with Runtime("free") as runtime, runtime.attach():
            stuck = _server()
            gen_server.cast(stuck, 0.15)
            began = time.perf_counter()
            try:
                gen_server.call(stuck, A.ping, TIMEOUT_MS)
            except Exit:
                worst = max(worst, time.perf_counter() - began - TIMEOUT_MS / 1000)
    return worst * 1000
