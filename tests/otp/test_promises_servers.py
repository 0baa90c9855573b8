"""Promises 2, 5, 6 and 9 of the runtime: servers and calls, on both schedulers."""

import threading
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kvshell.otp import gen_server, sys
from kvshell.runtime import Event, Exit, ets, process
from kvshell.terms import A, Atom, Opaque, Term, inspect
from tests.nodes import SCHEDULERS, node, said

both = pytest.mark.parametrize("scheduler", SCHEDULERS)
few = settings(max_examples=25)


class Counter(gen_server.GenServer):
    """A server that counts as naive code does: it reads, yields, and writes."""

    never_waits = frozenset({A.quick})
    inside = 0
    overlaps = 0

    def init(self, arg: Any) -> Term:
        return (A.ok, 0)

    def handle_call(self, request: Any, from_: gen_server.From, state: Any) -> Term:
        return (A.reply, A.ok, self.count(state))

    def handle_cast(self, request: Any, state: Any) -> Term:
        return (A.noreply, self.count(state))

    def handle_info(self, message: Any, state: Any) -> Term:
        return (A.noreply, self.count(state))

    def count(self, state: int) -> int:
        cls = type(self)
        cls.overlaps += cls.inside
        cls.inside += 1
        for _ in range(20):  # a chance for another thread to run
            pass
        cls.inside -= 1
        return state + 1


@both
@few
@given(
    scripts=st.lists(
        st.lists(st.sampled_from(["call", "quick", "cast", "send"]), max_size=15),
        min_size=1,
        max_size=4,
    )
)
def test_promise_2_a_process_handles_one_message_at_a_time(
    scheduler: str, scripts: list[list[str]]
) -> None:
    """It does not matter whether its own thread or a caller's runs the clause."""
    Counter.inside = Counter.overlaps = 0
    with node(scheduler) as rt:
        _ok, pid = gen_server.start(Counter, None)

        def client(script: list[str]) -> None:
            for how in script:
                match how:
                    case "call":
                        gen_server.call(pid, A.slow)
                    case "quick":
                        gen_server.call(pid, A.quick)
                    case "cast":
                        gen_server.cast(pid, A.x)
                    case _:
                        process.send(pid, A.x)

        for script in scripts:
            process.spawn(lambda s=script: client(s))  # type: ignore[misc]
        rt.settle()

        assert sys.get_state(pid) == sum(map(len, scripts))
        assert Counter.overlaps == 0


TERMS = st.recursive(
    st.none() | st.integers(0, 9) | st.sampled_from(["", "k", 1.5, A.a]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.tuples(inner)
        | st.dictionaries(st.integers(0, 9), inner, max_size=2)
    ),
    max_leaves=3,
)
NO_TERMS = st.sampled_from([{1}, object(), [1, {2}], {"k": {3}}, (4, (5, bytearray())), print])


class Keeper(gen_server.GenServer):
    """A server that keeps the last value sent to it."""

    def handle_call(self, request: Any, from_: gen_server.From, state: Any) -> Term:
        return (A.reply, request, request)

    def handle_cast(self, request: Any, state: Any) -> Term:
        return (A.noreply, request)


@both
@few
@given(no_term=NO_TERMS)
def test_promise_2_only_terms_are_sent(scheduler: str, no_term: object) -> None:
    """The sender gets an error that names the place, and stays alive; nothing is sent."""
    with node(scheduler):
        me = process.self_()
        _ok, pid = gen_server.start(Keeper, A.kept)
        table = ets.new(A.t)

        for send in (
            lambda: process.send(me, no_term),
            lambda: process.send_after(me, no_term, 0),
            lambda: process.exit(me, no_term),
            lambda: gen_server.cast(pid, no_term),
            lambda: gen_server.call(pid, no_term),
            lambda: gen_server.stop(pid, no_term),
            lambda: gen_server.reply((me, A.none), no_term),
            lambda: gen_server.start(Keeper, no_term),
            lambda: ets.insert(table, (1, no_term)),
        ):
            with pytest.raises(TypeError, match="is not a term"):
                send()
        assert process.flush() == []
        assert sys.get_state(pid) is A.kept


