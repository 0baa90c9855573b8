"""What a message costs: calls, casts, and the least that any call to another thread can."""

from typing import Any

from kvshell.bench.measure import best_us
from kvshell.otp import gen_server
from kvshell.otp.callbacks import From, GenServer
from kvshell.runtime import Runtime
from kvshell.runtime.hand_off import HandOff
from kvshell.systems.key_val import server
from kvshell.terms import A, Map, Term

CASTS = 200  # sent before one call waits until all are handled


class Undeclared(GenServer):
    """A store none of whose clauses is declared never to wait: another thread has to run them."""

    def init(self, arg: Any) -> Term:
        """Begin with the pairs of `arg`."""
        return (A.ok, Map(arg))

    def handle_call(self, request: Any, from_: From, state: Any) -> Term:  # noqa: ARG002  # OTP's
        """Answer `{:get, key}`."""
        match request:
            case (A.get, key):
                return (A.reply, state.get(key), state)
        return None

    def handle_cast(self, request: Any, state: Any) -> Term:
        """Take `{:put, key, value}`."""
        match request:
            case (A.put, key, value):
                return (A.noreply, state.put(key, value))
        return None


def call_us() -> float:
    """Microseconds of `get` on an idle store, which the thread that asks runs itself."""
    with Runtime("free") as runtime, runtime.attach():
        _ok, pid = server.start()
        server.put(pid, "k", 1)
        return best_us(lambda: server.get(pid, "k"))


def call_handoff_us() -> float:
    """Microseconds of a call that another thread has to run."""
    with Runtime("free") as runtime, runtime.attach():
        _ok, pid = gen_server.start(Undeclared, {"k": 1})
        return best_us(lambda: gen_server.call(pid, (A.get, "k")))


def cast_us() -> float:
    """Microseconds of a cast, sent and handled, when many come one after another."""
    with Runtime("free") as runtime, runtime.attach():
        _ok, pid = gen_server.start(Undeclared, {"k": 1})

        def many() -> None:
            for _ in range(CASTS):
                gen_server.cast(pid, (A.put, "k", 1))
            gen_server.call(pid, (A.get, "k"))

        return best_us(many) / CASTS


def lock_handoff_us() -> float:
    """Microseconds from this thread to another and back through two raw locks."""
    with HandOff() as pair:
        return best_us(pair.there_and_back)
