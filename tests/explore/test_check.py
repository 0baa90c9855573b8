"""`check`: a user's servers under every schedule, from a test."""

from collections.abc import Iterator
from itertools import count

import pytest

from kvshell.explore import Clients, Failed, RefusedError, TokenError, check
from kvshell.otp import gen_server
from kvshell.otp.gen_server import GenServer
from kvshell.runtime import ets, process
from kvshell.terms import A, Pid, Term


class Counter(GenServer):
    """A server that returns its number and accepts another: counting takes two requests."""

    def init(self, arg: Term) -> Term:
        return (A.ok, arg)

    def handle_call(self, request: Term, from_: Term, state: Term) -> Term:
        match request:
            case A.read:
                return (A.reply, state, state)
            case (A.write, number):
                return (A.reply, A.ok, number)
            case A.next:
                return (A.reply, state + 1, state + 1)
            case A.wait:
                return (A.noreply, state)
            case (A.ask, other):
                return (A.reply, gen_server.call(other, A.read), state)
        return None


def counter() -> Pid:
    _ok, pid = gen_server.start(Counter, 0)
    return pid  # type: ignore[no-any-return]


def increment(pid: Pid) -> None:
    number = gen_server.call(pid, A.read)
    gen_server.call(pid, (A.write, number + 1))


def two_increments() -> Clients:
    server = counter()

    def ann() -> None:
        increment(server)

    def bob() -> None:
        increment(server)

    yield ann, bob
    assert gen_server.call(server, A.read) == 2


def two_turns() -> Clients:
    server = counter()
    numbers = yield [lambda: gen_server.call(server, A.next)] * 2
    assert sorted(numbers) == [1, 2]


def test_the_order_in_which_clients_end_makes_no_separate_outcome() -> None:
    def program() -> Clients:
        server = counter()
        yield [lambda: gen_server.call(server, (A.write, 1))] * 2

    for verdict in check(program):
        assert (verdict.schedules, len(verdict.outcomes)) == (2, 1)


def failed(*words: object, **options: object) -> Failed:
    with pytest.raises(Failed) as raised:
        check(*words, **options)  # type: ignore[arg-type]
    return raised.value


def test_check_returns_the_verdicts_of_a_program_that_never_fails() -> None:
    spec, beam = check(two_turns)

    assert [(spec.law, spec.schedules), (beam.law, beam.schedules)] == [("spec", 2), ("beam", 2)]
    assert spec.complete


@pytest.mark.parametrize("law", ["spec", "beam"])
def test_a_single_law_can_be_requested(law: str) -> None:
    (verdict,) = check(two_turns, law)  # type: ignore[arg-type]

    assert verdict.law == law


def test_a_lost_update_is_found_and_reported_as_by_explore() -> None:
    error = failed(two_increments)

    first, second, third, *rest = str(error).splitlines()
    assert f"{first} {second} {third}" == (
        "fails because the call `:read` of ann and the call `:read` of bob both reached server "
        "before the call `{:write, 1}` of ann and the call `{:write, 1}` of bob (different "
        "senders: no order is guaranteed)"
    )
    assert rest[0] == "spec: 6 schedules, 4 fail; beam: 6 schedules, 4 fail"
    assert "✗ expected gen_server.call(server, A.read) == 2, got 1" in str(error)
    assert "│ final check: assert gen_server.call(server," in str(error)
    assert "│ A.read) == 2: got 1 " in str(error)
    assert rest[-1] == 'Again: check(two_increments, replay="spec:0")'
    assert [verdict.failing for verdict in error.verdicts] == [4, 4]


def test_a_clients_end_is_hidden_if_it_causes_nothing() -> None:
    assert "dies" not in str(failed(two_increments))


def test_a_clients_end_is_shown_if_it_is_the_cause() -> None:
    def program() -> Clients:
        server = counter()

        def short() -> None:
            gen_server.cast(server, A.nothing)

        def asks(other: Pid) -> None:
            assert process.alive(other)

        def watcher() -> None:
            (other,) = [pid for pid in process.list_() if pid.record.label == "short"]
            asks(other)

        yield short, watcher

    assert "dies: :normal" in str(failed(program, "spec"))


def test_a_replay_raises_what_the_schedule_raises_with_its_own_traceback() -> None:
    token = failed(two_increments).verdicts[0].outcomes[0].token

    with pytest.raises(AssertionError) as raised:
        check(two_increments, replay=token)

    assert not isinstance(raised.value, Failed)
    assert raised.traceback[-1].name == "two_increments"


def test_a_replay_of_a_schedule_that_does_not_fail_raises_nothing() -> None:
    token = failed(two_increments).verdicts[0].outcomes[-1].token

    assert check(two_increments, replay=token) == ()


def test_a_token_that_does_not_fit_is_refused_with_a_reason() -> None:
    with pytest.raises(
        TokenError, match=r"at step 1 only 2 things .* the program has changed since"
    ):
        check(two_turns, replay="spec:7")


def test_the_yield_returns_the_clients_result() -> None:
    def program() -> Clients:
        server = counter()
        assert (yield lambda: gen_server.call(server, A.next)) == 1

    assert check(program, "spec")[0].schedules == 1


def test_an_uncaught_exit_of_a_client_is_a_failure() -> None:
    def program() -> Clients:
        server = counter()

        def caller() -> None:
            gen_server.call(server, A.read)

        yield caller, lambda: gen_server.stop(server)

    error = failed(program, "spec")

    assert "expected an answer, got ** (exit) no process" in str(error)
    assert 0 < error.verdicts[0].failing < error.verdicts[0].schedules


