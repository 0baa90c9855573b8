"""Programs with bare asserts, in a module whose asserts pytest does not rewrite."""

from kvshell.explore.program.function_program import Clients
from kvshell.otp import gen_server
from kvshell.otp.gen_server import GenServer
from kvshell.runtime import ets, process
from kvshell.terms import A, Term


class Echo(GenServer):
    def init(self, arg: Term) -> Term:
        return (A.ok, 0)

    def handle_call(self, request: Term, from_: Term, state: Term) -> Term:
        return (A.reply, state, state)

    def handle_cast(self, request: Term, state: Term) -> Term:
        return (A.noreply, request)


def two_writes() -> Clients:
    _, server = gen_server.start(Echo, None)
    yield lambda: gen_server.cast(server, 1), lambda: gen_server.cast(server, 2)
    assert gen_server.call(server, A.read) == 2


def two_writes_with_a_message() -> Clients:
    _, server = gen_server.start(Echo, None)

    def reader() -> None:
        got = gen_server.call(server, A.read)
        assert got == 1, "somebody else wrote"

    yield reader, lambda: gen_server.cast(server, 2)


def two_writes_and_a_message() -> Clients:
    _, server = gen_server.start(Echo, None)

    def reader() -> None:
        assert gen_server.call(server, A.read) == 1, "somebody else wrote"

    yield reader, lambda: gen_server.cast(server, 2)


def hello_by_chance() -> Clients:
    _, server = gen_server.start(Echo, None)
    shell = process.self_()

    def reader() -> None:
        if gen_server.call(server, A.read) == 1:
            process.send(shell, A.hello)

    yield lambda: gen_server.cast(server, 1), reader
    process.receive(lambda message: message is A.hello)


def failing_early_or_late() -> Clients:
    ets.new(A.t, [A.named_table, A.public])

    def write() -> None:
        ets.insert(A.t, (A.k, 1))

    def read() -> None:
        for _ in range(3):
            assert not ets.member(A.t, A.k)

    yield write, read


def two_counts() -> Clients:
    ets.new(A.t, [A.named_table, A.public])

    def count() -> Term:
        return ets.update_counter(A.t, A.n, 1, (A.n, 0))

    answers = yield count, count
    assert answers == (1, 2)
