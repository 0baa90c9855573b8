"""A callback's return value is checked as a whole before it takes effect, as on the BEAM."""

from collections.abc import Callable, Iterator

import pytest

from kvshell.otp import gen_server
from kvshell.runtime import Exit, Runtime, process
from kvshell.terms import A, List, Pid, Term, inspect
from tests.nodes import SCHEDULERS, node
from tests.otp.lab import Lab

# iex> GenServer.call(p, {:return, {:reply, :r, 2, :soon}})
# ** (exit) {:bad_return_value, {:reply, :r, 2, :soon}}, and nothing was sent; so for all of these.
WRONG = [
    (A.reply, A.r, 2, A.soon),
    (A.reply, A.r, 2, -5),
    (A.reply, A.r, 2, 1.5),
    (A.reply, A.r, 2, True),
    (A.reply, A.r, 2, (A.continue_, 1, 2)),
    (A.reply, A.r, 2, (A.timeout, 5)),
    (A.reply, A.r),
    (A.noreply, 2, 1.5),
    (A.noreply, 2, None),
    (A.noreply, 2, -1),
    (A.noreply, 2, A.hibernate, List()),
    (A.noreply,),
    (A.stop, A.r),
    (A.stop, A.normal, 1, 2, 3),
    (),
    A.ok,
    List([A.noreply, 2]),
    List([A.reply, 1, 2]),
]


@pytest.fixture(params=SCHEDULERS)
def rt(request: pytest.FixtureRequest) -> Iterator[Runtime]:
    with node(request.param) as made:
        yield made


def started(state: Term = 1) -> Pid:
    _ok, pid = gen_server.start(Lab, state)
    found: Pid = pid
    return found


def end_of(pid: Pid) -> Term:
    ref = process.monitor(pid)
    return process.receive(lambda m: type(m) is tuple and m[1] is ref)[4]


@pytest.mark.parametrize("answer", WRONG, ids=inspect)
def test_an_invalid_return_of_handle_call_sends_no_reply(rt: Runtime, answer: Term) -> None:
    pid = started()

    with pytest.raises(Exit) as caught:
        gen_server.call(pid, (A.return_, answer))

    assert caught.value.reason[0] == (A.bad_return_value, answer)
    assert end_of(pid) is A.noproc


@pytest.mark.parametrize("answer", WRONG, ids=inspect)
def test_an_invalid_return_of_other_callbacks_ends_the_server(rt: Runtime, answer: Term) -> None:
    asks: list[Callable[[Pid], Term]] = [
        lambda pid: gen_server.cast(pid, (A.return_, answer)),
        lambda pid: process.send(pid, (A.return_, answer)),
        lambda pid: gen_server.call(pid, (A.reply_continue, (A.return_, answer))),
    ]
    for ask in asks:
        pid = started()
        process.monitor(pid)
        ask(pid)
        assert process.receive()[3:] == (pid, (A.bad_return_value, answer))


@pytest.mark.parametrize(
    "answer",
    [
        (A.ok, 1, A.soon),
        (A.ok, 1, -5),
        (A.ok, 1, 1.5),
        (A.ok, 1, None),
        (A.ok, 1, (A.continue_, 1, 2)),
        (A.ok,),
        (A.ok, 1, 2, 3),
        (A.stop,),
        (A.error, A.x),
        A.stop,
        List([A.ok, 1]),
        None,
    ],
    ids=inspect,
)
def test_an_invalid_return_of_init_is_an_error(rt: Runtime, answer: Term) -> None:
    """iex> GenServer.start(Q, {:init, fn -> {:ok, 1, :soon} end})

    {:error, {:bad_return_value, {:ok, 1, :soon}}}
    """
    assert gen_server.start(Lab, (A.bad_return, answer)) == (
        A.error,
        (A.bad_return_value, answer),
    )


def test_a_return_may_end_in_a_timeout_hibernate_or_continue(rt: Runtime) -> None:
    for last in (A.infinity, A.hibernate, 5_000):
        pid = started()
        assert gen_server.call(pid, (A.return_, (A.reply, A.r, 2, last))) is A.r
        assert gen_server.call(pid, A.state) == 2
    assert gen_server.start(Lab, (A.bad_return, (A.ok, 1, A.infinity)))[0] is A.ok


def test_a_timeout_too_long_for_the_beam_is_invalid(rt: Runtime) -> None:
    """The reply is sent; then `{:timeout_value, [...]}` ends the server, as on the BEAM."""
    pid = started()
    ref = process.monitor(pid)

    assert gen_server.call(pid, (A.return_, (A.reply, A.a, A.b, 4_294_967_296))) is A.a
    assert process.receive(lambda m: type(m) is tuple and m[1] is ref)[4] == (
        A.timeout_value,
        List(),
    )


def test_a_callback_without_a_matching_clause_has_erlangs_error(rt: Runtime) -> None:
    """iex> GenServer.cast(pid, :nope)

    {:function_clause, [{Lab.Server, :handle_cast, [:nope, 1], [...]}, ...]}
    """
    pid = started()
    ref = process.monitor(pid)
    gen_server.cast(pid, A.nope)

    reason = process.receive(lambda m: type(m) is tuple and m[1] is ref)[4]
    assert inspect(reason, width=None) == (
        "{:function_clause, [{Lab.Server, :handle_cast, [:nope, 1], []}]}"
    )