def test_a_client_that_waits_forever_is_a_deadlock() -> None:
    def program() -> Clients:
        server = counter()

        def patient() -> None:
            gen_server.call(server, A.wait, A.infinity)

        yield patient

    error = failed(program, "spec")

    assert str(error).startswith("fails in every schedule: patient - waits")


def test_a_final_check_that_waits_forever_fails() -> None:
    def program() -> Clients:
        server = counter()
        yield lambda: gen_server.call(server, A.read)
        gen_server.call(server, A.wait, A.infinity)

    with pytest.raises(Failed) as error:
        check(program)
    assert "waits forever for #PID<server> (call :wait)" in str(error.value)


def test_a_cycle_of_calls_is_named_and_the_run_continues() -> None:
    def program() -> Clients:
        left, right = counter(), counter()
        answers = yield (
            lambda: gen_server.call(left, (A.ask, right)),
            lambda: gen_server.call(right, (A.ask, left)),
        )
        assert answers == (0, 0)

    error = failed(program, "beam")

    assert "a cycle of calls: #PID<left> -> #PID<right> -> #PID<left>" in str(error)
    assert "(deadlock; beam: in 12 of 14)" in str(error)
    # As many outcomes as random walks find, in 176,000 interleavings: see test_lost_outcomes.
    assert len(error.verdicts[0].outcomes) == 9


def test_a_search_that_exceeds_its_budget_gives_no_verdict() -> None:
    def program() -> Clients:
        server = counter()
        yield [lambda: gen_server.call(server, A.next)] * 4

    error = failed(program, "spec", budget=5)

    assert str(error).startswith("no verdict: no schedule that was run fails, and not all were run")
    assert "none fails (not all: budget of " in str(error)
    assert error.verdicts[0].schedules + error.verdicts[0].redundant == 5


def test_a_run_that_does_not_end_is_incomplete() -> None:
    def program() -> Clients:
        server = counter()

        def restless() -> None:
            while True:
                gen_server.cast(server, A.nothing)

        yield restless

    error = failed(program, "beam", budget=3)

    said = " ".join(str(error).split())
    assert said.startswith("no verdict: a schedule is longer than 500 steps (`steps=`); ")
    assert "restless repeats `cast :nothing`" in said
    assert "incomplete after 500 steps" in str(error)


def test_a_program_that_keeps_state_is_refused_with_the_first_difference() -> None:
    numbers = count()

    def program() -> Clients:
        server = counter()
        yield lambda: gen_server.call(server, (A.write, next(numbers)))

    with pytest.raises(RefusedError, match=r"not deterministic: .*step 1.*write, 0.*write, 1"):
        check(program)


def test_a_kill_is_injected_if_requested() -> None:
    def program() -> Clients:
        server = counter()
        yield lambda: gen_server.call(server, A.read)

    assert check(program, "beam")[0].failing == 0
    assert failed(program, "beam", crash=1).verdicts[0].law == "beam+crash1"


def test_timers_fire_at_any_moment_if_requested() -> None:
    def program() -> Clients:
        server = counter()
        yield lambda: gen_server.call(server, A.read, 50)

    assert check(program, "beam")[0].failing == 0
    assert failed(program, "beam", timeouts="any").verdicts[0].law == "beam+timeouts"


def test_a_schedule_may_take_more_steps_if_requested() -> None:
    def program() -> Clients:
        server = counter()
        yield lambda: [gen_server.call(server, A.read) for _ in range(300)]

    long = failed(program, "beam")
    assert "a schedule is longer than 500 steps (`steps=`); " in str(long)
    assert check(program, "beam", steps=5000)[0].complete


def test_an_error_of_the_set_up_is_raised_unchanged() -> None:
    def program() -> Clients:
        raise LookupError("nothing there")
        yield

    with pytest.raises(LookupError, match="nothing there"):
        check(program)


def yields_nothing() -> Clients:
    yield from ()


def yields_twice() -> Clients:
    yield lambda: None
    yield lambda: None


def yields_a_number() -> Iterator[list[int]]:
    yield [1]


def is_no_generator() -> None:
    return None


@pytest.mark.parametrize(
    "program", [yields_nothing, yields_twice, yields_a_number, is_no_generator]
)
def test_anything_but_a_program_is_a_type_error(program: object) -> None:
    with pytest.raises(TypeError, match="a program yields its clients, once"):
        check(program)  # type: ignore[arg-type]


@pytest.mark.parametrize("words", [{"law": "erlang"}, {"crash": 9}])
def test_invalid_options_are_refused(words: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"law is one of|crash is a number"):
        check(two_turns, **words)  # type: ignore[arg-type]


def test_a_missing_row_after_a_cast_is_found_under_both_laws() -> None:
    class Cache(GenServer):
        def init(self, arg: Term) -> Term:
            return (A.ok, ets.new(A.cache, [A.named_table]))

        def handle_cast(self, request: Term, state: Term) -> Term:
            ets.insert(A.cache, request)
            return (A.noreply, state)

    def program() -> Clients:
        _ok, cache = gen_server.start(Cache, None)

        def writer() -> None:
            gen_server.cast(cache, (A.k, 1))
            assert ets.lookup(A.cache, A.k).items

        yield writer

    error = failed(program)

    assert str(error).startswith("fails because writer looked for row :k before cache wrote it")
    assert [verdict.failing for verdict in error.verdicts] == [1, 1]


def test_a_client_may_end_itself() -> None:
    def program() -> Clients:
        yield lambda: process.exit(process.self_(), A.normal)

    assert check(program, "spec")[0].failing == 0