@both
@few
@given(value=TERMS)
def test_promise_2_a_sent_message_cannot_change(scheduler: str, value: Any) -> None:
    """A Python list or dict is converted to a term when it is sent; the sender keeps its own."""
    with node(scheduler):
        _ok, pid = gen_server.start(Keeper, None)
        sent: list[Any] = [value]
        answer = gen_server.call(pid, sent)
        before = inspect(answer)
        sent.append(A.later)
        if isinstance(value, list | dict):
            value.clear()

        assert inspect(sys.get_state(pid)) == before
        assert sys.get_state(pid) is answer  # the term itself: it is immutable, so it is not copied


class Fickle(gen_server.GenServer):
    """A server that does what each call lists: replies, replies from elsewhere, death."""

    def init(self, arg: Any) -> Term:
        return (A.ok, arg)

    def handle_call(self, request: Any, from_: gen_server.From, state: Any) -> Term:
        answer: Term = (A.noreply, from_)
        for act in request:
            match act:
                case A.reply:
                    gen_server.reply(from_, A.first)
                case A.other:  # a process that has nothing to do with the server
                    process.spawn(lambda: gen_server.reply(from_, A.by_another))
                case A.return_:
                    answer = (A.reply, A.returned, from_)
                case A.die:
                    raise Exit(A.died)
        return answer


ACTS = st.lists(st.sampled_from([A.reply, A.other, A.return_, A.die]), max_size=4)


@both
@few
@given(acts=ACTS)
def test_promise_5_a_call_ends_exactly_once(scheduler: str, acts: list[Atom]) -> None:
    """It ends with a reply, the end of the callee or the timeout; anything later is ignored."""
    with node(scheduler) as rt:
        _ok, pid = gen_server.start(Fickle, None)
        timeout = 50 if not acts else 60_000
        try:
            outcome = gen_server.call(pid, acts, timeout)
        except Exit as exit_:
            outcome = exit_.reason[0]
        rt.settle()

        # A reply in the server's own clause comes before its end; another process's, at any time.
        upto_death = acts[: acts.index(A.die) + 1] if A.die in acts else acts
        possible: set[Atom] = set()
        for act in upto_death:
            if act is A.reply:
                possible.add(A.first)
                break
            if act is A.other:
                possible.add(A.by_another)
            elif act is A.die:
                possible.add(A.died)
        else:
            if A.return_ in upto_death:
                possible.add(A.returned)
        assert outcome in (possible or {A.timeout})
        replies = sum(act in {A.reply, A.other} for act in upto_death)
        replies += A.return_ in upto_death and A.die not in upto_death
        dropped = replies - (outcome in {A.first, A.by_another, A.returned})
        # A second reply is a message until the first is taken, and is dropped afterwards.
        more = process.flush()
        assert all(tag.items == (A.alias,) for tag, _value in more)
        assert rt.counts["late_replies"] + len(more) == dropped
        assert len(rt.untaken) == 0
        assert len(rt.slots) == 0


@both
def test_promise_5_a_late_reply_is_dropped_and_the_request_is_still_handled(scheduler: str) -> None:
    with node(scheduler) as rt:
        _ok, pid = gen_server.start(Keeper, A.before)
        sys.suspend(pid)

        assert said(lambda: gen_server.call(pid, A.after, 5)).endswith("** (EXIT) time out")
        seen = rt.observe(pid)
        assert seen is not None
        assert [message[2] for message in seen.mailbox] == [A.after]
        sys.resume(pid)
        assert sys.get_state(pid) is A.after
        rt.settle()
        assert rt.counts["late_replies"] == 1
        assert process.flush() == []


@both
@few
@given(end=st.sampled_from([A.kill, A.boom]))
def test_promise_5_the_callers_own_death_ends_its_call(scheduler: str, end: Atom) -> None:
    with node(scheduler) as rt:
        _ok, pid = gen_server.start(Fickle, None)
        caller = process.spawn(lambda: gen_server.call(pid, [], A.infinity))
        rt.settle()
        process.exit(caller, end)
        assert not process.alive(caller)
        rt.settle()

        from_ = sys.get_state(pid)
        assert gen_server.reply(from_, A.too_late) is A.ok
        assert rt.counts["late_replies"] == 1
        assert len(rt.slots) == 0
        assert not rt.observe(pid).monitored_by  # type: ignore[union-attr]


class Stuck(gen_server.GenServer):
    """A server that blocks on an event, unseen by any scheduler; records what it handles."""

    def handle_call(self, request: Any, from_: gen_server.From, state: Any) -> Term:
        gate, stuck, handled = state.value
        if request is A.block:
            stuck.set()
            gate.wait()
        handled.append(request)
        return (A.reply, A.ok, state)


@few
@given(callers=st.integers(1, 8))
def test_promise_6_a_timeout_fires_while_the_callee_is_stuck(callers: int) -> None:
    """On real threads only: in a controlled runtime, a handler that blocks in C is a fault."""
    gate, stuck, handled = threading.Event(), threading.Event(), list[Term]()
    with node("free") as rt:
        _ok, pid = gen_server.start(Stuck, Opaque((gate, stuck, handled)))
        me = process.self_()
        blocked = process.spawn(lambda: gen_server.call(pid, A.block, A.infinity))
        assert stuck.wait(10)

        def client(number: int) -> None:
            process.send(me, (number, said(lambda: gen_server.call(pid, number, 5))))

        for number in range(callers):
            process.spawn(lambda n=number: client(n))  # type: ignore[misc]
        answers = sorted(process.receive() for _ in range(callers))
        gate.set()
        rt.settle()

        assert [number for number, _text in answers] == list(range(callers))
        assert all(text.endswith("** (EXIT) time out") for _number, text in answers)
        assert not process.alive(blocked)
        assert sorted(n for n in handled if n is not A.block) == list(range(callers))


@both
def test_promise_6_the_default_is_5000_ms(scheduler: str) -> None:
    """Case 11.3, measured in virtual time; on real threads only the text is compared."""
    with node(scheduler) as rt:
        _ok, pid = gen_server.start(Keeper, None)
        sys.suspend(pid)
        if scheduler == "controlled":
            assert said(lambda: gen_server.call(pid, A.x)) == (
                "** (exit) exited in: GenServer.call(#PID<0.101.0>, :x, 5000)\n"
                "    ** (EXIT) time out"
            )
            assert rt.now_ms() == 5000
        else:
            gen_server.cast(pid, A.x)
            process.exit(pid, A.kill)
            assert "(#PID<0.101.0>, :x, 5000)" in said(lambda: gen_server.call(pid, A.x))


class Link(gen_server.GenServer):
    """A server that calls the next one of its chain, and waits for it forever."""

    def handle_call(self, request: Any, from_: gen_server.From, state: Any) -> Term:
        return (A.reply, gen_server.call(state, request, A.infinity), state)


def chain(size: int) -> list[Atom]:
    """Start links that call each other in a circle; return their names."""
    names = [Atom(f"link_{number}") for number in range(size)]
    for number, name in enumerate(names):
        gen_server.start(Link, names[(number + 1) % size], name=name)
    return names


@both
@few
@given(size=st.integers(2, 6))
def test_promise_9_a_cycle_of_calls_is_named_when_it_closes(scheduler: str, size: int) -> None:
    """It is reported once, by the call that closes it; an observer may then break the cycle."""
    with node(scheduler) as rt:
        names = chain(size)
        asked = process.whereis(names[0])
        assert asked is not None

        def break_it(event: Event) -> None:
            if event.kind == "cycle":
                process.exit(asked, A.kill)

        rt.on_event = break_it

        assert "** (EXIT) killed" in said(lambda: gen_server.call(names[0], A.round, A.infinity))

        rt.settle()
        (cycle,) = [event.text for event in rt.drain_events() if event.kind == "cycle"]
        round_ = [f":{name.name}" for name in (names[-1], *names)]
        assert cycle.splitlines() == [
            f"a cycle of calls: {' -> '.join(round_)}; each waits for the next",
            *(f"    {one} called {next_} with :round" for one, next_ in pairwise(round_)),
        ]


def test_promise_9_a_cycle_of_calls_lasts_until_a_timeout() -> None:
    with node("controlled") as rt:
        names = chain(3)
        before = rt.now_ms()

        assert "time out" in said(lambda: gen_server.call(names[0], A.round, 5000))
        assert rt.now_ms() - before == 5000


@both
def test_promise_9_calling_oneself_ends_at_once(scheduler: str) -> None:
    with node(scheduler) as rt:
        before = rt.now_ms()

        assert said(lambda: gen_server.call(process.self_(), A.x)).endswith(
            "** (EXIT) process attempted to call itself"
        )
        assert said(lambda: gen_server.stop(process.self_())).endswith(
            "** (EXIT) process attempted to call itself"
        )
        assert rt.now_ms() - before < 5000
